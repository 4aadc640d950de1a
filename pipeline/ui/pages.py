"""What the two pages show to the user who is signed in."""

from __future__ import annotations

from html import escape

from fastapi import HTTPException, status
from fastapi.responses import HTMLResponse

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import trying_once
from pipeline.index.generations import Generation, generations
from pipeline.local.connection import connected
from pipeline.operations.pages.actions import Actions
from pipeline.operations.pages.run_page import run_page
from pipeline.operations.shown_run import shown_run
from pipeline.operations.status import catalogue_rows
from pipeline.staging.dag_runs import INGEST, staged_run
from pipeline.ui.facts import OpenQuestion, facts_of
from pipeline.ui.frame import framed
from pipeline.ui.links import Links
from pipeline.ui.notices import LATER, notice
from pipeline.ui.protection import token_for
from pipeline.ui.triggering import may_trigger
from pipeline.ui.visit import Visit


def index(visit: Visit) -> HTMLResponse:
    """The index page."""
    with trying_once():
        rows = catalogue_rows(connected())
    facts = facts_of(visit.session, [INGEST + row.catalogue for row in rows])
    said = notice(visit)
    links, token = Links(visit.request), token_for(visit.user)
    lines = []
    for row in rows:
        dag_id = INGEST + row.catalogue
        buttons = ""
        if may_trigger(visit.user, dag_id):
            buttons = "".join(
                f'<form method="post" action="{links.form(row.catalogue, action)}">'
                f'<input type="hidden" name="token" value="{token}"><button>{action}</button></form>'
                for action in ("run", "full-run", "rollback", "unpin")
            )
        last = facts[dag_id].last if dag_id in facts else None
        link = f'<a href="{links.run(dag_id, last.run_id)}">{last.run_id}</a>' if last else ""
        lines.append(
            f"<tr><td>{escape(row.catalogue)}<td>{row.live}<td>{escape(row.state)}"
            f"<td>{escape(str(facts.get(dag_id)))}<td>{link}<td>{buttons}"
        )
    page = (
        f"<!doctype html><html><body><h1>Study index</h1>{escape(said.text) if said else ''}"
        f"<table>{''.join(lines)}</table></body></html>"
    )
    return framed(page, refresh=said.refresh if said else None)


def run(visit: Visit, dag_id: str, dag_run: str) -> HTMLResponse:
    """The page of one DAG run."""
    found = staged_run(dag_id, dag_run)
    if found is None:
        raise HTTPException(
            status.HTTP_404_NOT_FOUND, f"{dag_id} runs no catalogue, so its runs have no report: see their logs."
        )
    catalogue, run_id = found
    known, fault = _known(catalogue)
    try:
        shown = shown_run(catalogue, run_id, known)
    except UsageError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
    said = notice(visit)
    text = " ".join(filter(None, [said.text if said else None, fault])) or None
    at_work = shown.report is None and shown.failure is None
    page = run_page(shown, _actions(visit, catalogue), notice=text)
    return framed(page, refresh=(said.refresh if said else None) or (LATER if at_work else None))


def _known(catalogue: str) -> tuple[list[Generation] | None, str | None]:
    """The generations of a catalogue; or None, and why Elasticsearch cannot be asked."""
    try:
        with trying_once():
            return generations(connected(), catalogue), None
    except (RetryError, FailError, UsageError) as error:
        return None, f"What became of the run since is not known: {error}"


def _actions(visit: Visit, catalogue: str) -> Actions | None:
    """What the user may do about a catalogue; None where nothing."""
    dag_id = INGEST + catalogue
    if not may_trigger(visit.user, dag_id):
        return None
    links = Links(visit.request)
    facts = facts_of(visit.session, [dag_id]).get(dag_id)
    question = facts.question if facts else None
    return Actions(lambda name, action: _url(links, name, action, question), token_for(visit.user))


def _url(links: Links, catalogue: str, action: str, question: OpenQuestion | None) -> str:
    """Where a button leads; a review without an open question leads to the DAG, whose runs have it."""
    if action != "review":
        return links.form(catalogue, action)
    dag_id = INGEST + catalogue
    return links.question(dag_id, question) if question else links.grid(dag_id)

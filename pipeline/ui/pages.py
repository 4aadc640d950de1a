"""What the two pages show to the user who is signed in."""

from __future__ import annotations

from fastapi import HTTPException, status
from fastapi.responses import HTMLResponse

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import trying_once
from pipeline.index.generations import Generation, generations
from pipeline.local.connection import PAGE_SECONDS, connected
from pipeline.operations.pages.actions import Actions, Notice
from pipeline.operations.pages.index_page import index_page
from pipeline.operations.pages.run_page import run_page
from pipeline.operations.shown_run import shown_run
from pipeline.staging.dag_runs import INGEST, staged_run
from pipeline.ui.facts import OpenQuestion, facts_of
from pipeline.ui.frame import framed
from pipeline.ui.index import visible_index
from pipeline.ui.links import Links
from pipeline.ui.notices import LATER, notice
from pipeline.ui.protection import token_for
from pipeline.ui.rights import may_trigger
from pipeline.ui.visit import Visit


def index(visit: Visit) -> HTMLResponse:
    """The index page."""
    shown, facts = visible_index(visit)
    links = Links(visit.request)

    def url(name: str, action: str) -> str | None:
        return _url(links, name, action, facts[name].question if name in facts else None)

    said = notice(visit)
    page = index_page(shown, Actions(url, token_for(visit.user)), notice=said.shown if said else None)
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
    at_work = shown.report is None and shown.failure is None
    page = run_page(shown, _actions(visit, catalogue), notice=said.shown if said else Notice(fault) if fault else None)
    return framed(page, refresh=(said.refresh if said else None) or (LATER if at_work else None))


def _known(catalogue: str) -> tuple[list[Generation] | None, str | None]:
    """The generations of a catalogue; or None, and why Elasticsearch cannot be asked."""
    try:
        with connected(PAGE_SECONDS) as client, trying_once():
            return generations(client, catalogue), None
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


def _url(links: Links, catalogue: str, action: str, question: OpenQuestion | None) -> str | None:
    """Where a button leads; None for a review where no question is open."""
    if action != "review":
        return links.form(catalogue, action)
    return links.question(INGEST + catalogue, question) if question else None

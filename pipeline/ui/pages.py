"""What the two pages show to the user who is signed in."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import HTTPException, Request, status
from sqlalchemy.orm import Session

from pipeline.index.client import trying_once
from pipeline.local import connection
from pipeline.operations.status import catalogue_rows
from pipeline.ui.facts import INGEST, facts_of
from pipeline.ui.protection import token_for
from pipeline.ui.triggering import may_trigger


class Visit(NamedTuple):
    """Who asks for a page."""

    request: Request
    user: BaseUser
    session: Session


def index(visit: Visit) -> str:
    """The index page."""
    with trying_once():
        rows = catalogue_rows(connection.client())
    facts = facts_of(visit.session, [INGEST + row.catalogue for row in rows])
    root, token = visit.request.scope["root_path"], token_for(visit.user)
    lines = []
    for row in rows:
        dag_id = INGEST + row.catalogue
        buttons = ""
        if may_trigger(visit.user, dag_id):
            buttons = "".join(
                f'<form method="post" action="{root}/act/{dag_id}/{action}">'
                f'<input type="hidden" name="token" value="{token}"><button>{action}</button></form>'
                for action in ("run", "full-run", "rollback", "unpin")
            )
        lines.append(
            f"<tr><td>{escape(row.catalogue)}<td>{row.live}<td>{escape(row.state)}"
            f"<td>{escape(str(facts.get(dag_id)))}<td>{buttons}"
        )
    return f"<!doctype html><html><body><h1>Study index</h1><table>{''.join(lines)}</table></body></html>"


def run(visit: Visit, dag_id: str, run_id: str) -> str:
    """The page of one DAG run."""
    del visit
    if not dag_id.startswith(INGEST):
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"{dag_id} is not the DAG of a catalogue: it has no reports.")
    return f"<!doctype html><title>Run report</title><h1>Run report</h1>{escape(run_id)}"

"""What the buttons of the pages start: each action is a DAG run, so that Airflow's audit log and grid have it."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import HTTPException, status
from sqlalchemy.orm import Session

from pipeline.staging.dag_runs import INGEST
from pipeline.ui.facts import CHANGE
from pipeline.ui.rights import may_trigger
from pipeline.ui.triggering import Started, trigger

RUNS: dict[str, dict[str, Any]] = {"run": {}, "full-run": {"full": True}}
"""Actions that start a run of the catalogue, and its params."""
CHANGES = ("promote", "refuse", "rollback", "unpin")
"""Actions of the DAG that changes the index."""


def start(
    session: Session, user: BaseUser, dag_id: str, action: str, *, why: str | None, generation: int | None
) -> Started:
    """Start what an action is about; `dag_id` is the DAG of the catalogue, and the right to run that is needed always.

    `generation` is the number of the candidate that is promoted or refused, or of what is live and is rolled back.

    Raises:
        HTTPException: there is no such action, the user may not, or Airflow refuses the run.
    """
    if not dag_id.startswith(INGEST):
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"{dag_id} is not the DAG of a catalogue.")
    if not may_trigger(user, dag_id):
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"You may not start runs of {dag_id}: nothing was done.")
    if action in RUNS:
        return trigger(session, user, dag_id, RUNS[action], action)
    if action in CHANGES:
        conf = {
            "action": action,
            "catalogue": dag_id.removeprefix(INGEST),
            "generation": generation,
            "why": why,
        }
        return trigger(session, user, CHANGE, conf, action)
    raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no action {action}.")

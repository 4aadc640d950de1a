"""What a page says of the DAG run that a button started: that it began, and then what became of it."""

from __future__ import annotations

from typing import NamedTuple

from airflow.models import DagRun
from airflow.utils.state import DagRunState
from sqlalchemy import select

from pipeline.operations.pages.actions import Notice
from pipeline.staging.dag_runs import INGEST
from pipeline.ui.links import Links
from pipeline.ui.rights import may_read
from pipeline.ui.visit import Visit

WORDS = {
    "run": "Run",
    "full-run": "Full run",
    "promote": "Promotion",
    "refuse": "Refusal",
    "rollback": "Rollback",
    "unpin": "Unpinning",
}
"""Actions as a person reads them."""

SOON = 3
"""Seconds after which a page is loaded again that waits for a short run."""
LATER = 20
"""The same for a run that takes its time."""


class Said(NamedTuple):
    """A notice, and after how many seconds there may be news."""

    shown: Notice
    refresh: int | None


def notice(visit: Visit) -> Said | None:
    """What there is to say; None where the page was not reached by a button, or the user may not see the run."""
    asked = visit.request.query_params
    dag_id, run_id, what = asked.get("started", ""), asked.get("run", ""), WORDS.get(asked.get("to", ""))
    if what is None or not may_read(visit.user, dag_id):
        return None
    turned_on = f" {dag_id} was paused and is turned on, and so is its schedule." if asked.get("on") == "1" else ""
    if turned_on and not run_id:
        text = f"{what} of {dag_id.removeprefix(INGEST)}: the run that was due by the schedule begins now.{turned_on}"
        return Said(Notice(text, Links(visit.request).grid(dag_id)), LATER)
    run = visit.session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
    return _of_run(run, what, turned_on, Links(visit.request)) if run else None


def _of_run(run: DagRun, what: str, turned_on: str, links: Links) -> Said:
    catalogue = (run.conf or {}).get("catalogue") or run.dag_id.removeprefix(INGEST)
    name, url = f"{what} of {catalogue}", links.grid(run.dag_id, run.run_id)
    if run.state == DagRunState.SUCCESS:
        return Said(Notice(f"{name}: done.", url), None)
    if run.state == DagRunState.FAILED:
        return Said(Notice(f"{name}: it failed; the log of its last task states why.", url), None)
    return Said(Notice(f"{name}: started.{turned_on}", url), LATER if run.dag_id.startswith(INGEST) else SOON)

"""What Airflow knows of the DAGs of catalogues, in four queries whatever the number of catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from airflow.models import DagModel, DagRun
from airflow.models.dagrun import DagRunNote
from airflow.models.hitl import HITLDetail
from airflow.models.taskinstance import TaskInstance
from airflow.utils.state import DagRunState, TaskInstanceState
from sqlalchemy import func, select
from sqlalchemy.orm import Session

CHANGE = "change_index"
"""The DAG that promotes, rolls back and unpins."""

AT_WORK = (DagRunState.QUEUED, DagRunState.RUNNING)
UNANSWERED = (TaskInstanceState.AWAITING_INPUT, TaskInstanceState.DEFERRED)


class LastRun(NamedTuple):
    """A DAG run."""

    run_id: str
    state: str | None
    began: datetime | None
    note: str | None = None


class OpenQuestion(NamedTuple):
    """A task that waits for a person's answer."""

    run_id: str
    task_id: str


@dataclass(frozen=True)
class DagFacts:
    """One DAG; `last` is its newest run."""

    paused: bool
    running: bool
    next_run: datetime | None
    last: LastRun | None
    question: OpenQuestion | None


def facts_of(session: Session, dag_ids: Iterable[str]) -> dict[str, DagFacts]:
    """Facts of those DAGs that Airflow has, by DAG id."""
    asked = sorted(dag_ids)
    known = session.execute(
        select(DagModel.dag_id, DagModel.is_paused, DagModel.next_dagrun_create_after).where(
            DagModel.dag_id.in_(asked), ~DagModel.is_stale
        )
    ).all()
    last, running, questions = _last_runs(session, asked), _running(session, asked), _questions(session, asked)
    return {
        dag_id: DagFacts(bool(paused), dag_id in running, next_run, last.get(dag_id), questions.get(dag_id))
        for dag_id, paused, next_run in known
    }


def _last_runs(session: Session, dag_ids: list[str]) -> dict[str, LastRun]:
    newest = select(func.max(DagRun.id)).where(DagRun.dag_id.in_(dag_ids)).group_by(DagRun.dag_id)
    found = session.execute(
        select(DagRun.dag_id, DagRun.run_id, DagRun.state, DagRun.start_date, DagRunNote.content)
        .outerjoin(DagRunNote, DagRunNote.dag_run_id == DagRun.id)
        .where(DagRun.id.in_(newest))
    )
    return {dag_id: LastRun(run_id, state and str(state), began, note) for dag_id, run_id, state, began, note in found}


def _running(session: Session, dag_ids: list[str]) -> set[str]:
    return set(
        session.scalars(select(DagRun.dag_id).where(DagRun.dag_id.in_(dag_ids), DagRun.state.in_(AT_WORK)).distinct())
    )


def _questions(session: Session, dag_ids: list[str]) -> dict[str, OpenQuestion]:
    """Open questions by DAG; of several of one DAG the newest."""
    found = session.execute(
        select(TaskInstance.dag_id, TaskInstance.run_id, TaskInstance.task_id)
        .join(HITLDetail, HITLDetail.ti_id == TaskInstance.id)
        .where(
            TaskInstance.dag_id.in_(dag_ids),
            TaskInstance.state.in_(UNANSWERED),
            HITLDetail.responded_at.is_(None),
        )
        .order_by(HITLDetail.created_at)
    )
    return {dag_id: OpenQuestion(run_id, task_id) for dag_id, run_id, task_id in found}

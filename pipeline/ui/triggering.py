"""Starting DAG runs for a signed-in user, as Airflow's own route does, with an entry in its audit log."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.common.dagbag import create_dag_bag, get_latest_version_of_dag
from airflow.api_fastapi.core_api.datamodels.dag_run import TriggerDAGRunPostBody
from airflow.models import DagModel, Log
from airflow.sdk.exceptions import ParamValidationError
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from fastapi import HTTPException, status
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.model.moments import now
from pipeline.ui.rights import may_trigger, may_turn_on

DAGS = create_dag_bag()
"""Airflow's own cache of DAGs as its database has them."""


class Started(NamedTuple):
    """What was started, and whether the DAG was turned on for it; `run_id` is None where Airflow makes the run."""

    dag_id: str
    run_id: str | None
    turned_on: bool


def trigger(session: Session, user: BaseUser, dag_id: str, conf: dict[str, Any], action: str) -> Started:
    """Start a DAG run. A DAG that is paused is turned on, for a run of it would never begin.

    Where Airflow then makes a run by itself, as one was due by the schedule, there is no second one for an action
    that asks for nothing special.

    Raises:
        HTTPException: 403 the user may not, 404 there is no such DAG, 409 it cannot run now, 400 it does not take
            this `conf`.
    """
    known = _usable(session, user, dag_id)
    paused = bool(known.is_paused)
    if paused:
        _log(session, user, dag_id, "patch_dag", {"is_paused": False, "action": action})
        known.is_paused = False
        if not conf and _is_due(known):
            return Started(dag_id, None, turned_on=True)
    _log(session, user, dag_id, "trigger_dag_run", {"action": action, "conf": conf})
    return Started(dag_id, _create(session, user, dag_id, conf), turned_on=paused)


def _usable(session: Session, user: BaseUser, dag_id: str) -> DagModel:
    """A DAG of which the user can start a run; raises what `trigger` does."""
    if not may_trigger(user, dag_id):
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"You may not start runs of {dag_id}: nothing was done.")
    known: DagModel | None = session.scalar(select(DagModel).where(~DagModel.is_stale, DagModel.dag_id == dag_id))
    if known is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"Airflow has no DAG {dag_id}: nothing was done.")
    if known.has_import_errors:
        raise HTTPException(
            status.HTTP_409_CONFLICT, f"{dag_id} cannot be imported: see the import errors on Airflow's home page."
        )
    if known.is_paused and not may_turn_on(user, dag_id):
        raise HTTPException(
            status.HTTP_409_CONFLICT,
            f"{dag_id} is paused, so a run of it would never begin, and you may not turn it on: nothing was done.",
        )
    return known


def _is_due(dag: DagModel) -> bool:
    """Whether the scheduler makes a run of this DAG as soon as it is turned on."""
    due = dag.next_dagrun_create_after
    return due is not None and due <= now()


def _create(session: Session, user: BaseUser, dag_id: str, conf: dict[str, Any]) -> str:
    dag = get_latest_version_of_dag(DAGS, dag_id, session)
    try:
        asked = TriggerDAGRunPostBody(logical_date=None, conf=conf).validate_context(dag)
        run = dag.create_dagrun(
            run_id=asked["run_id"],
            logical_date=asked["logical_date"],
            data_interval=asked["data_interval"],
            run_after=asked["run_after"],
            conf=asked["conf"],
            run_type=DagRunType.MANUAL,
            triggered_by=DagRunTriggeredByType.UI,
            triggering_user_name=user.get_name(),
            state=DagRunState.QUEUED,
            session=session,
        )
    except (ParamValidationError, ValueError) as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from error
    return run.run_id


def _log(session: Session, user: BaseUser, dag_id: str, event: str, extra: dict[str, Any]) -> None:
    """Write an entry of Airflow's audit log; it stays also if what follows fails."""
    name = user.get_name()
    session.add(Log(event=event, owner=name, owner_display_name=name, dag_id=dag_id, extra=json.dumps(extra)))
    session.commit()

"""Starting DAG runs for a signed-in user, as Airflow's own route does, with an entry in its audit log."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.common.dagbag import create_dag_bag, get_latest_version_of_dag
from airflow.api_fastapi.core_api.datamodels.dag_run import TriggerDAGRunPostBody
from airflow.models import DagModel, Log
from airflow.sdk.exceptions import ParamValidationError
from airflow.utils.state import DagRunState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from fastapi import HTTPException, status
from sqlalchemy import select
from sqlalchemy.orm import Session

DAGS = create_dag_bag()
"""Airflow's own cache of DAGs as its database has them."""


class Started(NamedTuple):
    """A DAG run that was started, and whether its DAG was turned on for it."""

    dag_id: str
    run_id: str
    turned_on: bool


def may_trigger(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may start runs of a DAG."""
    return get_auth_manager().is_authorized_dag(
        method="POST", access_entity=DagAccessEntity.RUN, details=_details(dag_id), user=user
    )


def may_read(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may see a DAG."""
    return get_auth_manager().is_authorized_dag(method="GET", details=_details(dag_id), user=user)


def may_read_all(user: BaseUser) -> bool:
    """Whether the user may see every DAG."""
    return get_auth_manager().is_authorized_dag(method="GET", user=user)


def may_turn_on(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may pause a DAG, and turn it on again."""
    return get_auth_manager().is_authorized_dag(method="PUT", details=_details(dag_id), user=user)


def _details(dag_id: str) -> DagDetails:
    return DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))


def trigger(session: Session, user: BaseUser, dag_id: str, conf: dict[str, Any], action: str) -> Started:
    """Start a DAG run. A DAG that is paused is turned on, for a run of it would never begin.

    Raises:
        HTTPException: 403 the user may not, 404 there is no such DAG, 409 it cannot run now, 400 it does not take
            this `conf`.
    """
    if not may_trigger(user, dag_id):
        raise HTTPException(status.HTTP_403_FORBIDDEN, f"You may not start runs of {dag_id}: nothing was done.")
    known = session.scalar(select(DagModel).where(~DagModel.is_stale, DagModel.dag_id == dag_id))
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
    _log(session, user, dag_id, "trigger_dag_run", {"action": action, "conf": conf})
    run_id = _create(session, user, dag_id, conf)
    turned_on = bool(known.is_paused)
    if turned_on:
        _log(session, user, dag_id, "patch_dag", {"is_paused": False, "action": action})
        known.is_paused = False
    return Started(dag_id, run_id, turned_on)


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

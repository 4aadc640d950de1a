"""What a signed-in user may do, as Airflow's auth manager has it: whoever has a right on a DAG has it on its pages."""

from __future__ import annotations

from collections.abc import Collection

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.models import DagModel
from sqlalchemy.orm import Session

UNNAMED = "no DAG has spaces in its id"
"""An id that no DAG can have, so that no rule is about it."""


def readable_dags(session: Session, user: BaseUser) -> set[str]:
    """Ids of the DAGs that the user may see."""
    return get_auth_manager().get_authorized_dag_ids(user=user, method="GET", session=session)


def triggerable(session: Session, user: BaseUser, dag_ids: Collection[str]) -> set[str]:
    """Those of the DAGs of which the user may start runs."""
    teams = DagModel.get_dag_id_to_team_name_mapping(sorted(dag_ids), session=session)
    return {dag_id for dag_id in dag_ids if _may_trigger(user, DagDetails(id=dag_id, team_name=teams.get(dag_id)))}


def may_trigger(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may start runs of a DAG."""
    return _may_trigger(user, _details(dag_id))


def may_read(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may see a DAG."""
    return get_auth_manager().is_authorized_dag(method="GET", details=_details(dag_id), user=user)


def may_read_all(user: BaseUser) -> bool:
    """Whether the user may see every DAG: also one that no rule of the auth manager names.

    Asked without a DAG, some auth managers answer whether the user may list DAGs, which takes the right to see one.
    """
    return get_auth_manager().is_authorized_dag(method="GET", details=DagDetails(id=UNNAMED), user=user)


def may_turn_on(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may pause a DAG, and turn it on again."""
    return get_auth_manager().is_authorized_dag(method="PUT", details=_details(dag_id), user=user)


def _may_trigger(user: BaseUser, details: DagDetails) -> bool:
    return get_auth_manager().is_authorized_dag(
        method="POST", access_entity=DagAccessEntity.RUN, details=details, user=user
    )


def _details(dag_id: str) -> DagDetails:
    return DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))

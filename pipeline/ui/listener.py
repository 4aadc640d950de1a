"""The note of a DAG run: what its last task says of it in the XCom `note`, so that lists of runs show it.

Airflow calls this where it notices that a run has ended: in the scheduler.
"""

from __future__ import annotations

from airflow.listeners import hookimpl
from airflow.models.dagrun import DagRun
from airflow.models.xcom import XComModel
from sqlalchemy.orm import object_session

KEY = "note"
LONGEST = 1000
"""Characters of a note that Airflow takes."""
OURS = ("ingest_", "reprocess_", "change_index", "check_index", "maintain_index")
"""How the ids of our DAGs begin."""


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    """Take over the note of a run that succeeded."""
    del msg
    take_over(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    """Take over the note of a run that failed."""
    del msg
    take_over(dag_run)


def take_over(dag_run: DagRun) -> None:
    """Set the note of a run, unless none of its tasks has one. What a person wrote in it stays, below ours."""
    session = object_session(dag_run)
    if session is None or not dag_run.dag_id.startswith(OURS):
        return
    query = XComModel.get_many(run_id=dag_run.run_id, key=KEY, dag_ids=dag_run.dag_id, limit=1)
    found = session.scalars(query).first()
    if found is None:
        return
    note = str(XComModel.deserialize_value(found))
    earlier = dag_run.dag_run_note
    if earlier is None or earlier.user_id is None:  # a run that was cleared has an earlier one of ours
        dag_run.note = note
    elif not str(earlier.content or "").startswith(note):
        dag_run.note = f"{note}\n\n{earlier.content}"[:LONGEST]

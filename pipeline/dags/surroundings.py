"""What a task finds around it: its DAG run, the staged run that belongs to it, the catalogue, and Elasticsearch."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import get_current_context

from pipeline.errors import StudyIndexError

if TYPE_CHECKING:
    from pipeline.run.context import Context, Progress
    from pipeline.staging.store import Staging

FAILURE = "failure"
"""Name under which a task hands on why it failed."""

LONGEST_NOTE = 900
"""Characters of a run's note; Airflow takes 1,000."""


def is_attended() -> bool:
    """Whether a scheduler runs this task, so that somebody can see it in Airflow's UI; false in `dag.test()`."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.supervisor import InProcessSupervisorComms

    return not isinstance(getattr(task_runner, "SUPERVISOR_COMMS", None), InProcessSupervisorComms)


def staging_here() -> Staging:
    """What is staged of the run that the current task belongs to."""
    from pipeline.staging.dag_runs import staged_run
    from pipeline.staging.store import Staging

    run = get_current_context()["dag_run"]
    found = staged_run(run.dag_id, run.run_id)
    if found is None:
        raise ValueError(f"{run.dag_id} is the DAG of no catalogue")
    return Staging(*found)


def run_page() -> str:
    """Link to the page of the current DAG run, relative to the address of Airflow's UI."""
    return f"{_run_url()}/plugin/study-index-run"


def question_page(task_id: str = "decide") -> str:
    """The same for the question of the run."""
    return f"{_run_url()}/tasks/{task_id}/required_actions"


def _run_url() -> str:
    run = get_current_context()["dag_run"]
    return f"dags/{quote(run.dag_id, safe='')}/runs/{quote(run.run_id, safe='')}"


@contextmanager
def plain_errors() -> Iterator[None]:
    """Let an error of the pipeline end a task with its own sentence, without the errors that it was raised from."""
    try:
        yield
    except StudyIndexError as error:
        raise error from None


@contextmanager
def noting(what: str) -> Iterator[None]:
    """Let the note of the run state an error of the pipeline, after the words `what`."""
    try:
        yield
    except StudyIndexError as error:
        push("note", f"{what}: {error}"[:LONGEST_NOTE])
        raise


@contextmanager
def _handing_on_failure() -> Iterator[None]:
    """Hand on the message of an error to the last task: it cannot be staged where staging itself fails."""
    try:
        yield
    except StudyIndexError as error:
        push(FAILURE, str(error))
        raise


@contextmanager
def at_work(name: str, progress: Progress | None = None, *, last: bool = False) -> Iterator[Context]:
    """The run that the current task belongs to, with a client for Elasticsearch, and with the catalogue's lease.

    The tasks of a DAG run share the lease, and it stays with the run between them. A task that fails releases it, and
    so does the last one, and one that hands on to a person. Why a task fails is staged.
    """
    from pipeline.dags.connections import connected, described
    from pipeline.index.leases import working_on
    from pipeline.run.context import Context, Options
    from pipeline.run.failures import noting_failure

    current = get_current_context()
    ti, asked, staging = current["ti"], current["params"], staging_here()
    stage = ti.task_id if ti.map_index in {None, -1} else f"{ti.task_id} {ti.map_index}"
    options = Options(full=asked.get("full", False), since=asked.get("since"), limit=asked.get("limit"))
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # a line a request would hide all others
    with plain_errors(), _handing_on_failure(), noting_failure(staging, stage):
        context = Context(described(name), staging.run_id, connected(), options)
        context = replace(context, progress=progress) if progress else context
        with working_on(context.client, name, ti.task_id, context.owner, dag=ti.dag_id, parks=not last):
            yield context


def push(key: str, value: Any) -> None:
    """Hand on a value of the current task under a name of its own; it stays if the task fails afterwards."""
    get_current_context()["ti"].xcom_push(key, value)

"""The DAG of a catalogue file that cannot be used: it keeps its schedule, and each run fails with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import DAG, get_current_context, task

from pipeline.dags import texts
from pipeline.dags.retrying import DEFAULTS
from pipeline.errors import UsageError
from pipeline.staging.dag_runs import INGEST

if TYPE_CHECKING:
    from pipeline.catalogue.broken import BrokenFile


def broken(file: BrokenFile) -> DAG:
    """The DAG of one such file."""
    from pipeline.dags.ingest import BEGINNING

    with DAG(
        f"{INGEST}{file.name}",
        dag_display_name=f"{texts.title(file.name, file.title)} (its file cannot be used)",
        description=file.message,
        doc_md=texts.of_broken(file.name, file.message),
        schedule=file.schedule,
        start_date=BEGINNING,
        catchup=False,
        max_active_runs=1,
        default_args={**DEFAULTS, "owner": file.owner or "study-index"},
        tags=["ingest", "broken", file.name],
    ) as dag:

        @task(task_id="explain")
        def explain() -> None:
            """Fail with the reason why the file cannot be used."""
            from pipeline.dags.alerts import alert

            alert(get_current_context(), "failed", file.message)
            raise UsageError(file.message)

        explain()
    return dag

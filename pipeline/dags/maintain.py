"""Daily: delete the generations and staged parts that are no longer needed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, task

LOG = logging.getLogger("airflow.task")


def maintain() -> DAG:
    """The DAG `maintain_index`."""
    with DAG(
        "maintain_index",
        description="Prune generations and staging",
        doc_md=__doc__,
        schedule="30 5 * * *",
        start_date=datetime(2025, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={
            "retries": 2,
            "retry_delay": timedelta(minutes=5),
            "execution_timeout": timedelta(hours=2),
        },
        tags=["maintenance"],
    ) as dag:

        @task
        def owners() -> list[str]:
            """Catalogues that have anything in the index or in staging."""
            from pipeline.local.connection import connected
            from pipeline.run.retention import catalogues_with_data

            return catalogues_with_data(connected())

        @task(pool="elasticsearch", map_index_template="{{ task.op_kwargs['catalogue'] }}")
        def prune(catalogue: str) -> dict[str, list[str]]:
            """Delete superseded generations and staged parts of one catalogue, unless a run works on it."""
            from pipeline.local.connection import connected
            from pipeline.run.retention import prune_if_free

            deleted = prune_if_free(connected(), catalogue)
            for message in deleted["passed_over"]:
                LOG.info(message)
            return deleted

        prune.expand(catalogue=owners())
    return dag

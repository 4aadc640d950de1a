"""Daily: delete the generations and staged parts that are no longer needed."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, task

from pipeline.dags.retrying import DEFAULTS
from pipeline.dags.surroundings import plain_errors
from pipeline.dags.telling import telling_failure

LOG = logging.getLogger("airflow.task")


def maintain() -> DAG:
    """The DAG `maintain_index`."""
    with DAG(
        "maintain_index",
        dag_display_name="Maintain the index",
        description="Prune generations and staging",
        doc_md=__doc__,
        schedule="30 5 * * *",
        start_date=datetime(2025, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={**DEFAULTS, "owner": "study-index", "execution_timeout": timedelta(hours=2)},
        tags=["maintenance"],
    ) as dag:

        @task
        def owners() -> list[str]:
            """Catalogues that have anything in the index or in staging."""
            from pipeline.local.connection import connected
            from pipeline.run.retention import catalogues_with_data

            with plain_errors(), telling_failure(), connected() as client:
                return catalogues_with_data(client)

        @task(pool="elasticsearch", map_index_template="{{ task.op_kwargs['catalogue'] }}")
        def prune(catalogue: str) -> dict[str, list[str]]:
            """Delete superseded generations and staged parts of one catalogue, unless a run works on it."""
            from pipeline.local.connection import connected
            from pipeline.run.retention import prune_if_free

            with plain_errors(), telling_failure(), connected() as client:
                deleted = prune_if_free(client, catalogue)
            for message in deleted["passed_over"]:
                LOG.info(message)
            return deleted

        prune.expand(catalogue=owners())
    return dag

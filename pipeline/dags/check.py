"""Daily: is everything in order, and is every catalogue as fresh as its schedule promises?

**doctor** makes the checks of `study-index doctor`. **freshness** compares the last good run of each catalogue with its
schedule. A task fails where something is wrong; its log names each problem and what to do, and there is one alert for
each cause.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow.sdk import DAG, get_current_context, task

from pipeline.dags.retrying import DEFAULTS
from pipeline.dags.surroundings import plain_errors
from pipeline.dags.telling import telling_failure

if TYPE_CHECKING:
    from pipeline.dags.alerts import Cause

LOG = logging.getLogger("airflow.task")


def check() -> DAG:
    """The DAG `check_index`."""
    with DAG(
        "check_index",
        dag_display_name="Check the index",
        description="Doctor and freshness, with one alert for each cause",
        doc_md=__doc__,
        schedule="0 7 * * *",
        start_date=datetime(2025, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args={**DEFAULTS, "owner": "study-index"},
        tags=["maintenance"],
    ) as dag:

        @task(pool="elasticsearch")
        def doctor() -> None:
            """Make the checks of `study-index doctor`."""
            from pipeline.dags.connections import connected, set_all_keys
            from pipeline.operations.doctor import findings

            wrong = []
            with plain_errors(), telling_failure():
                set_all_keys()
                with connected() as client:
                    for finding in findings(client, None):
                        LOG.info("%s: %s: %s", "ok" if finding.ok else "WRONG", finding.what, finding.found)
                        if not finding.ok:
                            wrong.append(f"{finding.what}: {finding.found}")
            _end({"doctor": wrong})

        @task(pool="elasticsearch")
        def freshness() -> None:
            """Compare the last good run of each catalogue with its schedule."""
            from pipeline.dags import metrics
            from pipeline.dags.connections import connected
            from pipeline.model.moments import now
            from pipeline.operations.ages import ages
            from pipeline.operations.freshness import Freshness

            with plain_errors(), telling_failure(), connected() as client:
                found = ages(client, now())
            for each in found:
                LOG.info(each.sentence)
                if each.last_good is not None:
                    metrics.send_age(each.catalogue, each.last_good, now())
            judged = {each.catalogue: each.freshness.value for each in found if each.freshness is not None}
            get_current_context()["ti"].xcom_push("freshness", judged)
            _end(
                {
                    "late": [each.sentence for each in found if each.freshness is Freshness.LATE],
                    "stale": [each.sentence for each in found if each.freshness is Freshness.STALE],
                }
            )

        doctor()
        freshness()
    return dag


def _end(problems: dict[Cause, list[str]]) -> None:
    """Send an alert for each cause that has problems, and fail with all of them.

    Raises:
        FailError: there is a problem.
    """
    from pipeline.dags.alerts import alert
    from pipeline.errors import FailError

    for cause, lines in problems.items():
        if lines:
            alert(get_current_context(), cause, "\n".join(lines))
    if found := [line for lines in problems.values() for line in lines]:
        raise FailError(". ".join(found))

"""The DAG `ingest_<name>` of one catalogue file. It has no logic: the stages are in `pipeline/run`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    get_current_context,
    task,
)

from pipeline.catalogue import Catalogue
from pipeline.dags.connections import connected, described
from pipeline.errors import RetryError, StudyIndexError, UsageError
from pipeline.index.leases import working_on
from pipeline.run import fetch, gate, load, plan, process, publish, report, report_texts
from pipeline.run.context import Context, Options
from pipeline.run.results import FetchResult, RunReport
from pipeline.run.runner import groups
from pipeline.staging.dag_runs import run_id_of
from pipeline.staging.store import Staging

STUDIES = Asset("studies")

LOG = logging.getLogger("airflow.task")

HOUR = timedelta(hours=1)
LONGEST = 6 * HOUR
"""Longest time of a task that works on staged parts and the index; a million documents take less than an hour."""
MARGIN = 2 * HOUR
"""What `fetch` may take longer than its harvest: the parts that it stages, and what it looks up in the index."""

DEFAULTS: dict[str, Any] = {
    "execution_timeout": LONGEST,
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(exception=RetryError, action=RetryAction.RETRY, reason="the service was busy or unavailable"),
            RetryRule(
                exception=StudyIndexError,
                action=RetryAction.FAIL,
                reason="another attempt would end the same way",
            ),
        ]
    ),
}

PARAMS = {
    "full": Param(False, type="boolean", title="Full", description="Ask for everything, and rebuild every document."),
    "since": Param(None, type=["null", "string"], format="date", title="Since", description="Ask for changes since."),
    "limit": Param(None, type=["null", "integer"], minimum=1, title="Limit", description="Stop after this number."),
}


def staging_of(name: str) -> Staging:
    """What is staged of the run that the current task belongs to."""
    return Staging(name, run_id_of(get_current_context()["dag_run"].run_id))


@contextmanager
def at_work(name: str, *, last: bool = False) -> Iterator[Context]:
    """The run that the current task belongs to, with a client for Elasticsearch, and with the catalogue's lease.

    The tasks of a DAG run share the lease, and it stays with the run between them. A task that fails releases it, and
    so does the last one.
    """
    current = get_current_context()
    asked = current["params"]
    options = Options(full=asked["full"], since=asked["since"], limit=asked["limit"])
    context = Context(described(name), staging_of(name).run_id, connected(), options)
    with working_on(context.client, name, current["ti"].task_id, context.owner, dag=True, parks=not last):
        yield context


def ingest(catalogue: Catalogue) -> DAG:
    """The DAG of one catalogue."""
    name = catalogue.name
    with DAG(
        f"ingest_{name}",
        description=f"{catalogue.title}: fetch, process, plan, load, gate, live, report",
        doc_md=description(catalogue),
        schedule=catalogue.schedule,
        start_date=datetime(2025, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        params=PARAMS,
        tags=["ingest", catalogue.protocol.type, catalogue.format],
    ) as dag:

        @task(task_id="fetch", pool="catalogues", execution_timeout=catalogue.max_hours * HOUR + MARGIN)
        def fetch_records() -> list[list[int]]:
            """Harvest the catalogue into raw parts; what was fetched is in the XCom `fetched`."""
            with at_work(name) as context:
                fetched = fetch.fetch(context)
            get_current_context()["ti"].xcom_push("fetched", fetched.model_dump(mode="json", exclude={"sums"}))
            return groups(fetched.parts)

        @task(task_id="process", pool="workers", map_index_template="parts {{ task.op_kwargs['group'] | join(', ') }}")
        def process_parts(group: list[int]) -> dict[str, int]:
            """Read, validate and enrich raw parts into ready parts and rejects."""
            with at_work(name) as context:
                done = [process.process(context.catalogue, context.staging, part) for part in group]
            return {
                "read": sum(item.read for item in done),
                "rejected": sum(item.rejected for item in done),
            }

        @task(task_id="plan", pool="elasticsearch", trigger_rule=TriggerRule.NONE_FAILED)
        def plan_changes() -> list[list[int]]:
            """Compare with what is live, make the candidate if anything changes; counts are in the XCom `planned`."""
            with at_work(name) as context:
                planned = plan.plan(context)
            counts = planned.model_dump(mode="json", exclude={"sums", "keys"})
            get_current_context()["ti"].xcom_push("planned", counts)
            return groups(FetchResult.staged(context.staging).parts if planned.index else [])

        @task(
            task_id="load", pool="elasticsearch", map_index_template="parts {{ task.op_kwargs['group'] | join(', ') }}"
        )
        def load_parts(group: list[int]) -> dict[str, int]:
            """Write ready documents into the candidate."""
            with at_work(name) as context:
                done = [load.load(context, part) for part in group]
            return {
                "written": sum(item.written for item in done),
                "refused": sum(sum(item.refused.values()) for item in done),
            }

        @task(task_id="gate", pool="elasticsearch", trigger_rule=TriggerRule.NONE_FAILED)
        def judge_run() -> dict[str, Any]:
            """Count the candidate and judge the run."""
            with at_work(name) as context:
                return gate.gate(context).as_json()

        @task(task_id="live", pool="elasticsearch")
        def go_live() -> dict[str, Any]:
            """Swap the alias if the gate passed the candidate, and write the run report."""
            with at_work(name, last=True) as context:
                return publish.publish(context).as_json()

        @task(task_id="report", outlets=[STUDIES])
        def show_report() -> dict[str, Any]:
            """Show the run report; a held run fails here, for a person to decide."""
            found = RunReport.staged(staging_of(name))
            for line in report_texts.as_lines(found):
                LOG.info(line)
            get_current_context()["outlet_events"][STUDIES].extra = report_texts.counts(found)
            report.raise_if_held(found)
            return found.as_json()

        planned = plan_changes()
        process_parts.expand(group=fetch_records()) >> planned
        load_parts.expand(group=planned) >> judge_run() >> go_live() >> show_report()
    return dag


def broken(name: str, message: str) -> DAG:
    """A DAG for a catalogue file that cannot be used: its documentation gives the reason, and a run of it fails."""
    doc = f"The catalogue file cannot be used.\n\n{message}"
    with DAG(f"ingest_{name}", schedule=None, doc_md=doc, tags=["ingest", "broken"]) as dag:

        @task(retries=1, retry_policy=DEFAULTS["retry_policy"], execution_timeout=MARGIN)
        def explain() -> None:
            """Fail with the reason why the file cannot be used."""
            raise UsageError(message)

        explain()
    return dag


def description(catalogue: Catalogue) -> str:
    """The text that Airflow's pages show with the DAG, in Markdown."""
    return f"""### {catalogue.title}

`{catalogue.name}`, protocol {catalogue.protocol.type}, format {catalogue.format}, {catalogue.home or "no home page"}.

**fetch** raw parts → **process** documents and rejects → **plan** what changes, make the candidate → **load** →
**gate** → **live** → **report**. A run that changes nothing makes no generation.

A run that **fails in `report`** is held at the gate: the live generation is unchanged, and the candidate waits beside
it. The reasons are in the log of `report`. `study-index promote {catalogue.name}` makes the candidate live; without it,
what is live stays. After `study-index rollback {catalogue.name}` runs hold until `promote` or `unpin`.

Trigger it with *full* (everything is fetched, and every fetched document rebuilt), *since* (a date) or *limit* (a
number of records; nothing is deleted for being absent).

Limits: drop {catalogue.max_drop:.0%}, rejects {catalogue.max_rejects:.0%}, drift {catalogue.max_drift:.0%}.
"""

"""The DAGs of one catalogue file: `ingest_<name>`, and `reprocess_<name>`, which fetches nothing.

They have no logic: the stages are in `pipeline/run`, and what tasks need is imported when they run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from pipeline import settings
from pipeline.dags import texts
from pipeline.dags.clock import Clock
from pipeline.dags.ending import show_end
from pipeline.dags.questions import Decide
from pipeline.dags.retrying import DEFAULTS, HOUR, patient
from pipeline.dags.surroundings import at_work, plain_errors, push
from pipeline.staging.dag_runs import INGEST, REPROCESS

if TYPE_CHECKING:
    from airflow.sdk import XComArg

    from pipeline.catalogue import Catalogue

LOG = logging.getLogger("airflow.task")

BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)

LONGEST_EMBEDDING = 72 * HOUR
"""A million documents take a day where this machine's processor embeds them; what was made stays if the task ends."""

MARGIN = 2 * HOUR
"""What `fetch` may take longer than its harvest: the parts that it stages, and what it looks up in the index."""

SHOWN = "{{ shown }}"
"""Label of a mapped task: what it did."""

PARAMS = {
    "full": Param(
        False,
        type="boolean",
        title="Full run",
        description="Ask for every record. Without it, a run asks for what changed.",
    ),
    "since": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Since",
        description="Ask for what changed since this date. The watermark stays where it is.",
    ),
    "limit": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Limit",
        description="Stop after this number of records, to try something out. Nothing is deleted for being absent.",
    ),
}


def asset_of(catalogue: Catalogue) -> Asset:
    """The asset of a catalogue: what is live of it."""
    name = f"studies/{catalogue.name}"
    return Asset(name, uri=f"study-index://{name}", group="studies", extra={"title": catalogue.title})


def ingest(catalogue: Catalogue) -> DAG:
    """The DAG that runs a catalogue."""
    name = catalogue.name
    with DAG(
        f"{INGEST}{name}",
        dag_display_name=texts.title(name, catalogue.title),
        description=f"{name}: fetch, process, plan, load, gate, decide, live, link, report",
        doc_md=texts.of_ingest(catalogue),
        schedule=catalogue.schedule,
        params=PARAMS,
        **_common(catalogue, "ingest"),
    ) as dag:

        @task(
            task_id="fetch",
            pool="catalogues",
            execution_timeout=catalogue.max_hours * HOUR + MARGIN,
            **patient(catalogue.patience_hours),
        )
        def fetch_records() -> list[list[int]]:
            """Harvest the catalogue into raw parts; what was fetched is in the XCom `fetched`."""
            from pipeline.run.fetch import fetch

            with Clock("fetched", "records") as clock, at_work(name, clock) as context:
                return _parts(context, fetch(context))

        _after_fetch(catalogue, fetch_records())
    return dag


def reprocess(catalogue: Catalogue) -> DAG:
    """The DAG that rebuilds a catalogue from the raw records that are staged."""
    name = catalogue.name
    with DAG(
        f"{REPROCESS}{name}",
        dag_display_name=f"{texts.title(name, catalogue.title)}: reprocess",
        description=f"{name}: build every document anew from staged raw records, without fetching",
        doc_md=texts.of_reprocess(catalogue),
        schedule=None,
        **_common(catalogue, "reprocess"),
    ) as dag:

        @task(task_id="reprocess", pool="workers", **patient(catalogue.patience_hours))
        def take_staged() -> list[list[int]]:
            """Take the raw records that are staged of the catalogue; how many is in the XCom `fetched`."""
            from pipeline.run.reprocess import reprocess as staged_records

            with Clock("took", "records") as clock, at_work(name, clock) as context:
                return _parts(context, staged_records(context))

        _after_fetch(catalogue, take_staged())
    return dag


def _common(catalogue: Catalogue, *tags: str) -> dict[str, Any]:
    """What both DAGs of a catalogue are made with."""
    return {
        "start_date": BEGINNING,
        "catchup": False,
        "max_active_runs": 1,
        "default_args": {**DEFAULTS, "owner": catalogue.owner or "study-index"},
        "tags": [*tags, catalogue.name, catalogue.protocol.type, catalogue.format],
    }


def _parts(context: Any, fetched: Any) -> list[list[int]]:
    from pipeline.run.candidate import make_early_candidate
    from pipeline.run.runner import groups

    make_early_candidate(context, fetched)
    push("fetched", fetched.model_dump(mode="json", exclude={"sums"}))
    return groups(fetched.parts)


def _after_fetch(catalogue: Catalogue, parts: XComArg) -> None:
    """The tasks that follow when the raw parts are there."""
    name = catalogue.name

    @task(task_id="process", pool="workers", map_index_template=SHOWN)
    def process_parts(group: list[int]) -> dict[str, int]:
        """Read, validate and enrich raw parts into ready parts and rejects."""
        from pipeline.run.process import process

        def one(context: Any, part: int) -> dict[str, int]:
            done = process(context, part)
            return {"read": done.read, "rejected": done.rejected}

        return _each(name, group, one, "read", "rejected")

    @task(task_id="plan", pool="elasticsearch", trigger_rule=TriggerRule.NONE_FAILED)
    def plan_changes() -> list[list[int]]:
        """Compare with what is live, make the candidate if anything changes; counts are in the XCom `planned`."""
        from pipeline.run.plan import plan
        from pipeline.run.runner import groups_to_load

        with at_work(name) as context:
            planned = plan(context)
            push("planned", planned.model_dump(mode="json", exclude={"sums", "keys"}))
            return groups_to_load(context, planned)

    @task(task_id="load", pool="elasticsearch", map_index_template=SHOWN)
    def load_parts(group: list[int]) -> dict[str, int]:
        """Write ready documents into the candidate."""
        from pipeline.run.load import load

        def one(context: Any, part: int) -> dict[str, int]:
            done = load(context, part)
            return {"written": done.written, "refused": sum(done.refused.values())}

        return _each(name, group, one, "written", "refused")

    planned = plan_changes()
    process_parts.expand(group=parts) >> planned
    _after_load(catalogue, load_parts.expand(group=planned))


def _after_load(catalogue: Catalogue, loaded: XComArg) -> None:
    """The tasks that follow when the candidate has its documents."""
    name, asset = catalogue.name, asset_of(catalogue)

    @task(task_id="gate", pool="elasticsearch", trigger_rule=TriggerRule.NONE_FAILED)
    def judge_run() -> dict[str, Any]:
        """Count the candidate and judge the run; of one that is held, write the report."""
        from pipeline.run.gate import gate
        from pipeline.run.publish import publish

        with at_work(name) as context:
            judged = gate(context)
        if judged.verdict == "hold":
            with at_work(name, last=True) as context:  # so that a person's decision finds the lease free
                publish(context)
        return judged.as_json()

    decide = Decide.of(catalogue)

    @task(task_id="live", pool="elasticsearch", trigger_rule=TriggerRule.NONE_FAILED)
    def go_live() -> None:
        """Make the candidate live if the gate passed it, or a person lets it; is skipped where nobody does."""
        from pipeline.dags.deciding import carried_out

        decision = get_current_context()["ti"].xcom_pull(task_ids="decide")
        with at_work(name, last=True) as context:
            happened = carried_out(context, decision)
        if happened.skipped:
            raise AirflowSkipException(happened.words)
        LOG.info("%s", happened.words)

    @task(task_id="link", pool="elasticsearch")
    def find_links() -> dict[str, int]:
        """Find works and hierarchy of what went live. A failure is told and undoes nothing: the next pass heals it."""
        from pipeline.dags.connections import connected
        from pipeline.dags.surroundings import staging_here
        from pipeline.run.link import link_live
        from pipeline.run.report_texts import link_rows
        from pipeline.run.results import RunReport

        with plain_errors():
            report = link_live(connected(), RunReport.staged(staging_here()))
        LOG.info("%s", "; ".join(f"{row.number:,} {row.meaning}" for row in link_rows(report)) or report.notes[-1])
        return report.links.model_dump() if report.links else {}

    @task(task_id="report", outlets=[asset], trigger_rule=TriggerRule.ALL_DONE)
    def show_report() -> None:
        """Show what became of the run; one that is held, refused or failed fails here, with the reason."""
        show_end(asset)

    loaded = loaded >> _embedded(name) if settings.embeddings() else loaded
    loaded >> judge_run() >> decide >> go_live() >> find_links() >> show_report()


def _embedded(name: str) -> XComArg:
    """The task that gives documents their vectors."""

    @task(
        task_id="embed",
        pool="elasticsearch",
        trigger_rule=TriggerRule.NONE_FAILED,
        execution_timeout=LONGEST_EMBEDDING,
    )
    def make_vectors() -> dict[str, Any]:
        """Give the documents of the candidate their vectors; those that are missing do not end the run."""
        from pipeline.run.embed import embed

        with Clock("embedded", "documents") as clock, at_work(name, clock) as context:
            embedded = embed(context)
        if embedded is None:
            return {}
        if embedded.missing:
            LOG.warning("%s documents have no vector: %s", f"{embedded.missing:,}", embedded.problem or "")
        return embedded.as_json()

    return make_vectors()


def _each(name: str, group: list[int], one: Callable[[Any, int], dict[str, int]], *counts: str) -> dict[str, int]:
    """Do a stage for each part of a group; the sums of its counts, which the label of the task shows as well."""
    current: Any = get_current_context()
    parts = f"part {group[0]}" if len(group) == 1 else f"parts {group[0]}–{group[-1]}"
    current["shown"] = parts
    sums = dict.fromkeys(counts, 0)
    main = counts[0]
    with Clock(main, "documents") as clock, at_work(name, clock) as context:
        for number, part in enumerate(group, 1):
            for count, more in one(context, part).items():
                sums[count] += more
            clock(main, sums[main], None)
            LOG.info("part %d (%d of %d): %s", part, number, len(group), _listed(sums))
    current["shown"] = f"{parts}: {_listed(sums)}"
    return sums


def _listed(counts: dict[str, int]) -> str:
    """The counts in words: the first one, and others that are not 0."""
    first, *others = (f"{number:,} {count}" for count, number in counts.items())
    return ", ".join([first, *(words for words in others if not words.startswith("0 "))])

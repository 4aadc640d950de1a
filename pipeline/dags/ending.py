"""How a DAG run ends: what its last task shows, hands on, and fails with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from airflow.sdk import get_current_context

from pipeline.dags.surroundings import FAILURE, LONGEST_NOTE, plain_errors, push, staging_here
from pipeline.dags.telling import tell_end, telling_failure
from pipeline.errors import FailError, HoldError, StudyIndexError
from pipeline.model.moments import timestamp

if TYPE_CHECKING:
    from airflow.sdk import Asset

    from pipeline.run.results import RunReport
    from pipeline.staging.store import Staging

LOG = logging.getLogger("airflow.task")

BAD = {"failed", "upstream_failed"}

KILLED = "ended without an error of its own, as it was killed or took too long: its log has the rest"

VERDICTS = {
    "live": "passed the gate",
    "unchanged": "nothing changed",
    "promoted": "was held and let go live",
    "rolled_back": "rolled back since",
}
"""How a run ended well, in the words of its note."""


class End(NamedTuple):
    """How a run ended. `outcome` is that of its report, or `failed`; `problem` makes the DAG run fail."""

    outcome: str
    note: str
    problem: StudyIndexError | None
    report: RunReport | None


def show_end(asset: Asset) -> None:
    """Log the report, hand on its figures, tell the asset, and fail where the run did not end well.

    Raises:
        HoldError: the gate held the run, or somebody refused it; the message states who and why.
        FailError: a stage failed, with the message of its error.
    """
    from pipeline.run import report_texts

    staging = staging_here()
    with plain_errors(), telling_failure():
        states = _states()
        end = end_of(staging, states, _failure(states))
        push("note", end.note)
        push("outcome", end.outcome)
        if end.report is not None:
            for line in report_texts.as_lines(end.report):
                LOG.info("%s", line)
            push("counts", report_texts.counts(end.report))
            push("report", end.report.as_json())
    tell_end(end)
    if end.problem is not None:
        raise end.problem
    if end.report is not None:
        _tell(asset, end.report)


def end_of(staging: Staging, states: dict[str, str | None], handed_on: str | None = None) -> End:
    """How a run ended whose tasks, by task id, are in these states.

    `handed_on` is why one failed, in its own words; where it did not come so far, what it staged counts.
    """
    from pipeline.index.generations import generations
    from pipeline.local.connection import connected
    from pipeline.run.results import RunReport
    from pipeline.run.staged_reports import resolved

    failed = [task for task, state in states.items() if state in BAD]
    if failed:
        first = next((task for task in failed if states[task] == "failed"), failed[0])
        words = handed_on or _staged_failure(staging) or f"{first} {KILLED}"
        return End("failed", _shortened(f"failed in {words}"), FailError(f"Failed in {words}"), None)
    if not RunReport.is_staged(staging):
        words = "there is no report of this run: a task that writes it did not run"
        return End("failed", words, FailError(words[0].upper() + words[1:]), None)
    report = RunReport.staged(staging)
    report = resolved(report, generations(connected(), staging.catalogue))
    problem = problem_of(report)
    return End(report.outcome, _shortened(note_of(report)), problem, report)


def note_of(report: RunReport) -> str:
    """A run in one line."""
    from pipeline.run.report_texts import decided

    reasons = "; ".join(report.gate.reasons)
    if report.outcome == "refused":
        return f"refused{decided(report)}; it was held by {reasons}"
    if report.outcome == "held":
        return f"held: {reasons}"
    rejects = f"{report.rejected:,} reject{'' if report.rejected == 1 else 's'}"
    changes = f"+{report.created:,} ~{report.updated:,} −{report.deleted:,}"
    verdict = VERDICTS.get(report.outcome, "did not go live")
    doubted = f", {report.doubted:,} in doubt" if report.doubted else ""
    counts = "".join([doubted, _links_of(report), _vectors_of(report)])
    return f"{report.live:,} live, {changes}, {rejects}{counts}; {verdict}{decided(report)}"


def _links_of(report: RunReport) -> str:
    """What works and hierarchy gained, for the note of a run; empty where that is nothing."""
    links = report.links
    if links is None:
        return ""
    named = ((links.joined, "joined"), (links.superseded, "superseded"), (links.placed, "given a parent"))
    return "".join(f", {number:,} {what}" for number, what in named if number)


def _vectors_of(report: RunReport) -> str:
    """The vectors that are new or missing, for the note of a run; empty where there are neither."""
    vectors = report.vectors
    if vectors is None:
        return ""
    new = f", {vectors.made:,} new vector{'' if vectors.made == 1 else 's'}" if vectors.made else ""
    return f"{new}, {vectors.missing:,} without a vector" if vectors.missing else new


def problem_of(report: RunReport) -> StudyIndexError | None:
    """What the DAG run of a report fails with; None where it ended well."""
    from pipeline.run.report_texts import decided

    reasons = "; ".join(report.gate.reasons)
    if report.outcome == "refused":
        return HoldError(f"refused{decided(report)}. What is live is untouched. It was held by {reasons}")
    if report.outcome == "held":
        todo = (
            f"The candidate {report.generation} waits: study-index promote {report.catalogue} lets it go live, and so "
            "does the DAG change_index."
            if report.generation
            else "Nothing else changed, so no candidate waits."
        )
        return HoldError(f"held at the gate: {reasons}. What is live is untouched. {todo}")
    if report.outcome in {"going_live", "not_live"}:
        return FailError(f"{report.catalogue}: the run ended before it went live; run the catalogue again")
    return None


def _shortened(note: str) -> str:
    return note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1]}…"


def _states() -> dict[str, str | None]:
    """The states of the other tasks of this DAG run by task id; a mapped task has several, numbered."""
    current: Any = get_current_context()
    ti, run = current["ti"], current["dag_run"]
    tasks = [task for task in current["dag"].task_ids if task != ti.task_id]
    found: dict[str, str | None] = ti.get_task_states(dag_id=run.dag_id, task_ids=tasks, run_ids=[run.run_id])[
        run.run_id
    ]
    return found


def _staged_failure(staging: Staging) -> str | None:
    from pipeline.run.failures import failure_of

    failure = failure_of(staging)
    return f"{failure.in_stage}: {failure.message}" if failure else None


def _failure(states: dict[str, str | None]) -> str | None:
    """Why the first task failed that did, as it handed it on: its name, and the message of its error."""
    ti: Any = get_current_context()["ti"]
    for name, state in states.items():
        task, _, index = name.rpartition("_")
        mapped = bool(task) and index.isdecimal()
        where = {"task_ids": task, "map_indexes": int(index)} if mapped else {"task_ids": name}
        if state == "failed" and (message := ti.xcom_pull(key=FAILURE, **where)):
            return f"{task if mapped else name}: {message}"
    return None


def _tell(asset: Asset, report: RunReport) -> None:
    """Counts and last good run, for the asset's page and for DAGs that wait for the catalogue."""
    from pipeline.run import report_texts

    current: Any = get_current_context()
    current["outlet_events"][asset].extra = report_texts.counts(report)
    store = current["asset_state_store"][asset]
    store.set("live", report.live)
    store.set("last_good_run", {"run_id": report.run_id, "at": timestamp(), "outcome": report.outcome})

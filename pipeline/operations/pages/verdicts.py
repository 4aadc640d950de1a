"""The verdict of a run page: what became of the run, in a headline, a sentence, and what a person can do."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pipeline.index.meta import Decision
from pipeline.operations.pages.rendering import plural
from pipeline.operations.shown_run import RunShown
from pipeline.run.results import Outcome, RunReport

Tone = Literal["good", "held", "bad", "busy"]

OUTCOMES: dict[Outcome, tuple[Tone, str, str]] = {
    "live": ("good", "Live", "The gate passed the run. {live}."),
    "unchanged": (
        "good",
        "Nothing changed",
        "The gate passed the run. The catalogue is as it was, so no generation was made. {live}.",
    ),
    "going_live": (
        "busy",
        "Going live",
        "The gate passed the run, and its generation was about to go live. Load this page again.",
    ),
    "not_live": (
        "bad",
        "Not live",
        "The gate passed the run, and it ended before its generation went live. What is live is untouched: {live}.",
    ),
    "held": ("held", "Held: a person decides", "The gate held the run. What is live is untouched: {live}."),
    "promoted": ("good", "Promoted{by}", "The gate held the run, and a person let it go live. {live}."),
    "refused": (
        "bad",
        "Refused{by}",
        "The gate held the run, and a person refused it. What is live is untouched: {live}.",
    ),
    "rolled_back": (
        "bad",
        "Rolled back{by}",
        "The run was live until a person rolled it back. What was live before it is live again: {live}.",
    ),
}
"""Tone, headline and sentence of each outcome."""


class Verdict(NamedTuple):
    """What the page begins with. In `todo` a command is between backticks."""

    tone: Tone
    headline: str
    text: str
    todo: str | None = None
    decision: Decision | None = None


def verdict(run: RunShown) -> Verdict:
    """The verdict of a run, by what it has: a failure, a report, or neither."""
    if run.failure is not None:
        stage = "" if run.failure.in_stage == "run" else f" in {run.failure.in_stage}"
        return Verdict("bad", f"Failed{stage}", run.failure.message, _after_failure(run))
    if run.report is None:
        return _without_end(run)
    return _of_report(run, run.report)


def _after_failure(run: RunShown) -> str:
    """What to do. The command line continues only a harvest; Airflow continues any task."""
    untouched = (
        "What is live is untouched, and what was fetched is kept. Once the cause is gone, clear the failed task in"
    )
    if run.stages and not run.stages[0].complete:
        again = f"or use `study-index run {run.catalogue} --resume`: the run continues where it ended."
        return f"{untouched} Airflow, {again}"
    return (
        f"{untouched} Airflow: the run continues where it ended. A run of the command line is made anew: "
        f"`study-index run {run.catalogue}`."
    )


def _without_end(run: RunShown) -> Verdict:
    if not run.stages:
        stage = ""
    else:
        last = run.stages[-1]
        stage = f": {last.stage} is done" if last.complete else f": in {last.stage}"
    text = (
        "The run has no report yet. It is at work, or it was stopped from outside: its tasks in Airflow show which. "
        "What is live is untouched."
    )
    return Verdict("busy", f"Not ended{stage}", text)


def _of_report(run: RunShown, report: RunReport) -> Verdict:
    tone, headline, text = OUTCOMES[report.outcome]
    decision = report.decision
    by = f" by {decision.by}" if decision and decision.by else ""
    live = plural(report.live, "document is live", "documents are live")
    if report.promotion is not None:
        text = f"The gate held the run, and {report.promotion.by or 'a person'} let it go live. {text}"
    return Verdict(tone, headline.format(by=by), text.format(live=live), _todo(run, report), decision)


def _todo(run: RunShown, report: RunReport) -> str | None:
    """What a person can do, if there is something to do."""
    match report.outcome:
        case "not_live":
            return f"Run the catalogue again: `study-index run {run.catalogue}`."
        case "held":
            return _after_hold(run, report)
        case "refused" if run.waits:
            return f"Until the next run it can still go live: `study-index promote {run.catalogue}`."
        case "rolled_back" if run.pinned:
            return (
                "The catalogue is pinned: its runs are held from now on. "
                f"`study-index unpin {run.catalogue}` lets the next one go live."
            )
        case "live" | "unchanged" | "promoted" if report.doubted:
            doubted = plural(report.doubted, "document is in doubt", "documents are in doubt")
            return f"{doubted}: `study-index doubts {run.catalogue}` lists what to look at."
    return None


def _after_hold(run: RunShown, report: RunReport) -> str:
    if report.generation is None:
        return (
            "Nothing else changed, so no candidate waits. Correct what the reason names, or the limit in the catalogue "
            "file, and run it again."
        )
    if run.waits:
        return (
            f"The candidate with {report.judged:,} documents waits. If the change is real, let it go live: "
            f"`study-index promote {run.catalogue}`. If not, correct what the reason names and run it again."
        )
    return "A later run or decision replaced the candidate: it can no longer go live."

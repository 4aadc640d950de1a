"""What a decision does: the candidate goes live, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pipeline.run.context import Context


class Happened(NamedTuple):
    """What became of the candidate, in words; `skipped` where it did not go live."""

    words: str
    skipped: bool = False


def carried_out(context: Context, decision: dict[str, Any] | None) -> Happened:
    """Let the run go live if the gate passed it; else do what was decided. Doing it again changes nothing.

    Raises:
        UsageError: the candidate can no longer go live.
        FailError, RetryError: as `publish` and `lifecycle` state.
    """
    from pipeline.errors import FailError
    from pipeline.index import lifecycle
    from pipeline.index.generations import known_and_live
    from pipeline.index.states import state
    from pipeline.run.publish import publish
    from pipeline.run.results import GateResult, PlanResult

    staging, client, name = context.staging, context.client, context.catalogue.name
    if GateResult.staged(staging).verdict == "pass":
        report = publish(context)
        return Happened(f"{report.generation} is live" if report.generation else "nothing changed")
    if decision is None:
        return Happened("The run is held, and nobody was asked or answered. What is live is untouched", skipped=True)
    number = PlanResult.staged(staging).generation
    known, live = known_and_live(client, name)
    candidate = next((item for item in known if item.number == number), None)
    is_now = state(candidate, live) if candidate else None
    by, why = decision["by"], decision["why"]
    if decision["action"] == "promote":
        if is_now == "rolled_back":
            raise FailError(
                f"{name}: generation {number} was rolled back after it had gone live. What is live stays; "
                f"study-index promote {name} lets it go live again."
            )
        if is_now != "live":
            lifecycle.promote(client, name, number, by=by, why=why)
        return Happened(f"Generation {number} of {name} is live, by {by or 'a decision by hand'}")
    if is_now == "live":
        return Happened(f"Generation {number} of {name} is live: it was promoted before the question ended")
    if (
        candidate is not None
        and is_now == "candidate"
        and candidate.meta.state != "refused"
        and not decision["by_hand"]
    ):
        lifecycle.refuse(client, name, candidate.number, by=by, why=why)
    return Happened(f"Refused{f' by {by}' if by else ''}{f': {why}' if why else ''}", skipped=True)

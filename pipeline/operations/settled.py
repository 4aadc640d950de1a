"""What became of a candidate while a question about it was open: somebody may have decided by hand meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.generations import Generation, known_and_live
from pipeline.index.meta import Decision
from pipeline.index.states import gate_reasons, state


class Settled(NamedTuple):
    """The end of a question."""

    goes_live: bool
    """Whether the candidate is live by now."""
    by: str | None
    why: str | None


def settled(client: Elasticsearch, catalogue: str, number: int, asked: str) -> Settled | None:
    """What was decided about a candidate without an answer to the question; None where it still waits.

    `asked` is the ISO 8601 time of the question: a candidate that was refused before waits again.

    A candidate that the gate held only because the catalogue was pinned does not wait any more when it is unpinned:
    later runs go live again, this one does not.

    Raises:
        RetryError: Elasticsearch does not answer.
        FailError: something else than study-index changed what is live.
    """
    known, live = known_and_live(client, catalogue)
    candidate = next((item for item in known if item.number == number), None)
    if candidate is None:
        return Settled(goes_live=False, by=None, why="the candidate was deleted")
    decision = _last(candidate, "promote", "refuse")
    by, why = (decision.by, decision.why) if decision else (None, None)
    is_now = state(candidate, live)
    if is_now == "live":
        return Settled(goes_live=True, by=by, why=why)
    if candidate.meta.state == "refused" and (decision is None or decision.at >= asked):
        return Settled(goes_live=False, by=by, why=why)
    if is_now != "candidate":
        return Settled(goes_live=False, by=None, why=_other(live))
    reasons = gate_reasons(candidate)
    if live is not None and live.meta.pinned is None and reasons and all(map(_is_pin, reasons)):
        unpinned = _last(live, "unpin")
        why = "it was held as the catalogue was pinned; it is unpinned now, so the next run can go live"
        return Settled(goes_live=False, by=unpinned.by if unpinned else None, why=why)
    return None


def _other(live: Generation | None) -> str:
    return f"{live.index if live else 'nothing'} is live by now, so the candidate is out of date"


def _is_pin(reason: str) -> bool:
    return reason.startswith("pinned:")


def _last(generation: Generation, *actions: str) -> Decision | None:
    found = [item for item in generation.meta.decisions if item.action in actions]
    own = [item for item in found if item.number == generation.number or item.action == "unpin"]
    return own[-1] if own else None

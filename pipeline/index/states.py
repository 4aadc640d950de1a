"""What generations are for: the states that they are in, and what becomes of each.

| state | what it is | becomes |
|---|---|---|
| building | a run writes it, or a run that wrote it ended early | candidate: the gate judged it |
| candidate | the gate held it (a person may have refused it), or passed it and the run ended early | live: promote |
| live | readers see it | previous: another one went live; rolled_back: rollback |
| previous | the one that was live before | live: rollback |
| rolled_back | was live until a rollback | live: promote |
| superseded | older than the live one, or made beside another live one than the present one | deleted: prune |

When another one goes live, candidate, previous and rolled_back become superseded. A candidate is deleted as well when a
later one is there, or when a run finds that what is live is what the catalogue has.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pipeline.index.generations import Generation
from pipeline.model.moments import now

State = Literal["live", "previous", "candidate", "rolled_back", "building", "superseded"]

GOES_LIVE: tuple[State, ...] = ("candidate", "rolled_back")
"""States that `promote` makes live."""

KEPT: tuple[State, ...] = ("live", "previous", "rolled_back")
"""States that no run and no prune deletes."""

BUILDS_FOR = timedelta(days=3)
"""A generation that is older and still `building` is of a run that ended."""


def state(generation: Generation, live: Generation | None) -> State:
    """What a generation is for; the table in the head of this module has all states.

    What was made beside another live generation than the present one lacks the changes of the present one. So it can
    not go live any more.
    """
    if generation.live:
        return "live"
    if live is not None and generation.number == live.meta.previous:
        return "previous"
    if live is not None and generation.number < live.number:
        return "superseded"
    if generation.meta.state in {"building", None}:
        return "building"
    if generation.meta.previous != (live.number if live else None):
        return "superseded"
    return "rolled_back" if generation.meta.state == "rolled_back" else "candidate"


def replaced(known: list[Generation], live: Generation | None) -> list[Generation]:
    """The generations that nobody needs: superseded ones, and those whose successor is there."""
    by_state: dict[State, list[Generation]] = {}
    for item in known:
        by_state.setdefault(state(item, live), []).append(item)
    return [
        *by_state.get("superseded", ()),
        *by_state.get("candidate", ())[:-1],
        *by_state.get("rolled_back", ())[:-1],
        *(
            item
            for item in by_state.get("building", ())
            if item.number < known[-1].number or now() - item.created > BUILDS_FOR
        ),
    ]


def gate_reasons(generation: Generation) -> tuple[str, ...]:
    """Why the gate held a generation, also where a person let it go live since; nothing if it did not."""
    reasons = tuple((generation.meta.report or {}).get("gate", {}).get("reasons", ()))
    if generation.meta.state == "held" and not reasons:
        return ("the run ended before its report gave the reason",)
    return reasons

"""Loading while other parts are still processed: into a candidate that starts empty, before the plan is made.

Such a candidate gets every document of the run, so most can be loaded as they are made. What the plan finds after it
(documents with the id of another one) `load` and `finish` set right.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import orjson

from pipeline.index.bulk import Write, write
from pipeline.run.context import Context, Stopwatch
from pipeline.run.keys import Key
from pipeline.run.results import EarlyCandidate, EarlyLoad, PlanResult, ProcessResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import MissingError, Staging


def load_early(context: Context, processed: ProcessResult, documents: Iterable[tuple[Key, bytes]]) -> None:
    """Load the ready documents of a part into the candidate that was made early; nothing where there is none.

    Of documents of the part that have one uuid, the first is loaded.

    Args:
        context: the run.
        processed: what became of the part.
        documents: its ready documents, in their order.
    """
    stopwatch = Stopwatch()
    staging = context.staging
    if not EarlyCandidate.is_staged(staging) or PlanResult.is_staged(staging):
        return
    index = EarlyCandidate.staged(staging).index
    first: dict[str, bytes] = {}
    for key, line in documents:
        first.setdefault(key.uuid, line)
    refusals = write(context.client, index, (Write(uuid, line) for uuid, line in first.items()))
    refused = staging.write_part(Kind.EARLY_REFUSED, processed.part, (orjson.dumps([*item]) for item in refusals))
    EarlyLoad(
        part=processed.part,
        index=index,
        keys=processed.part_of(Kind.KEYS, processed.part),
        sums={Kind.EARLY_REFUSED: (refused,)},
        seconds=stopwatch.seconds,
    ).stage(staging)


def loaded_early(staging: Staging, plan: PlanResult, processed: ProcessResult) -> EarlyLoad | None:
    """What was loaded of a part into the candidate of this plan before it was made; None where nothing was."""
    with suppress(MissingError):
        found = EarlyLoad.of_part(staging, processed.part)
        if found.index == plan.index and found.keys == processed.part_of(Kind.KEYS, processed.part):
            return found
    return None

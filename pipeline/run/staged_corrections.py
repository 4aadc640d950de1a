"""The corrections of a run: staged by `fetch`, so that every later stage applies the same."""

from __future__ import annotations

import orjson

from pipeline.catalogue.corrections import Corrections
from pipeline.run.fetched import FetchResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging


def stage(corrections: Corrections, staging: Staging) -> PartSum:
    """Keep the corrections for the later stages of the run."""
    return staging.write_part(Kind.CORRECTIONS, 0, map(orjson.dumps, corrections.dumped().items()))


def staged(staging: Staging, fetched: FetchResult) -> Corrections:
    """The corrections that the run applies.

    Raises:
        DamagedError: they are not those that `fetch` staged.
    """
    return Corrections.parsed(dict(map(orjson.loads, fetched.lines(staging, Kind.CORRECTIONS))))

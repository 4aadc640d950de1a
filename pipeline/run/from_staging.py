"""Runs that take their raw records from staging, in place of a harvest: what they staged themselves."""

from __future__ import annotations

from pipeline.catalogue.corrections import Corrections
from pipeline.run.staged_corrections import stage
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import PartSum, Staging


def sums_of(staging: Staging, raw: RawParts, corrections: Corrections) -> dict[Kind, tuple[PartSum, ...]]:
    """The parts of such a run by kind: of each record one version, none that is only listed, and the corrections."""
    return {
        Kind.RAW: raw.sums,
        Kind.RAW_KEYS: raw.key_sums,
        Kind.SUPERSEDED: (),
        Kind.UNCHANGED_UPSTREAM: (),
        Kind.READ_ANEW: (),
        Kind.CORRECTIONS: (stage(corrections, staging),),
    }

"""The corrections of a run: staged by `fetch`, so that every later stage applies the same."""

from __future__ import annotations

from pipeline.catalogue.corrections import NONE, Corrections
from pipeline.staging.store import Staging

STAGED = "corrections"
"""Name of the JSON object in staging."""


def stage(corrections: Corrections, staging: Staging) -> None:
    """Keep the corrections for the later stages of the run."""
    staging.write_json(STAGED, corrections.dumped())


def staged(staging: Staging) -> Corrections:
    """The corrections that the run applies; none where none were staged."""
    return Corrections.parsed(staging.read_json(STAGED)) if staging.has_json(STAGED) else NONE

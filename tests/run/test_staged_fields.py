"""Runs that an earlier version staged can be read, or are of another layout: else reports and pruning would fail."""

from __future__ import annotations

import pytest

from pipeline.staging.store import LAYOUT
from tests.run.staged_fields import fields, written_down

RENEW = "renew tests/run/staged_fields.json with: python -m tests.run.staged_fields"


def test_the_layout_is_raised_where_earlier_runs_cannot_be_read() -> None:
    layout, before = written_down()
    if layout != LAYOUT:
        pytest.fail(f"LAYOUT was raised: {RENEW}", pytrace=False)
    now = fields()
    for model, recorded in before.items():
        known = now.get(model, {})
        missing = {name for name, required in known.items() if required} - recorded.keys()
        if changed := sorted(missing | (recorded.keys() - known.keys())):
            pytest.fail(
                f"{model} cannot read what is staged: {', '.join(changed)} is new and has no default, or is no longer "
                f"there. Raise LAYOUT in pipeline/staging/store.py and {RENEW}. Where the layout was never released, "
                "renew alone.",
                pytrace=False,
            )
    if before != now:
        pytest.fail(f"What is staged changed, and earlier runs can still be read: {RENEW}", pytrace=False)

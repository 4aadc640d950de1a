"""What a generation knows of itself: how it is written, read, and changed."""

from __future__ import annotations

import json

import pytest

from pipeline.errors import DefectError
from pipeline.index.meta import Decision, GenerationMeta, PastRun, Pinned


def test_it_is_read_as_it_was_written() -> None:
    meta = GenerationMeta(
        number=2,
        state="ready",
        pinned=Pinned(at="2026-03-01T00:00:00Z", rolled_back=3),
        unmatched=("bay/S1",),
        decisions=(Decision(action="rollback", by="ana", at="2026-03-01T00:00:00Z", number=3),),
    )
    written = meta.as_json()

    assert written["pinned"] == {"at": "2026-03-01T00:00:00Z", "from": 3}
    assert json.loads(json.dumps(written)) == written
    assert GenerationMeta.model_validate(written) == meta


def test_what_an_earlier_version_did_not_write_is_as_if_it_had_not_happened() -> None:
    past = {"run_id": "r", "at": "2026-03-01T00:00:00Z", "mode": "full", "seconds": {}}
    counts = dict.fromkeys(("live", "created", "updated", "deleted", "rejected"), 1)

    meta = GenerationMeta.model_validate({"number": 1, "of_a_later_version": True, "history": [{**past, **counts}]})

    assert meta.not_received == 0
    assert meta.history == (PastRun(**past, **counts, partial=False),)


def test_a_change_that_it_cannot_have_is_a_defect() -> None:
    meta = GenerationMeta(number=1, state="held")

    with pytest.raises(DefectError, match="has no colour"):
        meta.replaced(colour="red")
    with pytest.raises(DefectError, match="state"):
        meta.replaced(state="splendid")
    assert meta.replaced(state="ready", number=2) == GenerationMeta(number=2, state="ready")

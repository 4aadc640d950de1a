"""What the answer to a question does, also where what is live has changed since it was asked."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.dags.deciding import carried_out
from pipeline.errors import FailError
from pipeline.index import lifecycle
from pipeline.run.context import Context
from tests.support import Archive


@pytest.fixture
def held(archive: Archive) -> Context:
    """The run of a catalogue of 20 live documents that was held, with a candidate that has 4."""
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    return archive.context(archive.run()["run_id"])


def answer(action: str, **more: Any) -> dict[str, Any]:
    return {"action": action, "by": "ana", "why": None, "by_hand": False, **more}


def test_an_approval_goes_live_and_is_repeated_without_effect(archive: Archive, held: Context) -> None:
    for _ in range(2):
        assert carried_out(held, answer("promote")).words == f"Generation 2 of {archive.name} is live, by ana"
    assert (archive.live.number, len(archive.live.meta.decisions)) == (2, 1)


def test_an_approval_that_is_repeated_does_not_take_back_a_rollback(archive: Archive, held: Context) -> None:
    carried_out(held, answer("promote"))
    lifecycle.rollback(archive.client, archive.name, by="ben")
    with pytest.raises(FailError, match="was rolled back after it had gone live"):
        carried_out(held, answer("promote"))
    assert archive.live.number == 1


def test_a_rejection_after_somebody_promoted_by_hand_changes_nothing(archive: Archive, held: Context) -> None:
    lifecycle.promote(archive.client, archive.name, by="ben")
    happened = carried_out(held, answer("refuse"))
    assert (happened.skipped, archive.live.number) == (False, 2)


def test_a_rejection_of_a_candidate_that_is_out_of_date_is_no_error(archive: Archive, held: Context) -> None:
    archive.put(*range(21))
    archive.run()
    assert carried_out(held, answer("refuse")).skipped

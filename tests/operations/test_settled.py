"""What became of a candidate while a question about it was open."""

from __future__ import annotations

from pipeline.index import lifecycle
from pipeline.operations.settled import settled
from tests.support import Archive

BEFORE = "2000-01-01T00:00:00Z"
LATER = "2100-01-01T00:00:00Z"


def held(archive: Archive) -> int:
    """Let the gate hold a run of an archive; the number of its candidate."""
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(10))
    archive.run()
    return archive.generations()[-1].number


def test_a_candidate_that_waits_is_not_settled(archive: Archive) -> None:
    assert settled(archive.client, archive.name, held(archive), BEFORE) is None


def test_a_promote_settles_it_with_its_person_and_reason(archive: Archive) -> None:
    number = held(archive)
    lifecycle.promote(archive.client, archive.name, by="ana", why="tidied up")
    assert settled(archive.client, archive.name, number, BEFORE) == (True, "ana", "tidied up")


def test_a_refusal_settles_it(archive: Archive) -> None:
    number = held(archive)
    lifecycle.refuse(archive.client, archive.name, number, by="ana", why="half is missing")
    assert settled(archive.client, archive.name, number, BEFORE) == (False, "ana", "half is missing")


def test_a_candidate_that_was_refused_before_the_question_waits_again(archive: Archive) -> None:
    number = held(archive)
    lifecycle.refuse(archive.client, archive.name, number, by="ana", why="half is missing")
    assert settled(archive.client, archive.name, number, LATER) is None


def test_a_candidate_whose_live_generation_was_replaced_is_out_of_date(archive: Archive) -> None:
    archive.put(20)
    archive.run()
    number = held(archive)
    lifecycle.rollback(archive.client, archive.name, by="ana")
    found = settled(archive.client, archive.name, number, BEFORE)
    assert found is not None
    assert not found.goes_live
    assert "out of date" in (found.why or "")


def test_a_candidate_that_was_deleted_is_settled(archive: Archive) -> None:
    held(archive)
    found = settled(archive.client, archive.name, 99, BEFORE)
    assert found is not None
    assert (found.goes_live, found.why) == (False, "the candidate was deleted")


def test_unpin_settles_a_candidate_that_was_held_for_the_pin_alone(archive: Archive) -> None:
    archive.roll_back()
    archive.put(21)
    archive.run()
    number = archive.generations()[-1].number
    assert settled(archive.client, archive.name, number, BEFORE) is None
    lifecycle.unpin(archive.client, archive.name, by="ana")
    found = settled(archive.client, archive.name, number, BEFORE)
    assert found is not None
    assert (found.goes_live, found.by) == (False, "ana")
    assert "the next run can go live" in (found.why or "")

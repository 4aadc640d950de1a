"""Runs from the first one on: what they change, what they hold back, and what can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import FailError, UsageError
from pipeline.index import lifecycle
from pipeline.run.fetch import fetch
from pipeline.run.runner import run_after_fetch
from tests.support import Archive, counts, ids, list_records


def test_the_first_run_makes_a_generation_and_the_second_none(archive: Archive) -> None:
    archive.put(*range(12))

    first = archive.run()
    again = archive.run()

    assert (first["mode"], counts(first), first["live"]) == ("full", (12, 0, 0, 0), 12)
    assert (again["mode"], counts(again), again["live"]) == ("incremental", (0, 0, 0, 12), 12)
    assert again["generation"] is None
    assert archive.states() == {1: "live"}
    assert set(archive.served()) == ids(*range(12))


def test_the_first_run_of_a_catalogue_that_has_nothing_yet_passes(archive: Archive) -> None:
    archive.describe(protocol={"type": "files", "path": "records/list.xml"})
    (archive.records / "list.xml").write_text(list_records([]))

    report = archive.run()

    assert report["gate"] == {"verdict": "pass", "reasons": []}
    assert (report["live"], report["coverage"], report["generation"]) == (0, {}, None)
    assert archive.states() == {}


def test_a_run_stages_in_a_folder_whose_name_has_blanks_and_umlauts(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDY_INDEX_HOME", str(tmp_path / "Zustand für heute"))
    archive.put(1)

    report = archive.run()

    assert counts(report) == (1, 0, 0, 0)
    assert (tmp_path / "Zustand für heute" / "staging" / archive.name / report["run_id"]).is_dir()
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "Zustand für heute"}


def test_a_part_that_is_lost_before_it_is_read_is_told_once(archive: Archive, staging: Path) -> None:
    """Parts are read in other processes, whose errors are handed to this one."""
    archive.put(*range(12))
    context = archive.context("run-1")
    fetched = fetch(context, part_size=4)
    (staging / archive.name / "run-1" / "raw" / "00001.ndjson.zst").unlink()

    with pytest.raises(FailError, match=r"raw/00001.ndjson.zst of run run-1 with 4 lines is missing") as raised:
        run_after_fetch(context, fetched)
    assert str(raised.value).count("run the catalogue again") == 1


def test_only_what_changed_is_applied_to_a_clone(archive: Archive) -> None:
    archive.change()
    report = archive.run()

    assert (counts(report), report["live"]) == ((1, 1, 1, 28), 30)
    served = archive.served()
    assert set(served) == ids(*range(31)) - ids(7)
    assert served["S00003"] == "Harbour Survey, corrected"
    assert archive.states() == {1: "previous", 2: "live"}
    assert archive.client.get(index=archive.live.index, id=uuid(archive, 4))["_seq_no"] < 30, (
        "an unchanged document was written again"
    )


def test_a_full_run_counts_against_what_was_live(archive: Archive) -> None:
    archive.change()
    report = archive.run(full=True)

    assert (report["mode"], counts(report), report["live"]) == ("full", (1, 1, 1, 28), 30)
    assert set(archive.served()) == ids(*range(31)) - ids(7)
    assert archive.states() == {1: "previous", 2: "live"}


def test_generations_before_the_previous_one_are_deleted(archive: Archive) -> None:
    for wave in range(4):
        archive.put(1, title=f"Harbour Survey {wave}")
        archive.run()

    assert archive.states() == {3: "previous", 4: "live"}


@pytest.mark.parametrize("full", [False, True])
def test_a_run_that_would_delete_most_documents_is_held(archive: Archive, *, full: bool) -> None:
    archive.put(*range(20))
    archive.run()

    archive.remove(*range(4, 20))
    held = archive.run(full=full)

    assert held["gate"]["verdict"] == "hold"
    assert any(reason.startswith("max_drop: 16 of 20") for reason in held["gate"]["reasons"])
    assert held["live"] == 20
    assert set(archive.served()) == ids(*range(20))
    assert archive.states() == {1: "live", 2: "candidate"}


def test_a_held_run_goes_live_when_promoted_and_is_undone_by_rollback(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    archive.run()

    lifecycle.promote(archive.client, archive.name)
    assert set(archive.served()) == ids(*range(4))
    assert archive.states() == {1: "previous", 2: "live"}

    lifecycle.rollback(archive.client, archive.name)
    assert set(archive.served()) == ids(*range(20))
    assert archive.states() == {1: "live", 2: "rolled_back"}


def test_after_rollback_runs_hold_until_unpin(archive: Archive) -> None:
    archive.roll_back()

    pinned = archive.run()
    assert pinned["gate"]["verdict"] == "hold"
    assert "`promote` lets the candidate go live" in pinned["gate"]["reasons"][0]
    assert set(archive.served()) == ids(*range(20))

    lifecycle.unpin(archive.client, archive.name)
    report = archive.run()
    assert report["gate"] == {"verdict": "pass", "reasons": []}
    assert set(archive.served()) == ids(*range(21))
    assert archive.run()["gate"]["verdict"] == "pass", "the pin came back"


def test_after_rollback_a_run_that_changes_nothing_holds_without_a_candidate(archive: Archive) -> None:
    archive.roll_back()
    archive.remove(20)

    report = archive.run()

    assert (report["gate"]["verdict"], report["generation"]) == ("hold", None)
    assert "this run has no candidate" in report["gate"]["reasons"][0]


def test_after_rollback_promote_lets_runs_go_live_again(archive: Archive) -> None:
    archive.roll_back()

    lifecycle.promote(archive.client, archive.name)
    archive.put(21)

    assert archive.run()["gate"]["verdict"] == "pass"
    assert set(archive.served()) == ids(*range(22))


def test_rollback_undoes_one_run_and_no_more(archive: Archive) -> None:
    for wave in range(3):
        archive.put(1, title=f"Harbour Survey {wave}")
        archive.run()
    lifecycle.rollback(archive.client, archive.name)

    with pytest.raises(UsageError):
        lifecycle.rollback(archive.client, archive.name)
    assert archive.served() == {"S00001": "Harbour Survey 1"}


def test_after_one_run_there_is_nothing_to_roll_back_or_promote(archive: Archive) -> None:
    for change in (lifecycle.promote, lifecycle.rollback, lifecycle.unpin):
        with pytest.raises(UsageError):
            change(archive.client, archive.name)
    archive.put(1)
    archive.run()
    for change in (lifecycle.promote, lifecycle.rollback, lifecycle.unpin):
        with pytest.raises(UsageError):
            change(archive.client, archive.name)
    assert archive.states() == {1: "live"}


def test_a_later_candidate_takes_the_place_of_an_earlier_one(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    archive.run()
    archive.put(5)
    archive.run()

    assert archive.states() == {1: "live", 3: "candidate"}
    lifecycle.promote(archive.client, archive.name)
    assert set(archive.served()) == ids(0, 1, 2, 3, 5)


def test_a_held_candidate_is_deleted_when_a_later_run_goes_live(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    archive.run()
    archive.put(*range(4, 21))
    archive.run()

    assert archive.states() == {1: "previous", 3: "live"}


def test_missing_files_are_a_failure_and_no_empty_catalogue(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    archive.remove(1, 2)

    with pytest.raises(FailError, match="no file matches"):
        archive.run()
    assert set(archive.served()) == ids(1, 2)


def uuid(archive: Archive, number: int) -> str:
    """`_id` of a study's document."""
    answer = archive.client.search(index="studies", query={"term": {"harmony_id": f"{archive.name}/S{number:05d}"}})
    (hit,) = answer["hits"]["hits"]
    return str(hit["_id"])


def test_a_candidate_is_discarded_when_the_catalogue_is_again_what_is_live(archive: Archive) -> None:
    archive.put(*range(30))
    archive.run()
    archive.remove(*range(20))
    archive.run()
    assert archive.states() == {1: "live", 2: "candidate"}
    archive.put(*range(20))

    report = archive.run()

    assert (report["gate"]["verdict"], report["generation"]) == ("pass", None)
    assert archive.states() == {1: "live"}


def test_a_limited_run_discards_no_candidate(archive: Archive) -> None:
    archive.put(*range(30))
    archive.run()
    archive.remove(*range(20))
    archive.run()

    archive.run(limit=3)

    assert archive.states() == {1: "live", 2: "candidate"}

"""Runs with suppressed records: they are never live again, until the correction is removed."""

from __future__ import annotations

from demo.oai_server import Repository
from pipeline.index import lifecycle
from pipeline.index.changing import settings_of
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run_after_fetch
from tests.faulty import faulty
from tests.run.curated import STUDIES, Curated, asked_for_changes, changes, files, repository, settle
from tests.support import UNTITLED, assert_adds_up, counts, ids

__all__ = ["changes", "files", "repository"]


def test_a_suppressed_record_never_goes_live(files: Curated) -> None:
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})

    for full in (False, True):
        report = files.run(full=full)
        assert (report["rejects"], report["live"], report["kept"]) == ({"suppressed": 1}, STUDIES - 1, 0)
        assert report["gate"]["verdict"] == "pass"
        assert ids(3).isdisjoint(files.archive.served())


def test_a_live_record_that_is_suppressed_is_deleted_and_not_kept(files: Curated) -> None:
    files.run()
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})

    report = files.run()

    assert (counts(report), report["kept"], report["rejects"]) == ((0, 0, 1, STUDIES - 1), 0, {"suppressed": 1})
    assert ids(3).isdisjoint(files.archive.served())


def test_a_suppressed_record_is_deleted_even_if_it_becomes_unreadable(files: Curated) -> None:
    files.run()
    files.archive.write(3, UNTITLED)
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})

    report = files.run()

    assert (report["deleted"], report["kept"], report["rejects"]) == (1, 0, {"no_title": 1})


def test_beside_a_suppressed_record_one_that_becomes_unreadable_is_kept(files: Curated) -> None:
    files.run()
    files.archive.write(4, UNTITLED)
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})

    report = files.run()

    assert (report["deleted"], report["kept"], report["live"]) == (1, 1, STUDIES - 1)
    assert ids(4) <= files.archive.served().keys()


def test_it_is_deleted_where_only_changes_are_asked_for_and_comes_back(
    changes: Curated, repository: Repository
) -> None:
    changes.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    report = changes.run()
    assert asked_for_changes(repository)
    assert (counts(report), report["rejects"]) == ((0, 0, 1, 0), {"suppressed": 1})
    assert ids(3).isdisjoint(changes.archive.served())
    settle(changes.archive, repository)

    changes.correct()
    report = changes.run()

    assert asked_for_changes(repository)
    assert counts(report) == (1, 0, 0, 0)
    assert ids(3) <= changes.archive.served().keys()
    assert changes.archive.open_rejects() == []


def test_it_is_deleted_also_by_a_run_that_may_delete_nothing_else(changes: Curated) -> None:
    changes.correct(s3={"suppress": True, "reason": "asked for by the archive"})

    report = changes.run(limit=1)

    assert (report["complete"], report["deleted"]) == (False, 1)
    assert ids(3).isdisjoint(changes.archive.served())


def test_the_reject_of_a_suppressed_record_states_why_and_keeps_no_payload(files: Curated) -> None:
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    files.run()

    (reject,) = files.archive.open_rejects("suppressed")

    assert reject.harmony_id == files.id(3)
    assert reject.message == f"{files.id(3)} is suppressed: asked for by the archive"
    assert reject.payload == ""


def test_a_retry_after_the_correction_was_removed_brings_it_back(files: Curated) -> None:
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    files.run()
    files.correct()
    context = files.archive.context("retry")

    report = run_after_fetch(context, fetch_rejected(context)).as_json()

    assert_adds_up(report)
    assert (report["created"], report["live"]) == (1, STUDIES)


def test_suppressed_records_count_against_no_limit(files: Curated) -> None:
    files.run()
    files.correct(**{f"s{number}": {"suppress": True, "reason": "a series was withdrawn"} for number in range(12)})

    report = files.run()

    assert (report["gate"], report["deleted"], report["live"]) == ({"verdict": "pass", "reasons": []}, 12, 18)
    assert any("12 live documents are deleted" in note for note in report["notes"])


def test_a_catalogue_that_is_suppressed_as_a_whole_is_not_unreadable(files: Curated) -> None:
    files.archive.remove(*range(1, STUDIES))
    files.correct(s0={"suppress": True, "reason": "asked for by the archive"})
    assert (files.run()["live"], files.run()["gate"]["verdict"]) == (0, "pass")


def test_a_rollback_does_not_bring_it_back(files: Curated) -> None:
    files.run()
    files.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    files.run()

    lifecycle.rollback(files.archive.client, files.archive.name)

    assert files.archive.served().keys() == ids(*range(STUDIES)) - ids(3)


def test_after_a_rollback_it_comes_back_once_it_may(changes: Curated, repository: Repository) -> None:
    changes.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    changes.run()
    lifecycle.rollback(changes.archive.client, changes.archive.name)
    lifecycle.unpin(changes.archive.client, changes.archive.name)
    settle(changes.archive, repository)
    changes.correct()

    report = changes.run()

    assert asked_for_changes(repository)
    assert (counts(report), report["live"]) == ((1, 0, 0, 0), STUDIES)


def test_after_a_suppression_that_was_broken_off_it_comes_back_too(
    changes: Curated, repository: Repository, elasticsearch_url: str
) -> None:
    """Elasticsearch fails when the document was deleted from the generation that a rollback would bring back."""
    archive, previous = changes.archive, changes.archive.live.index
    changes.correct(s3={"suppress": True, "reason": "asked for by the archive"})
    with faulty(elasticsearch_url, lambda seen: 400 if seen.path == f"/{previous}/_refresh" else "pass") as client:
        report = archive.run(client)
    assert any("suppressed documents are not all deleted" in note for note in report["notes"])
    archive.client.indices.refresh(index=previous)

    changes.run()
    assert settings_of(archive.client, previous)["blocks.write"] == "true"
    lifecycle.rollback(archive.client, archive.name)
    lifecycle.unpin(archive.client, archive.name)
    settle(archive, repository)
    changes.correct()

    assert counts(changes.run()) == (1, 0, 0, 0)


def test_a_promote_does_not_bring_it_live(files: Curated) -> None:
    files.archive.remove(*range(10, STUDIES))
    files.run()
    files.archive.put(*range(10, STUDIES), nation="Sweden")
    assert files.run()["gate"]["verdict"] == "hold"
    files.archive.remove(*range(10, STUDIES))
    files.correct(s25={"suppress": True, "reason": "asked for by the archive"})
    files.run(limit=3)
    assert "candidate" in files.archive.states().values()

    lifecycle.promote(files.archive.client, files.archive.name)

    assert files.archive.served().keys() == ids(*range(STUDIES)) - ids(25)

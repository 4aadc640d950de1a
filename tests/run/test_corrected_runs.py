"""Runs with corrections: they take effect in the next run, whatever the catalogue sends; removing one undoes it."""

from __future__ import annotations

from typing import Any

import pytest

from demo.oai_server import Repository
from pipeline.errors import UsageError
from pipeline.index import lifecycle
from pipeline.run.retention import prune_staging
from pipeline.staging.staged_runs import remove_catalogue
from pipeline.staging.store import Staging
from tests.run.curated import STUDIES, Curated, asked_for_changes, changes, files, identifier, repository, settle
from tests.support import counts, ddi, ids

__all__ = ["changes", "files", "repository"]


# -- a value -----------------------------------------------------------------------------------------------------


def test_a_correction_outranks_what_the_record_states(files: Curated) -> None:
    files.correct(s3={"country_codes": ["SE"], "sex": "female", "reason": "only women in Sweden were asked"})

    report = files.run()

    document = files.document(3)
    assert (document["country_codes"], document["sex"]) == (["SE"], "female")
    said = [{"kind": "curator", "reason": "only women in Sweden were asked"}]
    assert (document["evidence"]["country_codes"], document["evidence"]["sex"]) == (said, said)
    assert files.document(4)["country_codes"] == ["FI"]
    assert (report["live"], report["rejected"]) == (STUDIES, 0)


def test_a_correction_survives_full_runs_and_its_removal_restores_the_value(files: Curated) -> None:
    files.run()
    before = files.document(3)
    files.correct(s3={"country_codes": None, "reason": "it is about the sea"})
    assert counts(files.run()) == (0, 1, 0, STUDIES - 1)
    assert "country_codes" not in files.document(3)

    assert counts(files.run(full=True)) == (0, 0, 0, STUDIES)
    assert "country_codes" not in files.document(3)

    files.correct()
    assert counts(files.run()) == (0, 1, 0, STUDIES - 1)
    assert files.document(3)["content_hash"] == before["content_hash"]
    assert files.document(3)["country_codes"] == ["FI"]


def test_a_new_correction_takes_effect_where_only_changes_are_asked_for(
    changes: Curated, repository: Repository
) -> None:
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})

    report = changes.run()

    assert asked_for_changes(repository)
    assert counts(report) == (0, 1, 0, 0)
    assert changes.document(3)["country_codes"] == ["SE"]
    assert any("1 records were read again" in note for note in report["notes"])

    settle(changes.archive, repository)
    again = changes.run()
    assert (again["generation"], again["fetched"]) == (None, 0)


def test_a_correction_that_is_changed_and_then_removed_takes_effect_each_time(
    changes: Curated, repository: Repository
) -> None:
    before = changes.document(3)
    for said in ({"country_codes": ["SE"]}, {"country_codes": ["NO"]}, {"start_year": 1990}):
        changes.correct(s3={**said, "reason": "see the codebook"})
        assert counts(changes.run()) == (0, 1, 0, 0)
        assert changes.document(3) | said == changes.document(3)
        settle(changes.archive, repository)
    assert changes.document(3)["country_codes"] == ["FI"]

    changes.correct()
    assert counts(changes.run()) == (0, 1, 0, 0)
    assert asked_for_changes(repository)
    assert changes.document(3)["content_hash"] == before["content_hash"]


def test_a_record_that_changed_too_is_read_once(changes: Curated, repository: Repository) -> None:
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})
    repository.put(identifier(3), ddi(3, title="Another name").encode(), repository.now())

    report = changes.run()

    assert (report["fetched"], report["rejected"], counts(report)) == (1, 0, (0, 1, 0, 0))
    assert (changes.document(3)["name"], changes.document(3)["country_codes"]) == ("Another name", ["SE"])


def test_a_corrected_record_that_was_deleted_meanwhile_is_deleted(changes: Curated, repository: Repository) -> None:
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})
    repository.delete(identifier(3))

    report = changes.run()

    assert counts(report) == (0, 0, 1, 0)
    assert ids(3).isdisjoint(changes.archive.served())


def test_the_last_version_that_was_fetched_is_the_one_that_is_corrected(
    changes: Curated, repository: Repository
) -> None:
    repository.put(identifier(3), ddi(3, title="Another name").encode(), repository.now())
    changes.run()
    prune_staging(changes.archive.name)
    settle(changes.archive, repository)
    repository.put(identifier(3), ddi(3, title="Another name").encode(), "2026-05-01T00:00:00Z")
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})

    changes.run()

    assert (changes.document(3)["name"], changes.document(3)["country_codes"]) == ("Another name", ["SE"])


def test_everything_is_asked_for_where_staging_does_not_have_the_record(
    changes: Curated, repository: Repository
) -> None:
    remove_catalogue(changes.archive.name)
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})

    report = changes.run()

    assert not asked_for_changes(repository)
    assert counts(report) == (0, 1, 0, STUDIES - 1)
    assert changes.document(3)["country_codes"] == ["SE"]


def test_a_version_that_is_older_than_what_is_live_is_not_corrected(changes: Curated, repository: Repository) -> None:
    """The run that fetched the live version is no longer staged, and an earlier one is."""
    repository.put(identifier(3), ddi(3, title="Another name").encode(), "2026-07-01T00:00:00Z")
    lost = changes.run()
    repository.put(identifier(4), ddi(4, title="A third name").encode(), repository.now())
    changes.run()
    Staging(changes.archive.name, lost["run_id"]).remove()
    settle(changes.archive, repository)
    repository.put(identifier(3), ddi(3, title="Another name").encode(), "2026-05-01T00:00:00Z")
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})

    changes.run()

    assert (changes.document(3)["name"], changes.document(3)["country_codes"]) == ("Another name", ["SE"])


def test_a_version_that_was_rolled_back_is_not_corrected(changes: Curated, repository: Repository) -> None:
    repository.put(identifier(3), ddi(3, title="A wrong name").encode(), repository.now())
    changes.run()
    lifecycle.rollback(changes.archive.client, changes.archive.name)
    lifecycle.unpin(changes.archive.client, changes.archive.name)
    repository.put(identifier(3), ddi(3).encode(), "2026-01-01T00:00:00Z")
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})

    changes.run()

    assert (changes.document(3)["name"], changes.document(3)["country_codes"]) == ("Harbour Survey, wave 3", ["SE"])


@pytest.mark.parametrize("options", [{"limit": 1}, {"since": "2026-06-01"}])
def test_an_incomplete_run_leaves_the_correction_to_the_next(
    changes: Curated, repository: Repository, options: dict[str, Any]
) -> None:
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})
    changes.run(**options)
    settle(changes.archive, repository)
    assert changes.document(3)["country_codes"] == ["FI"]

    changes.run()

    assert changes.document(3)["country_codes"] == ["SE"]


def test_a_correction_that_an_incomplete_run_applied_can_be_removed(changes: Curated, repository: Repository) -> None:
    repository.put(identifier(3), ddi(3).encode(), repository.now())
    changes.correct(s3={"country_codes": ["SE"], "reason": "in Sweden"})
    changes.run(since="2026-06-01")
    assert changes.document(3)["country_codes"] == ["SE"]
    repository.put(identifier(3), ddi(3).encode(), "2026-05-01T00:00:00Z")
    settle(changes.archive, repository)
    changes.correct()

    changes.run()

    assert changes.document(3)["country_codes"] == ["FI"]


# -- corrections that match nothing -----------------------------------------------------------------------------


def unmatched(report: dict[str, Any]) -> list[str]:
    return [note for note in report["notes"] if "no record that was read" in note]


def test_a_correction_of_no_record_is_reported(files: Curated) -> None:
    files.correct(s3={"sex": "all", "reason": "a"}, s999={"sex": "all", "reason": "b"})

    for report in (files.run(), files.run(), files.run(full=True)):
        (note,) = unmatched(report)
        assert files.id(999) in note
        assert files.id(3) not in note
        assert note.startswith("1 correction matches")


UNKNOWN = {f"s{number}": {"sex": "all", "reason": "a"} for number in (97, 95, 99, 96, 98)}


def test_corrections_of_no_record_are_known_in_order(files: Curated) -> None:
    files.correct(**UNKNOWN)

    for options in ({}, {}, {"full": True}, {"limit": 3}):
        files.run(**options)
        assert files.archive.live.meta.unmatched == tuple(map(files.id, range(95, 100)))


def test_they_are_known_in_order_where_only_changes_are_asked_for(changes: Curated, repository: Repository) -> None:
    changes.correct(**UNKNOWN)
    for _ in range(2):
        changes.run()
        assert changes.archive.live.meta.unmatched == tuple(map(changes.id, range(95, 100)))
        settle(changes.archive, repository)


def test_it_is_reported_where_only_changes_are_asked_for_until_the_record_is_there(
    changes: Curated, repository: Repository
) -> None:
    changes.correct(s4={"suppress": True, "reason": "a"}, s40={"sex": "female", "reason": "b"})
    for _ in range(2):
        (note,) = unmatched(changes.run())
        assert changes.id(40) in note
        assert changes.id(4) not in note.replace(changes.id(40), "")
        assert asked_for_changes(repository)
        settle(changes.archive, repository)
    repository.put(identifier(40), ddi(40).encode(), repository.now())

    report = changes.run()

    assert unmatched(report) == []
    assert changes.document(40)["sex"] == "female"


def test_a_correction_of_a_deleted_record_is_reported(changes: Curated, repository: Repository) -> None:
    changes.correct(s4={"suppress": True, "reason": "a"}, s5={"sex": "female", "reason": "b"})
    repository.delete(identifier(5))
    assert unmatched(changes.run()) == []
    settle(changes.archive, repository)

    (note,) = unmatched(changes.run())

    assert asked_for_changes(repository)
    assert changes.id(5) in note
    assert note.startswith("1 correction matches")


def test_a_typo_that_is_mended_asks_for_nothing_more(changes: Curated, repository: Repository) -> None:
    changes.correct(s999={"sex": "female", "reason": "a"})
    changes.run()
    settle(changes.archive, repository)
    changes.correct(s9={"sex": "female", "reason": "a"})

    report = changes.run()

    assert asked_for_changes(repository)
    assert (unmatched(report), changes.document(9)["sex"]) == ([], "female")


def test_a_file_that_cannot_be_used_ends_the_run_before_anything_is_fetched(
    changes: Curated, repository: Repository
) -> None:
    changes.correct(s3={"sx": "female", "reason": "a"})
    with pytest.raises(UsageError, match=r"S00003: unknown key 'sx'\. Did you mean 'sex'\?"):
        changes.run()
    assert repository.requests == []

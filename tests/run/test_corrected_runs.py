"""Runs with corrections: they take effect in the next run, whatever the catalogue sends; removing one undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from demo.oai_server import Repository, serve
from pipeline.errors import UsageError
from pipeline.index import lifecycle, lookup
from pipeline.index.generations import is_open_for_writing, write_meta
from pipeline.model.identity import uuid_of
from pipeline.run.retention import prune_staging
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run_after_fetch
from pipeline.staging.staged_runs import remove_catalogue
from pipeline.staging.store import Staging
from tests.faulty import faulty
from tests.support import UNTITLED, Archive, assert_adds_up, counts, ddi, ids

STUDIES = 30


def identifier(number: int) -> str:
    return f"oai:harbour.invalid:{number}"


class Curated:
    """An archive, and the corrections of it."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def correct(self, **by_number: dict[str, Any]) -> None:
        """Write the corrections, by `s<number>`; none where nothing is given."""
        path = self.archive.folder / f"{self.archive.name}.corrections.yaml"
        said = {self.id(int(name[1:])): value for name, value in by_number.items()}
        if said:
            path.write_text(yaml.safe_dump(said), encoding="utf-8")
        else:
            path.unlink()

    def id(self, number: int) -> str:
        return f"{self.archive.name}/S{number:05d}"

    def document(self, number: int) -> dict[str, Any]:
        uuid = uuid_of(self.id(number))
        ((_, found),) = lookup.sources(self.archive.client, self.archive.live.index, [uuid])
        return found

    def run(self, **options: Any) -> dict[str, Any]:
        return self.archive.run(**options)


@pytest.fixture
def files(archive: Archive) -> Curated:
    """A folder of files: all of them are read by every run."""
    archive.put(*range(STUDIES))
    return Curated(archive)


@pytest.fixture
def repository(archive: Archive) -> Iterator[Repository]:
    repository = Repository(page_size=12)
    for number in range(STUDIES):
        repository.put(identifier(number), ddi(number).encode(), "2026-01-01T00:00:00Z")
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        yield repository


@pytest.fixture
def changes(archive: Archive, repository: Repository) -> Curated:
    """A repository that was harvested once; from now on it is asked for changes, and has none."""
    curated = Curated(archive)
    archive.run()
    settle(archive, repository)
    return curated


def settle(archive: Archive, repository: Repository) -> None:
    """From now on, nothing that the repository has is a change."""
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(watermark="2026-06-01T00:00:00Z"))
    repository.requests.clear()


def asked_for_changes(repository: Repository) -> bool:
    return all(request.get("from") for request in repository.requests if request.get("metadataPrefix"))


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


# -- suppressed --------------------------------------------------------------------------------------------------


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
    assert not is_open_for_writing(archive.client, previous)
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

"""A change of the catalogue file, of the index template or of the schema reaches the records that are live."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from demo.oai_server import Fault, Repository, serve
from pipeline.errors import FailError, UsageError
from pipeline.index import lifecycle
from pipeline.index.generations import open_for_writing, write_meta
from pipeline.model.identity import uuid_of
from pipeline.model.moments import now
from pipeline.operations.doctor import findings
from pipeline.operations.status import catalogue_rows
from pipeline.run.fetch import fetch
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.rebuild import rebuild_reasons
from pipeline.run.runner import run_after_fetch
from tests.support import Archive, counts, ddi, ids

DEFAULTS = {"language_codes": ["nl"]}


def languages(archive: Archive) -> int:
    """How many live documents have the language that the catalogue file gives."""
    query = {"term": {"language_codes": "nl"}}
    return int(archive.client.count(index=archive.live.index, query=query)["count"])


def test_changed_defaults_make_the_next_run_a_full_one_that_states_why(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    archive.describe(defaults=DEFAULTS, max_drift=1.0)

    report = archive.run()

    assert (report["mode"], counts(report)) == ("full", (0, 8, 0, 0))
    assert "this was a full run because defaults changed since generation 1" in report["notes"]
    assert languages(archive) == 8


def test_changed_defaults_that_move_a_facet_wait_for_a_person(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    archive.describe(defaults=DEFAULTS)

    report = archive.run()

    assert report["gate"]["reasons"] == [
        "max_drift: Languages went from 0% to 100% of the documents; the limit is 10 points",
        "max_drift: Languages: Dutch went from 0% to 100% of the documents; the limit is 10 points",
    ]
    assert archive.states() == {1: "live", 2: "candidate"}


def test_without_a_change_the_next_run_is_incremental_again(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    archive.describe(defaults=DEFAULTS, max_drift=1.0, title="Another title")
    archive.run()

    report = archive.run()

    assert (report["mode"], counts(report)) == ("incremental", (0, 0, 0, 8))
    assert not any("full run" in note for note in report["notes"])


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"source": "another"}, "source"),
        ({"exclude": {"xpath": "//titl[contains(., 'wave 3')]", "reason": "a test"}}, "exclude"),
        ({"protocol": {"type": "files", "path": "records/0*.xml"}}, "protocol"),
        ({"defaults": DEFAULTS, "source": "another"}, "source and defaults"),
    ],
)
def test_each_key_that_decides_what_a_record_becomes_is_watched(
    archive: Archive, keys: dict[str, object], named: str
) -> None:
    archive.put(*range(4))
    archive.run()
    archive.describe(**keys)
    assert rebuild_reasons(archive.catalogue, archive.live) == (f"{named} changed since generation 1",)


def test_a_variable_of_another_value_is_no_change(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "records")
    archive.describe(protocol={"type": "files", "path": "${PLACE}/*.xml"})
    archive.put(*range(4))
    archive.run()
    monkeypatch.setenv("PLACE", "./records")
    assert rebuild_reasons(archive.catalogue, archive.live) == ()


def test_a_try_with_a_few_records_leaves_the_change_to_the_next_run(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    archive.describe(defaults=DEFAULTS, max_drift=1.0)

    limited = archive.run(limit=3)
    assert (limited["mode"], languages(archive)) == ("incremental", 3)

    assert archive.run()["mode"] == "full"
    assert languages(archive) == 8


def test_a_changed_template_rebuilds_every_document(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(mapping="of another template"))

    report = archive.run()

    assert (report["mode"], counts(report)) == ("full", (0, 0, 0, 8))
    assert "this was a full run because the index template changed since generation 1" in report["notes"]
    assert archive.states() == {1: "previous", 2: "live"}
    assert rebuild_reasons(archive.catalogue, archive.live) == ()


def test_a_few_documents_are_not_added_to_an_index_of_another_template(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(mapping="of another template"))
    archive.put(8)

    with pytest.raises(FailError, match="the index template changed since generation 1"):
        archive.run(limit=9)
    assert archive.states() == {1: "live"}


def test_what_waits_for_a_full_run_is_shown_beforehand(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(archive.folder))
    archive.put(1)
    archive.run()
    assert _state(archive) == "live"
    archive.describe(defaults=DEFAULTS)
    assert _state(archive) == "the next run is full: defaults changed since generation 1"
    found = {finding.what: finding.found for finding in findings(archive.client, None)}
    assert f"{archive.name}: defaults changed since generation 1." in found["catalogues to be rebuilt"]


def _state(archive: Archive) -> str:
    return next(row.state for row in catalogue_rows(archive.client) if row.catalogue == archive.name)


def test_a_catalogue_with_a_broken_record_gets_a_changed_template_all_the_same(archive: Archive) -> None:
    with broken_provider(archive) as repository:
        archive.run()
        spoil(repository)
        write_meta(archive.client, archive.live.index, archive.live.meta.replaced(mapping="of another template"))

        report = archive.run()

        assert (report["complete"], report["gate"]["verdict"], report["kept"]) == (True, "pass", 1)
        assert set(archive.served()) == ids(*range(8))
        assert rebuild_reasons(archive.catalogue, archive.live) == ()


def test_a_copied_document_loses_a_field_that_the_mapping_no_longer_has(archive: Archive) -> None:
    with broken_provider(archive) as repository:
        archive.run()
        index = archive.live.index
        open_for_writing(archive.client, index)
        archive.client.indices.put_mapping(index=index, properties={"of_old": {"type": "keyword"}})
        archive.client.update(index=index, id=uuid_of(f"{archive.name}/S00005"), doc={"of_old": "x"}, refresh=True)
        spoil(repository)
        write_meta(archive.client, index, archive.live.meta.replaced(mapping="of another template"))

        report = archive.run()

        assert (report["gate"]["verdict"], report["kept"]) == ("pass", 1)
        assert set(archive.served()) == ids(*range(8))


def test_a_full_run_is_not_asked_for_changes(archive: Archive) -> None:
    with broken_provider(archive), pytest.raises(UsageError, match="leave out one of the two"):
        archive.run(full=True, since="2026-01-01")


def test_records_that_a_full_run_did_not_see_are_rebuilt_by_a_later_one(archive: Archive) -> None:
    with broken_provider(archive, max_drift=1.0) as repository:
        archive.run()
        spoil(repository, named=False)
        archive.describe(**provided(archive), defaults=DEFAULTS, max_drift=1.0)
        assert (archive.run()["mode"], languages(archive)) == ("full", 7)

        repository.fault_of = lambda _: None
        assert (archive.run()["mode"], languages(archive)) == ("full", 8)
        assert archive.run()["mode"] == "incremental"


def test_the_keys_that_count_are_those_of_the_harvest(archive: Archive) -> None:
    archive.put(*range(4))
    context = archive.context("one")
    fetched = fetch(context)
    archive.describe(defaults=DEFAULTS)
    later = archive.context("one")

    run_after_fetch(later, fetched)

    assert rebuild_reasons(archive.catalogue, archive.live) == ("defaults changed since generation 1",)


def test_documents_of_another_schema_version_do_not_go_live(archive: Archive) -> None:
    archive.put(*range(4))
    context = archive.context("one")
    fetched = fetch(context, part_size=2)
    process(context, 0)
    done = process(context, 1)
    done.model_copy(update={"rules": "others"}).stage(context.staging)

    with pytest.raises(FailError, match="another version of the pipeline made the documents"):
        plan(context)
    assert fetched.parts == (0, 1)
    assert archive.states() == {}


def test_changes_since_a_generation_that_was_rolled_back_do_not_go_live(archive: Archive) -> None:
    with broken_provider(archive) as repository:
        archive.run()
        repository.put("oai:harbour.invalid:1", ddi(1, title="Changed").encode(), now().strftime("%Y-%m-%dT%H:%M:%SZ"))
        archive.run()
        context = archive.context("one")
        fetched = fetch(context)
        lifecycle.rollback(archive.client, archive.name)

        with pytest.raises(FailError, match="generation 1 is live now, and 2 was when the harvest began"):
            run_after_fetch(context, fetched)
    assert archive.states() == {1: "live", 2: "rolled_back"}


def test_what_is_written_in_another_way_is_no_change(archive: Archive) -> None:
    archive.describe(exclude={"xpath": "//nothing", "reason": "a test"})
    archive.put(*range(4))
    archive.run()
    archive.describe(exclude=[{"xpath": "//nothing", "reason": "written in another way"}], defaults={}, variables=False)
    assert rebuild_reasons(archive.catalogue, archive.live) == ()


def test_a_generation_that_states_nothing_is_rebuilt(archive: Archive) -> None:
    archive.put(*range(4))
    archive.run()
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(mapping=None, catalogue_keys={}))
    assert rebuild_reasons(archive.catalogue, archive.live) == (
        "generation 1 does not state the index template that it was made with",
        "generation 1 does not state the catalogue keys that it was made with",
    )


def provided(archive: Archive) -> dict[str, object]:
    """The keys of the archive's catalogue file that name the provider."""
    return {"protocol": archive.catalogue.protocol.model_dump(mode="json", exclude_defaults=True)}


@contextmanager
def broken_provider(archive: Archive, **keys: object) -> Iterator[Repository]:
    """An OAI-PMH server with eight studies, which the archive's catalogue file names."""
    repository = Repository(page_size=12)
    for number in range(8):
        repository.put(f"oai:harbour.invalid:{number}", ddi(number).encode(), "2026-01-01T00:00:00Z")
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"}, **keys)
        yield repository


def spoil(repository: Repository, *, named: bool = True) -> None:
    """From now on, one record of the server is not well-formed; where it is not `named`, nothing shows which one."""

    def change(body: bytes) -> bytes:
        body = body.replace(b"Harbour Survey, wave 5<", b"Harbour & Survey\x0b<")
        return body if named else body.replace(b"<identifier>oai:harbour.invalid:5</identifier>", b"")

    repository.fault_of = lambda _: Fault(change=change)

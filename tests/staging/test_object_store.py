"""Staging on an object store: what it costs in requests, and what its failures become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from s3fs import S3FileSystem

from pipeline.errors import FailError, RetryError, StudyIndexError
from pipeline.index.lifecycle import retire
from pipeline.run.reprocess import reprocess
from pipeline.run.retention import prune_staging
from pipeline.run.runner import run_after_fetch
from pipeline.staging.files import Files
from pipeline.staging.kinds import Kind
from pipeline.staging.staged_runs import remove_catalogue, runs, staged_catalogues
from pipeline.staging.store import MissingError, PartSum, Staging, read_ahead
from tests.object_store import ENVIRONMENT, Asked, Fault, ObjectStore
from tests.support import Archive, counts, ids

BUSY = Fault(HTTPStatus.SERVICE_UNAVAILABLE, "SlowDown")
REFUSED = Fault(HTTPStatus.FORBIDDEN, "InvalidAccessKeyId")


@pytest.fixture
def place(bucket: str, store: ObjectStore) -> Staging:
    place = Staging("harbour", "run-1", bucket)
    place.begin()
    store.asked.clear()
    return place


def first(number: int, verb: str, fault: Fault) -> Callable[[Asked], Fault | None]:
    """Let the first requests of a kind fail."""
    left = iter(range(number))
    return lambda asked: fault if asked.verb == verb and next(left, None) is not None else None


def always(verb: str, fault: Fault) -> Callable[[Asked], Fault | None]:
    return lambda asked: fault if asked.verb == verb else None


def broken_off() -> Iterator[bytes]:
    yield b"1"
    raise ConnectionError


def test_a_file_is_written_by_one_request_and_read_by_one(place: Staging, store: ObjectStore) -> None:
    part = place.write_part(Kind.RAW, 0, [b"1", b"2"])
    assert list(place.read_part(Kind.RAW, part)) == [b"1", b"2"]
    assert [each.verb for each in store.asked] == ["PUT", "GET"]


def test_a_part_that_is_larger_than_one_request_of_the_driver_is_whole(place: Staging) -> None:
    lines = [bytes(range(1, 10)) * 1000] * 1000
    assert list(place.read_part(Kind.RAW, place.write_part(Kind.RAW, 0, lines))) == lines


def test_a_part_whose_writing_failed_does_not_exist(place: Staging, store: ObjectStore) -> None:
    whole = place.write_part(Kind.RAW, 0, [b"whole"])
    store.asked.clear()
    for number in (0, 1):
        with pytest.raises(ConnectionError):
            place.write_part(Kind.RAW, number, broken_off())
    assert store.of("PUT", "POST") == []
    assert list(place.read_part(Kind.RAW, whole)) == [b"whole"]
    with pytest.raises(MissingError):
        list(place.read_part(Kind.RAW, PartSum(1, 1, "")))


def test_many_runs_are_looked_at_by_few_requests(bucket: str, store: ObjectStore) -> None:
    for number in range(12):
        Staging("harbour", f"run-{number:02}", bucket).begin()
    store.asked.clear()
    assert runs("harbour") == [f"run-{number:02}" for number in range(12)]
    assert len(store.asked) == 1 + 12, "one for the list, and one for each run"


def test_what_was_read_ahead_is_given_once_and_then_read_anew(place: Staging) -> None:
    place.write_json("fetch", {"fetched": 1})
    reader = Staging("harbour", "run-1")
    read_ahead([reader], "fetch", "plan")
    place.write_json("fetch", {"fetched": 2})
    place.write_json("plan", {})
    assert [reader.read_json("fetch")["fetched"] for _ in range(2)] == [1, 2]
    with pytest.raises(MissingError):
        reader.read_json("plan")
    assert reader.read_json("plan") == {}


def test_removing_kinds_asks_only_for_those_that_are_there(place: Staging, store: ObjectStore) -> None:
    part = place.write_part(Kind.RAW, 0, [b"1"])
    kept = place.write_part(Kind.KEYS, 0, [b"1"])
    store.asked.clear()
    place.remove_kinds(Kind.RAW, Kind.READY, Kind.CHANGES)
    assert len(store.asked) == 3, "a list of folders, a list of the one, and a request to delete what is in it"
    with pytest.raises(MissingError):
        list(place.read_part(Kind.RAW, part))
    assert list(place.read_part(Kind.KEYS, kept)) == [b"1"]


def test_what_another_process_wrote_is_seen_at_once(place: Staging, bucket: str) -> None:
    assert runs("harbour") == ["run-1"]
    assert not place.has_json("fetch")
    other = S3FileSystem(skip_instance_cache=True)
    folder = f"{bucket.removeprefix('s3://')}/harbour"
    other.copy(f"{folder}/run-1/run.json", f"{folder}/run-2/run.json")
    other.copy(f"{folder}/run-1/run.json", f"{folder}/run-1/fetch.json")
    assert place.has_json("fetch")
    assert Files().folders(folder) == ["run-1", "run-2"]


def test_a_request_that_the_store_is_too_busy_for_is_made_again(place: Staging, store: ObjectStore) -> None:
    store.fault = first(1, "PUT", BUSY)
    part = place.write_part(Kind.RAW, 0, [b"1"])
    store.fault = first(1, "GET", BUSY)
    assert list(place.read_part(Kind.RAW, part)) == [b"1"]


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        (BUSY, RetryError, "Try again; if it goes on"),
        (REFUSED, FailError, "Give this user the right to"),
        (Fault(HTTPStatus.FORBIDDEN, "AccessDenied"), FailError, "Give this user the right to"),
        (Fault(HTTPStatus.FORBIDDEN, "SignatureDoesNotMatch"), FailError, "Give this user the right to"),
        (Fault(HTTPStatus.NOT_FOUND, "NoSuchBucket"), FailError, "Set a place that can be used"),
        (Fault(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError"), RetryError, "Try again; if it goes on"),
    ],
)
def test_a_failure_states_what_to_do_and_shows_no_key(
    place: Staging, store: ObjectStore, fault: Fault, kind: type[StudyIndexError], message: str
) -> None:
    store.fault = always("PUT", fault)
    with pytest.raises(kind) as raised:
        place.write_part(Kind.RAW, 0, [b"1"])
    assert message in str(raised.value)
    assert "s3://" in str(raised.value)
    assert ENVIRONMENT["AWS_SECRET_ACCESS_KEY"] not in str(raised.value)


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name would fill a bucket that nobody looks at."""
    monkeypatch.setenv("STUDY_INDEX_STAGING", "s3://harbuor/staging")
    with pytest.raises(FailError, match="s3://harbuor/staging"):
        Staging("harbour", "run-1").begin()
    assert not S3FileSystem().exists("harbuor")


class TestRuns:
    """Whole runs of a catalogue whose parts are on the object store."""

    @pytest.fixture
    def archive(self, archive: Archive, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Archive:
        monkeypatch.setenv("STUDY_INDEX_STAGING", bucket)  # `archive` has unset it
        return archive

    def test_runs_reprocess_prune_and_retire(self, archive: Archive) -> None:
        archive.change()
        assert counts(archive.run()) == (1, 1, 1, 28)
        assert counts(archive.run()) == (0, 0, 0, 30)
        context = archive.context("again")
        with context.working_on("reprocess"):
            assert run_after_fetch(context, reprocess(context)).live == 30
        assert set(archive.served()) == ids(*range(31)) - ids(7)
        before = runs(archive.name)
        prune_staging(archive.name)
        assert runs(archive.name) == before
        assert archive.run()["live"] == 30
        retire(archive.client, archive.name)
        remove_catalogue(archive.name)
        assert staged_catalogues() == []

    def test_a_run_goes_on_while_some_requests_fail(self, archive: Archive, store: ObjectStore) -> None:
        archive.put(*range(20))
        asked = iter(range(10_000))
        # HEAD is left out: its answer has no body, so that botocore alone makes it again, and it waits before that
        store.fault = lambda each: BUSY if each.verb != "HEAD" and next(asked) % 5 == 0 else None
        report = archive.run()
        assert (report["live"], report["created"]) == (20, 20)

    def test_a_run_of_which_nothing_can_be_staged_leaves_what_is_live(
        self, archive: Archive, store: ObjectStore
    ) -> None:
        archive.put(*range(20))
        archive.run()
        archive.put(20)
        store.fault = always("PUT", BUSY)
        with pytest.raises(RetryError, match="Staged files could not be written at s3://"):
            archive.run()
        assert set(archive.served()) == ids(*range(20))
        store.fault = lambda _: None
        assert archive.run()["live"] == 21

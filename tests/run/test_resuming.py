"""A harvest that fails is resumed after its last page; records that cannot be fetched delete no document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from demo.oai_server import Fault, Repository, Request, serve
from pipeline.errors import RetryError
from pipeline.run.context import Context, Options
from pipeline.run.fetch import fetch, resumable
from pipeline.run.fetched import FetchResult
from pipeline.run.retention import prune_staging
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging
from tests.support import Archive, ddi, staged_parts

RECORDS = 10
A_DAY = 86_400
"""Seconds that a service asks to wait, so that the run ends at once."""
PAGES = 4
"""Ten records, three a page."""
BEFORE = 1
"""Requests before the first page: Identify."""


def name(number: int) -> str:
    return f"oai:archive.invalid:{number:02d}"


class Provider:
    """An archive behind a provider: ten records, one a day from 1 March 2026."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.repository = Repository(page_size=3)
        for number in range(RECORDS):
            self.put(number, ddi(number), f"2026-03-{number + 1:02d}T08:00:00Z")

    def put(self, number: int, text: str, datestamp: str) -> None:
        self.repository.put(name(number), text.encode(), datestamp)

    def fetch(self, run_id: str = "one", part_size: int = 4, **options: Any) -> FetchResult:
        return fetch(self.archive.context(run_id, **options), part_size)

    def fail(self, at_page: int, run_id: str = "one", **options: Any) -> None:
        """A harvest that ends in an error over that page, from 1."""
        self.repository.throttle(retry_after=A_DAY, after=BEFORE + at_page - 1)
        with pytest.raises(RetryError, match="HTTP 503"):
            self.fetch(run_id, **options)
        self.repository.requests.clear()

    def asked(self) -> list[tuple[str | None, bool]]:
        """Verb, and whether a resumption token went with it, of the requests since the harvest failed."""
        return [(request.verb, request.get("resumptionToken") is not None) for request in self.repository.requests]


@pytest.fixture
def provider(archive: Archive) -> Iterator[Provider]:
    found = Provider(archive)
    with serve(found.repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        yield found


def staged(context: Context, fetched: FetchResult) -> list[str]:
    """Record ids in the parts, in order; the parts are those that are there, and none is larger than it may be."""
    assert staged_parts(context.staging, Kind.RAW) == list(fetched.parts)
    parts = [list(context.staging.read_part(Kind.RAW, part)) for part in fetched.sums[Kind.RAW]]
    assert all(1 <= len(part) <= 4 for part in parts)
    return [orjson.loads(line)["record_id"] for part in parts for line in part]


def in_order(*numbers: int) -> list[str]:
    return [name(number) for number in numbers or range(RECORDS)]


@pytest.mark.parametrize("at_page", range(2, PAGES + 1))
def test_a_repeated_run_resumes_after_its_last_page(provider: Provider, at_page: int) -> None:
    provider.fail(at_page)
    fetched = provider.fetch()
    assert provider.asked() == [("ListRecords", True)] * (PAGES - at_page + 1)
    assert staged(provider.archive.context("one"), fetched) == in_order()
    assert (fetched.fetched, fetched.complete, fetched.snapshot) == (RECORDS, True, True)


def test_a_harvest_may_fail_several_times(provider: Provider) -> None:
    provider.fail(2)
    provider.repository.throttle(retry_after=A_DAY, after=1)
    with pytest.raises(RetryError):
        provider.fetch()
    provider.repository.throttle(retry_after=A_DAY, after=1)
    with pytest.raises(RetryError):
        provider.fetch()
    assert staged(provider.archive.context("one"), provider.fetch()) == in_order()


def test_watermark_and_start_are_those_of_the_first_try(provider: Provider) -> None:
    provider.fail(3)
    before = provider.archive.context("one").staging.read_json("fetching")
    fetched = provider.fetch()
    assert fetched.started == before["request"]["started"]
    assert fetched.watermark == before["protocol_state"]["watermark"]


def test_a_token_that_expired_meanwhile_starts_the_list_again(provider: Provider) -> None:
    provider.fail(3)
    provider.repository.expire_tokens()
    fetched = provider.fetch()
    assert staged(provider.archive.context("one"), fetched) == in_order()
    assert fetched.complete


def test_a_token_that_expires_after_resuming_starts_the_list_again(provider: Provider) -> None:
    provider.fail(2)

    def expire(_: Request) -> None:
        if len(provider.repository.requests) == 2:
            provider.repository.expire_tokens()

    provider.repository.on_request = expire
    assert staged(provider.archive.context("one"), provider.fetch()) == in_order()


def test_another_run_starts_from_the_beginning(provider: Provider) -> None:
    provider.fail(3)
    provider.fetch("two")
    assert provider.asked()[:2] == [("Identify", False), ("ListRecords", False)]


def test_a_different_request_starts_from_the_beginning(provider: Provider) -> None:
    provider.fail(3)
    fetched = provider.fetch(since="2026-03-05")
    assert fetched.since == "2026-03-05"
    assert provider.asked()[0] == ("Identify", False)


def test_a_harvest_that_ended_is_not_resumed(provider: Provider) -> None:
    provider.fetch()
    provider.repository.requests.clear()
    fetched = provider.fetch()
    assert provider.asked()[0] == ("Identify", False)
    assert staged(provider.archive.context("one"), fetched) == in_order()


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
@pytest.mark.parametrize("file", ["raw/00000.ndjson.zst", "pages/00001.ndjson.zst", "fetching.json"])
def test_the_list_starts_again_where_what_is_staged_is_damaged(
    provider: Provider, staging: Path, file: str, damage: str
) -> None:
    provider.fail(3)
    path = staging / provider.archive.name / "one" / file
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[:-9] if damage == "cut" else content.replace(content[-9:], b"123456789"))
    assert staged(provider.archive.context("one"), provider.fetch()) == in_order()
    assert provider.asked()[0] == ("Identify", False)


def test_pages_do_not_stay_in_staging(provider: Provider) -> None:
    provider.fail(3)
    provider.fetch()
    staging = provider.archive.context("one").staging
    assert staged_parts(staging, Kind.PAGES) == []
    assert not staging.has_json("fetching"), "it may hold a key that the service repeats"


def test_a_harvest_whose_pages_cannot_be_removed_is_done_and_pruning_removes_them(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> None:
        raise RetryError("Staged files could not be removed: SlowDown")

    with monkeypatch.context() as patched:
        patched.setattr(Staging, "remove_kinds", busy)
        fetched = provider.fetch()
    context = provider.archive.context("one")
    assert staged(context, fetched) == in_order()

    assert run_after_fetch(context, fetched).live == RECORDS
    prune_staging(provider.archive.name)
    assert staged_parts(context.staging, Kind.PAGES) == []
    assert not context.staging.has_json("fetching")


@pytest.mark.parametrize("spoilt_id", [False, True])
def test_broken_records_prevent_deletions_only_if_nothing_names_them(provider: Provider, *, spoilt_id: bool) -> None:
    first = provider.archive.run()
    provider.repository.forget(name(0))
    provider.repository.deleted_record = "no"

    def spoil(body: bytes) -> bytes:
        body = body.replace(b"Harbour Survey, wave 5<", b"Harbour & Survey\x0b<")
        return body.replace(f">{name(5)}<".encode(), b">&<") if spoilt_id else body

    provider.repository.fault_of = lambda _: Fault(change=spoil)
    report = provider.archive.run(full=True)
    if spoilt_id:
        assert (report["rejects"], report["deleted"], report["kept"]) == ({"malformed": 1}, 0, 0)
        assert (report["live"], report["watermark"], report["complete"]) == (RECORDS, first["watermark"], False)
        assert any("not well-formed" in note for note in report["notes"])
    else:
        assert (report["rejects"], report["deleted"], report["kept"]) == ({"malformed": 1}, 1, 1)
        assert (report["live"], report["complete"]) == (RECORDS - 1, True)


def test_a_run_is_resumed_as_it_was_asked_for(provider: Provider) -> None:
    provider.archive.run()
    provider.fail(3, run_id="two", full=True)

    found = resumable(provider.archive.name)

    assert found == ("two", Options(full=True))
    assert provider.fetch(found.run_id, full=True).mode == "full"
    assert provider.asked()[0] == ("ListRecords", True)
    assert resumable(provider.archive.name) is None


def test_a_state_of_another_version_is_none(provider: Provider) -> None:
    provider.fail(3)
    provider.archive.context("one").staging.write_json("fetching", {"asked": "in another layout"})
    assert resumable(provider.archive.name) is None
    assert staged(provider.archive.context("one"), provider.fetch()) == in_order()

"""Ten of ten thousand records changed and three were deleted: only these are fetched, only these are written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.oai_server import Fault, Repository, serve
from tests.support import Archive, counts, ids

RECORDS = 10_000
CHANGED = range(100, 1100, 100)
GONE = (7, 4321, 9999)
LONG_AGO = "2020-01-01T00:00:00Z"
"""Earlier than any watermark less its overlap."""


def name(number: int) -> str:
    return f"oai:harbour.invalid:{number}"


def small(number: int, title: str) -> bytes:
    return (
        '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt>'
        f"<titl>{title} {number}</titl><IDNo>S{number:05d}</IDNo></titlStmt></citation></stdyDscr></codeBook>"
    ).encode()


class Sent:
    """What the server answered: how many records, of these how many deletions."""

    def __init__(self) -> None:
        self.records = self.deletions = 0

    def see(self, body: bytes) -> bytes:
        self.records += body.count(b"<record>")
        self.deletions += body.count(b'<header status="deleted">')
        return body


@pytest.fixture
def repository(archive: Archive) -> Iterator[Repository]:
    repository = Repository(page_size=2500)
    for number in range(RECORDS):
        repository.put(name(number), small(number, "Harbour Survey"), LONG_AGO)
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        yield repository


def written(archive: Archive, index: str) -> tuple[int, int]:
    """Elasticsearch's own counts of what was indexed into an index and deleted from it."""
    done = archive.client.indices.stats(index=index, metric="indexing")["_all"]["primaries"]["indexing"]
    return done["index_total"], done["delete_total"]


def test_only_what_changed_is_fetched_and_written(archive: Archive, repository: Repository) -> None:
    first = archive.run()
    assert (first["mode"], first["live"], written(archive, archive.live.index)) == ("full", RECORDS, (RECORDS, 0))
    before = archive.live.index
    for number in CHANGED:
        repository.put(name(number), small(number, "Quay Survey"), repository.now())
    for number in GONE:
        repository.delete(name(number), repository.now())
    sent = Sent()
    repository.fault_of = lambda _: Fault(change=sent.see)
    repository.requests.clear()

    report = archive.run()

    assert [request.verb for request in repository.requests] == ["Identify", "ListRecords"]
    asked_from = repository.requests[-1].get("from")
    assert asked_from is not None
    assert LONG_AGO < asked_from < first["watermark"]
    assert (sent.records, sent.deletions) == (13, 3)
    assert (report["mode"], report["fetched"], counts(report)) == ("incremental", 13, (0, 10, 3, 0))
    assert archive.live.index != before
    assert written(archive, archive.live.index) == (10, 3)
    assert written(archive, before) == (RECORDS, 0)
    assert report["live"] == RECORDS - 3
    titles = archive.client.search(
        index=archive.live.index,
        query={"match_phrase": {"name": "Quay Survey"}},
        size=20,
        source_includes=["harmony_id"],
    )
    found = {hit["_source"]["harmony_id"].split("/")[1] for hit in titles["hits"]["hits"]}
    assert found == ids(*CHANGED)

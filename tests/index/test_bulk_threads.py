"""The bulk writer's requests that are under way at the same time, against a stand-in for the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError

from pipeline.errors import FailError, RetryError
from pipeline.index import client
from pipeline.index.bulk import MAX_ITEMS, Write, write
from pipeline.index.bulk_pace import MAX_IN_FLIGHT

pytestmark = pytest.mark.usefixtures("staging")

THROTTLED = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "too much"}}}
NOT_THERE = {"index": {"status": 404, "error": {"type": "index_not_found_exception", "reason": "no such index"}}}
DONE = {"index": {"status": 201}}

Answer = Callable[[list[str]], dict[str, Any]]
"""The item of each document of a request with these ids."""


class Server:
    """Takes bulk requests as the client sends them, and keeps what was written."""

    def __init__(self, answer: Answer = lambda _: DONE) -> None:
        self.written: dict[str, Any] = {}
        self.most = 0
        self.requests = 0
        self._answer = answer
        self._under_way: list[set[str]] = []
        self._lock = threading.Lock()

    def perform_request(self, _method: str, _path: str, *, body: bytes, **_: Any) -> dict[str, Any]:
        lines = [orjson.loads(line) for line in body.splitlines()]
        documents = {line["index"]["_id"]: source for line, source in zip(lines[::2], lines[1::2], strict=True)}
        assert len(documents) * 2 == len(lines), "an id is in a request twice"
        with self._lock:
            assert all(documents.keys().isdisjoint(other) for other in self._under_way), "two requests share an id"
            self._under_way.append({*documents})
            self.most = max(self.most, len(self._under_way))
            self.requests += 1
        try:
            item = self._answer([*documents])
            if item is DONE:
                self.written |= documents
        finally:
            with self._lock:
                self._under_way.remove({*documents})
        return {"errors": item is not DONE, "items": [item] * len(documents)}


def documents(count: int) -> Iterator[Write]:
    return (Write(str(n), orjson.dumps(n)) for n in range(count))


def bulk_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("bulk")]


def results(server: Server, writes: Iterator[Write]) -> list[str]:
    return [refusal.id for refusal in write(server, "studies.x.1", writes)]  # type: ignore[arg-type]


def test_several_requests_are_under_way_and_no_more_than_allowed() -> None:
    together = threading.Barrier(2)

    def answer(ids: list[str]) -> dict[str, Any]:
        if ids[0] in {"0", str(MAX_ITEMS)}:
            together.wait()
        return DONE

    server = Server(answer)
    assert results(server, documents(40 * MAX_ITEMS)) == []
    assert 2 <= server.most <= MAX_IN_FLIGHT
    assert server.written == {str(n): n for n in range(40 * MAX_ITEMS)}
    assert not bulk_threads()


def test_of_two_writes_of_one_id_the_later_one_wins_whatever_happens_to_the_first() -> None:
    throttled: set[str] = set()

    def answer(ids: list[str]) -> dict[str, Any]:
        if ids[0] in throttled:
            return DONE
        throttled.add(ids[0])
        return THROTTLED

    server = Server(answer)
    writes = (Write(str(n % 7), orjson.dumps(n)) for n in range(100))
    assert results(server, writes) == []
    assert server.written == {str(n % 7): n for n in range(93, 100)}


def test_no_more_documents_are_read_than_requests_can_be_under_way() -> None:
    read, answered = 0, 0
    lock = threading.Lock()

    def answer(ids: list[str]) -> dict[str, Any]:
        nonlocal answered
        with lock:
            answered += len(ids)
        return DONE

    def writes() -> Iterator[Write]:
        nonlocal read
        for item in documents(40 * MAX_ITEMS):
            read += 1
            assert read - answered <= (MAX_IN_FLIGHT + 1) * MAX_ITEMS
            yield item

    assert results(Server(answer), writes()) == []


def test_threads_end_where_nobody_reads_on() -> None:
    refused = {"index": {"status": 400, "error": {"type": "document_parsing_exception", "reason": "words"}}}
    refusals = write(Server(lambda _: refused), "studies.x.1", documents(20 * MAX_ITEMS))  # type: ignore[arg-type]
    next(refusals)
    assert bulk_threads()
    refusals.close()  # type: ignore[attr-defined]
    assert not bulk_threads()


def test_threads_end_where_the_documents_cannot_be_read() -> None:
    def writes() -> Iterator[Write]:
        yield from documents(3 * MAX_ITEMS)
        raise OSError("the part is damaged")

    with pytest.raises(OSError, match="the part is damaged"):
        results(Server(), writes())
    assert not bulk_threads()


def test_an_error_about_the_whole_index_ends_requests_that_wait_for_their_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "1000000")
    monkeypatch.setenv("STUDY_INDEX_ELASTICSEARCH_WAIT", "1000000")
    monkeypatch.setattr(client, "LONGEST_WAIT", 1_000_000)
    waits = threading.Event()

    def answer(ids: list[str]) -> dict[str, Any]:
        if ids[0] == "0":
            waits.set()
            return THROTTLED
        waits.wait()
        return NOT_THERE

    server = Server(answer)
    with client.waiting(), pytest.raises(FailError, match="cannot be written to"):
        results(server, documents(2 * MAX_ITEMS))
    assert server.requests == 2
    assert not bulk_threads()


def test_threads_try_as_often_as_the_caller_wants() -> None:
    server = Server(lambda _: THROTTLED)
    with client.trying_once(), pytest.raises(RetryError, match="not written yet"):
        results(server, documents(1))
    assert server.requests == 1


def throttle(_: list[str]) -> dict[str, Any]:
    return THROTTLED


def refuse_all(_: list[str]) -> dict[str, Any]:
    meta = ApiResponseMeta(429, "1.1", HttpHeaders(), 0.1, NodeConfig("http", "localhost", 9200))
    raise ApiError("it is too much", meta, None)


@pytest.mark.parametrize(("trouble", "is_smaller"), [(None, False), (throttle, True), (refuse_all, True)])
def test_what_is_written_next_keeps_the_pace_that_the_server_could_take(
    trouble: Answer | None, *, is_smaller: bool
) -> None:
    sizes: list[int] = []
    troubles = iter([trouble] * 3)

    def answer(ids: list[str]) -> dict[str, Any]:
        sizes.append(len(ids))
        present = next(troubles, None)
        return DONE if present is None else present(ids)

    server = Server(answer)
    results(server, documents(1))
    sizes.clear()
    results(server, documents(MAX_ITEMS))
    assert (max(sizes) < MAX_ITEMS) is is_smaller

"""What the bulk writer makes of each answer, item by item, against a stand-in for the server."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError

from pipeline.errors import FailError, RetryError
from pipeline.index.bulk import MAX_BYTES, Refusal, Write, write
from pipeline.index.bulk_pace import MAX_IN_FLIGHT, MAX_ITEMS, SLOW, Outcome, Pace, pace_of

pytestmark = pytest.mark.usefixtures("staging")

Item = dict[str, Any]


class Server:
    """Answers each document by its id; `requests` has the ids of each request."""

    def __init__(
        self, answers: dict[str, Item], *, most: int | None = None, too_many: int = 413, lost: int = 0
    ) -> None:
        self.requests: list[list[str]] = []
        self._answers, self._most, self._too_many, self._lost = answers, most, too_many, lost

    def perform_request(self, _method: str, _path: str, *, body: bytes, **_: Any) -> dict[str, Any]:
        actions = [line for line in map(orjson.loads, body.splitlines()) if {"index", "delete"} & {*line}]
        ids = [action[kind]["_id"] for action in actions for kind in action]
        self.requests.append(ids)
        if self._most is not None and len(ids) > self._most:
            meta = ApiResponseMeta(self._too_many, "1.1", HttpHeaders(), 0.1, NodeConfig("http", "localhost", 9200))
            raise ApiError("it is too much", meta, None)
        items = [{"index": self._answers.get(name, {"status": 201})} for name in ids]
        return {"errors": True, "items": items[self._lost :]}


def refused(server: Server, *writes: Write) -> list[Refusal]:
    return list(write(server, "studies.x.1", writes))  # type: ignore[arg-type]


def document(name: str) -> Write:
    return Write(name, b'{"name":"x"}')


def error(kind: str, status: int) -> Item:
    return {"status": status, "error": {"type": kind, "reason": "for this reason"}}


@pytest.mark.parametrize("status", [200, 201, 299, 404])
def test_what_has_no_error_is_done(status: int) -> None:
    """404: the document to delete is not there."""
    server = Server({"b": {"status": status}})
    assert refused(server, document("a"), Write("b", None), document("c")) == []
    assert server.requests == [["a", "b", "c"]]


@pytest.mark.parametrize("status", [300, 403, 405])
def test_what_is_not_done_without_an_error_ends_the_run(status: int) -> None:
    with pytest.raises(FailError, match=r"studies\.x\.1 cannot be written to.*no reason was given"):
        refused(Server({"b": {"status": status}}), *map(document, "abc"))


@pytest.mark.parametrize("status", [400, 413])
def test_a_document_that_cannot_be_indexed_is_refused_alone_and_with_the_reason(status: int) -> None:
    (refusal,) = refused(Server({"b": error("document_parsing_exception", status)}), *map(document, "abc"))
    assert refusal.id == "b"
    assert "for this reason" in refusal.reason


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("index_closed_exception", 400),
        ("cluster_block_exception", 403),
        ("index_not_found_exception", 404),
    ],
)
def test_what_is_wrong_with_the_index_ends_the_run(kind: str, status: int) -> None:
    with pytest.raises(FailError, match=r"studies\.x\.1 cannot be written to"):
        refused(Server({"b": error(kind, status)}), *map(document, "abc"))


def test_a_request_that_is_too_large_is_sent_in_halves() -> None:
    server = Server({}, most=2)
    assert refused(server, *map(document, "abcde")) == []
    assert [len(ids) for ids in server.requests] == [5, 3, 2, 1, 2]


def test_a_request_that_is_too_much_at_present_is_sent_in_halves_down_to_single_documents() -> None:
    server = Server({}, most=1, too_many=429)
    assert refused(server, *map(document, "abcd")) == []
    assert [len(ids) for ids in server.requests] == [4, 2, 1, 1, 1, 1]


@pytest.mark.parametrize("status", [401, 403])
def test_a_request_that_is_refused_as_a_whole_ends_the_run_and_refuses_no_document(status: int) -> None:
    server = Server({}, most=0, too_many=status)
    with pytest.raises(FailError, match="refused the credentials"):
        refused(server, document("a"))
    assert len(server.requests) == 1


def test_a_document_that_is_too_large_by_itself_is_refused() -> None:
    server = Server({}, most=0)
    found = refused(server, *map(document, "ab"))
    assert [item.id for item in found] == ["a", "b"]
    assert all(item.reason.startswith("the document is too large") for item in found)


def test_only_what_was_not_taken_is_sent_again() -> None:
    class Busy(Server):
        def perform_request(self, _method: str, _path: str, *, body: bytes, **_: Any) -> dict[str, Any]:
            answer = super().perform_request(_method, _path, body=body)
            if len(self.requests) == 1:
                answer["items"][1] = {"index": error("es_rejected_execution_exception", 429)}
            return answer

    server = Busy({})
    assert refused(server, *map(document, "abc")) == []
    assert server.requests == [["a", "b", "c"], ["b"]]


def test_an_answer_that_lacks_documents_is_no_success() -> None:
    with pytest.raises(RetryError, match=r"answered for \d of \d documents"):
        refused(Server({}, lost=1), *map(document, "abc"))


def test_two_writes_of_one_document_are_not_in_one_request() -> None:
    server = Server({})
    refused(server, document("a"), document("b"), document("a"))
    assert server.requests == [["a", "b"], ["a"]]


def test_no_request_has_more_documents_than_the_pace_allows() -> None:
    server = Server({})
    refused(server, *(document(str(number)) for number in range(MAX_ITEMS + 1)))
    assert sorted(map(len, server.requests)) == [1, MAX_ITEMS]


def test_a_request_of_fewer_documents_may_have_fewer_bytes_in_proportion() -> None:
    server = Server({})
    pace_of(server).now = Pace(items=MAX_ITEMS // 2)  # type: ignore[arg-type]
    fifth = b'{"name":"%b"}' % (b"x" * (MAX_BYTES // 5))
    refused(server, *(Write(name, fifth) for name in "abcde"))
    assert sorted(map(len, server.requests)) == [1, 2, 2]


@pytest.mark.parametrize(
    ("pace", "judge", "in_flight"),
    [
        (Pace(in_flight=1), Outcome(size=1, seconds=10.0), 2),  # there is nothing to compare the first answer with
        (Pace(in_flight=1), Outcome(size=1, seconds=SLOW), 2),
        (Pace(in_flight=4), Outcome(size=1, seconds=SLOW + 0.1), 2),
        (Pace(in_flight=1, best=100.0), Outcome(size=79, seconds=1.0), 1),  # never none at all
        (Pace(in_flight=1, best=100.0), Outcome(size=80, seconds=1.0), 2),  # four fifths are as good
        (Pace(in_flight=1, best=0.0), Outcome(size=1, seconds=0.0), 2),
    ],
)
def test_the_pace_after_one_answer(pace: Pace, judge: Outcome, in_flight: int) -> None:
    assert pace.after(judge).in_flight == in_flight


def test_the_share_of_a_request_is_that_of_its_documents() -> None:
    assert Pace(in_flight=MAX_IN_FLIGHT, items=MAX_ITEMS // 2).share == 0.5

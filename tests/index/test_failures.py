"""What goes wrong with Elasticsearch, and what the message says: retry or fail, cause and cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elastic_transport import ConnectionError as NotConnected
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, StudyIndexError
from pipeline.index.client import ATTEMPTS, ask, connect
from pipeline.index.failures import MEANINGS, as_own_error, check_all_of_it, of_answer
from tests.faulty import BLOCK, BREAKER, NO_SHARD, THROTTLED, Outcome, Some, faulty

pytestmark = pytest.mark.usefixtures("staging")

WRITE_BLOCK = {
    "type": "cluster_block_exception",
    "reason": "index [studies.fsd.2] blocked by: [FORBIDDEN/8/index write (api)];",
}
READ_ONLY = {"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/6/cluster read-only (api)];"}
NO_MASTER = {"type": "cluster_block_exception", "reason": "blocked by: [SERVICE_UNAVAILABLE/2/no master];"}
NOT_ELECTED = {"type": "master_not_discovered_exception", "reason": None}
NO_INDEX = {"type": "index_not_found_exception", "reason": "no such index [studies.fsd.2]"}
CLOSED = {"type": "index_closed_exception", "reason": "closed", "index": "studies.fsd.2"}
SHARDS = {
    "type": "validation_exception",
    "reason": "this action would add [2] shards, but this cluster has [1000]/[1000] maximum normal shards open;",
}
TWO_WRITE = {"type": "illegal_state_exception", "reason": "alias [studies.fsd] has more than one write index [a,b]"}
FORBIDDEN = {"type": "security_exception", "reason": "action [indices:admin/create] is unauthorized"}
WRONG = {"type": "parsing_exception", "reason": "unknown query [tems]"}
ALL_FAILED = {"type": "search_phase_execution_exception", "reason": "all shards failed", "root_cause": []}

ANSWERS: list[tuple[int, dict[str, Any], type[StudyIndexError], str]] = [
    (429, BLOCK, RetryError, r"The disk of .* is over its flood stage.*HTTP 429: .*read-only-allow-delete.*free space"),
    (503, NO_MASTER, RetryError, r"has no master node \(HTTP 503: .*no master.*look at its nodes"),
    (503, NOT_ELECTED, RetryError, r"has no master node"),
    (403, READ_ONLY, FailError, r"is read-only, as somebody set it so \(HTTP 403: .*remove the setting cluster.blocks"),
    (403, WRITE_BLOCK, FailError, r"An index is blocked \(HTTP 403: .*index write.*Run the catalogue again"),
    (429, BREAKER, RetryError, r"too little memory for this request \(HTTP 429: .*Data too large.*larger heap"),
    (429, THROTTLED, RetryError, r"throttles \(HTTP 429: .*too much to do\): .*Look at its load"),
    (503, NO_SHARD, RetryError, r"A shard of .* is not available \(HTTP 503: .*allocation/explain"),
    (503, ALL_FAILED, RetryError, r"A shard of .* is not available \(HTTP 503: all shards failed"),
    (400, CLOSED, FailError, r"The index studies\.fsd\.2 is closed.*open it \(POST /studies\.fsd\.2/_open\)"),
    (404, NO_INDEX, FailError, r"^no such index .*Run the catalogue again\.$"),
    (400, SHARDS, FailError, r"may hold no more shards .*study-index prune.*cluster\.max_shards_per_node"),
    (500, TWO_WRITE, FailError, r"answered HTTP 500: alias .* more than one write index"),
    (403, FORBIDDEN, FailError, r"refused the credentials \(HTTP 403: .*unauthorized.*ELASTICSEARCH_API_KEY"),
    (
        500,
        {"type": "x", "reason": "a fault"},
        RetryError,
        r"is not available \(HTTP 500: a fault\): look at .* its log",
    ),
    (504, {"reason": "upstream"}, RetryError, r"is not available \(HTTP 504: upstream"),
    (400, WRONG, FailError, r"answered HTTP 400: unknown query \[tems\]"),
]


@pytest.mark.parametrize(("status", "error", "kind", "message"), ANSWERS)
def test_the_message_about_an_answer_names_cause_and_cure(
    status: int, error: dict[str, Any], kind: type[StudyIndexError], message: str
) -> None:
    own = of_answer(status, error)
    assert type(own) is kind
    with pytest.raises(kind, match=message):
        raise own


def test_each_meaning_has_a_case() -> None:
    def first(status: int, error: dict[str, Any]) -> int | None:
        reason = str(error["reason"])
        fitting = (place for place, row in enumerate(MEANINGS) if row.is_meant(error.get("type", ""), status, reason))
        return next(fitting, None)

    assert {first(status, error) for status, error, *_ in ANSWERS} == {None, *range(len(MEANINGS))}


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (TlsError("certificate verify failed"), FailError, "certificate is not trusted .*ELASTICSEARCH_CA"),
        (ConnectionTimeout("timed out"), RetryError, "did not answer in time .*look at its load"),
        (NotConnected("[Errno -2] Name or service not known"), RetryError, r"host name cannot be resolved .*DNS"),
        (NotConnected("Connection refused"), RetryError, r"does not answer \(Connection refused\)\. Start it"),
        (TransportError("something else"), RetryError, "could not be asked: something else"),
    ],
)
def test_the_message_about_a_connection_names_cause_and_cure(
    error: TransportError, kind: type[StudyIndexError], message: str
) -> None:
    with pytest.raises(kind, match=message):
        raise as_own_error(error)


def test_a_host_name_that_does_not_exist_is_named() -> None:
    with connect("http://elasticsearch.invalid:9200") as nowhere, pytest.raises(RetryError, match="cannot be resolved"):
        ask(nowhere.info)


def test_a_key_or_password_is_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://curator:secret-word@127.0.0.1:1")
    with connect() as away, pytest.raises(RetryError) as refused:
        ask(away.info)
    assert "secret-word" not in str(refused.value)


Call = Callable[[Elasticsearch], object]

READS: dict[str, Call] = {
    "count": lambda client: client.count(index="studies.failures.scratch"),
    "search": lambda client: client.search(index="studies.failures.scratch", size=0),
    "refresh": lambda client: client.indices.refresh(index="studies.failures.scratch"),
}


FAULTS: dict[Outcome, str] = {
    "partial": r"answered in part only: 1 of 2 shards did \(.*primary shard is not active\)",
    "timed_out": "answered in part only: it states timed_out",
    "garbled": "JSON that cannot be read",
    "no_shard": "hard of .* is not available",
    "breaker": "too little memory",
    500: "HTTP 500",
    "away": "does not answer",
}


@pytest.fixture(scope="module")
def index(shared_client: Elasticsearch) -> Iterator[str]:
    """An empty index."""
    shared_client.indices.create(index="studies.failures.scratch")
    yield "studies.failures.scratch"
    shared_client.indices.delete(index="studies.failures.scratch")


@pytest.mark.parametrize("outcome", FAULTS)
@pytest.mark.parametrize("name", READS)
def test_an_answer_that_is_broken_or_partial_is_asked_for_again_and_then_an_error(
    index: str, elasticsearch_url: str, name: str, outcome: Outcome
) -> None:
    assert index
    once = Some(lambda _: True, outcome, 1)
    with faulty(elasticsearch_url, once) as client:
        ask(lambda: READS[name](client))
    assert len(once.seen) == 2

    always = Some(lambda _: True, outcome)
    with faulty(elasticsearch_url, always) as client, pytest.raises(RetryError, match=FAULTS[outcome]):
        ask(lambda: READS[name](client))
    assert len(always.seen) == ATTEMPTS


def test_a_count_over_the_shards_that_are_there_is_an_error(index: str, shared_client: Elasticsearch) -> None:
    """The primary shard of the second index is on no node."""
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    shared_client.indices.create(index="studies.failures.nowhere", wait_for_active_shards=0, settings=nowhere)
    try:
        for read in (shared_client.count, shared_client.search):
            with pytest.raises(RetryError, match=r"answered in part only: 1 of 2 shards did"):
                ask(lambda: read(index=[index, "studies.failures.nowhere"]))  # noqa: B023 - called at once
            with pytest.raises(RetryError, match=r"shard"):
                ask(lambda: read(index="studies.failures.nowhere"))  # noqa: B023 - called at once
    finally:
        shared_client.indices.delete(index="studies.failures.nowhere")


def test_documents_that_could_not_be_read_are_asked_for_again() -> None:
    found = {"_id": "a", "found": True, "_source": {}}
    check_all_of_it({"docs": [found, {"_id": "b", "found": False}]})
    with pytest.raises(RetryError, match=r"shard of .* is not available"):
        check_all_of_it({"docs": [found, {"_id": "b", "error": NO_SHARD}]})
    with pytest.raises(FailError, match="no such index"):
        check_all_of_it({"docs": [{"_id": "b", "error": NO_INDEX}]})


def test_a_shard_that_nobody_counts_as_failed_is_missing_too() -> None:
    """Elasticsearch counts a shard without a copy as neither successful nor failed."""
    with pytest.raises(RetryError, match="1 of 2 shards did"):
        check_all_of_it({"count": 3, "_shards": {"total": 2, "successful": 1, "skipped": 0, "failed": 0}})
    check_all_of_it({"_shards": {"total": 2, "successful": 1, "failed": 0}})  # of a refresh: no replica


def test_another_server_at_the_address_is_named_as_such(index: str, elasticsearch_url: str) -> None:
    assert index
    requests = Some(lambda _: True, "html")
    with faulty(elasticsearch_url, requests) as client:
        for read in READS.values():
            with pytest.raises(FailError, match=r"is not Elasticsearch 8 or 9: .* Check ELASTICSEARCH_URL"):
                ask(lambda: read(client))  # noqa: B023 - called at once
    assert len(requests.seen) == len(READS)

"""What Elasticsearch's errors and partial answers mean: retry or fail, with cause and cure in one sentence.

The types are those of Elasticsearch's exceptions, as in the `error.type` of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from elastic_transport import ConnectionError as NotConnected
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, UnsupportedProductError

from pipeline import settings
from pipeline.errors import FailError, RetryError, StudyIndexError

BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same request can succeed later."""

LONGEST_REASON = 500
"""Characters of a reason that are shown."""

NO_NAME = ("name or service not known", "getaddrinfo", "nodename nor servname", "name resolution", "no address")


class Meaning(NamedTuple):
    """What answers of Elasticsearch mean; the first row that fits counts.

    A row fits an answer whose `error.type` is one of `kinds` (empty: any), whose status is one of `statuses` (empty:
    any), and whose reason has one of `words` (empty: any). In `text`, `server` is which Elasticsearch, `said` the
    status and the reason. `final` is a refusal in spite of a status in `BUSY`.
    """

    kinds: tuple[str, ...]
    statuses: tuple[int, ...]
    words: tuple[str, ...]
    text: str
    final: bool = False

    def is_meant(self, kind: str, status: int, reason: str) -> bool:
        """Whether the row fits an answer."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.statuses or status in self.statuses)
            and (not self.words or any(word in reason for word in self.words))
        )


MEANINGS = (
    Meaning(
        ("cluster_block_exception",),
        (),
        ("read-only-allow-delete", "flood-stage"),
        "The disk of {server} is over its flood stage, so nothing can be written ({said}): free space there or add "
        "some, and Elasticsearch lifts the block by itself. Then run again.",
    ),
    Meaning(
        ("cluster_block_exception", "master_not_discovered_exception"),
        (503,),
        (),
        "{server} is starting, or has no master node ({said}): look at its nodes, then run again.",
    ),
    Meaning(
        ("cluster_block_exception",),
        (),
        ("cluster read-only",),
        "{server} is read-only, as somebody set it so ({said}): remove the setting cluster.blocks.read_only, then run "
        "again.",
    ),
    Meaning(
        ("cluster_block_exception",),
        (),
        (),
        "An index is blocked ({said}). Did another run of the catalogue replace it? Run the catalogue again; if it "
        "stays blocked, look at the settings index.blocks and cluster.blocks.",
    ),
    Meaning(
        ("index_closed_exception",),
        (),
        (),
        "The index {index} is closed, which study-index does to none: open it (POST /{index}/_open), or delete it if "
        "nobody needs it.",
    ),
    Meaning(
        ("circuit_breaking_exception",),
        (),
        (),
        "{server} has too little memory for this request ({said}): give it a larger heap, or less work at the same "
        "time, then run again.",
    ),
    Meaning(
        (),
        (429,),
        (),
        "{server} throttles ({said}): it has more to do than it can. Look at its load, then run again.",
    ),
    Meaning(
        (),
        (503,),
        ("shard",),
        "A shard of {server} is not available ({said}): look at its nodes and disks, and at "
        "_cluster/allocation/explain, then run again.",
    ),
    Meaning(
        ("index_not_found_exception",),
        (),
        (),
        "{reason}. Did another run of the catalogue replace it? Run the catalogue again.",
        final=True,
    ),
    Meaning(
        (),
        (),
        ("maximum normal shards open", "maximum shards open"),
        "{server} may hold no more shards ({said}): delete indices that nobody needs (study-index prune), or raise "
        "cluster.max_shards_per_node.",
    ),
    Meaning(
        ("illegal_state_exception",),
        (500,),
        ("more than one write index",),
        "{server} answered {said}",
        final=True,
    ),
    Meaning(
        (),
        (401, 403),
        (),
        "{server} refused the credentials ({said}). Check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER and "
        "ELASTICSEARCH_PASSWORD, and the role behind them; in Airflow it may be the connection "
        "study_index_elasticsearch.",
    ),
    Meaning(
        (),
        (408, 500, 502, 503, 504),
        (),
        "{server} is not available ({said}): look at its nodes and its log, then run again.",
    ),
)

OTHER = Meaning((), (), (), "{server} answered {said}")


def as_own_error(error: ApiError | TransportError) -> StudyIndexError:
    """The pipeline's own error for an error of the client."""
    if isinstance(error, UnsupportedProductError):
        return _wrong_server("its answers do not name Elasticsearch")
    if isinstance(error, ApiError):
        body, status = error.body, error.meta.status
        if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
            return of_answer(status, body["error"])
        if status in BUSY or status in {401, 403, 413}:
            return of_answer(status, {"reason": error.message})
        return _wrong_server(f"it answered HTTP {status} without an error of Elasticsearch")
    return _of_transport(error)


def of_answer(status: int, error: Mapping[str, Any]) -> StudyIndexError:
    """The pipeline's own error for the `error` of an answer, or of one item of a bulk request."""
    causes = error.get("root_cause") or [error]
    kind, reason = str(causes[0].get("type", error.get("type", ""))), reason_of(error)
    meaning = next((row for row in MEANINGS if row.is_meant(kind, status, reason)), OTHER)
    index = causes[0].get("index", "that was asked")
    message = meaning.text.format(server=server(), said=f"HTTP {status}: {reason}", reason=reason, index=index)
    return RetryError(message) if status in BUSY and not meaning.final else FailError(message)


def check_all_of_it(body: Any) -> None:
    """Check that an answer is JSON, and is about all shards and all documents that were asked for.

    Elasticsearch answers HTTP 200 where some shards failed or time ran out: a count over the others would be too low.

    Raises:
        RetryError: a part is missing.
        FailError: the answer is text; or the index that was asked is gone.
    """
    if isinstance(body, str | bytes):
        raise _wrong_server("it answered with text instead of JSON")
    if not isinstance(body, Mapping):
        return
    for missing in _missing(body):
        raise RetryError(f"{server()} answered in part only: {missing}. Look at its nodes and its log, then run again.")
    for document in body.get("docs", ()):
        if "error" in document:
            raise of_answer(503, document["error"])
    for one in body.get("responses", ()):
        if "error" in one:
            raise of_answer(one["status"], one["error"])
        check_all_of_it(one)


def reason_of(error: Mapping[str, Any]) -> str:
    """The reason that Elasticsearch gave, with its cause unless the cause only repeats it."""
    causes = error.get("root_cause") or [error]
    reason = "; ".join(str(cause.get("reason") or cause.get("type") or "no reason is given") for cause in causes)
    cause = str((error.get("caused_by") or {}).get("reason") or "")[:LONGEST_REASON]
    return reason[:LONGEST_REASON] + (f": {cause}" if cause not in reason else "")


class Named(NamedTuple):
    """An Elasticsearch that is not that of the settings: its address, and where that is set."""

    url: str
    where: str


_named: Named | None = None


def name_server(named: Named | None) -> None:
    """Let messages of this process name another Elasticsearch than that of the settings; None: no other."""
    global _named  # noqa: PLW0603 - messages are made far from the client, and a process has one
    _named = named


def server() -> str:
    """Which Elasticsearch it is, for messages."""
    url = _named.url if _named else settings.elasticsearch_url()
    return f"Elasticsearch at {url}" if url else "The light Elasticsearch"


def where_set() -> str:
    """Where its address is set, for messages."""
    return _named.where if _named else settings.where("elasticsearch_url")


def _missing(body: Mapping[str, Any]) -> Iterator[str]:
    """What an answer lacks; nothing if it is about all that was asked for.

    `skipped` is in the answers of searches and counts. Others also count replicas, which a single node has not.
    """
    shards = body.get("_shards")
    if not isinstance(shards, Mapping):
        return
    if shards["failed"] or ("skipped" in shards and shards["successful"] < shards["total"]):
        failures = "; ".join(reason_of(item.get("reason", {})) for item in shards.get("failures", ()))
        yield f"{shards['successful']} of {shards['total']} shards did{failures and f' ({failures[:LONGEST_REASON]})'}"
    for sign in ("timed_out", "terminated_early"):
        if body.get(sign):
            yield f"it states {sign}"


def _wrong_server(why: str) -> FailError:
    return FailError(
        f"What answers at the address of {server()} is not Elasticsearch 8 or 9: {why}. Check "
        f"{where_set()}, and the proxies before it."
    )


def _of_transport(error: TransportError) -> StudyIndexError:
    where, said = where_set(), str(error.message)
    if isinstance(error, TlsError):
        return FailError(
            f"Elasticsearch's certificate is not trusted ({said}): set ELASTICSEARCH_CA, or ca of the Airflow "
            f"connection, to the file of the authority that signed it, or check {where}."
        )
    if isinstance(error, SerializationError):
        return RetryError(
            f"{server()} answered with JSON that cannot be read ({said[:LONGEST_REASON]}): a proxy may have cut it. "
            "Run again; if it stays, look at what is between here and Elasticsearch."
        )
    if isinstance(error, ConnectionTimeout):
        return RetryError(f"{server()} did not answer in time ({said}): look at its load, then run again.")
    if isinstance(error, NotConnected) and any(sign in said.lower() for sign in NO_NAME):
        return RetryError(
            f"{server()} does not answer: its host name cannot be resolved ({said}). Check {where}, and the name "
            "service (DNS) of this machine."
        )
    if isinstance(error, NotConnected):
        return RetryError(
            f"{server()} does not answer ({said}). Start it (study-index up starts the light one), or set "
            f"{where} to one that runs."
        )
    return RetryError(f"{server()} could not be asked: {said}")

"""Segments, in which Elasticsearch keeps the documents of an index: each search looks through one after the other.

So it matters how many there are, above all where a text is looked for in the fields of many languages, and where
vectors are compared: each segment has a graph of its own of what is near what.
"""

from __future__ import annotations

from elasticsearch import Elasticsearch

from pipeline.index.changing import changed
from pipeline.index.client import ask
from pipeline.index.generations import count

DOCUMENTS = 250_000
"""Documents of a segment, about, where all are merged: Elasticsearch can search several at the same time."""
FEW = 8
"""Segments of an index that is a copy with changes, at most. If small ones are merged, most documents stay where they
are: each day's changes to a large catalogue do not write all of it again."""

LONGEST = 3600
"""Seconds that Elasticsearch may take to merge. With vectors, that is about one for a thousand documents."""


def merge_all(client: Elasticsearch, index: str) -> None:
    """Merge the segments of an index that was loaded from nothing; raises what `merge` does."""
    ask(lambda: client.indices.refresh(index=index))  # documents count from then on
    merge(client, index, max(1, round(count(client, index) / DOCUMENTS)))


def merge(client: Elasticsearch, index: str, most: int = FEW) -> None:
    """Merge the segments of an index, the small ones first, until it has no more than `most` of them.

    Where the connection ends before, as a proxy waits for less, Elasticsearch goes on; then it is asked again.

    Raises:
        RetryError: Elasticsearch was away, or did not merge them.
        FailError: it refused, or the lease was lost.
    """

    def wrong() -> str:
        ask(lambda: client.indices.refresh(index=index))  # searches go through what they can see
        found = number_of(client, index)
        return f"it has {found}" if found > most else ""

    if wrong():
        patient = client.options(request_timeout=LONGEST)
        changed(
            lambda: patient.indices.forcemerge(index=index, max_num_segments=most),
            wrong,
            f"merge {index} into {most} segments at most",
        )


def number_of(client: Elasticsearch, index: str) -> int:
    """How many segments a search of an index of one shard goes through."""
    (copies,) = ask(lambda: client.indices.segments(index=index))["indices"][index]["shards"].values()
    found: int = max(copy["num_search_segments"] for copy in copies)
    return found

"""Segments, in which Elasticsearch keeps the documents of an index: each search looks through one after the other.

So it matters how many there are, above all where a text is looked for in the fields of many languages, and where
vectors are compared: each segment has a graph of its own of what is near what.
"""

from __future__ import annotations

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import count

DOCUMENTS = 250_000
"""Documents of a segment, about, where all are merged: Elasticsearch can search several at the same time."""
FEW = 8
"""Segments of an index that is a copy with changes, at most. If small ones are merged, most documents stay where they
are: each day's changes to a large catalogue do not write all of it again."""


def merge_soon(client: Elasticsearch, index: str, *, whole: bool) -> None:
    """Let Elasticsearch merge the segments of a finalised index, the small ones first, until few are left.

    Nobody waits for that, as it takes minutes where there are many documents, and searches find the same before and
    after. An Elasticsearch that stops before it is done does not go on later; the next generation is merged again.

    Args:
        client: Elasticsearch.
        index: name of the index.
        whole: whether all documents may be written again, as they are those of an index that was loaded from nothing.
    """
    most = few_of(count(client, index)) if whole else FEW
    if number_of(client, index) > most:
        ask(lambda: client.indices.forcemerge(index=index, max_num_segments=most, wait_for_completion=False))


def few_of(documents: int) -> int:
    """Into how many segments an index of so many documents is merged as a whole."""
    return max(1, round(documents / DOCUMENTS))


def number_of(client: Elasticsearch, index: str) -> int:
    """How many segments a search of an index of one shard goes through."""
    (copies,) = ask(lambda: client.indices.segments(index=index))["indices"][index]["shards"].values()
    found: int = max(copy["num_search_segments"] for copy in copies)
    return found

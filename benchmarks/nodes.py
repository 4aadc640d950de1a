"""A light Elasticsearch for one benchmark, as it runs for days: its data on disk, its code optimised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from benchmarks.machine import note
from pipeline.local.light_node import ephemeral_node

HEAP = "2g"


@contextmanager
def own_node(heap: str = HEAP) -> Iterator[str]:
    """URL of an empty node, which ends with the context. Its data are below the folder for temporary files."""
    with ephemeral_node(heap=heap, progress=note, brief=False) as url:
        yield url


def process_of(url: str) -> int:
    """Process id of a node on this machine; 0 where it is on another."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        return 0
    with Elasticsearch(url) as client:
        (node,) = client.nodes.info(metric="process")["nodes"].values()
    return int(node["process"]["id"])

"""Which Elasticsearch the command line and the DAGs talk to."""

from __future__ import annotations

import sys

from elasticsearch import Elasticsearch

from pipeline import settings
from pipeline.index.client import connect
from pipeline.local.files import Progress
from pipeline.local.light_node import LightNode


def to_standard_error(message: str) -> None:
    """Print a message for the person who waits."""
    print(message, file=sys.stderr)  # noqa: T201


def node(progress: Progress = to_standard_error) -> LightNode:
    """The light Elasticsearch of this machine; `progress` is called with a sentence before each step."""
    return LightNode(progress=progress)


def client(progress: Progress = to_standard_error) -> Elasticsearch:
    """A client for the Elasticsearch of the settings, else for the light one, which is started when needed."""
    url = settings.elasticsearch_url()
    return connect(url or node(progress).start())

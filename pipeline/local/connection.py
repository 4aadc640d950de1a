"""Which Elasticsearch the command line and the DAGs talk to."""

from __future__ import annotations

import sys

from elasticsearch import Elasticsearch

from pipeline import settings
from pipeline.index.client import connect
from pipeline.local.light_node import LightNode


def node() -> LightNode:
    """The light Elasticsearch of this machine."""
    return LightNode(progress=lambda message: print(message, file=sys.stderr))  # noqa: T201 - for the person who waits


def client() -> Elasticsearch:
    """A client for the Elasticsearch of the settings, else for the light one, which is started when needed."""
    url = settings.elasticsearch_url()
    return connect(url or node().start())

"""Fixtures that many tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pipeline.devnode import ephemeral_node


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """URL of an Elasticsearch for tests: `STUDY_INDEX_TEST_ELASTICSEARCH_URL`, else a node that ends with the tests.

    It is shared: a test uses index names of its own.
    """
    url = os.environ.get("STUDY_INDEX_TEST_ELASTICSEARCH_URL")
    if url:
        yield url
    else:
        with ephemeral_node() as url:
            yield url

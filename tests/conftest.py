"""Fixtures that many tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.client import connect
from pipeline.local.light_node import ephemeral_node
from tests.support import Archive


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


@pytest.fixture(scope="session")
def shared_client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """The pipeline's own client for that Elasticsearch."""
    with connect(elasticsearch_url) as client:
        yield client


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for all that is staged; nothing waits between attempts."""
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    monkeypatch.setenv("STUDY_INDEX_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STUDY_INDEX_STAGING", raising=False)
    return tmp_path / "state" / "staging"


@pytest.fixture
def archive(tmp_path: Path, staging: Path, shared_client: Elasticsearch) -> Iterator[Archive]:
    """An empty catalogue with a name of its own; its generations are gone after the test."""
    assert not staging.exists()
    archive = Archive(tmp_path / "archive", shared_client)
    yield archive
    archive.retire()

"""Fixtures of the tests of staging: an S3 server, and a bucket on it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from s3fs import S3FileSystem

from tests.object_store import ENVIRONMENT, ObjectStore, object_store


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    """A server that speaks S3."""
    with object_store() as store:
        yield store


@pytest.fixture
def bucket(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """URL of an empty folder of a bucket of its own; all that is staged goes there."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": store.url}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(S3FileSystem, "retries", 2)
    S3FileSystem.clear_instance_cache()  # one that an earlier test made has another address
    name = f"harbour-{uuid4().hex[:8]}"
    S3FileSystem().mkdir(name)
    monkeypatch.setenv("STUDY_INDEX_STAGING", f"s3://{name}/staging")
    store.asked.clear()
    yield f"s3://{name}/staging"
    store.fault = lambda _: None
    S3FileSystem.clear_instance_cache()

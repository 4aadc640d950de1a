"""The Elasticsearch nodes of a test run: one that all workers share, and empty ones for tests that count everything."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from pipeline.index.client import connect
from pipeline.index.generations import generations
from pipeline.local.light_node import ephemeral_node
from tests.support import retire

GIVEN = "STUDY_INDEX_TEST_ELASTICSEARCH_URL"
"""Environment variable: URL of an Elasticsearch that takes the place of every node. All tests then share its index."""

GIVEN_CREDENTIALS = {f"ELASTICSEARCH_{name}": f"STUDY_INDEX_TEST_ELASTICSEARCH_{name}" for name in ("API_KEY", "CA")}
"""Settings for that Elasticsearch, and the environment variables of the tests with their values."""


def credentials() -> dict[str, str]:
    """The settings that clients need for that Elasticsearch; none for a light node."""
    return {name: os.environ[given] for name, given in GIVEN_CREDENTIALS.items() if os.environ.get(given)}


def use(patch: pytest.MonkeyPatch, url: str) -> None:
    """Set the environment so that commands use that Elasticsearch."""
    patch.setenv("ELASTICSEARCH_URL", url)
    if url == os.environ.get(GIVEN):
        for name, value in credentials().items():
            patch.setenv(name, value)


@contextmanager
def with_credentials(**others: str) -> Iterator[None]:
    """Within it, clients have the credentials for that Elasticsearch, and the other settings; "" is not set."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**credentials(), **others}.items():
            patch.setenv(name, value)
        yield


@contextmanager
def empty_node() -> Iterator[str]:
    """URL of a node without any studies, for the caller alone."""
    if url := os.environ.get(GIVEN):
        with with_credentials():
            client = connect(url)
        with client:  # what other tests left
            for catalogue in {item.catalogue for item in generations(client)}:
                retire(client, catalogue)
        yield url
    else:
        with ephemeral_node() as url:
            yield url


@contextmanager
def shared_node(folder: Path, start_node: Callable[[], AbstractContextManager[str]] = empty_node) -> Iterator[str]:
    """URL of a node that all processes with the same `folder` share.

    The first process starts the node, and ends it when no other process uses it any more. If that process is killed,
    the node ends with it, because it ends with its standard input. Locks need no cleaning up: the operating system
    releases those of a killed process.
    """
    address = folder / "node.url"
    with (folder / "node.start").open("w") as start, (folder / "node.users").open("w") as users:
        fcntl.flock(start, fcntl.LOCK_EX)
        if address.exists():
            fcntl.flock(users, fcntl.LOCK_SH)
            fcntl.flock(start, fcntl.LOCK_UN)
            yield address.read_text(encoding="utf-8")
            return
        with start_node() as url:
            address.write_text(url, encoding="utf-8")
            fcntl.flock(start, fcntl.LOCK_UN)
            try:
                yield url
            finally:
                # A process that starts now waits for `start`, finds no address, and starts a node of its own.
                fcntl.flock(start, fcntl.LOCK_EX)
                address.unlink()
                fcntl.flock(users, fcntl.LOCK_EX)

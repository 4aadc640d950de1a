"""Fixtures that many tests share, marks by what a test starts, and how tests are spread over workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from pipeline import redaction
from pipeline.index.client import connect
from tests.nodes import GIVEN, empty_node, shared_node, with_credentials
from tests.support import Archive

# Failures of these asserts show values, as those in test modules do.
pytest.register_assert_rewrite("tests.formats.conformance")

# xdist sets a width for its workers, before the command line is imported; without xdist there is none.
os.environ.pop("COLUMNS", None)

# What a test finds depends neither on chance nor on how busy the machine is.
settings.register_profile(
    "tests", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

STARTED_BY = {
    "node": {"elasticsearch_url", "own_elasticsearch_url", "assembled_server"},
    "airflow": {"world", "airflow_env", "day", "production"},
}
"""Markers, and the fixtures that start what they name."""

FIRST = (
    "tests/dags",
    "tests/ui",
    "tests/chaos",
    "tests/cli",
    "tests/run",
    "tests/enrich",
    "tests/model",
    "tests/protocols",
)
"""Folders whose tests take longest, longest first. Workers begin with them, so none of them is left for the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what its fixtures start; put the longest folders first."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        for marker, names in STARTED_BY.items():
            if fixtures & names:
                item.add_marker(marker)
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((place for place, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))


class Spread(LoadFileScheduling):  # type: ignore[misc]  # the package has no types
    """Gives each worker one test file after the other; files that share an index count as one."""

    def _split_scope(self, nodeid: str) -> str:
        if GIVEN in os.environ:
            return GIVEN
        # The index of the command line's tests has no other studies in it, so that its totals are known.
        return "tests/cli" if nodeid.startswith("tests/cli/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread:
    """How tests are spread over workers, where there are several (`-n 2`)."""
    config.option.loadscopereorder = False
    return Spread(config, log)


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test hides is not hidden in the next."""
    monkeypatch.setattr(redaction, "_words", set())


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an Elasticsearch that all tests share: a test uses index names of its own, and leaves nothing."""
    folder = tmp_path_factory.getbasetemp()
    # The folder of a worker lies in that of the run.
    with shared_node(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) as url:
        yield url


@pytest.fixture(scope="module")
def own_elasticsearch_url() -> Iterator[str]:
    """URL of an Elasticsearch without any studies, for a test module that works on the whole index."""
    with empty_node() as url:
        yield url


@pytest.fixture(scope="session")
def shared_client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """The pipeline's own client for that Elasticsearch."""
    with with_credentials():
        client = connect(elasticsearch_url)
    with client:
        yield client


@pytest.fixture
def staging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for all that is staged; nothing waits between attempts."""
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    monkeypatch.setenv("STUDY_INDEX_ELASTICSEARCH_WAIT", "0")
    monkeypatch.setenv("STUDY_INDEX_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STUDY_INDEX_STAGING", raising=False)
    return tmp_path / "state" / "staging"


@pytest.fixture
def archive(tmp_path: Path, staging: Path, shared_client: Elasticsearch) -> Iterator[Archive]:
    """An empty catalogue with a name of its own; its generations are deleted after the test."""
    assert not staging.exists()
    archive = Archive(tmp_path / "archive", shared_client)
    yield archive
    archive.retire()

"""The command line on an index of its own: all documents can be counted only if no other catalogue is live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.files import write_files
from tests.cli.calling import Corpus, Holdings, call, describe
from tests.cli.count_facets import Document, documents
from tests.nodes import empty_node, use

DEMO = (
    ("demo-archive", "ddi-codebook", "archive/*.xml"),
    ("demo-dataverse", "dataverse", "dataverse/*.ndjson.gz"),
    ("demo-health", "hdruk", "health/datasets.json"),
    ("demo-harmony", "harmony", "harmony/*.page.txt"),
)
"""Name, format and files of the demo catalogues, read from files all."""


@pytest.fixture(scope="session")
def own_elasticsearch_url() -> Iterator[str]:
    """URL of an Elasticsearch without any other studies, for all tests of the command line."""
    with empty_node() as url:
        yield url


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine affects a test; unless a test sets another URL, no Elasticsearch answers."""
    surround(monkeypatch, tmp_path, "http://127.0.0.1:1")


def surround(monkeypatch: pytest.MonkeyPatch, folder: Path, url: str) -> None:
    """Set the environment of a command: folders that no other test uses, and the URL of an Elasticsearch."""
    for name in ("API_KEY", "USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"ELASTICSEARCH_{name}", raising=False)
    for name in ("STUDY_INDEX_STAGING", "STUDY_INDEX_FOLDER", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    monkeypatch.setenv("STUDY_INDEX_ELASTICSEARCH_WAIT", "0")
    monkeypatch.setenv("STUDY_INDEX_HOME", str(folder / "state"))
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(folder / "catalogues"))
    use(monkeypatch, url)
    (folder / "catalogues").mkdir(exist_ok=True)


@pytest.fixture(scope="session")
def demo_folder(own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the demo catalogues, all of which are live."""
    folder = tmp_path_factory.mktemp("demo")
    write_files(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        surround(monkeypatch, folder, own_elasticsearch_url)
        for name, form, path in DEMO:
            describe(name, path=str(folder / path), format=form)
        ran = call("run", *(name for name, _, _ in DEMO), "--json")
        assert ran.code == 4, f"rejects within the limit were expected\n{ran.out}{ran.err}"
    yield folder
    with pytest.MonkeyPatch.context() as monkeypatch:
        surround(monkeypatch, folder, own_elasticsearch_url)
        for name, _, _ in DEMO:
            call("retire", name, "--yes")


@pytest.fixture(scope="session")
def demo_documents(demo_folder: Path) -> list[Document]:
    """What `read` makes of the records of the demo catalogues."""
    return list(documents(Corpus(demo_folder).read()))


@pytest.fixture
def corpus(demo_folder: Path, own_elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """The demo catalogues, live, for the commands of a test."""
    surround(monkeypatch, demo_folder, own_elasticsearch_url)
    return Corpus(demo_folder)


@pytest.fixture
def holdings(tmp_path: Path, own_elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    """Catalogues of the test's own; none of them is in the index after it."""
    surround(monkeypatch, tmp_path, own_elasticsearch_url)
    made = Holdings(tmp_path)
    yield made
    for name in made.names:
        if made.generations(name):
            assert call("retire", name, "--yes").code == 0

"""Facet counts over real records: more values, more gaps, more languages than anything invented."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Corpus, call, describe
from tests.cli.conftest import surround
from tests.cli.count_facets import Document, documents
from tests.cli.counting import assert_counts
from tests.support import REAL_RECORDS, needs_real_records

EVERY = 3
"""One record of this many is read: records of a series are much alike, and reading all takes long."""

CATALOGUES = (
    ("real-dans", "dataverse", REAL_RECORDS / "dataverse" / "dans_ssh.ndjson.gz"),
    ("real-hdruk", "hdruk", REAL_RECORDS / "hdruk" / "datasets_v2.ndjson"),
)
QUERIES: list[dict[str, Any]] = [
    {},
    {"sex": ["female"], "or_unknown": ["sex"]},
    {"country": ["ID"], "years": "1940..1949"},
    {"years": "..1900"},
    {"source": ["real-hdruk"], "years": "2000..", "or_unknown": ["years"]},
    {"ages": "65..", "sex": ["all"]},
]

pytestmark = needs_real_records


@pytest.fixture(scope="module")
def real(
    demo_documents: list[Document], own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[Document]]]:
    """The folder of catalogues of real records that are live beside the demo's, and the documents of both."""
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as monkeypatch:
        surround(monkeypatch, folder, own_elasticsearch_url)
        for name, form, path in CATALOGUES:
            describe(name, path=str(some_of(path, folder / f"{name}.ndjson")), format=form)
        names = [name for name, _, _ in CATALOGUES]
        ran = call("run", *names, "--json")
        assert ran.code in {0, 4}, ran
        yield folder, [*demo_documents, *linked(documents(Corpus(folder).read()), names)]
        for name in names:
            call("retire", name, "--yes")


def linked(read: Iterable[Document], names: list[str]) -> Iterator[Document]:
    """The documents with what follows from the others that are live: which are of one work, and superseded."""
    options = [word for name in names for word in ("--catalogue", name)]
    live = {each["harmony_id"]: each for each in call("export", *options, "--everything", "--json").json}
    for document in read:
        found = live[document["harmony_id"]]
        yield document | {name: found[name] for name in ("work_id", "replaced_by") if name in found}


def some_of(path: Path, to: Path) -> Path:
    """Write one of this many records of a file; lines end with a line feed and nothing else."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        to.write_bytes(b"".join(islice(file, None, None, EVERY)))
    return to


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_counts_are_those_of_what_read_prints(
    query: dict[str, Any],
    real: tuple[Path, list[Document]],
    own_elasticsearch_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, read_documents = real
    surround(monkeypatch, folder, own_elasticsearch_url)
    assert_counts(query, read_documents)

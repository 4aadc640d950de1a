"""The catalogues of `benchmarks.finding`: one for each group of files, whose names are part of the judgements."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.finding import write_catalogues
from benchmarks.real_files import CATALOGUES
from pipeline.catalogue import FilesProtocol, load
from tests.support import UNTITLED, ddi

NAMES = {described["name"] for _, described in CATALOGUES if isinstance(described, dict)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Records of two groups, and two files that no catalogue could be run with."""
    folder = tmp_path / "data"
    for name, text in {
        "xml/fjord/1.xml": ddi(1),
        "xml/strait/1.xml": ddi(2),
        "xml/strait/cut.xml": ddi(3)[:200],
        "xml/strait/untitled.xml": UNTITLED,
        "archive/4.xml": ddi(4),
        "notes/5.txt": "no records",
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_each_group_of_files_is_a_catalogue(data: Path, tmp_path: Path) -> None:
    catalogues = {path.stem: load(path) for path in write_catalogues(data, tmp_path)}
    assert catalogues.keys() == {"ddi-codebook", "archive"}
    protocol = catalogues["ddi-codebook"].protocol
    assert isinstance(protocol, FilesProtocol)
    folder = tmp_path / "catalogues" / Path(protocol.path).parent
    assert {file.name for file in folder.iterdir()} == {"xml--fjord--1.xml", "xml--strait--1.xml"}


def test_what_an_earlier_call_wrote_is_replaced(data: Path, tmp_path: Path) -> None:
    write_catalogues(data, tmp_path)
    (data / "archive/4.xml").unlink()
    write_catalogues(data, tmp_path)
    assert {path.stem for path in (tmp_path / "catalogues").glob("*.yaml")} == {"ddi-codebook"}


def test_names_are_those_of_the_judgements() -> None:
    assert {"trials", "dans", "dataversenl", "hdruk", "ukllc", "mhc", "ihcc", "ddi-codebook", "ddi-lifecycle"} <= NAMES

"""`export`: the live documents as a stream, and as a file that is whole or not there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import export
from pipeline.index.client import connect
from tests.cli.calling import FAILED, USAGE, Corpus, Holdings, call, refused


def test_what_search_finds_is_written_in_the_order_of_uuids(corpus: Corpus) -> None:
    assert corpus.folder
    found = call("export", "demo-health").lines
    hits = call("search", "--source", "demo-health", "--size", "1000", "--evidence", "--translations", "--json").json
    assert [document["uuid"] for document in found] == sorted(document["uuid"] for document in found)
    assert len(found) == hits["total"] > 5
    by_uuid = {document["uuid"]: document for document in found}
    assert all(by_uuid[hit["uuid"]] == hit for hit in hits["hits"])


@pytest.mark.usefixtures("corpus")
def test_filters_are_those_of_search() -> None:
    words = ("--country", "GB", "--years", "1990..", "--or-unknown", "years")
    found = call("export", *words).lines
    assert len(found) == call("search", *words, "--size", "0", "--json").json["total"]
    assert {"GB"} == set.intersection(*(set(document["country_codes"]) for document in found)) & {"GB"}
    assert call("export", "--country", "GB", "--json").json == call("export", "--country", "GB").lines


def test_superseded_versions_and_variables_are_written_on_request(holdings: Holdings) -> None:
    name = holdings.make(1, 2)
    assert call("run", name).code == 0
    assert len(call("export", name, "--everything").lines) == len(call("export", name).lines) == 2


def test_all_documents_come_where_they_are_many_pages(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PAGE", 3)
    name = holdings.make(*range(1, 10))
    assert call("run", name).code == 0
    ids = [document["harmony_id"] for document in call("export", name).lines]
    assert sorted(ids) == [f"{name}/S{number:05d}" for number in range(1, 10)]


def test_a_file_has_the_same_lines_and_is_compressed_by_its_name(corpus: Corpus, tmp_path: Path) -> None:
    assert corpus.folder
    plain, packed = tmp_path / "studies.ndjson", tmp_path / "studies.ndjson.gz"
    printed = call("export", "demo-archive").lines
    assert f"{len(printed):,} documents written" in call("export", "demo-archive", "--output", str(plain)).out
    call("export", "demo-archive", "--output", str(packed))
    assert [json.loads(line) for line in plain.read_bytes().splitlines()] == printed
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


@pytest.mark.usefixtures("corpus")
def test_a_file_that_cannot_be_finished_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "studies.ndjson"
    file.write_text("the export of yesterday\n", encoding="utf-8")
    monkeypatch.setattr(export, "PAGE", 3)

    def lose(client: Elasticsearch, view: str) -> Any:
        client.clear_scroll(scroll_id=view)
        return next_page(client, view)

    next_page = export._next
    monkeypatch.setattr(export, "_next", lose)
    assert "start the export again" in refused("export", "--output", str(file), code=FAILED)
    assert file.read_text(encoding="utf-8") == "the export of yesterday\n"
    assert [path.name for path in tmp_path.iterdir() if "studies" in path.name] == ["studies.ndjson"]


def test_a_run_that_goes_live_meanwhile_changes_nothing(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PAGE", 2)
    name = holdings.make(1, 2, 3, 4, 5)
    assert call("run", name).code == 0
    with connect() as client:
        pages = export.documents(client, {"term": {"catalogue": name}})
        first = next(pages)
        holdings.remove(name, 1, 2, 3, 4)
        assert call("run", name, "--full").code == 0
        assert len([*first, *(each for page in pages for each in page)]) == 5
        assert len(call("export", name).lines) == 1


@pytest.mark.usefixtures("corpus")
def test_shapes_are_those_of_show() -> None:
    for shape in ("json-ld", "harmony"):
        exported = call("export", "demo-health", "--as", shape).lines
        documents = call("export", "demo-health").lines
        shown = call("show", documents[0]["uuid"], "--as", shape).json
        assert exported[0] == shown
        assert len(exported) == len(documents)


@pytest.mark.usefixtures("corpus")
def test_an_unknown_catalogue_or_shape_names_the_nearest(tmp_path: Path) -> None:
    assert "Did you mean 'demo-health'?" in refused("export", "demo-helth", code=USAGE)
    assert "'json-ld'" in refused("export", "--as", "json-l", code=USAGE)
    assert "no place for a file" in refused("export", "--output", str(tmp_path / "no" / "file"), code=USAGE)

"""Files that may be cut short: syntax or sender prove the end, or the harvest is incomplete."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pipeline.errors import FailError, RetryError
from pipeline.formats import format_of
from pipeline.model.raw import RawRecord
from pipeline.protocols import Harvest, HarvestOptions, open_harvest
from pipeline.protocols.clocks import Clocks
from tests.protocols.conformance import PlainFormat, catalogue, raw_records
from tests.protocols.test_splitting import envelope, record
from tests.protocols.test_tables import workbook
from tests.raw_server import head, serve_raw

ROWS = [["id", "title"], ["a", "Harbour Study"], ["b", "Quay Study"]]
TABLE = "\n".join(",".join(row) for row in ROWS).encode()
LIST = [{"id": "a", "title": "Harbour Study"}, {"id": "b", "title": "Quay Study"}]
LINES = "\n".join(map(json.dumps, LIST)).encode()
XML = envelope(record("a"), record("b")).encode()
FIELDS = {"id": "id", "name": "title"}


def harvested(folder: Path, body: bytes, *headers: str, kind: str = "json") -> tuple[Harvest, list[RawRecord]]:
    """The harvest of one file over HTTP, of which nothing but the closing of the connection marks the end."""
    with serve_raw(lambda _: [head(*headers) + body]) as url:
        keys = {"format": "table", "fields": FIELDS} if kind == "table" else {}
        described = catalogue(folder, {"type": "files", "path": f"{url}/file"}, **keys)
        fmt = format_of(described) if kind == "table" else PlainFormat("xml" if kind == "xml" else "json")
        harvest = open_harvest(described, fmt, HarvestOptions(clocks=Clocks(lambda _: None)))
        return harvest, raw_records(list(harvest))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("json", json.dumps(LIST).encode()),
        ("json", json.dumps({"a": LIST[0], "b": LIST[1]}).encode()),
        ("json", gzip.compress(LINES + b"\n")),
        ("xml", XML),
        ("table", gzip.compress(TABLE)),
    ],
    ids=["list", "object", "compressed lines", "xml", "compressed table"],
)
def test_a_file_whose_syntax_proves_its_end_is_complete(tmp_path: Path, kind: str, body: bytes) -> None:
    harvest, found = harvested(tmp_path, body, kind=kind)
    assert [raw.record_id for raw in found] == ["a", "b"]
    assert (harvest.complete, harvest.losses) == (True, [])


def test_a_workbook_proves_its_end(tmp_path: Path) -> None:
    body = workbook(tmp_path / "studies.xlsx", ROWS).read_bytes()
    harvest, found = harvested(tmp_path, body, kind="table")
    assert (len(found), harvest.complete) == (2, True)


@pytest.mark.parametrize(("kind", "body"), [("table", TABLE), ("json", LINES)], ids=["table", "lines"])
def test_rows_and_lines_prove_no_end(tmp_path: Path, kind: str, body: bytes) -> None:
    harvest, found = harvested(tmp_path, body + b"\n", kind=kind)
    assert [raw.record_id for raw in found] == ["a", "b"]
    assert not harvest.complete
    assert "Nothing but the closing of the connection marks the end" in harvest.losses[0]


@pytest.mark.parametrize("size", range(len(TABLE) - 9, len(TABLE)))
def test_no_title_is_ever_shortened(tmp_path: Path, size: int) -> None:
    harvest, found = harvested(tmp_path, TABLE[:size], kind="table")
    assert [json.loads(raw.payload or b"") for raw in found] == LIST[:1]
    assert not harvest.complete


@pytest.mark.parametrize("size", range(LINES.index(b"\n") + 2, len(LINES)))
def test_a_last_line_that_is_cut_ends_the_harvest(tmp_path: Path, size: int) -> None:
    (tmp_path / "cut.ndjson").write_bytes(LINES[:size])
    harvest = open_harvest(catalogue(tmp_path, {"type": "files", "path": "cut.ndjson"}), PlainFormat())
    with pytest.raises(FailError, match="ends within its record"):
        list(harvest)
    assert not harvest.complete


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_table_on_disk_whose_last_row_is_cut_is_not_complete(tmp_path: Path, end: str) -> None:
    (tmp_path / "cut.csv").write_text(f"id,title,year\na,Harbour Study,1990\nb,Quay St{end}", newline="")
    described = catalogue(tmp_path, {"type": "files", "path": "cut.csv"}, format="table", fields=FIELDS)
    harvest = open_harvest(described, format_of(described))
    found = [raw.record_id for raw in raw_records(list(harvest))]
    if end:
        assert (found, harvest.complete) == (["a", "b"], True)
    else:
        assert (found, harvest.complete) == (["a"], False)
        assert "has 2 of 3 cells and no line end" in harvest.losses[0]


@pytest.mark.parametrize("kind", ["json", "table"])
def test_a_cut_connection_is_asked_again_later(tmp_path: Path, kind: str) -> None:
    with pytest.raises(RetryError):
        harvested(tmp_path, TABLE, f"Content-Length: {len(TABLE) + 1}", kind=kind)

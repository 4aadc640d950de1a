"""Tables: which row becomes which record, however a table is written, and the errors of tables that cannot be used."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError, UsageError
from pipeline.formats import format_named, format_of
from pipeline.formats.base import Format
from pipeline.model.raw import RawRecord, RejectedRaw
from pipeline.model.record import Role
from pipeline.protocols import Harvest, HarvestOptions, open_harvest, split
from pipeline.protocols.files import tables
from tests.protocols.conformance import ProtocolConformance, raw_records

FIELDS = {"id": "Study ID", "name": "Title", "keywords": {"from": "Keywords", "split": ";"}}
ROWS = [["Study ID", "Title", "Keywords"], ["1", "Harbour, by night", "boats; nets"], ["2", 'The "Quay" Survey', ""]]


def catalogue(folder: Path, path: str = "*", fields: dict[str, Any] | None = None, **keys: Any) -> Catalogue:
    described = {"name": "harbour", "title": "Harbour", "format": "table", "fields": fields or FIELDS, **keys}
    protocol = {"type": "files", "path": path}
    return Catalogue.model_validate({**described, "protocol": protocol, "file": folder / "harbour.yaml"})


def table(**keys: Any) -> Format:
    return format_of(catalogue(Path(), **keys))


def csv_bytes(rows: list[list[Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Studies") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def rows_of(path: Path, **keys: Any) -> list[dict[str, Any]]:
    return [json.loads(raw.payload or b"") for raw in raw_records(list(split(str(path), table(**keys))))]


def refusal(path: Path, **keys: Any) -> str:
    with pytest.raises(FailError) as caught:
        list(split(str(path), table(**keys)))
    assert path.name in str(caught.value)
    return str(caught.value)


class TestTableConformance(ProtocolConformance):
    type = "files"

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        header, *rows = [["Study ID", "Title", "Keywords"], *[[f"record-{n}", "Harbour", ""] for n in range(count)]]
        (self.folder / "a.csv").write_bytes(csv_bytes([header, *rows[::2]]))
        workbook(self.folder / "b.xlsx", [header, *rows[1::2]])
        return self._opened(limit)

    def broken_harvest(self) -> Harvest:
        (self.folder / "a.csv").write_bytes(csv_bytes(ROWS))
        (self.folder / "b.csv").write_bytes(csv_bytes(ROWS) + b'3,"Harb')
        return self._opened(None)

    def _opened(self, limit: int | None) -> Harvest:
        described = catalogue(self.folder, "*.*")
        return open_harvest(described, format_of(described), HarvestOptions(limit=limit))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    (tmp_path / "studies.csv").write_bytes(csv_bytes([*ROWS, ["3", "Sjö, år för år", "båt"]], delimiter, encoding))
    assert rows_of(tmp_path / "studies.csv") == [
        {"Study ID": "1", "Title": "Harbour, by night", "Keywords": "boats; nets"},
        {"Study ID": "2", "Title": 'The "Quay" Survey'},
        {"Study ID": "3", "Title": "Sjö, år för år", "Keywords": "båt"},
    ]


def test_delimiter_and_encoding_can_be_stated(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        b"Studies of the harbour\r\n\r\n" + csv_bytes([*ROWS, ["3", "Sjö", ""]], "^", "cp1252")
    )
    layout = {"delimiter": "^", "encoding": "cp1252", "header": 3}
    assert [row["Title"] for row in rows_of(tmp_path / "a.csv", table=layout)] == [ROWS[1][1], ROWS[2][1], "Sjö"]


def test_lines_may_end_within_quotes_and_chunks(tmp_path: Path) -> None:
    title = "Two\r\nlines\rof\nit" + "x" * 300_000
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(csv_bytes([ROWS[0], *[[str(n), title, ""] for n in range(3)]])))
    assert [row["Title"] for row in rows_of(tmp_path / "a.csv.gz")] == [title] * 3


def test_a_workbook_is_read_as_its_cells_are(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Survey of 2024"],
        ["Study ID", "Title", "Keywords", "From", "At", "Size", "Open", None, "Bad"],
        [7, " Harbour ", None, date(2001, 2, 3), datetime.fromisoformat("2001-02-03T04:05"), 12.0, True, None, "#N/A"],
        [None, None, None, None, None, None, None, None, None],
        [8, "Quay", "nets", None, None, None, None, None, None],
    ]
    path = workbook(tmp_path / "studies.xlsx", rows)
    assert rows_of(path, table={"header": 2, "sheet": "Studies"}) == [
        {
            "Study ID": 7,
            "Title": "Harbour",
            "From": "2001-02-03",
            "At": "2001-02-03T04:05:00",
            "Size": 12,
            "Open": True,
        },
        {"Study ID": 8, "Title": "Quay", "Keywords": "nets"},
    ]


def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    path = workbook(tmp_path / "studies.xlsx", [ROWS[0], [1, "Harbour", "boats; nets;"]])
    (raw,) = raw_records(list(split(str(path), table())))
    assert (raw.record_id, raw.at, raw.positional) == ("1", {"record": 0}, False)
    record = table().read(raw.payload or b"")
    assert record.study_number == "1"
    assert [statement.text for statement in record.having(Role.KEYWORD)] == ["boats", "nets"]
    assert {statement.field for statement in record.having(Role.KEYWORD)} == {"Keywords"}


def test_a_row_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_bytes([ROWS[0], ["", "Harbour", ""]]))
    (raw,) = raw_records(list(split(str(tmp_path / "a.csv"), table())))
    assert (raw.record_id, raw.positional) == ("a.csv#0", True)


def test_a_row_with_more_cells_than_columns_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Study ID,Title,Keywords\n1,Harbour, by night,boats\n2,Quay,,\n3,Pier\n")
    rejected, second, third = split(str(tmp_path / "a.csv"), table())
    assert isinstance(rejected, RejectedRaw)
    assert (rejected.code, rejected.positional, rejected.at) == ("malformed", True, {"record": 0})
    assert isinstance(second, RawRecord)
    assert (second.record_id, third.record_id) == ("2", "3")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Study ID,Titel,Keywords\n1,x,y\n", "no column 'Title', which fields asks for. Did you mean 'Titel'?"),
        (b"Study ID,Title,Title,Keywords\n1,x,y,z\n", "2 columns 'Title'"),
        (b"Study ID,Title,Keywords\n1,Sj\xf6,\n", "table.encoding"),
        (b'Study ID,Title,Keywords\n1,"Harbour', "cannot be read after"),
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".xlsx"),
        (b"PK\x03\x04 and nothing", "damaged workbook"),
        (gzip.compress(csv_bytes(ROWS), mtime=0)[:-12], "damaged"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "studies.csv").write_bytes(content)
    assert says in refusal(tmp_path / "studies.csv")


def test_a_sheet_that_is_missing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "studies.xlsx", ROWS)
    assert "Did you mean 'Studies'?" in refusal(path, table={"sheet": "Studys"})


def test_a_workbook_with_parts_missing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "studies.xlsx", ROWS)
    content = path.read_bytes().replace(b"xl/workbook.xml", b"xl/workbank.xml")
    path.write_bytes(content)
    assert "workbook" in refusal(path)


def test_records_of_a_json_file_are_at_the_stated_place(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"data": {"studies": [{"n": 1, "t": "Harbour"}, {"n": 2, "t": "Quay"}]}})
    )
    keys: dict[str, Any] = {"format": "json", "fields": {"id": "n", "name": "t"}}
    found = raw_records(list(split(str(tmp_path / "a.json"), table(records="data.studies", **keys))))
    assert [(raw.record_id, raw.at) for raw in found] == [("1", {"record": 0}), ("2", {"record": 1})]
    with pytest.raises(FailError, match=r"'data\.items'"):
        list(split(str(tmp_path / "a.json"), table(records="data.items", **keys)))


@pytest.mark.parametrize("name", ["json", "table"])
def test_without_a_catalogue_file_a_declarative_format_is_unknown(name: str) -> None:
    with pytest.raises(UsageError, match="--catalogue"):
        format_named(name)


def test_a_row_with_a_number_without_end_ends_the_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 1000)
    path = workbook(tmp_path / "studies.xlsx", ROWS)
    with ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="3"', b'<row r="9999999999999"')
    with ZipFile(path, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    with pytest.raises(FailError, match="rows after row 1,000"):
        list(split(str(path), table()))


def test_a_row_without_end_ends_the_table(tmp_path: Path) -> None:
    (tmp_path / "studies.csv").write_bytes(csv_bytes(ROWS) + b'"\n",' * 100_000)
    with pytest.raises(FailError, match="a row of more than 100,000 characters"):
        list(split(str(tmp_path / "studies.csv"), table(), limit_bytes=100_000))


def test_a_line_without_end_ends_the_table(tmp_path: Path) -> None:
    (tmp_path / "studies.csv").write_bytes(csv_bytes(ROWS) + b"x" * 1_000_000)
    with pytest.raises(FailError, match="a row of more than 100,000 characters"):
        list(split(str(tmp_path / "studies.csv"), table(), limit_bytes=100_000))

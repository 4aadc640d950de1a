"""Tables as raw records: a row is a record, and its payload the JSON object of its cells by column.

CSV: the delimiter is the one of `,` `;` tab `|` with which the first row names the columns that the catalogue file
asks for, and the encoding UTF-8 (UTF-16 by its mark), where the file is not told to be otherwise. XLSX: numbers, truth
values and dates (ISO 8601) as their cells hold them. Rows without a word are passed over.
"""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
import warnings
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import openpyxl
import orjson
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.errors import FailError, nearest
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.files.streams import BrokenStreamError, chunks

MAX_WORKBOOK_BYTES = 256 * 1024 * 1024
"""Largest workbook; some million rows."""
MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024
"""Largest workbook, unpacked."""
DELIMITERS = ",;\t|"
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_ROW_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")

Row = Sequence[Any]


def rows(path: str, fmt: RecordFormat, name: str, limit: int) -> Generator[Fetched, None, None]:
    """The records of one table.

    Args:
        path: a path or any fsspec URL.
        fmt: how the table is written, and which columns it has to have.
        name: of the file, in record ids.
        limit: largest payload of one record, in bytes.

    Raises:
        FailError: the file is missing, is no table, has not the columns, or breaks off.
        RetryError: the connection to its store broke.
    """
    csv.field_size_limit(limit)
    try:
        content = chunks(path)
        head = next(content, b"")
        whole = chain([head], content)
        if head.startswith(_ZIP):
            yield from _records(_workbook(whole, fmt, name), fmt, name, limit)
        elif head.startswith(_OLD_WORKBOOK):
            raise FailError(f"{name} is a workbook of the old kind (.xls): save it as .xlsx or CSV.")
        elif head.strip():
            yield from _records(_text_rows(whole, head, fmt, name), fmt, name, limit)
        else:
            raise FailError(f"{name} is empty: it does not even name its columns.")
    except BrokenStreamError as error:
        raise FailError(f"{name} is packed and damaged: {error}. Fetch or write the file again.") from error


def _records(found: Iterator[Row], fmt: RecordFormat, name: str, limit: int) -> Iterator[Fetched]:
    columns = _columns(next(found, ()), fmt, name)
    number = 0
    for row in found:
        cells = {column: cell for column, each in zip(columns, row, strict=False) if column and (cell := _cell(each))}
        beyond = [cell for cell in map(_cell, row[len(columns) :]) if cell]
        if not cells and not beyond:
            continue
        place, at = f"{name}#{number}", dict[str, int | str](record=number)
        payload = orjson.dumps({column: cell.value for column, cell in cells.items()})
        if beyond:
            message = f"The row has {len(row)} cells, and {len(columns)} columns are named: which is which is not clear"
            yield RejectedRaw(place, at, positional=True, code="malformed", message=message)
        elif len(payload) > limit:
            message = f"The record is larger than {limit:,} bytes"
            yield RejectedRaw(place, at, positional=True, code="too_large", message=message)
        else:
            key = fmt.key(orjson.loads(payload))
            yield RawRecord(key or place, fmt.name, payload, at=at, positional=not key)
        number += 1


def _columns(row: Row, fmt: RecordFormat, name: str) -> list[str]:
    """The names of the columns.

    Raises:
        FailError: one that the catalogue file asks for is not there, or is there twice.
    """
    columns = [_name(cell) for cell in row]
    for wanted in fmt.columns:
        if wanted not in columns:
            known = [column for column in columns if column]
            raise FailError(f"{name} has no column {wanted!r}, which fields asks for.{nearest(wanted, known)}")
        if columns.count(wanted) > 1:
            raise FailError(f"{name} has {columns.count(wanted)} columns {wanted!r}: which is meant is not clear.")
    return columns


def _name(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


class _Cell:
    """A cell that says something; `value` is what JSON can say."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _cell(value: Any) -> _Cell | None:
    if isinstance(value, str):
        text = value.strip()
        return _Cell(text) if text and text not in _ERRORS else None
    if isinstance(value, datetime):
        return _Cell(value.date().isoformat() if value.time() == time() else value.isoformat())
    if isinstance(value, date | time):
        return _Cell(value.isoformat())
    if isinstance(value, timedelta):
        return _Cell(str(value))
    return _Cell(value) if isinstance(value, bool | int | float) else None


# -- CSV --------------------------------------------------------------------------------------------------------------


def _text_rows(content: Iterable[bytes], head: bytes, fmt: RecordFormat, name: str) -> Iterator[Row]:
    layout = fmt.table
    told = layout.encoding if layout else None
    encoding = told or next((kind for mark, kind in _MARKS if head.startswith(mark)), "utf-8")
    lines = _lines(content, encoding, name)
    first = (layout.header if layout else 1) - 1
    held = list(islice(lines, first + 20))
    delimiter = (layout.delimiter if layout else None) or _delimiter(held, first, fmt.columns)
    reader = csv.reader(chain(held, lines), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader):
            if number >= first:
                yield row
    except csv.Error as error:
        raise FailError(
            f"{name} breaks off after {number + 1} rows, at line {reader.line_num}: {error}. Write the file again, or "
            "say how it is written, by table in the catalogue file."
        ) from error


def _lines(content: Iterable[bytes], encoding: str, name: str) -> Iterator[str]:
    """The lines with their ends, which may stand within quotes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    held = ""
    try:
        for chunk in content:
            *ended, held = _ROW_END.split(held + decoder.decode(chunk))
            if held == "" and ended and ended[-1].endswith("\r"):
                held = ended.pop()  # its line feed may be the next character
            yield from ended
        held += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise FailError(
            f"{name} is not {error.encoding}: {error.reason}. Say what it is, by table.encoding in the catalogue file."
        ) from error
    yield from (line for line in _ROW_END.split(held) if line)


def _delimiter(lines: list[str], first: int, wanted: list[str]) -> str:
    """The delimiter with which most of the columns that are asked for are named."""

    def named(delimiter: str) -> int:
        header = next(islice(csv.reader(lines, delimiter=delimiter), first, None), [])
        columns = {_name(cell) for cell in header}
        return sum(column in columns for column in wanted)

    return max(DELIMITERS, key=named)


# -- workbooks --------------------------------------------------------------------------------------------------------


def _workbook(content: Iterable[bytes], fmt: RecordFormat, name: str) -> Iterator[Row]:
    layout = fmt.table
    with tempfile.TemporaryFile() as file:
        size = 0
        for chunk in content:
            size += file.write(chunk)
            if size > MAX_WORKBOOK_BYTES:
                raise FailError(f"{name} is larger than {MAX_WORKBOOK_BYTES:,} bytes: save it as CSV.")
        with _workbook_errors(name):
            sheet = _sheet(file, layout.sheet if layout else None, name)
            first = layout.header if layout else 1
            yield from sheet.iter_rows(min_row=first, values_only=True)


def _sheet(file: IO[bytes], wanted: str | None, name: str) -> Any:
    with ZipFile(file) as packed:
        if sum(info.file_size for info in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise FailError(f"{name} is larger than {MAX_UNPACKED_BYTES:,} bytes when unpacked: save it as CSV.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    if wanted is not None and wanted not in book.sheetnames:
        raise FailError(f"{name} has no sheet {wanted!r}.{nearest(wanted, book.sheetnames)}")
    sheet: Any = book[wanted] if wanted is not None else book.worksheets[0]
    sheet.reset_dimensions()  # a workbook may say that it is smaller than it is
    return sheet


@contextmanager
def _workbook_errors(name: str) -> Iterator[None]:
    """What the library raises for a damaged workbook, as our own."""
    try:
        yield
    except (BadZipFile, InvalidFileException, zlib.error, EOFError, SyntaxError) as error:
        raise FailError(f"{name} is a damaged workbook: {error}. Fetch or write the file again.") from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise FailError(f"{name} is a workbook with parts missing: {error}. Save it anew.") from error

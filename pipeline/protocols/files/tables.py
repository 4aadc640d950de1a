"""Tables as raw records: a row is a record, and its payload is a JSON object of its cells by column.

CSV: unless the catalogue file states them, the delimiter is the one of `,` `;` tab `|` with which the first row names
the columns that `fields` asks for, and the encoding is UTF-8 (UTF-16 with a byte order mark). XLSX: numbers, truth
values and dates (ISO 8601) as their cells hold them. Empty rows are skipped.
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
from pipeline.model.raw import Fetched
from pipeline.model.record_format import TableShape
from pipeline.protocols.base import bounded
from pipeline.protocols.content import UTF16_MARKS
from pipeline.protocols.files.record_file import RecordFile
from pipeline.protocols.unpacking import BrokenStreamError, CutShortError, SelfEnding

MAX_WORKBOOK_BYTES = 256 * 1024 * 1024
"""Largest workbook; some million rows."""
MAX_UNPACKED_BYTES = 2 * 1024 * 1024 * 1024
"""Largest workbook, decompressed."""
MAX_ROWS = 1_048_576
"""Rows of a worksheet (ECMA-376). A row may state any number; the rows before it count as empty."""
MAX_SHARED_BYTES = 256 * 1024 * 1024
"""Largest part of a workbook that is no sheet, decompressed: it is held in memory."""
DELIMITERS = ",;\t|"
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), *((mark, "utf-16") for mark in UTF16_MARKS))
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_ROW_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")

Row = Sequence[Any]


def rows(file: RecordFile, shape: TableShape, content: Iterator[bytes]) -> Generator[Fetched, None, None]:
    """The records of one table.

    Args:
        file: the file, with the format that states the columns it must have.
        shape: how the table is written.
        content: its bytes in pieces, decompressed.

    Raises:
        FailError: the file is no table, lacks a column, or cannot be read to its end; CutShortError after the last row
            that is whole, where nothing proves that the file ends there.
    """
    csv.field_size_limit(file.limit)
    name = file.name
    try:
        head = next(content, b"")
        content = chain([head], content)
        if head.startswith(_ZIP):
            yield from _records(_workbook(SelfEnding(content), file.name, shape), file)
        elif head.startswith(_OLD_WORKBOOK):
            raise FailError(f"{name} is a workbook of the old kind (.xls): save it as .xlsx or CSV.")
        elif head.strip():
            yield from _records(_text_rows(content, head, file, shape), file)
        else:
            raise FailError(f"{name} is empty: it does not even name its columns.")
    except BrokenStreamError as error:
        raise FailError(f"{name} is compressed and damaged: {error}. Fetch or write the file again.") from error


def _records(found: Iterator[Row], file: RecordFile) -> Iterator[Fetched]:
    columns = _columns(next(found, ()), file)
    number = 0
    for row in found:
        cells = {column: cell for column, each in zip(columns, row, strict=False) if column and (cell := _cell(each))}
        beyond = [cell for cell in map(_cell, row[len(columns) :]) if cell]
        if not cells and not beyond:
            continue
        if beyond:
            message = f"The row has {len(row)} cells and there are {len(columns)} columns, so cells cannot be assigned"
            yield file.numbered(None, number).rejected("malformed", message)
        else:
            payload = orjson.dumps({column: cell.value for column, cell in cells.items()})
            yield bounded(file.numbered(payload, number), file.limit)
        number += 1


def _columns(row: Row, file: RecordFile) -> list[str]:
    """The names of the columns.

    Raises:
        FailError: a column that the catalogue file asks for is missing, or occurs twice.
    """
    columns = [_name(cell) for cell in row]
    for wanted in file.format.columns:
        if wanted not in columns:
            known = [column for column in columns if column]
            raise FailError(f"{file.name} has no column {wanted!r}, which fields asks for.{nearest(wanted, known)}")
        if (count := columns.count(wanted)) > 1:
            raise FailError(f"{file.name} has {count} columns {wanted!r}: it is not clear which one fields asks for.")
    return columns


def _name(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


class _Cell:
    """A cell that is not empty; `value` is its value in JSON, which may be false or 0."""

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


def _text_rows(content: Iterable[bytes], head: bytes, file: RecordFile, shape: TableShape) -> Iterator[Row]:
    encoding = shape.encoding or next((kind for mark, kind in _MARKS if head.startswith(mark)), "utf-8")
    content = SelfEnding(content)  # its end is judged after its rows
    lines = _lines(content, encoding, file)
    first = shape.header - 1
    held = list(islice(lines, first + 20))
    delimiter = shape.delimiter or _delimiter(held, first, file.format.columns)
    last, size = "", 0

    def read() -> Iterator[str]:
        nonlocal last, size
        for last in chain(held, lines):
            size += len(last)
            if size > file.limit:
                raise _too_large(file)
            yield last

    reader = csv.reader(read(), delimiter=delimiter, strict=True)
    number = columns = 0
    try:
        for number, row in enumerate(reader):
            size = 0
            columns = len(row) if number == first else columns
            if any(row) and len(row) < columns and not last.endswith(("\n", "\r")):
                raise CutShortError(
                    f"The last row of {file.name} has {len(row)} of {columns} cells and no line end, so the file may "
                    "be cut short: the row is left out. Fetch or write the file again, with a line end after each row."
                )
            if number >= first:
                yield row
    except csv.Error as error:
        raise FailError(
            f"{file.name} cannot be read after {number + 1} rows, at line {reader.line_num}: {error}. Write the file "
            "again, or state how it is written, by table in the catalogue file."
        ) from error
    if content.cut_short is not None:
        raise content.cut_short


def _too_large(file: RecordFile) -> FailError:
    return FailError(
        f"{file.name} has a row of more than {file.limit:,} characters. Write the file again, or state how it is "
        "written, by table in the catalogue file."
    )


def _lines(content: SelfEnding, encoding: str, file: RecordFile) -> Iterator[str]:
    """The lines with their ends, which may occur within quotes; each piece of content is looked at once.

    A last line without end is left out where the content may be cut short.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    held: list[str] = []
    carried = ""  # a carriage return, whose line feed may be the next character
    size = 0
    try:
        for chunk in chain(content, [None]):
            text = carried + (decoder.decode(b"", final=True) if chunk is None else decoder.decode(chunk))
            carried = "\r" if text.endswith("\r") and chunk is not None else ""
            *ended, rest = _ROW_END.split(text.removesuffix(carried))
            for line in ended:
                yield "".join([*held, line])
                held, size = [], 0
            held.append(rest)
            size += len(rest)
            if size > file.limit:
                raise _too_large(file)
    except UnicodeDecodeError as error:
        raise FailError(
            f"{file.name} is not {error.encoding}: {error.reason}. State the encoding, by table.encoding in the "
            "catalogue file."
        ) from error
    if content.cut_short is None and (line := "".join(held)):
        yield line


def _delimiter(lines: list[str], first: int, wanted: list[str]) -> str:
    """The delimiter with which most of the columns that are asked for are named."""

    def named(delimiter: str) -> int:
        header = next(islice(csv.reader(lines, delimiter=delimiter), first, None), [])
        columns = {_name(cell) for cell in header}
        return sum(column in columns for column in wanted)

    return max(DELIMITERS, key=named)


# -- workbooks --------------------------------------------------------------------------------------------------------


def _workbook(content: Iterable[bytes], name: str, shape: TableShape) -> Iterator[Row]:
    with tempfile.TemporaryFile() as copy:
        size = 0
        for chunk in content:
            size += copy.write(chunk)
            if size > MAX_WORKBOOK_BYTES:
                raise FailError(f"{name} is larger than {MAX_WORKBOOK_BYTES:,} bytes: save it as CSV.")
        with _workbook_errors(name):
            sheet = _sheet(copy, shape.sheet, name)
            for number, row in enumerate(sheet.iter_rows(min_row=shape.header, max_row=MAX_ROWS + 1, values_only=True)):
                if number + shape.header > MAX_ROWS:
                    raise FailError(
                        f"{name} has rows after row {MAX_ROWS:,}, the last one of a workbook: save it as CSV."
                    )
                yield row


def _sheet(file: IO[bytes], wanted: str | None, name: str) -> Any:
    with ZipFile(file) as packed:
        sizes = {info.filename: info.file_size for info in packed.infolist()}
        if sum(sizes.values()) > MAX_UNPACKED_BYTES:
            raise FailError(f"{name} is larger than {MAX_UNPACKED_BYTES:,} bytes when decompressed: save it as CSV.")
        if any(size > MAX_SHARED_BYTES for part, size in sizes.items() if not part.startswith("xl/worksheets/")):
            raise FailError(f"{name} has more than {MAX_SHARED_BYTES:,} bytes besides its sheets: save it as CSV.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are not read
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    if wanted is not None and wanted not in book.sheetnames:
        raise FailError(f"{name} has no sheet {wanted!r}.{nearest(wanted, book.sheetnames)}")
    sheet: Any = book[wanted] if wanted is not None else book.worksheets[0]
    sheet.reset_dimensions()  # a workbook may state a smaller size than it has
    return sheet


@contextmanager
def _workbook_errors(name: str) -> Iterator[None]:
    """The library's errors for a damaged workbook as FailError."""
    try:
        yield
    except (BadZipFile, InvalidFileException, zlib.error, EOFError, SyntaxError) as error:
        raise FailError(f"{name} is a damaged workbook: {error}. Fetch or write the file again.") from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise FailError(f"{name} is a workbook with parts missing: {error}. Save it again.") from error

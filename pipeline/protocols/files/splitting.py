"""Files split into raw records, at flat memory.

The content decides what a file is, not its name or the format that the catalogue file names: so a wrong format gives
records that the format rejects, and no traceback.

| content | raw records |
|---|---|
| a table, where the format is one | one per row |
| JSON, where the catalogue file states by `records` where the list is | one per member of the list |
| XML: an OAI-PMH response to ListRecords or GetRecord, or one bare `record` of it | one per `record` |
| any other XML | one |
| JSON: a list | one per member |
| JSON: an object that has the list where the format's API has it (`records_at`) | one per member of the list |
| JSON: an object that is no record of the format, and whose values are all objects | one per key |
| any other JSON object | one |
| JSON values, one a line (by content, or by the suffixes .ndjson and .jsonl) | one per line |
| anything else | one where the format's syntax is text, else one that is rejected |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain

from lxml import etree

from pipeline.model import xml
from pipeline.model.raw import Fetched, RawRecord
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import MAX_RECORD_BYTES, bounded
from pipeline.protocols.content import UTF16_MARKS, is_web_page
from pipeline.protocols.files.json_files import json_at, json_lines, json_list, json_values
from pipeline.protocols.files.one_record import one_record
from pipeline.protocols.files.record_file import RecordFile, first_chunk
from pipeline.protocols.files.streams import chunks, name_of, small_file
from pipeline.protocols.files.xml_records import BrokenEnvelopeError, records
from pipeline.protocols.oai.envelope import is_envelope
from pipeline.protocols.unpacking import BrokenStreamError, SelfEnding

_LINES_SUFFIX = re.compile(r"\.(?:ndjson|jsonl)(?:\.gz)?$", re.IGNORECASE)


def split(
    path: str,
    fmt: RecordFormat,
    *,
    name: str | None = None,
    limit_bytes: int = MAX_RECORD_BYTES,
    read: Callable[[str], Iterator[bytes]] = chunks,
) -> Generator[Fetched, None, None]:
    """The raw records of one file, in order.

    Args:
        path: a path, fsspec URL or web address; the content may be compressed with gzip.
        fmt: the format of the records.
        name: record id of a file that is one record; its file name by default.
        limit_bytes: largest payload of one record.
        read: gives the content of a path in pieces, decompressed.

    Raises:
        FailError: the file is missing, may not be read, or holds many records and cannot be read to its end;
            CutShortError after the last record, where nothing proves that the file ends there.
        RetryError: the connection to its store broke.
        UsageError: no driver is installed for such a URL.
    """
    file = RecordFile(path, fmt, name or name_of(path), limit_bytes)
    if fmt.table is None:
        return _split(file, read(path))
    from pipeline.protocols.files.tables import rows

    return rows(file, fmt.table, read(path))


def record_on_disk(path: str, fmt: RecordFormat, name: str, limit_bytes: int = MAX_RECORD_BYTES) -> Fetched | None:
    """The record of a small file on disk that is a response with one record; None where `split` has to find out more.

    Args:
        path: URL of the file.
        fmt: the format of the record.
        name: the file's name in record ids.
        limit_bytes: largest payload of a record.

    Raises:
        FailError: the file is missing, or may not be read.
    """
    if fmt.table is not None or _LINES_SUFFIX.search(name):
        return None
    content = small_file(path)
    raw = one_record(content, fmt.name, f"{name}#0") if content else None
    return None if raw is None else bounded(raw, limit_bytes)


def _split(file: RecordFile, content: Iterator[bytes]) -> Generator[Fetched, None, None]:
    try:
        head = first_chunk(content)
    except BrokenStreamError as error:
        yield file.unknown("malformed", f"The file is compressed and damaged: {error}")
        return
    if not head:
        yield file.unknown("empty", "The file is empty")
        return
    content = chain([head], content)
    start = head[:1]
    if _LINES_SUFFIX.search(file.name):
        yield from json_lines(file, content)
    elif start == b"<" or head.startswith(UTF16_MARKS):
        yield from _xml(file, head, content if file.format.syntax == "text" else SelfEnding(content))
    elif file.format.records is not None:
        yield from json_at(file, file.format.records, SelfEnding(content))
    elif start == b"[":
        yield from json_list(file, SelfEnding(content))
    elif start == b"{":
        yield from json_values(file, SelfEnding(content))
    elif file.format.syntax == "text":
        yield from file.as_one(content)
    else:
        yield file.unknown("malformed", "The file is neither XML nor JSON")


def _xml(file: RecordFile, head: bytes, content: Iterable[bytes]) -> Iterator[Fetched]:
    if not is_envelope(head):
        for item in file.as_one(content):
            yield _judged(file, item)
        return
    pieces = iter(content)
    whole = next(pieces, b"")
    try:
        more = next(pieces, b"")
    except BrokenStreamError as error:
        more, pieces = b"", _raising(error)
    else:
        if not more and (raw := one_record(whole, file.format.name, f"{file.name}#0")) is not None:
            yield bounded(raw, file.limit)
            return
    content = chain([whole, more], pieces)
    number = 0
    try:
        for item in records(content, file.format.name, file.name, file.limit):
            yield item
            number += 1
    except BrokenEnvelopeError as error:
        if error.many:
            raise file.unreadable_after(number, error) from error
        yield file.rejected(error.code, f"The file holds no record: {error}")


def _raising(error: BrokenStreamError) -> Iterator[bytes]:
    """The rest of a stream that cannot be read on."""
    raise error
    yield b""


def _judged(file: RecordFile, item: Fetched) -> Fetched:
    """A file that is one record, or its reject where it is no XML: it may have held any number of records."""
    if not isinstance(item, RawRecord) or file.format.syntax == "text":
        return item
    try:
        xml.check(item.payload or b"")
    except etree.XMLSyntaxError as error:
        if is_web_page(item.payload or b""):
            return file.rejected("wrong_format", "The file is a web page, such as a login, and holds no record")
        return file.rejected("malformed", f"The file is not well-formed XML: {error.msg}")
    return item

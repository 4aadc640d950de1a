"""Files split into raw records, at flat memory.

What a file is follows from its content, not from its name or from the format that is claimed: so a wrong format gives
records that the format refuses, and no traceback.

| content | raw records |
|---|---|
| a table, where the format is one | one per row |
| JSON, where the catalogue file says by `records` where the list is | one per member of the list |
| XML: an OAI-PMH response to ListRecords or GetRecord, or one bare `record` of it | one per `record` |
| any other XML | one |
| JSON: a list | one per member |
| JSON: an object that has the list where the format's API has it (`Format.records_at`) | one per member of the list |
| JSON: an object that is no record of the format, and whose values are all objects | one per key |
| any other JSON object | one |
| JSON values, one a line (by content, or by the suffixes .ndjson and .jsonl) | one per line |
| anything else | one where the format's syntax is text, else one that is rejected |
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from typing import Any

import orjson

from pipeline.errors import FailError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import MAX_RECORD_BYTES
from pipeline.protocols.files import http_stream as web
from pipeline.protocols.files.json_members import BrokenJsonError, Member, members
from pipeline.protocols.files.streams import BrokenStreamError, chunks
from pipeline.protocols.files.tables import rows
from pipeline.protocols.files.xml_records import BrokenEnvelopeError, is_envelope, records
from pipeline.protocols.json import paging as json_paging

_LINES_SUFFIX = re.compile(r"\.(?:ndjson|jsonl)(?:\.gz)?$", re.IGNORECASE)
MAX_HELD_BYTES = 256 * 1024 * 1024
"""Largest JSON file in which records are looked for at a place."""
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WHITE = b" \t\r\n"


def split(
    path: str, fmt: RecordFormat, *, name: str | None = None, limit_bytes: int = MAX_RECORD_BYTES
) -> Generator[Fetched, None, None]:
    """The raw records of one file, in order.

    Args:
        path: a path or any fsspec URL; the content may be packed with gzip.
        fmt: the format of the records.
        name: record id of a file that is one record; its file name by default.
        limit_bytes: largest payload of one record.

    Raises:
        FailError: the file is missing, may not be read, or holds many records and breaks off.
        RetryError: the connection to its store broke.
        UsageError: no driver is installed for such a URL.
    """
    if fmt.table is not None:
        return rows(path, fmt, name or _name(path), limit_bytes)
    return _File(path, fmt, name or _name(path), limit_bytes).split()


def _name(path: str) -> str:
    return web.name_of(path) if web.is_web(path) else path.rstrip("/").rsplit("/", 1)[-1]


class _File:
    """One file while it is split."""

    def __init__(self, path: str, fmt: RecordFormat, name: str, limit: int) -> None:
        self._path = path
        self._format = fmt
        self._name = name
        self._limit = limit

    def split(self) -> Generator[Fetched, None, None]:
        content = chunks(self._path)
        try:
            head = _first(content)
        except BrokenStreamError as error:
            yield self._unknown("malformed", f"The file is packed and damaged: {error}")
            return
        if not head:
            yield self._unknown("empty", "The file is empty")
            return
        content = chain([head], content)
        start = head[:1]
        if _LINES_SUFFIX.search(self._name):
            yield from self._lines(content)
        elif start == b"<" or head.startswith(_UTF16_MARKS):
            yield from self._xml(head, content)
        elif self._format.records is not None:
            yield from self._at(self._format.records, content)
        elif start == b"[":
            yield from self._json_list(content)
        elif start == b"{":
            yield from self._json(content)
        elif self._format.syntax == "text":
            yield from self._whole(content)
        else:
            yield self._unknown("malformed", "The file is neither XML nor JSON")

    # -- one record ---------------------------------------------------------------------------------------------

    def _whole(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in content:
                size += len(piece)
                if size > self._limit:
                    yield self._too_large(self._name, None)
                    return
                pieces.append(piece)
        except BrokenStreamError as error:
            yield self._rejected("malformed", f"The file is packed and damaged: {error}")
            return
        yield RawRecord(self._name, self._format.name, b"".join(pieces))

    def _rejected(self, code: str, message: str) -> RejectedRaw:
        """The file as one record that is refused."""
        return RejectedRaw(self._name, None, positional=False, code=code, message=message)

    def _unknown(self, code: str, message: str) -> RejectedRaw:
        """The file, of which nobody can say whether it was one record or many: it stands for none that is known."""
        return RejectedRaw(self._name, None, positional=True, code=code, message=message)

    def _too_large(self, record_id: str, at: dict[str, int | str] | None, *, positional: bool = False) -> RejectedRaw:
        message = f"The record is larger than {self._limit:,} bytes"
        return RejectedRaw(record_id, at, positional=positional, code="too_large", message=message)

    # -- many records -------------------------------------------------------------------------------------------

    def _broken_off(self, count: int, why: object) -> FailError:
        path = web.shown(self._path) if web.is_web(self._path) else self._path
        return FailError(
            f"{path} breaks off after {count} whole records: {why}. Records are missing from it: fetch or write "
            "the file again, then run the catalogue again."
        )

    def _numbered(self, payload: bytes, number: int) -> RawRecord:
        value = _loaded(payload)
        key = self._format.key(value) if isinstance(value, dict) else None
        return RawRecord(
            record_id=key or self._place(number),
            format=self._format.name,
            payload=payload,
            at={"record": number},
            positional=not key,
        )

    def _place(self, number: int) -> str:
        return f"{self._name}#{number}"

    def _lines(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        number = 0
        try:
            for line, ended in _lines(content, self._limit):
                if line is None:
                    yield self._too_large(self._place(number), {"record": number}, positional=True)
                    number += 1
                elif number and line and not ended and _loaded(line) is None:
                    raise self._broken_off(number, "the last line ends within its record")
                elif line:
                    for payload in self._payloads(line):
                        yield self._numbered(payload, number)
                        number += 1
        except BrokenStreamError as error:
            raise self._broken_off(number, error) from error

    def _json_list(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        number = -1
        try:
            for number, member in enumerate(members(content, self._limit)):
                if member.cut:
                    yield self._too_large(self._place(number), {"record": number}, positional=True)
                else:
                    yield self._numbered(member.text.strip(), number)
        except (BrokenStreamError, BrokenJsonError) as error:
            raise self._broken_off(number + 1, error) from error

    def _at(self, place: str, content: Iterable[bytes]) -> Iterator[Fetched]:
        """The records that stand in a file where the catalogue file says; the file is held for it."""
        held = bytearray()
        try:
            for piece in content:
                held += piece
                if len(held) > MAX_HELD_BYTES:
                    raise FailError(
                        f"{self._name} is larger than {MAX_HELD_BYTES:,} bytes, and records names a place in it: write "
                        "a record a line (.ndjson), and leave records out."
                    )
        except BrokenStreamError as error:
            raise self._broken_off(0, error) from error
        found = json_paging.found(place, _loaded(bytes(held)))
        if not isinstance(found, list):
            raise FailError(f"{self._name} is no JSON with a list of records at {place!r}, as records says.")
        for number, item in enumerate(found):
            try:
                yield self._numbered(orjson.dumps(item), number)
            except orjson.JSONEncodeError as error:  # nested deeper than can be written
                message = f"The record cannot be written: {error}"
                at: dict[str, int | str] = {"record": number}
                yield RejectedRaw(self._place(number), at, positional=True, code="malformed", message=message)

    def _json(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        """A file that starts with an object: one, or one a line."""
        try:
            line, rest = _first_line(iter(content), self._limit)
            more = _first(rest) if line and isinstance(_loaded(line), dict) else b""
        except BrokenStreamError as error:
            yield self._rejected("malformed", f"The file is packed and damaged: {error}")
            return
        if line is None:
            yield from self._json_object(rest)
        elif more:
            yield from self._lines(chain([line, b"\n", more], rest))
        else:
            yield from self._json_object(chain([line, b"\n"], rest))

    def _json_object(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        """One record, or records by key. An object that is larger than a record may be can only be the latter."""
        held: list[Member] = []
        found = members(content, self._limit)
        try:
            large = _hold(found, held, self._limit)
        except (BrokenStreamError, BrokenJsonError) as error:
            if len(held) > 1 and self._is_by_key(held):
                raise self._broken_off(len(held), error) from error
            yield self._rejected("malformed", f"The file is not JSON: {error}")
            return
        if all(map(_is_object, held)) if large else self._is_by_key(held):
            yield from self._by_key(chain(held, found))
        elif large:
            yield self._too_large(self._name, None)
        elif (listed := self._listed(_object_of(held))) is not None:
            for number, payload in enumerate(listed):
                yield self._numbered(payload, number)
        else:
            yield RawRecord(self._name, self._format.name, _object_of(held))

    def _payloads(self, text: bytes) -> list[bytes]:
        """The records in one JSON value: those that it lists, else itself."""
        listed = self._listed(text)
        return [text] if listed is None else listed

    def _listed(self, text: bytes) -> list[bytes] | None:
        """The records that an answer of the format's API lists; None where the object is no such answer."""
        key = self._format.records_at
        if key is None or not text.startswith(b"{") or not isinstance(_loaded(text), dict):
            return None
        for member in members([text], self._limit):
            keyed = member.keyed()
            if keyed is not None and keyed[0] == key and keyed[1].startswith(b"["):
                return [each.text.strip() for each in members([keyed[1]], self._limit)]
        return None

    def _is_by_key(self, held: list[Member]) -> bool:
        value = _loaded(_object_of(held))
        if not isinstance(value, dict) or not value or self._format.is_record(value):
            return False
        return all(isinstance(item, dict) for item in value.values())

    def _by_key(self, found: Iterable[Member]) -> Iterator[Fetched]:
        number = -1
        try:
            for number, member in enumerate(found):
                keyed = member.keyed()
                if keyed is None:
                    raise self._broken_off(number, f"{member.text[:80]!r} is no key with a value")
                key, value = keyed
                if member.cut:
                    yield self._too_large(key, {"key": key})
                else:
                    yield RawRecord(key, self._format.name, value, at={"key": key})
        except (BrokenStreamError, BrokenJsonError) as error:
            raise self._broken_off(number + 1, error) from error

    def _xml(self, head: bytes, content: Iterable[bytes]) -> Iterator[Fetched]:
        if not is_envelope(head):
            yield from self._whole(content)
            return
        number = 0
        try:
            for item in records(content, self._format.name, self._name, self._limit):
                yield item
                number += 1
        except BrokenEnvelopeError as error:
            if error.many:
                raise self._broken_off(number, error) from error
            yield self._rejected(error.code, f"The file holds no record: {error}")


def _first(content: Iterator[bytes]) -> bytes:
    """The first chunk with anything in it, without the white space and byte order mark before; empty at the end."""
    for chunk in content:
        if head := chunk.removeprefix(_UTF8_MARK).lstrip(_WHITE):
            return head
    return b""


def _first_line(content: Iterator[bytes], limit: int) -> tuple[bytes | None, Iterator[bytes]]:
    """The first line, None where it is longer than the limit; and the content after it (all of it, where None)."""
    held: list[bytes] = []
    size = 0
    for chunk in content:
        end = chunk.find(b"\n")
        if end >= 0:
            return b"".join([*held, chunk[:end]]), chain([chunk[end + 1 :]], content)
        held.append(chunk)
        size += len(chunk)
        if size > limit:
            return None, chain(held, content)
    return b"".join(held), iter(())


def _lines(content: Iterable[bytes], limit: int) -> Iterator[tuple[bytes | None, bool]]:
    """The lines without white space around them (None for one that is longer than the limit), and whether they end.

    Lines end with a line feed and nothing else: records hold U+2028, U+0085 and other separators.
    """
    held: list[bytes] = []
    size = 0
    for chunk in content:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            yield (None if size + len(piece) > limit else b"".join([*held, piece]).strip(_WHITE)), True
            held, size = [], 0
        size += len(rest)
        if size <= limit:
            held.append(rest)
    if size:
        yield (None if size > limit else b"".join(held).strip(_WHITE)), False


def _loaded(text: bytes) -> Any:
    """The JSON value, None where the text is none: what it is then is for the format to say."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _hold(found: Iterator[Member], held: list[Member], limit: int) -> bool:
    """Move members to `held`, up to the limit in all; whether there is more than that."""
    size = 0
    for member in found:
        held.append(member)
        size += len(member.text)
        if member.cut or size > limit:
            return True
    return False


def _object_of(held: list[Member]) -> bytes:
    return b"{" + b",".join(member.text for member in held) + b"}"


def _is_object(member: Member) -> bool:
    keyed = member.keyed()
    return keyed is not None and keyed[1].startswith(b"{")

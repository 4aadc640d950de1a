"""Records of JSON files: a list, a list inside an object, an object of records by key, or a value a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import orjson

from pipeline.errors import FailError
from pipeline.model.raw import Fetched, RawRecord
from pipeline.protocols.base import bounded
from pipeline.protocols.files.record_file import WHITE, RecordFile, first_chunk
from pipeline.protocols.json_members import BrokenJsonError, Member, members
from pipeline.protocols.json_text import FaultyRecord, NotJsonError, readable, records_in
from pipeline.protocols.unpacking import BrokenStreamError, SelfEnding

_HELD_BYTES = 100
"""Memory that a held member takes besides its text."""
MAX_HELD_BYTES = 256 * 1024 * 1024
"""Largest JSON file in which records are looked for at a place."""


def json_lines(file: RecordFile, content: Iterable[bytes]) -> Iterator[Fetched]:
    """The records of a file with a JSON value a line."""
    number = 0
    try:
        for line, ended in _lines(content, file.limit):
            if line is None:
                yield file.too_large(file.numbered(None, number))
                number += 1
            elif number and line and not ended and readable(line) is None:
                raise file.unreadable_after(number, "the last line ends within its record")
            elif line:
                listed = _listed(file, line)
                for payload in [line] if listed is None else listed:
                    yield file.member(payload, number)
                    number += 1
    except BrokenStreamError as error:
        raise file.unreadable_after(number, error) from error


def json_list(file: RecordFile, content: Iterable[bytes]) -> Iterator[Fetched]:
    """The members of a file that is one list."""
    number = -1
    try:
        for number, member in enumerate(members(content, file.limit)):
            if member.cut:
                yield file.too_large(file.numbered(None, number))
            else:
                yield file.member(member.text.strip(), number)
    except (BrokenStreamError, BrokenJsonError) as error:
        raise file.unreadable_after(number + 1, error) from error


def json_at(file: RecordFile, place: str, content: Iterable[bytes]) -> Iterator[Fetched]:
    """The records of a list that the catalogue file locates by a JMESPath. The file is held in memory for it."""
    held = bytearray()
    try:
        for piece in content:
            held += piece
            if len(held) > MAX_HELD_BYTES:
                raise FailError(
                    f"{file.name} is larger than {MAX_HELD_BYTES:,} bytes, and records names a place in it: write "
                    "one record a line (.ndjson), and leave records out."
                )
    except BrokenStreamError as error:
        raise file.unreadable_after(0, error) from error
    try:
        _, found = records_in(bytes(held), place)
    except NotJsonError as error:
        raise file.unreadable_after(0, error) from error
    if not isinstance(found, list):
        raise FailError(
            f"{file.name} is not JSON with a list of records at {place!r}: correct records in the catalogue file."
        )
    for number, item in enumerate(found):
        yield _found(file, item, number)


def _found(file: RecordFile, item: Any, number: int) -> Fetched:
    if isinstance(item, FaultyRecord):
        raw = file.of_value(item.value, None, number)
        return raw.rejected("malformed", f"A value of the record is not JSON: {item.fault}")
    try:
        return file.member(orjson.dumps(item), number)
    except orjson.JSONEncodeError as error:  # nested deeper than can be written
        return file.of_value(item, None, number).rejected("malformed", f"The record cannot be written: {error}")


def json_values(file: RecordFile, content: SelfEnding) -> Iterator[Fetched]:
    """The records of a file that starts with an object: one object, or one a line.

    Raises:
        CutShortError: after the last of the records in lines, which do not prove that they are all.
    """
    try:
        line, rest = _first_line(content, file.limit)
        more = first_chunk(rest) if line and isinstance(readable(line), dict) else b""
    except BrokenStreamError as error:  # it may be the first of many lines that cannot be unpacked
        yield file.unknown("malformed", f"The file is compressed and damaged: {error}")
        return
    if line is None:
        yield from _object(file, rest)
    elif more:
        yield from json_lines(file, chain([line, b"\n", more], rest))
        if content.cut_short is not None:
            raise content.cut_short
    else:
        number = 0
        for item in _object(file, chain([line, b"\n"], rest)):
            yield item
            number += 1
        if content.cut_short is not None and number == 1:  # it may be the first of many lines
            raise content.cut_short


def _object(file: RecordFile, content: Iterable[bytes]) -> Iterator[Fetched]:
    """One record, or records by key. An object that is larger than a record may be can only be the latter."""
    held: list[Member] = []
    found = members(content, file.limit)
    try:
        large = _hold(found, held, file.limit)
    except (BrokenStreamError, BrokenJsonError) as error:
        if len(held) > 1 and _is_by_key(file, held):
            raise file.unreadable_after(len(held), error) from error
        yield file.rejected("malformed", f"The file is not JSON: {error}")
        return
    if all(map(_is_object, held)) if large else _is_by_key(file, held):
        yield from _by_key(file, chain(held, found))
    elif large:
        yield file.too_large(file.record(None))
    elif (listed := _listed(file, _object_of(held))) is not None:
        for number, payload in enumerate(listed):
            yield file.member(payload, number)
    else:
        yield bounded(file.record(_object_of(held)), file.limit)


def _by_key(file: RecordFile, found: Iterable[Member]) -> Iterator[Fetched]:
    number = -1
    try:
        for number, member in enumerate(found):
            keyed = member.keyed()
            if keyed is None:
                raise file.unreadable_after(number, f"{member.text[:80]!r} is no key with a value")
            key, value = keyed
            raw = RawRecord(key, file.format.name, value, at={"key": key})
            yield file.too_large(raw) if member.cut else bounded(raw, file.limit)
    except (BrokenStreamError, BrokenJsonError) as error:
        raise file.unreadable_after(number + 1, error) from error


def _is_by_key(file: RecordFile, held: list[Member]) -> bool:
    value = readable(_object_of(held))
    if not isinstance(value, dict) or not value or file.format.is_record(value):
        return False
    return all(isinstance(item, dict) for item in value.values())


def _listed(file: RecordFile, text: bytes) -> list[bytes] | None:
    """The records that an answer of the format's API lists; None where the value is no such answer."""
    key = file.format.records_at
    if key is None or not text.startswith(b"{") or not isinstance(readable(text), dict):
        return None
    for member in members([text], file.limit):
        keyed = member.keyed()
        if keyed is not None and keyed[0] == key and keyed[1].startswith(b"["):
            return [each.text.strip() for each in members([keyed[1]], file.limit)]
    return None


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
            yield (None if size + len(piece) > limit else b"".join([*held, piece]).strip(WHITE)), True
            held, size = [], 0
        size += len(rest)
        if size <= limit:
            held.append(rest)
    if size:
        yield (None if size > limit else b"".join(held).strip(WHITE)), False


def _hold(found: Iterator[Member], held: list[Member], limit: int) -> bool:
    """Move members to `held`, up to the limit in all; whether there are more."""
    size = 0
    for member in found:
        held.append(member)
        size += len(member.text) + _HELD_BYTES
        if member.cut or size > limit:
            return True
    return False


def _object_of(held: list[Member]) -> bytes:
    return b"{" + b",".join(member.text for member in held) + b"}"


def _is_object(member: Member) -> bool:
    keyed = member.keyed()
    return keyed is not None and keyed[1].startswith(b"{")

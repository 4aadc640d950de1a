"""JSON of catalogues: a value that is no JSON costs the record that it is in, and no other.

Such values are lone surrogates, NaN, numbers that are too large, control characters and bytes that are not UTF-8. A
parser fails on the whole text; here the text is cut at its brackets and commas, as far as it takes to find them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from pipeline.catalogue.expressions import find
from pipeline.model.sizes import MAX_ANSWER_PARTS, has_more_parts
from pipeline.protocols.json_members import BrokenJsonError, members

_DEEPEST = 20
"""Brackets within which such a value is looked for; the whole of what is deeper counts as one."""
_WHITE = b" \t\r\n"


class NotJsonError(Exception):
    """The text is not JSON, or has more values than may be held."""


class FaultyRecord(NamedTuple):
    """A record of which a value is no JSON: what can be read of it, with None there; and the beginning of the value."""

    value: Any
    fault: str


class _Fault:
    """Stands for a value that is no JSON."""

    def __init__(self, text: bytes) -> None:
        self.text = text[:80].decode("utf-8", errors="backslashreplace")


def loaded(content: bytes) -> Any:
    """The JSON value.

    Raises:
        NotJsonError: the content is not JSON, or has more values than may be held.
    """
    if has_more_parts(content, MAX_ANSWER_PARTS):
        raise NotJsonError(f"it has more than {MAX_ANSWER_PARTS:,} values")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotJsonError(f"it is not JSON ({error})") from error


def records_in(content: bytes, place: str) -> tuple[Any, Any]:
    """The JSON value, and what a JMESPath finds in it. Of a list, `FaultyRecord` stands for members with a fault.

    Raises:
        NotJsonError: the content is not JSON, also outside of the records, or has more values than may be held.
    """
    try:
        value = loaded(content)
    except NotJsonError:
        if has_more_parts(content, MAX_ANSWER_PARTS):
            raise
        value = _in_pieces(content.strip(_WHITE), 0)
        found = find(place, value)
        if not isinstance(found, list) or len(_faults(found)) != len(_faults(value)):
            raise  # the number of records or the place of the next page may be what cannot be read
        return _without_faults(value), [_record(item) for item in found]
    return value, find(place, value)


def readable(content: bytes) -> Any:
    """The JSON value, with None for values in it that are not JSON, so that the id of a record can be read.

    None where nothing can be read, such as a text that is cut short.
    """
    if has_more_parts(content, MAX_ANSWER_PARTS):
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return _without_faults(_in_pieces(content.strip(_WHITE), 0))


def _value(text: bytes, depth: int) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _in_pieces(text.strip(_WHITE), depth)


def _in_pieces(text: bytes, depth: int) -> Any:
    """The list or object whose members are read one by one; a fault where it is neither."""
    if depth > _DEEPEST or text[:1] not in {b"[", b"{"}:
        return _Fault(text)
    try:
        if text.startswith(b"["):
            return [_value(member.text, depth + 1) for member in members([text], len(text))]
        pairs = [member.keyed() for member in members([text], len(text))]
    except BrokenJsonError:
        return _Fault(text)
    if None in pairs:
        return _Fault(text)
    return {pair[0]: _value(pair[1], depth + 1) for pair in pairs if pair is not None}


def _record(value: Any) -> Any:
    faults = _faults(value)
    return FaultyRecord(_without_faults(value), faults[0].text) if faults else value


def _faults(value: Any, depth: int = 0) -> list[_Fault]:
    if isinstance(value, _Fault):
        return [value]
    if depth > _DEEPEST:  # no fault is deeper, and what is there may be nested deeper than Python recurses
        return []
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [fault for item in within for fault in _faults(item, depth + 1)]


def _without_faults(value: Any, depth: int = 0) -> Any:
    if isinstance(value, _Fault):
        return None
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _without_faults(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_faults(item, depth + 1) for item in value]
    return value

"""The payload in which a Next.js site sends a page: React's flight protocol, alone or in an HTML page.

A payload consists of rows `<hex id>:<value>`, each with a line feed at its end. A value is JSON, or begins with a tag:
`I` is a module, `H` a hint, `T` a text with its length in UTF-8 bytes and no line feed at its end. In JSON, strings
that begin with `$` are references: `$1a` is the value of row 1a, `$1a:props:name` a place in it, `$undefined` is
absent, `$$x` is the string `$x`. Source: react-client/src/ReactFlightClient.js (React 19).
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.errors import RejectError
from pipeline.model.numbers import whole_number

MAX_RESOLVED = 20_000_000
"""Characters that one page may expand to; references can repeat one text without end."""
WEIGHT = 20
"""Characters that each value counts as, whatever it is: it takes time and memory too."""
MAX_DEPTH = 100

_ID = re.compile(rb"([0-9a-f]*):")
_WITH_LENGTH = frozenset(b"TAOoUSsLlGgMmVb")
_LENGTH = re.compile(rb"([0-9a-f]+),")
_PUSHED = b"self.__next_f.push("
_REFERENCE = re.compile(r"\$([0-9a-f]+)((?::.*)?)", re.DOTALL)
_ELEMENT_PLACES = {"type": 1, "key": 2, "props": 3}
_ABSENT = object()


class Row(NamedTuple):
    """One row: its tag (0 for JSON), and the bytes after it."""

    tag: int
    body: bytes


def from_html(page: bytes) -> bytes:
    """The payload of a page: the pieces that its scripts push to `self.__next_f`, joined.

    Raises:
        RejectError: `wrong_format` for a page without such scripts, `malformed`.
    """
    pieces: list[bytes] = []
    for argument in _arguments(page):
        pushed = _json(argument)
        if len(pushed) == 2 and pushed[0] == 1 and isinstance(pushed[1], str):
            pieces.append(pushed[1].encode())
        elif len(pushed) == 2 and pushed[0] == 3 and isinstance(pushed[1], str):
            pieces.append(_base64(pushed[1]))
    if not pieces:
        raise RejectError("wrong_format", "The HTML page holds no self.__next_f payload: it is not a page of the site")
    return b"".join(pieces)


def _arguments(page: bytes) -> Iterator[bytes]:
    """The list that each script pushes: a call is the last thing in its script."""
    for script in page.split(b"</script>")[:-1]:
        _, _, call = script.partition(_PUSHED)
        argument = call.strip().removesuffix(b";").rstrip()
        if argument.startswith(b"[") and argument.endswith(b")"):
            yield argument[:-1]


def rows(payload: bytes) -> dict[str, Row]:
    """The rows by id.

    Raises:
        RejectError: `malformed` for a truncated payload, and for other texts.
    """
    found: dict[str, Row] = {}
    at = 0
    while at < len(payload):
        if payload[at] in b"\r\n":
            at += 1
            continue
        match = _ID.match(payload, at)
        if match is None:
            raise RejectError("malformed", f"No row of a page payload begins at byte {at}")
        row, at = _row(payload, match.end())
        found[match.group(1).decode()] = row
    return found


def _row(payload: bytes, at: int) -> tuple[Row, int]:
    tag = payload[at] if at < len(payload) else 0
    length = _LENGTH.match(payload, at + 1) if tag in _WITH_LENGTH else None
    if length is not None:
        end = length.end() + int(length.group(1), 16)
        if end > len(payload):
            raise RejectError("malformed", "The page payload ends within a text: it is truncated")
        return Row(tag, payload[length.end() : end]), end
    end = payload.find(b"\n", at)
    end = len(payload) if end < 0 else end
    if 65 <= tag <= 90:  # an upper-case letter begins no JSON
        return Row(tag, payload[at + 1 : end]), end
    return Row(0, payload[at:end]), end


def find(found: dict[str, Row], key: str, members: frozenset[str]) -> dict[str, Any] | None:
    """The first object in the rows that is the property `key` and has any of `members`, with its references resolved.

    None where there is no such object.

    Raises:
        RejectError: `malformed`, `too_large`, or `wrong_format` for a value that JSON does not have.
    """
    quoted = orjson.dumps(key)
    resolver = _Resolver(found)
    for row in found.values():
        if row.tag or quoted not in row.body:
            continue
        waiting = [_json(row.body)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                value = resolver.followed(node.get(key))
                if isinstance(value, dict) and members & value.keys():
                    return dict(resolver.members(value))
                waiting.extend(node.values())
            elif isinstance(node, list):
                waiting.extend(node)
    return None


class _Resolver:
    """Replaces references to rows by the rows' values."""

    def __init__(self, found: dict[str, Row]) -> None:
        self._rows = found
        self._values: dict[str, Any] = {}
        self._left = MAX_RESOLVED

    def followed(self, node: Any, depth: int = 0) -> Any:
        """The target of a value that is a reference to a row, else the value; its members are not resolved."""
        match = _REFERENCE.fullmatch(node) if isinstance(node, str) else None
        return node if match is None else self.followed(self._place(match, depth + 1), depth + 1)

    def members(self, node: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
        """The members of an object, resolved; undefined ones are left out."""
        for key, value in node.items():
            resolved = self._resolved(value, depth + 1)
            if resolved is not _ABSENT:
                yield key, resolved

    def _resolved(self, node: Any, depth: int) -> Any:
        self._left -= WEIGHT + (len(node) if isinstance(node, str) else 0)
        if self._left < 0:
            raise RejectError("too_large", f"The page expands to more than {MAX_RESOLVED:,} characters")
        if depth > MAX_DEPTH:
            raise RejectError("malformed", f"The page is nested more than {MAX_DEPTH} deep, or refers to itself")
        if isinstance(node, dict):
            return dict(self.members(node, depth))
        if isinstance(node, list):
            values = (self._resolved(value, depth + 1) for value in node)
            return [None if value is _ABSENT else value for value in values]
        if not isinstance(node, str) or not node.startswith("$"):
            return node
        match = _REFERENCE.fullmatch(node)
        return self._resolved(self._place(match, depth), depth + 1) if match else _constant(node)

    def _place(self, reference: re.Match[str], depth: int) -> Any:
        """The value of a row, or a place within it, not yet resolved."""
        if depth > MAX_DEPTH:
            raise RejectError("malformed", "The page refers to itself")
        row_id, path = reference.groups()
        if row_id not in self._values:
            self._values[row_id] = self._value(row_id)
        node = self._values[row_id]
        for step in path.split(":")[1:]:
            node = _step(self.followed(node, depth + 1), step)
        return node

    def _value(self, row_id: str) -> Any:
        row = self._rows.get(row_id)
        if row is None:
            raise RejectError("malformed", f"The page refers to row {row_id}, which it does not hold: it is truncated")
        if row.tag == ord("T"):
            try:
                text = row.body.decode()
            except UnicodeDecodeError as error:
                raise RejectError("malformed", f"Row {row_id} of the page is not UTF-8: {error}") from error
            return "$" + text if text.startswith("$") else text
        if row.tag:
            raise RejectError("wrong_format", f"The study of the page refers to row {row_id}, which is no JSON value")
        return _json(row.body)


def _constant(text: str) -> Any:
    """The value of a string with a dollar sign that is no reference to a row."""
    if text.startswith("$$"):
        return text[1:]
    if text.startswith("$D"):  # a date, ISO 8601
        return text[2:]
    if text.startswith("$n"):  # an integer of any size
        return text[2:]
    if text == "$-0":
        return 0
    if text in {"$undefined", "$NaN", "$Infinity", "$-Infinity"}:
        return _ABSENT
    raise RejectError("wrong_format", f"The page has the value {text[:20]!r}, which JSON cannot express")


def _step(node: Any, step: str) -> Any:
    if isinstance(node, dict) and step in node:
        return node[step]
    if isinstance(node, list):
        is_element = len(node) >= 4 and node[0] == "$"
        place = _ELEMENT_PLACES.get(step) if is_element else None
        if place is None:
            place = whole_number(step)
        if place is not None and place < len(node):
            return node[place]
    raise RejectError("malformed", f"The page refers to a place {step!r}, which it does not hold")


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error as error:
        raise RejectError("malformed", f"A piece of the page is not base64: {error}") from error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", f"A row of the page is not JSON: {error}") from error

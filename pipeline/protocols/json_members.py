"""Members of one large JSON list or object, byte for byte as they were sent, one at a time.

A parser would hold a record in memory before its size is known, change its numbers, and fail on the whole list at the
first fault in one record. To find where members begin and end, strings and brackets are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

_KEPT_BYTES = 4096
"""Bytes that are kept of a member that is too large: enough for its key."""

_DEEPEST = 100_000
"""Deepest nesting of brackets that is followed to its end. No parser reads one of more than some 1,000."""

_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TO_COMMA = re.compile(rb'(?:[^"\[\]{},]++|' + _STRING + rb")*+", re.DOTALL)
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+", re.DOTALL)
_KEY = re.compile(rb'\s*("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*:', re.DOTALL)


class BrokenJsonError(Exception):
    """The list or object does not end, or something follows its end."""


class Member(NamedTuple):
    """One member: `text` is what is between two commas, in an object `"key": value`.

    A member that is larger than the limit is `cut` to its beginning.
    """

    text: bytes
    cut: bool

    def keyed(self) -> tuple[str, bytes] | None:
        """Key and value of a member of an object; None where the text is not one."""
        match = _KEY.match(self.text)
        if match is None:
            return None
        try:
            return orjson.loads(match[1]), self.text[match.end() :].strip()
        except orjson.JSONDecodeError:
            return None


def members(chunks: Iterable[bytes], limit: int) -> Iterator[Member]:
    """The members of the list or object that is the whole content of `chunks`.

    Args:
        chunks: the content; its first byte other than white space is the opening bracket.
        limit: size in bytes of the largest member that is held.

    Raises:
        BrokenJsonError: after the last member that could be read.
    """
    splitter = _Splitter(limit)
    for chunk in chunks:
        yield from splitter.feed(chunk)
    splitter.end()


class _Splitter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._depth = 0
        self._in_string = False
        self._escaped = False  # the last chunk ended within a string, after a backslash
        self._pieces: list[bytes] = []
        self._size = 0
        self._count = 0
        self._ended = False

    def feed(self, chunk: bytes) -> Iterator[Member]:
        position = start = 0
        while (found := self._next(chunk, position)) is not None:
            position = found + 1
            match chunk[found : found + 1]:
                case b"[" | b"{":
                    self._open()
                    if self._depth == 1:
                        start = position
                case b"]" | b"}":
                    self._depth -= 1
                    if self._depth == 0:
                        self._keep(chunk[start:found])
                        yield from self._last()
                        start = position
                case b"," if self._depth == 1:
                    self._keep(chunk[start:found])
                    yield self._member()
                    start = position
        if self._ended:
            if chunk[start:].strip():
                raise BrokenJsonError("there is more after the closing bracket")
        elif self._depth:
            self._keep(chunk[start:])

    def end(self) -> None:
        if not self._ended:
            raise BrokenJsonError(f"it ends within record {self._count}")

    def _next(self, chunk: bytes, position: int) -> int | None:
        """Position of the next bracket, or comma between members; None where the rest of the chunk has none."""
        if self._in_string:
            position = self._after_string(chunk, position)
        passed = (_TO_COMMA if self._depth == 1 else _TO_BRACKET).match(chunk, position)
        found = passed.end() if passed is not None else position
        if found == len(chunk):
            return None
        if self._ended:
            raise BrokenJsonError("there is more after the closing bracket")
        if chunk[found : found + 1] == b'"':  # a string that does not end in this chunk
            self._in_string = True
            self._after_string(chunk, found + 1)
            return None
        return found

    def _after_string(self, chunk: bytes, position: int) -> int:
        if self._escaped and position == 0:
            position = 1
        self._escaped = False
        rest = _REST_OF_STRING.match(chunk, position)
        if rest is not None:
            self._in_string = False
            return rest.end()
        backslashes = len(chunk) - max(len(chunk.rstrip(b"\\")), position)
        self._escaped = backslashes % 2 == 1
        return len(chunk)

    def _open(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BrokenJsonError(f"brackets are nested more than {_DEEPEST:,} deep")

    def _keep(self, piece: bytes) -> None:
        if self._size <= self._limit:  # holds at most one chunk more than the limit
            self._pieces.append(piece)
        self._size += len(piece)

    def _member(self) -> Member:
        text, cut = b"".join(self._pieces), self._size > self._limit
        self._pieces, self._size = [], 0
        self._count += 1
        return Member(text[:_KEPT_BYTES] if cut else text, cut)

    def _last(self) -> Iterator[Member]:
        self._ended = True
        member = self._member()
        if member.cut or member.text.strip():
            yield member

"""Decompression of gzip in pieces, which notices content that is cut short and content that is a bomb."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from pipeline.errors import FailError

MOST_RATIO = 200
"""Largest size of decompressed content as a multiple of the compressed one. XML and JSON reach some 60; deflate can
reach 1,032."""
ANY_RATIO_BYTES = 64 * 1024 * 1024
"""Decompressed content up to this size may have any ratio: short repetitive content is harmless."""
_WITH_GZIP_HEADER = zlib.MAX_WBITS | 16


class BrokenStreamError(Exception):
    """Compressed content that is truncated or damaged; it leaves the package as an error or a reject."""


class CutShortError(FailError):
    """Content whose end is not proved, so that something may be missing from it; all before the end was handed on."""


class SelfEnding(Iterator[bytes]):
    """Content in a syntax that proves its end by itself, so that an unproved end is no error; `cut_short` notes it."""

    def __init__(self, content: Iterable[bytes]) -> None:
        self._content = iter(content)
        self.cut_short: CutShortError | None = None

    def __next__(self) -> bytes:
        try:
            return next(self._content)
        except CutShortError as error:
            self.cut_short = error
            raise StopIteration from None


def unpacked(content: Iterable[bytes], size: int, name: str) -> Iterator[bytes]:
    """The decompressed content in pieces of at most `size` bytes; nothing where there is no content.

    Args:
        content: members of gzip, one after the other (RFC 1952, section 2.2), with zero bytes after them or not.
        size: largest piece in bytes.
        name: what is decompressed, for messages.

    Raises:
        BrokenStreamError: it is truncated or damaged, after the last piece before the fault.
        FailError: it is more than `MOST_RATIO` times as large as it was, and larger than `ANY_RATIO_BYTES`.
    """
    unpacker = _Unpacker(size, name)
    packed = SelfEnding(content)
    for piece in packed:
        yield from unpacker.feed(piece)
    unpacker.end()
    if packed.cut_short is not None and not unpacker.ends_one_member:
        raise packed.cut_short


class _Unpacker:
    def __init__(self, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._member = zlib.decompressobj(_WITH_GZIP_HEADER)
        self._members = 0
        self._packed = self._unpacked = 0

    @property
    def ends_one_member(self) -> bool:
        """Whether the content is one whole member: its end is the end of the content."""
        return self._members == 1 and self._member.eof

    def feed(self, packed: bytes) -> Iterator[bytes]:
        self._packed += len(packed)
        while True:
            if self._member.eof and not (packed := packed.lstrip(b"\0")):
                return
            if self._members == 0 or self._member.eof:
                self._member, self._members = zlib.decompressobj(_WITH_GZIP_HEADER), self._members + 1
            piece = self._piece(packed)
            if piece:
                yield piece
            packed = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not packed and len(piece) < self._size:
                return

    def end(self) -> None:
        if self._packed and not self._member.eof:
            raise BrokenStreamError("it ends before its end-of-stream marker")

    def _piece(self, packed: bytes) -> bytes:
        try:
            piece = self._member.decompress(packed, self._size)
        except zlib.error as error:
            raise BrokenStreamError(str(error)) from error
        self._unpacked += len(piece)
        if self._unpacked > max(ANY_RATIO_BYTES, MOST_RATIO * self._packed):
            raise FailError(
                f"{self._name} is more than {MOST_RATIO} times as large when it is decompressed: that is no content of "
                "a catalogue. Report it to its operator."
            )
        return piece

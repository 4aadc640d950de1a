"""Files at any fsspec URL, or at a web address, as a stream of bytes, unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, cast

import fsspec

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.protocols.files import http_stream as web

CHUNK_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


class BrokenStreamError(Exception):
    """A packed file that breaks off or is damaged; turned into a FailError or a reject before it leaves the package."""


def chunks(path: str) -> Iterator[bytes]:
    """The bytes of a file or URL in pieces, unpacked where the content (not the name) says gzip.

    Raises:
        UsageError: no driver is installed for such a URL.
        FailError: the file is missing or may not be read.
        RetryError: the connection to its store broke.
        BrokenStreamError: it is packed, and breaks off or is damaged.
    """
    source = _Source(web.pieces(path, CHUNK_BYTES) if web.is_web(path) else _file_pieces(path))
    if source.peek(len(_GZIP_MAGIC)) == _GZIP_MAGIC:
        yield from _unpacked(source)
    else:
        yield from iter(partial(source.read, CHUNK_BYTES), b"")


def _file_pieces(path: str) -> Iterator[bytes]:
    with reading(path):
        filesystem, name = fsspec.url_to_fs(path)
        with filesystem.open(name, "rb", compression=None) as file:
            yield from iter(partial(file.read, CHUNK_BYTES), b"")


class _Source:
    """Pieces of bytes as something to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, which are read again later; fewer at the end."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        held = self._held or next(self._pieces, b"")
        self._held = held[size:]
        return held[:size]


def _unpacked(source: _Source) -> Iterator[bytes]:
    """Pieces of some `CHUNK_BYTES`, up to the byte before a fault."""
    held = bytearray()
    try:
        with gzip.GzipFile(fileobj=cast("IO[bytes]", source), mode="rb") as stream:
            while piece := stream.read1(CHUNK_BYTES):
                held += piece
                if len(held) >= CHUNK_BYTES:
                    yield bytes(held)
                    held.clear()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if held:
            yield bytes(held)
        raise BrokenStreamError(str(error).rstrip(".")) from error
    if held:
        yield bytes(held)


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Errors of reading `path` as the pipeline's own."""
    try:
        yield
    except (TimeoutError, ConnectionError) as error:
        raise RetryError(f"The connection broke while {path} was read: {error}. Run the catalogue again.") from error
    except OSError as error:
        raise FailError(
            f"{path} cannot be read: {error.strerror or error}. Check the path and its permissions."
        ) from error
    except (ImportError, ValueError) as error:  # fsspec: the driver is not installed, or there is no such scheme
        raise UsageError(f"{path} cannot be opened: {error}") from error

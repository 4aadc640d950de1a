"""Files at any fsspec URL as a stream of bytes, unpacked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import fsspec

from pipeline.errors import FailError, RetryError, UsageError

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
    with reading(path):
        filesystem, name = fsspec.url_to_fs(path)
        with filesystem.open(name, "rb", compression=None) as file:
            packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            file.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)
            yield from _pieces(stream)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Pieces of some `CHUNK_BYTES`, up to the byte before a fault."""
    held = bytearray()
    try:
        while chunk := stream.read1(CHUNK_BYTES) if isinstance(stream, gzip.GzipFile) else stream.read(CHUNK_BYTES):
            held += chunk
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

"""Files at any fsspec URL, or at a web address, as a stream of bytes, decompressed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import fsspec

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.protocols.clocks import CLOCKS, Clocks
from pipeline.protocols.content import GZIP_MAGIC
from pipeline.protocols.unpacking import unpacked

CHUNK_BYTES = 256 * 1024
_ON_DISK = "file://"
"""How the URLs of fsspec begin for files on disk."""
_WEB = re.compile(r"https?://", re.IGNORECASE)


def is_web(path: str) -> bool:
    """Whether a path is an http or https address."""
    return _WEB.match(path) is not None


def name_of(path: str) -> str:
    """The file name in a path or address; of an address without one, its host.

    Raises:
        UsageError: it begins like a web address and is none.
    """
    if not is_web(path):
        return path.rstrip("/").rsplit("/", 1)[-1]
    from pipeline.protocols.http_messages import web_url

    url = web_url(path, UsageError)
    written = url.raw_path.decode("ascii").partition("?")[0]
    return unquote(written.rstrip("/").rpartition("/")[2]) or url.netloc.decode("ascii")


def shown(path: str) -> str:
    """The path, or the address without login and query, which may hold keys, for messages."""
    if not is_web(path):
        return path
    from pipeline.protocols.http_messages import web_url

    return str(web_url(path, UsageError).copy_with(query=None))


def chunks(path: str, *, allow_hosts: Iterable[str] = (), clocks: Clocks = CLOCKS) -> Iterator[bytes]:
    """The bytes of a file or URL in pieces, decompressed where the content (not the name) is gzip.

    Args:
        path: a path, fsspec URL or web address.
        allow_hosts: hosts besides its own to which a web address may redirect.
        clocks: how to wait before a server is asked again, and what the time is.

    Raises:
        UsageError: no driver is installed for such a URL, or it is not an address.
        FailError: the file is missing, may not be read, or is a bomb; CutShortError after the last piece, where nothing
            proves that the file ends there.
        RetryError: the connection to its store broke.
        BrokenStreamError: it is compressed, and truncated or damaged.
    """
    source = _Source(_web_pieces(path, allow_hosts, clocks) if is_web(path) else _file_pieces(path))
    pieces = iter(partial(source.read, CHUNK_BYTES), b"")
    if source.peek(len(GZIP_MAGIC)) == GZIP_MAGIC:
        pieces = unpacked(pieces, CHUNK_BYTES, shown(path))
    for piece in pieces:
        clocks.check()
        yield piece


def _web_pieces(url: str, allow_hosts: Iterable[str], clocks: Clocks) -> Iterator[bytes]:
    from pipeline.protocols.http import Client
    from pipeline.protocols.http_messages import Request

    with Client(url, allow_hosts=allow_hosts, clocks=clocks) as client:
        yield from client.stream(Request(url), CHUNK_BYTES)


def _file_pieces(path: str) -> Iterator[bytes]:
    with reading(path), _opened(path) as file:
        yield from iter(partial(file.read, CHUNK_BYTES), b"")


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """A file, open for reading; one on disk without the detour by a driver, which takes longer than a small file."""
    on_disk = _path_on_disk(path)
    if on_disk is not None:
        with Path(on_disk).open("rb") as file:
            yield file
        return
    filesystem, name = fsspec.url_to_fs(path)
    with filesystem.open(name, "rb", compression=None) as file:
        yield file


def small_file(path: str) -> bytes | None:
    """The content of a file on disk of fewer than `CHUNK_BYTES` bytes, as it is; None of any other.

    Raises:
        FailError: the file is missing, or may not be read.
    """
    on_disk = _path_on_disk(path)
    if on_disk is None:
        return None
    with reading(path), open(on_disk, "rb", buffering=0) as file:  # noqa: PTH123 - a path object takes as long as the file
        content = file.read(CHUNK_BYTES)
        return content if len(content) < CHUNK_BYTES and not file.read(1) else None


def _path_on_disk(url: str) -> str | None:
    """The path of a file on disk, by its URL; None for other places."""
    return url.removeprefix(_ON_DISK) if url.startswith(_ON_DISK) and "::" not in url else None


class _Source:
    """Pieces of bytes as a file object to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read; fewer at the end."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        held = self._held or next(self._pieces, b"")
        self._held = held[size:]
        return held[:size]


_DRIVERS = {"adlfs", "aiobotocore", "azure", "botocore", "gcsfs", "google"}
"""Packages of object stores whose errors are classes of their own."""


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Errors of reading `path` by fsspec as the pipeline's own."""
    if _WEB.search(path):  # fsspec would ask by itself, without the client's pace, bounds and host rules
        raise UsageError(f"{path}: an archive at a web address cannot be read in place. Download it, and name the file")
    try:
        yield
    except (TimeoutError, ConnectionError) as error:
        raise RetryError(f"The connection broke while {path} was read: {error}. Run the catalogue again.") from error
    except OSError as error:
        raise FailError(
            f"{path} cannot be read: {error.strerror or error}. Check the path and its permissions."
        ) from error
    except (ImportError, ValueError) as error:  # fsspec: the driver is not installed, or the scheme is unknown
        reason = "" if "@" in path else f": {error}"  # it may quote a part of a password
        raise UsageError(f"{path} cannot be opened{reason}. Check the address and its driver.") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _DRIVERS:
            raise
        reason = "" if "@" in path else f": {error}"
        raise FailError(
            f"{path} cannot be read{reason}. Check the address, and the credentials of its driver."
        ) from error

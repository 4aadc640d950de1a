"""Files that commands write: each appears whole, or not at all."""

from __future__ import annotations

import gzip
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import UsageError


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that is at `path`, in place of what was there, once the block ends without an error.

    It is compressed if its name ends in `.gz`; the same content gives the same bytes.

    Raises:
        UsageError: the folder is not there, or `path` is one.
    """
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError(f"{path} is no place for a file: name one in a folder that is there")
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                    yield packed  # type: ignore[misc]  # it has the methods that are used
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

"""A file system whose disk is full after some bytes, for staging."""

from __future__ import annotations

import errno
import os
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileOpener, LocalFileSystem


class FullDisk(LocalFileSystem):  # type: ignore[misc]  # the package has no types
    """Local files; after `room` more bytes, no more can be written. URLs are `fulldisk:///path`."""

    protocol = "fulldisk"
    room = 0

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return super()._strip_protocol(str(path).removeprefix("fulldisk://"))

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        opener = _Opener if "w" in mode else LocalFileOpener
        return opener(path, mode, fs=self, **options)


class _Opener(LocalFileOpener):  # type: ignore[misc]  # the package has no types
    def write(self, data: Any) -> Any:
        FullDisk.room -= len(data)
        if FullDisk.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.f.write(data)


fsspec.register_implementation("fulldisk", FullDisk)

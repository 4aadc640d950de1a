"""Files at the staging URL: written as a whole, read as a whole, and every failure as an error of the hierarchy."""

from __future__ import annotations

import errno
import io
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from pipeline import settings
from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.model import moments

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of errors that say that nothing more can be written; the last one is a limit of the process or the disk."""

NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Numbers of errors of a place that this user cannot use."""

NO_PLACE = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL, errno.ENOENT})
"""Numbers of errors of a path where no file can be."""

TEMPORARY = ".tmp-"
"""Within the name of a file that is being written."""

OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})
"""Protocols of stores that have no folders, and in which an object appears whole, by one request."""

_OPTIONS: dict[str, dict[str, Any]] = {
    # s3fs would ask for the size of each file before it reads it, to read large ones by several requests at once.
    protocol: {"max_concurrency": 1, "use_listings_cache": False}
    for protocol in ("s3", "s3a")
}
"""Options of drivers, by protocol."""

_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
"""Where drivers state when a file was written, in the order in which they are asked."""


class Files:
    """The files below a staging URL. Paths are those of its file system.

    Listings that a driver keeps are dropped before each look: what another process wrote has to be seen at once.

    Raises:
        UsageError: no driver is installed for such a URL.

    Every method, and the constructor, raises:
        FailError: there is no space, no right, or no such place.
        RetryError: the place did not answer, or failed for another reason.
    """

    def __init__(self, url: str | None = None) -> None:
        self.url = url or settings.staging_url()
        self._fs: AbstractFileSystem
        with _access(self.url, "reached"):
            try:
                protocol = self.url.partition("://")[0]
                self._fs, base = fsspec.url_to_fs(self.url, **_OPTIONS.get(protocol, {}))
            except (ImportError, ValueError) as error:
                reason = "" if "@" in self.url else f": {error}"  # it may quote a part of a password
                message = f"{settings.where('staging')} is {self.url!r}, which cannot be used{reason}"
                raise UsageError(message) from error
        self.base = base.rstrip("/")
        self._is_object_store = protocol in OBJECT_STORES

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""
        with _access(self.url, "read"), suppress(FileNotFoundError):
            return bytes(self._fs.cat_file(path))
        return None

    def read_several(self, paths: Sequence[str]) -> list[bytes | None]:
        """The contents of files, in this order; None for those that are not there.

        Object stores are asked for many at once: one by one, each takes as long as the way there and back.
        """
        with _access(self.url, "read"):
            found = self._fs.cat_ranges(list(paths), None, None, on_error="return") if paths else []
        return [self._content(item) for item in found]

    def _content(self, found: bytes | Exception) -> bytes | None:
        with _access(self.url, "read"), suppress(FileNotFoundError):
            if isinstance(found, Exception):
                raise found
            return bytes(found)
        return None

    @contextmanager
    def writing(self, path: str) -> Iterator[Any]:
        """A file that appears at `path`, complete, once the block ends without an error, and not at all otherwise."""
        if not self._is_object_store:
            with self._writing_file(path) as file:
                yield file
            return
        # One request, in place of the three of an upload in parts. No folder is made: s3fs would make a bucket that is
        # not there.
        content = io.BytesIO()
        yield content
        with _access(self.url, "written"):
            self._fs.pipe_file(path, content.getvalue())

    @contextmanager
    def _writing_file(self, path: str) -> Iterator[Any]:
        local = isinstance(self._fs, LocalFileSystem)
        # Within one folder a rename is one step. fsspec's own commit moves files from the folder for temporary ones,
        # which may be another disk: then it copies.
        target = f"{path}{TEMPORARY}{secrets.token_hex(4)}" if local else path
        with ExitStack() as unless_complete:
            with _access(self.url, "written"):
                self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                file = self._fs.open(target, "wb", autocommit=local)
            unless_complete.callback(self._discard, file, target if local else None)
            yield _Guarded(self.url, file)
            with _access(self.url, "written"):
                file.close()
                if local:
                    Path(target).replace(path)
                else:
                    file.commit()
            unless_complete.pop_all()

    def write_again(self, path: str, earlier: str, content: bytes) -> None:
        """A file with the content of an earlier one: on a disk another name of it, as no file is changed in place."""
        if not isinstance(self._fs, LocalFileSystem) or not self._linked(path, earlier):
            with self.writing(path) as file:
                file.write(content)

    def _linked(self, path: str, earlier: str) -> bool:
        """Give a file on disk another name; False where its file system knows one name only, or it is gone."""
        name = f"{path}{TEMPORARY}{secrets.token_hex(4)}"
        with _access(self.url, "written"):
            self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        try:
            Path(name).hardlink_to(earlier)
        except OSError:
            return False
        with _access(self.url, "written"):
            Path(name).replace(path)
            Path(name).unlink(missing_ok=True)  # it stays where both are names of one file already
        return True

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        with _access(self.url, "read"), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            self._fs.info(path)
            return True
        return False

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        with _access(self.url, "removed"), suppress(FileNotFoundError):
            self._fs.rm_file(path)

    def remove_folder(self, path: str) -> None:
        """Remove a folder and all in it, if it is there."""
        with _access(self.url, "removed"), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            self._fs.rm(path, recursive=True)

    def remove_folders(self, folder: str, names: Sequence[str]) -> None:
        """Remove folders of a folder and all in them, those that are there."""
        for name in {*self.folders(folder)}.intersection(names):
            self.remove_folder(f"{folder}/{name}")

    def folders(self, folder: str) -> list[str]:
        """Names of the folders in a folder, sorted; none where it is not there."""
        with _access(self.url, "read"), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            found = self._fs.ls(folder, detail=True)
            return sorted(item["name"].rstrip("/").rsplit("/", 1)[-1] for item in found if item["type"] == "directory")
        return []

    def last_written(self, folder: str) -> datetime | None:
        """When something was last written in a folder, at any depth; None where there is nothing."""
        return max(self._times(folder).values(), default=None)

    def remove_temporary(self, folder: str, before: datetime) -> None:
        """Remove the files that a killed process was writing, at any depth, if they were last written before a time."""
        for path, moment in self._times(folder).items():
            if TEMPORARY in path.rsplit("/", 1)[-1] and moment < before:
                self.remove(path)

    def _times(self, folder: str) -> dict[str, datetime]:
        """When each file in a folder was written, by path.

        Folders are in it where they have a time: a file that is renamed while it is listed leaves its time there. A
        file of which the driver states no time counts as written now: nothing is removed because it seems old.
        """
        with _access(self.url, "read"), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            found = self._fs.find(folder, detail=True, withdirs=True).items()
            times = {path: _moment(info) or (moments.now() if info["type"] == "file" else None) for path, info in found}
            return {path: moment for path, moment in times.items() if moment is not None}
        return {}

    def _discard(self, file: Any, target: str | None) -> None:
        """Give up a file that is not complete. The error that ended its writing is raised, so none is raised here."""
        with suppress(StudyIndexError, FileNotFoundError), _access(self.url, "removed"):
            if target is None:
                file.discard()
            else:
                file.close()
        if target is not None:
            with suppress(StudyIndexError):
                self.remove(target)


class _Guarded:
    """A file that is being written, whose failures are errors of the hierarchy."""

    def __init__(self, url: str, file: Any) -> None:
        self._url = url
        self._file = file

    def write(self, content: bytes) -> int:
        """Write bytes; returns their number."""
        with _access(self._url, "written"):
            return int(self._file.write(content))

    def flush(self) -> None:
        """No-op: the file is flushed when it is closed."""


@contextmanager
def _access(url: str, what: str) -> Iterator[None]:
    """Around each call of the driver: what it raises becomes an error of the hierarchy.

    A file that is missing where it was to be read or removed is left to the caller.
    """
    try:
        yield
    except StudyIndexError:
        raise
    except Exception as error:
        if isinstance(error, FileNotFoundError) and what != "written":
            raise
        raise _explained(url, error, what) from error


def _explained(url: str, error: Exception, what: str) -> StudyIndexError:
    """The error of the hierarchy for what a driver raised while a file was to be `what`."""
    place = f"{url} ({settings.where('staging')})"
    number = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    if number in NO_SPACE:
        return FailError(f"There is no space left at {place}: {reason}. Free some, then run again.")
    if number in NOT_ALLOWED or isinstance(error, PermissionError):
        return FailError(
            f"Staged files cannot be {what} at {place}: {reason}. Give this user the right to, or set another place."
        )
    if number in NO_PLACE or isinstance(error, FileNotFoundError):
        return FailError(f"Staged files cannot be {what} at {place}: {reason}. Set a place that can be used.")
    return RetryError(
        f"Staged files could not be {what} at {place}: {reason}. Try again; if it goes on, check "
        "that the place can be reached, and its credentials."
    )


def _moment(info: dict[str, Any]) -> datetime | None:
    """When a file was written, in UTC, from what a driver states about it; None where it states no time."""
    found = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    if isinstance(found, int | float):
        return datetime.fromtimestamp(found, UTC)
    return moments.utc(found) if isinstance(found, datetime) else moments.parse(str(found))

"""Files on disk, at any fsspec URL, or one at a web address."""

from __future__ import annotations

import re
from collections.abc import Generator
from functools import partial
from pathlib import Path

import fsspec

from pipeline.catalogue import Catalogue, FilesProtocol
from pipeline.errors import FailError, UsageError
from pipeline.model.raw import Fetched
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, Harvest, HarvestOptions
from pipeline.protocols.files.splitting import record_on_disk, split
from pipeline.protocols.files.streams import chunks, is_web, name_of, reading
from pipeline.protocols.unpacking import CutShortError

_MAGIC = re.compile(r"[*?\[]")


class FilesHarvest(Harvest):
    """All records of the files that a pattern names, file by file in the order of their paths."""

    snapshot = True

    def __init__(
        self, catalogue: Catalogue, protocol: FilesProtocol, fmt: RecordFormat, options: HarvestOptions = EVERYTHING
    ) -> None:
        if options.since is not None:
            raise UsageError(
                f"{catalogue.name}: files do not state when a record changed, so they cannot be asked for changes "
                f"since {options.since}. Leave --since out: unchanged records are recognised by their content."
            )
        super().__init__(catalogue, fmt, options)
        self._pattern = _absolute(protocol.path, catalogue.file.parent)
        self._read = partial(chunks, allow_hosts=catalogue.allow_hosts, clocks=self._clocks)

    def _fetch(self) -> Generator[Fetched, None, None]:
        self._note_time(None, self._clocks.now())
        for url, name in self.files():
            if (record := record_on_disk(url, self._format, name)) is not None:
                yield record
                continue
            try:
                yield from split(url, self._format, name=name, read=self._read)
            except CutShortError as error:
                self._lose(str(error))

    def files(self) -> list[tuple[str, str]]:
        """URL and record id of each file, sorted; the id is the path below the pattern's fixed folder.

        Raises:
            FailError: there is none.
        """
        if is_web(self._pattern):
            return [(self._pattern, name_of(self._pattern))]
        with reading(self._pattern):
            filesystem, path = fsspec.url_to_fs(self._pattern)
            if filesystem.isdir(path):
                raise FailError(f"{self._name}: {self._pattern} is a folder. Name the files in it: {self._pattern}/*")
            if filesystem.isfile(path):
                found, root = [path], path.rpartition("/")[0]
            else:
                root = path[: match.start()].rpartition("/")[0] if (match := _MAGIC.search(path)) else path
                found = _visible(filesystem.glob(path, detail=True), root)
            if not found:
                raise FailError(
                    f"{self._name}: no file matches {self._pattern}. The nearest folder that exists is "
                    f"{_nearest_folder(filesystem, path)}."
                )
            archive = "".join(self._pattern.partition("::")[1:])  # a member's URL ends with that of its archive
            return [
                (filesystem.unstrip_protocol(file) + archive, file.removeprefix(root).lstrip("/"))
                for file in sorted(found)
            ]


def _absolute(path: str, folder: Path) -> str:
    is_url = "://" in path or "::" in path
    return path if is_url or path.startswith("~") else str(folder / path)


def _visible(found: dict[str, dict[str, object]], root: str) -> list[str]:
    """The files that a pattern matches, without hidden ones (left by editors and file managers)."""
    return [
        path
        for path, info in found.items()
        if info["type"] != "directory" and not any(part.startswith(".") for part in path.removeprefix(root).split("/"))
    ]


def _nearest_folder(filesystem: fsspec.AbstractFileSystem, path: str) -> str:
    folder = path.rpartition("/")[0]
    while folder and not filesystem.isdir(folder):
        folder = folder.rpartition("/")[0]
    return folder or "/"

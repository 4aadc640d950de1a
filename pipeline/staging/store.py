"""Parts: files of some thousand staged records, at any fsspec URL.

Layout below the staging URL: `<catalogue>/<run>/<kind>/<part>.ndjson.gz`, and `<catalogue>/<run>/<name>.json`.
A part or JSON file appears complete or not at all; writing one again replaces it, so every stage is safe to repeat.
"""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import fsspec
import orjson
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from pipeline import settings
from pipeline.errors import FailError, UsageError
from pipeline.model.moments import now
from pipeline.staging.kinds import Kind

PART_SIZE = 2000
"""Records in a part at most: a few seconds of work."""

PART_BYTES = 32 * 1024 * 1024
"""Bytes of raw records in a part, which one large record may exceed."""

LAYOUT = 3
"""Version of what runs stage. A run of another version cannot be read; `prune` removes it."""

SPOOL_SIZE = 10_000
"""Small values in a part."""


class Staging:
    """What is staged for one run of one catalogue."""

    def __init__(self, catalogue: str, run_id: str, url: str | None = None) -> None:
        self.catalogue = catalogue
        self.run_id = run_id
        self._fs, base = _opened(url)
        self._folder = f"{base.rstrip('/')}/{catalogue}/{run_id}"

    def begin(self) -> None:
        """Remove what an earlier try of the run left, and write the time by which runs are ordered."""
        self.remove()
        self.write_json("run", {"begun": now().isoformat(timespec="microseconds"), "layout": LAYOUT})

    def write_part(self, kind: Kind, part: int, lines: Iterable[bytes]) -> None:
        """Write the lines (JSON without line ends) of one part."""
        with (
            self._writing(self._part(kind, part)) as file,
            gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed,
        ):
            for line in lines:
                packed.write(line)
                packed.write(b"\n")

    def read_part(self, kind: Kind, part: int) -> Iterator[bytes]:
        """The lines of one part; none where the part was never written."""
        path = self._part(kind, part)
        if not self._fs.exists(path):
            return
        with self._fs.open(path, "rb") as file, gzip.GzipFile(fileobj=file) as packed:
            for line in packed:
                yield line.rstrip(b"\n")

    def parts(self, kind: Kind) -> list[int]:
        """Numbers of the parts of a kind, ascending."""
        if not self._fs.isdir(f"{self._folder}/{kind}"):
            return []
        names = (path.rsplit("/", 1)[-1] for path in self._fs.ls(f"{self._folder}/{kind}", detail=False))
        return sorted(int(name.removesuffix(".ndjson.gz")) for name in names if name.endswith(".ndjson.gz"))

    def unchanged_upstream(self) -> frozenset[str]:
        """Record ids that the catalogue listed as unchanged: not fetched, and not deleted."""
        kind = Kind.UNCHANGED_UPSTREAM
        lines = (line for part in self.parts(kind) for line in self.read_part(kind, part))
        return frozenset(map(orjson.loads, lines))

    def write_json(self, name: str, value: dict[str, Any]) -> None:
        """Write a small JSON object."""
        with self._writing(f"{self._folder}/{name}.json") as file:
            file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2))

    def read_json(self, name: str) -> dict[str, Any]:
        """A small JSON object that an earlier stage wrote.

        Raises:
            FailError: it is not there.
        """
        path = f"{self._folder}/{name}.json"
        try:
            with self._fs.open(path, "rb") as file:
                return cast("dict[str, Any]", orjson.loads(file.read()))
        except FileNotFoundError as error:
            raise FailError(
                f"{self.catalogue}: {name}.json of run {self.run_id} is not staged at {path}. Was the staging URL "
                "changed, or the run pruned, between two stages? Run the catalogue again."
            ) from error

    def has_json(self, name: str) -> bool:
        """Whether an earlier stage wrote that JSON object."""
        return bool(self._fs.exists(f"{self._folder}/{name}.json"))

    def remove_json(self, name: str) -> None:
        """Remove a JSON object, if it is there."""
        if self.has_json(name):
            self._fs.rm_file(f"{self._folder}/{name}.json")

    def _part(self, kind: Kind, part: int) -> str:
        return f"{self._folder}/{kind}/{part:05d}.ndjson.gz"

    @contextmanager
    def _writing(self, path: str) -> Iterator[Any]:
        """A file that appears at `path`, complete, once the block ends without an error, and not at all otherwise."""
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        local = isinstance(self._fs, LocalFileSystem)
        # Within one folder a rename is one step. fsspec's own commit moves files from the folder for temporary ones,
        # which may be another disk: then it copies.
        target = f"{path}.{secrets.token_hex(4)}" if local else path
        file = self._fs.open(target, "wb", autocommit=local)
        with ExitStack() as unless_complete:
            if local:
                unless_complete.callback(self._fs.rm_file, target)
                unless_complete.callback(file.close)
            else:
                unless_complete.callback(file.discard)
            yield file
            file.close()
            unless_complete.pop_all()
        if local:
            Path(target).replace(path)
        else:
            file.commit()

    def remove_part(self, kind: Kind, part: int) -> None:
        """Remove one part, if it is there."""
        if self._fs.exists(self._part(kind, part)):
            self._fs.rm_file(self._part(kind, part))

    def remove_kind(self, kind: Kind) -> None:
        """Remove the parts of one kind."""
        if self._fs.isdir(f"{self._folder}/{kind}"):
            self._fs.rm(f"{self._folder}/{kind}", recursive=True)

    def remove(self) -> None:
        """Remove all that is staged for the run."""
        if self._fs.isdir(self._folder):
            self._fs.rm(self._folder, recursive=True)


@dataclass
class Spool:
    """Small JSON values, collected into parts of one kind."""

    staging: Staging
    kind: Kind
    total: int = 0
    _waiting: list[Any] = field(default_factory=list)
    _parts: int = 0

    def add(self, item: Any) -> None:
        """Add one value."""
        self.total += 1
        self._waiting.append(item)
        if len(self._waiting) >= SPOOL_SIZE:
            self.flush()

    def flush(self) -> None:
        """Write the values that are not in a part yet; call it after the last one."""
        if self._waiting:
            self.staging.write_part(self.kind, self._parts, map(orjson.dumps, self._waiting))
            self._parts += 1
            self._waiting = []


def _opened(url: str | None = None) -> tuple[AbstractFileSystem, str]:
    """The file system of the staging URL, and the path in it.

    Raises:
        UsageError: no driver is installed for such a URL.
    """
    url = url or settings.staging_url()
    try:
        filesystem, path = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        reason = "" if "@" in url else f": {error}"  # it may quote a part of a password
        raise UsageError(f"{settings.where('staging')} is {url!r}, which cannot be used{reason}") from error
    return filesystem, path


def runs(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue of which something is staged in this layout, oldest first."""
    begun = {run_id: _begun(Staging(catalogue, run_id)) for run_id in _folders(catalogue)}
    return sorted((run_id for run_id in begun if begun[run_id]), key=lambda run_id: (begun[run_id], run_id))


def runs_of_other_layouts(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue that another version of the pipeline staged."""
    return sorted({*_folders(catalogue)} - {*runs(catalogue)})


def _begun(staging: Staging) -> str | None:
    """When a run began; None where it was staged in another layout."""
    run = staging.read_json("run") if staging.has_json("run") else {}
    return str(run["begun"]) if run.get("layout") == LAYOUT else None


def staged_catalogues() -> list[str]:
    """Catalogues of which something is staged, by name."""
    return _folders("")


def remove_catalogue(catalogue: str) -> None:
    """Remove all that is staged for a catalogue."""
    fs, base = _opened()
    folder = f"{base.rstrip('/')}/{catalogue}"
    if fs.isdir(folder):
        fs.rm(folder, recursive=True)


def _folders(below: str) -> list[str]:
    fs, base = _opened()
    folder = f"{base.rstrip('/')}/{below}".rstrip("/")
    if not fs.isdir(folder):
        return []
    return sorted(
        item["name"].rstrip("/").rsplit("/", 1)[-1]
        for item in fs.ls(folder, detail=True)
        if item["type"] == "directory"
    )

"""Parts: files of some thousand staged records, at any fsspec URL.

Layout below the staging URL: `<catalogue>/<run>/<kind>/<part>.ndjson.gz`, and `<catalogue>/<run>/<name>.json`.
A part or JSON file appears whole or not at all; writing one again replaces it, so every stage is safe to repeat.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Iterator
from typing import Any, cast

import fsspec
import orjson

from pipeline import settings
from pipeline.errors import FailError
from pipeline.record import RawRecord

PART_SIZE = 2000
"""Records in a part at most: a few seconds of work."""

PART_BYTES = 32 * 1024 * 1024
"""Bytes of raw records in a part, which one large record may exceed."""


class Staging:
    """What is staged for one run of one catalogue."""

    def __init__(self, catalogue: str, run_id: str, url: str | None = None) -> None:
        self.catalogue = catalogue
        self.run_id = run_id
        self._fs, base = fsspec.url_to_fs(url or settings.staging_url())
        self._folder = f"{base.rstrip('/')}/{catalogue}/{run_id}"

    def write_part(self, kind: str, part: int, lines: Iterable[bytes]) -> None:
        """Write the lines (JSON without line ends) of one part."""
        path = self._part(kind, part)
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        with self._fs.open(path, "wb", autocommit=False) as file:
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
                for line in lines:
                    packed.write(line)
                    packed.write(b"\n")
            file.close()
            file.commit()

    def read_part(self, kind: str, part: int) -> Iterator[bytes]:
        """The lines of one part; none where the part was never written."""
        path = self._part(kind, part)
        if not self._fs.exists(path):
            return
        with self._fs.open(path, "rb") as file, gzip.GzipFile(fileobj=file) as packed:
            for line in packed:
                yield line.rstrip(b"\n")

    def parts(self, kind: str) -> list[int]:
        """Numbers of the parts of a kind, ascending."""
        if not self._fs.isdir(f"{self._folder}/{kind}"):
            return []
        names = (path.rsplit("/", 1)[-1] for path in self._fs.ls(f"{self._folder}/{kind}", detail=False))
        return sorted(int(name.removesuffix(".ndjson.gz")) for name in names if name.endswith(".ndjson.gz"))

    def write_json(self, name: str, value: dict[str, Any]) -> None:
        """Write a small JSON object."""
        path = f"{self._folder}/{name}.json"
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        with self._fs.open(path, "wb", autocommit=False) as file:
            file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2))
            file.close()
            file.commit()

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

    def _part(self, kind: str, part: int) -> str:
        return f"{self._folder}/{kind}/{part:05d}.ndjson.gz"

    def remove_kind(self, kind: str) -> None:
        """Remove the parts of one kind."""
        if self._fs.isdir(f"{self._folder}/{kind}"):
            self._fs.rm(f"{self._folder}/{kind}", recursive=True)

    def remove(self) -> None:
        """Remove all that is staged for the run."""
        if self._fs.isdir(self._folder):
            self._fs.rm(self._folder, recursive=True)


def runs(catalogue: str, url: str | None = None) -> list[str]:
    """Ids of the runs of a catalogue of which something is staged, oldest first (run ids sort by time)."""
    return _folders(catalogue, url)


def staged_catalogues(url: str | None = None) -> list[str]:
    """Catalogues of which something is staged, by name."""
    return _folders("", url)


def _folders(below: str, url: str | None) -> list[str]:
    fs, base = fsspec.url_to_fs(url or settings.staging_url())
    folder = f"{base.rstrip('/')}/{below}".rstrip("/")
    if not fs.isdir(folder):
        return []
    return sorted(
        item["name"].rstrip("/").rsplit("/", 1)[-1]
        for item in fs.ls(folder, detail=True)
        if item["type"] == "directory"
    )


def in_parts(lines: Iterable[bytes], size: int = PART_SIZE, most_bytes: int = PART_BYTES) -> Iterator[list[bytes]]:
    """The lines in parts bounded in count and bytes."""
    part: list[bytes] = []
    held = 0
    for line in lines:
        if part and (len(part) >= size or held + len(line) > most_bytes):
            yield part
            part, held = [], 0
        part.append(line)
        held += len(line)
    if part:
        yield part


def pack_raw(raw: RawRecord) -> bytes:
    """A raw record as one line."""
    fields: dict[str, Any] = raw._asdict()
    payload = fields.pop("payload")
    if payload is not None:
        try:
            fields["payload"] = payload.decode("utf-8")
        except UnicodeDecodeError:
            fields["payload_base64"] = base64.b64encode(payload).decode()
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def unpack_raw(line: bytes) -> RawRecord:
    """The raw record of a line."""
    fields = orjson.loads(line)
    payload = fields.pop("payload", None)
    packed = fields.pop("payload_base64", None)
    if packed is not None:
        fields["payload"] = base64.b64decode(packed)
    else:
        fields["payload"] = payload.encode() if payload is not None else None
    return RawRecord(**fields)

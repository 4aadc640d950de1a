"""Parts: files of some thousand staged records, at any fsspec URL.

Layout below the staging URL: `<catalogue>/<run>/<kind>/<part>.ndjson.zst`, and `<catalogue>/<run>/<name>.json`.
A part or JSON file appears complete or not at all; writing one again replaces it, so every stage is safe to repeat.

Whoever writes a part hands on its sum. Whoever reads it gives the sum that is expected: a part that is missing, cut,
damaged, or not the one that was handed on is an error before its first line is used. So no stage lists a folder to
learn which parts there are, and nothing that is lost in staging can look like a record that is gone.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
import zstandard

from pipeline.errors import FailError, UsageError
from pipeline.model.digest import digest
from pipeline.model.moments import now
from pipeline.staging.files import Files
from pipeline.staging.kinds import Kind

PART_SIZE = 2000
"""Records in a part at most: a few seconds of work."""

PART_BYTES = 16 * 1024 * 1024
"""Bytes of raw records in a part, which one large record may exceed."""

LAYOUT = 4
"""Version of what runs stage. A run of another version cannot be read; `prune` removes it."""

CHECKSUM = "checksum"
"""Key of a staged JSON object: an object that was changed, or that belongs elsewhere, does not match it."""

_BLOCK = 64 * 1024
"""Bytes of a part that are packed or unpacked at once, and the window in which repeated words are found.

Many parts may be open for reading at once, so each has to be small.
"""

_PACKING = zstandard.ZstdCompressionParameters.from_level(1, window_log=_BLOCK.bit_length() - 1)


class PartSum(NamedTuple):
    """What a part holds, so that a reader can tell whether it got all of it, and nothing else."""

    part: int
    """Number of the part."""
    lines: int
    digest: str
    """BLAKE2b, 32 hexadecimal digits, of the file: the lines with their line ends, packed."""


class DamagedError(FailError):
    """Something staged is missing, or is not what was written; `what` states that alone."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. What is live is untouched: run the catalogue again.")
        self.what = what


class MissingError(DamagedError):
    """Something is not staged at all."""


class OtherVersionError(DamagedError):
    """A version of the pipeline staged it whose files have no checksum."""


class Staging:
    """What is staged for one run of one catalogue.

    Raises:
        UsageError: a name cannot be that of a folder, or the staging URL cannot be used.

    Every method raises what `Files` does.
    """

    def __init__(self, catalogue: str, run_id: str, url: str | None = None) -> None:
        for name in (catalogue, run_id):
            _refuse_no_folder(name)
        self.catalogue = catalogue
        self.run_id = run_id
        self._files = Files(url)
        self._folder = f"{self._files.base}/{catalogue}/{run_id}"
        self._ahead: dict[str, bytes | None] = {}

    def begin(self) -> None:
        """Remove what an earlier try of the run left, and write the time by which runs are ordered."""
        self.remove()
        self.write_json("run", {"begun": now().isoformat(timespec="microseconds"), "layout": LAYOUT})

    @property
    def has_begun(self) -> bool:
        """Whether anything was staged for the run."""
        return self.has_json("run")

    def write_part(self, kind: Kind, part: int, lines: Iterable[bytes]) -> PartSum:
        """Write the lines (JSON without line ends) of one part; returns what a reader has to expect."""
        packing, content = _Packing(), _digest()
        with self._files.writing(self._part(kind, part)) as file:
            for block in packing.packed(lines):
                file.write(block)
                content.update(block)
        return PartSum(part, packing.lines, content.hexdigest())

    def take_over(self, kind: Kind, earlier: Staging, expected: PartSum) -> PartSum | None:
        """Write a part of an earlier run as the part of the same number here; None where it is not what was written."""
        path = earlier._part(kind, expected.part)
        content = earlier._files.read(path)
        if content is None or _digest(content).hexdigest() != expected.digest:
            return None
        self._files.write_again(self._part(kind, expected.part), path, content)
        return expected

    def read_part(self, kind: Kind, expected: PartSum) -> Iterator[bytes]:
        """The lines of one part.

        Raises:
            DamagedError: the part is missing or is not the expected one. It is checked before its first line is given.
        """
        if not expected.lines:
            return
        path = self._part(kind, expected.part)
        content = self._files.read(path)
        if content is None:
            raise MissingError(self._message(path, f"with {expected.lines:,} lines is missing"))
        if _digest(content).hexdigest() != expected.digest:
            raise DamagedError(self._message(path, _difference(content, expected)))
        for line in _unpacked(content):
            yield line[:-1]

    def read_parts(self, kind: Kind, expected: Iterable[PartSum]) -> Iterator[bytes]:
        """The lines of several parts, in their order; raises what `read_part` does."""
        for item in expected:
            yield from self.read_part(kind, item)

    def write_json(self, name: str, value: dict[str, Any]) -> None:
        """Write a small JSON object, with a checksum of it and of its place."""
        checked = {CHECKSUM: self._checksum(name, value), **value}
        with self._files.writing(self._json(name)) as file:
            file.write(orjson.dumps(checked, option=orjson.OPT_INDENT_2))

    def read_json(self, name: str) -> dict[str, Any]:
        """A small JSON object that an earlier stage wrote.

        Raises:
            DamagedError: it is not there, or is not what was written there.
        """
        path = self._json(name)
        content = self._ahead.pop(name) if name in self._ahead else self._files.read(path)
        if content is None:
            raise MissingError(self._message(path, "is not staged"))
        try:
            found = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise self.damaged(name, f"is cut or damaged: {error}") from error
        if isinstance(found, dict) and CHECKSUM not in found and found.get("layout", LAYOUT) != LAYOUT:
            raise OtherVersionError(self._message(path, "is of another version of the pipeline"))
        if not isinstance(found, dict) or found.pop(CHECKSUM, None) != self._checksum(name, found):
            raise self.damaged(name, "is damaged")
        return found

    def has_json(self, name: str) -> bool:
        """Whether an earlier stage wrote that JSON object."""
        return self._files.exists(self._json(name))

    def remove_json(self, name: str) -> None:
        """Remove a JSON object, if it is there."""
        self._files.remove(self._json(name))

    def remove_part(self, kind: Kind, part: int) -> None:
        """Remove one part, if it is there."""
        self._files.remove(self._part(kind, part))

    def remove_kinds(self, *kinds: Kind) -> None:
        """Remove the parts of these kinds."""
        self._files.remove_folders(self._folder, kinds)

    def remove(self) -> None:
        """Remove all that is staged for the run.

        What states when it began goes first: a removal that is broken off leaves no run of which parts are missing.
        """
        self.remove_json("run")
        self._files.remove_folder(self._folder)

    def last_written(self) -> datetime:
        """When something was last staged for the run; the beginning of time where nothing is."""
        return self._files.last_written(self._folder) or datetime.min.replace(tzinfo=UTC)

    def damaged(self, name: str, what: str) -> DamagedError:
        """The error of a JSON object that is not what it should be."""
        return DamagedError(self._message(self._json(name), what))

    def _checksum(self, name: str, value: dict[str, Any]) -> str:
        return digest([self.catalogue, self.run_id, name, value])

    def _message(self, path: str, what: str) -> str:
        name = path.removeprefix(f"{self._folder}/")
        return f"{self.catalogue}: {name} of run {self.run_id} {what} ({path})"

    def _part(self, kind: Kind, part: int) -> str:
        return f"{self._folder}/{kind}/{part:05d}.ndjson.zst"

    def _json(self, name: str) -> str:
        return f"{self._folder}/{name}.json"


def read_ahead(runs: Sequence[Staging], *names: str) -> None:
    """Read JSON objects of several runs at once; the next `read_json` of each gives what was read now."""
    wanted = [(staging, name) for staging in runs for name in names]
    if wanted:
        contents = runs[0]._files.read_several([staging._json(name) for staging, name in wanted])
        for (staging, name), content in zip(wanted, contents, strict=True):
            staging._ahead[name] = content


class _Packing:
    """Lines that are being packed, and their number so far."""

    def __init__(self) -> None:
        self.lines = 0

    def packed(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines with their line ends, as blocks of one Zstandard frame (RFC 8878)."""
        packer = zstandard.ZstdCompressor(compression_params=_PACKING).compressobj()
        waiting: list[bytes] = []
        size = 0
        for line in lines:
            waiting.append(line)
            self.lines += 1
            size += len(line) + 1
            if size >= _BLOCK:
                yield packer.compress(_ended(waiting))
                waiting, size = [], 0
        yield packer.compress(_ended(waiting)) + packer.flush()


def _ended(lines: list[bytes]) -> bytes:
    return b"\n".join([*lines, b""])


def _unpacked(content: bytes) -> io.BufferedReader:
    """The lines of a part, with their line ends, as they are read."""
    return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(content, read_size=_BLOCK), _BLOCK)


def _difference(content: bytes, expected: PartSum) -> str:
    """What is wrong with the content of a part, as the end of a sentence."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    count = 0
    try:
        for start in range(0, len(content), _BLOCK):
            count += unpacker.decompress(content[start : start + _BLOCK]).count(b"\n")
    except zstandard.ZstdError as error:
        return f"is damaged: {error}"
    if not unpacker.eof:
        return f"is cut short: only {len(content):,} bytes of it are there"
    if count != expected.lines:
        return f"has {count:,} lines, and {expected.lines:,} were written"
    return "has other content than was written"


def _digest(content: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(content, digest_size=16)


def _refuse_no_folder(name: str) -> None:
    """Refuse a name that would lead to another folder than one of its own.

    Raises:
        UsageError: it is empty, is made of dots, or has a separator.
    """
    if not name.strip(". ") or "/" in name or "\0" in name:
        raise UsageError(f"{name!r} cannot be the name of a catalogue or the id of a run: use letters, digits, - and _")

"""The documents and rejects of the demo catalogues, made from the demo's files as a run makes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from demo import archive
from demo.files import write_files
from demo.studies import CATALOGUES
from pipeline.catalogue import FilesProtocol, load
from pipeline.errors import RejectError
from pipeline.formats import format_of
from pipeline.formats.base import Format
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record import StudyRecord
from pipeline.protocols.files.splitting import split
from pipeline.run.outcome import document_of
from tests.support import PROJECT

HARVESTED_AT = "2026-03-01T00:00:00Z"
"""A fixed date of the harvest, because ongoing studies cover the years up to it."""


class Outcome(NamedTuple):
    """The result of one raw record: a study record and its document, or the code of its reject."""

    catalogue: str
    record_id: str
    record: StudyRecord | None = None
    document: dict[str, Any] | None = None
    reject: str | None = None


@cache
def outcomes() -> tuple[Outcome, ...]:
    """The result of every record of the demo catalogues, without deletions; made once."""
    with TemporaryDirectory() as folder:
        directory = Path(folder)
        write_files(directory)
        return tuple(one for name in CATALOGUES for one in _of_catalogue(name, directory))


def _of_catalogue(name: str, directory: Path) -> Iterator[Outcome]:
    catalogue = load(PROJECT / "catalogues" / f"{name}.yaml")
    fmt = format_of(catalogue)
    seen: set[str] = set()
    if isinstance(catalogue.protocol, FilesProtocol):
        fetched = _in_files(directory / name.removeprefix("demo-"), Path(catalogue.protocol.path).name, fmt)
    else:
        fetched = _in_archive(fmt)
    for raw in fetched:
        if isinstance(raw, RejectedRaw):
            yield Outcome(name, raw.record_id, reject=raw.code)
            continue
        try:
            document = document_of(catalogue, raw, harvested_at=HARVESTED_AT).fields
        except RejectError as error:
            yield Outcome(name, raw.record_id, reject=error.code)
            continue
        if document["uuid"] in seen:
            yield Outcome(name, raw.record_id, reject="duplicate_id")
            continue
        seen.add(document["uuid"])
        yield Outcome(name, raw.record_id, fmt.read(raw.payload or b""), document)


def _in_files(folder: Path, pattern: str, fmt: Format) -> Iterator[Fetched]:
    for path in sorted(folder.glob(pattern)):
        yield from split(path.as_uri(), fmt, name=path.name)


def _in_archive(fmt: Format) -> Iterator[Fetched]:
    for entry in archive.entries():
        if entry.xml is not None:
            yield RawRecord(entry.identifier, fmt.name, entry.xml, entry.datestamp)

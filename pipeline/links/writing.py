"""Writes links into live documents: all decisions first, on disk, then a catalogue after the other, under its lease.

A live generation is closed for writing. It is opened, the documents that differ are written whole, and it is closed
again; readers see them at the refresh. What ended in between is closed by the next pass.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.generations import catalogue_of, finalise, known_and_live, open_for_writing
from pipeline.index.leases import LeasedError, working_on

LOG = logging.getLogger(__name__)

BATCH = 500

Fields = dict[str, Any]
"""Fields of a document that links have; None where it is to have none."""


Note = Callable[[dict[str, Any], Fields], None]
"""Takes a document, and the fields that it gets."""


class Wanted:
    """The documents that are to be written, by index: on disk, as there may be as many as documents are live."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, index: str, uuid: str, fields: Fields) -> None:
        """Note what a document is to have."""
        if index not in self._files:
            self._files[index] = TemporaryFile()  # noqa: SIM115 - closed on leaving
        self._files[index].write(orjson.dumps([uuid, fields]) + b"\n")

    def apply(self, client: Elasticsearch, note: Note) -> set[str]:
        """Write the documents, each of which is noted; returns the catalogues that others work on, and are not written.

        Raises:
            FailError: Elasticsearch refused a document.
        """
        return {catalogue for index in sorted(self._files) if (catalogue := self._unwritten(client, index, note))}

    def _unwritten(self, client: Elasticsearch, index: str, note: Note) -> str | None:
        catalogue = catalogue_of(index)
        if catalogue is None:
            return None
        try:
            with working_on(client, catalogue, "link"):
                _, live = known_and_live(client, catalogue)
                if live is None or live.index != index:  # what went live meanwhile is linked by who made it live
                    return catalogue
                self._write(client, index, note)
        except LeasedError as error:
            LOG.warning("%s", error)
            return catalogue
        return None

    def _write(self, client: Elasticsearch, index: str, note: Note) -> None:
        changed = self._changed(client, index, note)
        first = next(changed, None)
        if first is None:
            return
        open_for_writing(client, index)
        try:
            for refusal in write(client, index, _with(first, changed)):
                raise FailError(f"Elasticsearch refused a change of the live document {refusal.id}: {refusal.reason}")
        finally:
            finalise(client, index)

    def _changed(self, client: Elasticsearch, index: str, note: Note) -> Iterator[Write]:
        """The documents as they are to be; without those that are so already."""
        file = self._files[index]
        file.seek(0)
        for batch in lookup.batches(file, BATCH):
            wanted = dict(map(orjson.loads, batch))
            for uuid, source in lookup.with_vectors(client, index, wanted):
                fields: Fields = wanted[uuid]
                if any(source.get(name) != value for name, value in fields.items()):
                    note(source, fields)
                    kept = {name: value for name, value in (source | fields).items() if value is not None}
                    yield Write(uuid, orjson.dumps(kept))


def _with(first: Write, rest: Iterable[Write]) -> Iterator[Write]:
    yield first
    yield from rest

"""One file while it is split: names of its records, rejects and errors that name it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pipeline.errors import FailError
from pipeline.model.raw import Fetched, Place, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.model.sizes import MAX_RECORD_PARTS, has_more_parts
from pipeline.protocols.base import bounded, too_large
from pipeline.protocols.files.streams import shown
from pipeline.protocols.json_text import readable
from pipeline.protocols.unpacking import BrokenStreamError

WHITE = b" \t\r\n"


class RecordFile(NamedTuple):
    """A file, the format of its records, its name in record ids, and the largest payload of a record in bytes."""

    path: str
    format: RecordFormat
    name: str
    limit: int

    def record(self, payload: bytes | None) -> RawRecord:
        """The file as one record."""
        return RawRecord(self.name, self.format.name, payload)

    def numbered(self, payload: bytes | None, number: int) -> RawRecord:
        """A record in a list, by its key or else its position."""
        value = None if not payload or has_more_parts(payload, MAX_RECORD_PARTS) else readable(payload)
        return self.of_value(value, payload, number)

    def of_value(self, value: Any, payload: bytes | None, number: int) -> RawRecord:
        """The same, of which the JSON value is known."""
        key = self.format.key(value) if isinstance(value, dict) else None
        at: Place = {"record": number}
        return RawRecord(key or f"{self.name}#{number}", self.format.name, payload, at=at, positional=not key)

    def member(self, payload: bytes, number: int) -> Fetched:
        """The same, or its reject where it is too large."""
        return bounded(self.numbered(payload, number), self.limit)

    def too_large(self, raw: RawRecord) -> RejectedRaw:
        """The reject of a record that is larger than the limit."""
        return too_large(raw, self.limit)

    def rejected(self, code: str, message: str) -> RejectedRaw:
        """The file as a reject: it could not be read at all."""
        return self.record(None).rejected(code, message, unread=True)

    def unknown(self, code: str, message: str) -> RejectedRaw:
        """The same, as a reject that names no record: it is not known whether it held one record or many."""
        return self.rejected(code, message)._replace(positional=True)

    def unreadable_after(self, count: int, why: object) -> FailError:
        """The error for a file whose records after the first `count` cannot be read."""
        return FailError(
            f"{shown(self.path)} cannot be read after {count} complete records: {why}. Records are missing from it: "
            "fetch or write the file again, then run the catalogue again."
        )

    def as_one(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        """The whole content as one record."""
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in content:
                size += len(piece)
                if size > self.limit:
                    yield self.too_large(self.record(None))
                    return
                pieces.append(piece)
        except BrokenStreamError as error:
            yield self.rejected("malformed", f"The file is compressed and damaged: {error}")
            return
        yield bounded(self.record(b"".join(pieces)), self.limit)


def first_chunk(content: Iterator[bytes]) -> bytes:
    """The first chunk that is not blank, without white space and byte order mark before it; empty at the end."""
    for chunk in content:
        if head := chunk.removeprefix(codecs.BOM_UTF8).lstrip(WHITE):
            return head
    return b""

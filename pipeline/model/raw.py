"""What a catalogue sent: a raw record, a deletion, or a record that could not be handed on; and rejects.

A reject is a raw record that could not become a study record, with a stable code and the reason.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import orjson

from pipeline.errors import REJECT_CODES, DefectError, RejectError
from pipeline.redaction import redact

MAX_REJECT_PAYLOAD = 100_000
"""Bytes of a payload that a reject keeps: enough to see what is wrong with it."""

Place = dict[str, int | str]
"""Where a record is in its file: `{"record": n}`, counted from 0, or `{"key": k}`.

Of a duplicate: where its document is in the run, `{"part": n, "position": n}`, with the record id of the `first` one if
that is of the same catalogue.
"""


class RawRecord(NamedTuple):
    """A record as it was fetched; a deletion where `payload` is None.

    `record_id` is the protocol's own: OAI identifier, URL, path, key, or the format's key in a list. It is
    `positional` where only the place in a file names the record: such an id states where to look, and does not identify
    the record in later runs. `at` is the place in its file; None where a file is one record.
    """

    record_id: str
    format: str
    payload: bytes | None
    datestamp: str | None = None
    at: Place | None = None
    positional: bool = False

    @property
    def deleted(self) -> bool:
        """Whether this is a deletion: the catalogue states that it has deleted the record."""
        return self.payload is None

    def rejected(self, code: str, message: str, *, unread: bool = False) -> RejectedRaw:
        """The same record as one that cannot be handed on; `unread` as in `RejectedRaw`."""
        return RejectedRaw(self.record_id, self.at, self.positional, code, redact(message), unread)


class RejectedRaw(NamedTuple):
    """A record that a protocol saw and cannot hand on: too large to hold, or a file without a readable record.

    `code` is a reject code (see `pipeline.errors.REJECT_CODES`). `unread` is true of a file that could not be read at
    all: it may have held any number of records. The other fields are those of a raw record.
    """

    record_id: str
    at: Place | None
    positional: bool
    code: str
    message: str
    unread: bool = False


Fetched = RawRecord | RejectedRaw
"""What a protocol yields."""


class Reject(NamedTuple):
    """One rejected record, as it is staged and listed.

    `code`, `field` and `message` are those of a `RejectError`; `record_id`, `positional` and `at` name the raw record;
    `payload` is the beginning of its payload; `unread` is that of a `RejectedRaw`. `harmony_id` is known only for
    suppressed records.
    """

    code: str
    field: str | None
    message: str
    record_id: str
    positional: bool = False
    at: Place | None = None
    payload: str = ""
    unread: bool = False
    harmony_id: str | None = None

    @classmethod
    def of_record(cls, raw: RawRecord, error: RejectError) -> Self:
        """The reject of a raw record that could not become a document.

        The payload of a suppressed record is left out: it may be what has to be taken down.
        """
        harmony_id = error.harmony_id if isinstance(error, SuppressedError) else None
        payload = b"" if harmony_id else (raw.payload or b"")[:MAX_REJECT_PAYLOAD]
        return cls(
            error.code,
            error.field,
            str(error),
            raw.record_id,
            raw.positional,
            raw.at,
            payload.decode("utf-8", errors="replace"),
            harmony_id=harmony_id,
        )

    @classmethod
    def of_unreadable(cls, raw: RejectedRaw) -> Self:
        """The reject of a record that the protocol could not hand on.

        Raises:
            DefectError: the protocol gave it a code that is not in the list.
        """
        if raw.code not in REJECT_CODES:
            raise DefectError(f"{raw.record_id} was rejected with {raw.code!r}, which is not in REJECT_CODES: add it")
        return cls(raw.code, None, raw.message, raw.record_id, raw.positional, raw.at, unread=raw.unread)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The reject of a staged line."""
        return cls(**orjson.loads(line))

    def line(self) -> bytes:
        """The reject as one line of JSON."""
        return orjson.dumps(self._asdict())

    def as_json(self) -> dict[str, Any]:
        """The fields that a person or program reads; those of no interest are left out."""
        fields = self._asdict()
        del fields["unread"]
        if self.harmony_id is None:
            del fields["harmony_id"]
        return fields


class SuppressedError(RejectError):
    """A raw record that a correction keeps out of the index."""

    def __init__(self, identifier: str, reason: str) -> None:
        super().__init__("suppressed", f"{identifier} is suppressed: {reason}")
        self.harmony_id = identifier

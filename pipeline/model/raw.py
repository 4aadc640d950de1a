"""What was fetched: a raw record, a deletion, or a record that could not be handed on."""

from __future__ import annotations

from typing import NamedTuple


class RawRecord(NamedTuple):
    """What was fetched, or the word that a record is gone (`payload` is None).

    `record_id` is the protocol's own: OAI identifier, URL, path, key, or the format's key in a list. It is
    `positional` where nothing but the place in a file names it: then it says where to look, and identifies nothing.
    `at` is the place in its file: `{"record": n}` from 0, or `{"key": k}`; None where a file is one record.
    """

    record_id: str
    format: str
    payload: bytes | None
    datestamp: str | None = None
    at: dict[str, int | str] | None = None
    positional: bool = False

    @property
    def deleted(self) -> bool:
        """Whether this is the catalogue's word that the record is gone."""
        return self.payload is None


class RejectedRaw(NamedTuple):
    """A record that was seen and cannot be handed on: too large to hold, or a file without a readable record.

    `code` is a reject code (see `pipeline.errors.REJECT_CODES`); the other fields are those of a raw record.
    """

    record_id: str
    at: dict[str, int | str] | None
    positional: bool
    code: str
    message: str


Fetched = RawRecord | RejectedRaw
"""What a protocol yields."""

"""A document of one run: its fields with their provenance, and the line of JSON that is staged and sent."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import orjson

from pipeline.model.document import LINKED, NOT_COVERED, Document

_NAMES = tuple(Document.model_fields)
_LAST = _NAMES[_NAMES.index("raw_digest") + 1 :]
"""The fields of a document after those that state which run made it."""


class Built(NamedTuple):
    """A document: its fields, JSON-ready and in the order of `Document`, and the same as one line of JSON."""

    fields: dict[str, Any]
    line: bytes

    @property
    def uuid(self) -> str:
        """The id of the document in the index."""
        return str(self.fields["uuid"])

    @property
    def harmony_id(self) -> str:
        """See `pipeline.model.identity`."""
        return str(self.fields["harmony_id"])

    @property
    def record_id(self) -> str:
        """The protocol's id of the raw record."""
        return str(self.fields["record_id"])

    @property
    def content_hash(self) -> str:
        """The same for all documents with the same fields, but for those in `NOT_COVERED` and `LINKED`."""
        return str(self.fields["content_hash"])


def finished(covered: dict[str, Any], *, harvested_at: str, raw_digest: str | None = None) -> Built:
    """The document of a run.

    Args:
        covered: the fields that the content hash covers, as `pipeline.model.document.build` makes them.
        harvested_at: time of the harvest.
        raw_digest: digest of the raw record; None where it is not known.
    """
    fields = {**covered}
    last = {name: fields.pop(name) for name in _LAST if name in fields}
    fields["harvested_at"] = harvested_at
    fields["content_hash"] = _hash(covered)
    if raw_digest is not None:
        fields["raw_digest"] = raw_digest
    fields |= last
    return Built(fields, orjson.dumps(fields))


def content_hash(fields: dict[str, Any]) -> str:
    """The content hash of a document's fields, which may be in any order."""
    return _hash({name: value for name, value in fields.items() if name not in NOT_COVERED})


def _hash(covered: dict[str, Any]) -> str:
    covered = {name: value for name, value in covered.items() if name not in LINKED}
    packed = orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)
    return hashlib.md5(packed, usedforsecurity=False).hexdigest()

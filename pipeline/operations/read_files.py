"""What the records of files would become: the lines of `study-index read`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.catalogue import Catalogue, FilesProtocol
from pipeline.catalogue.corrections import Corrections
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.errors import FailError, RejectError, StudyIndexError
from pipeline.formats import format_named, format_of
from pipeline.model.moments import timestamp
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols.files.splitting import split
from pipeline.protocols.files.streams import chunks
from pipeline.run.process import document_of

UNREADABLE = frozenset({"empty", "malformed", "too_large", "wrong_format"})
"""Rejects after which a file without a document counts as failed: it, or its format, is wrong as a whole."""


def catalogue_of_format(name: str) -> Catalogue:
    """A nameless catalogue, to read files of one format without a catalogue file.

    Raises:
        UsageError: there is no such format; names the nearest.
    """
    known = format_named(name).name
    protocol = FilesProtocol(type="files", path="*")
    return Catalogue.model_validate(
        {"name": known, "title": known, "protocol": protocol, "format": known, "file": Path(f"{known}.yaml")}
    )


class FileReader:
    """The lines of one file, one for each record, in order; afterwards the exit code, and the error if there was one.

    An error is kept, not raised, so that the files after this one are read as well.
    """

    def __init__(self, file: str, catalogue: Catalogue, corrections: Corrections) -> None:
        self.file = file
        self.exit_code = 0
        self.error: StudyIndexError | None = None
        self._catalogue = catalogue
        self._corrections = corrections

    def __iter__(self) -> Iterator[dict[str, Any]]:
        outcomes: Counter[str] = Counter()
        unreadable = by_key = False
        try:
            read = partial(chunks, allow_hosts=self._catalogue.allow_hosts)
            for raw in split(self.file, format_of(self._catalogue), read=read):
                at = raw.at or {"record": 0}
                by_key = "key" in at
                outcome = _outcome(raw, self._catalogue, self._corrections)
                outcomes.update(outcome.keys())
                unreadable |= outcome.get("reject", {}).get("code") in UNREADABLE
                yield {"file": self.file, "at": at, **outcome}
        except StudyIndexError as error:
            self.error, self.exit_code = error, error.exit_code
            if isinstance(error, FailError) and not isinstance(error.__cause__, OSError):  # it is there, and broken
                place = None if by_key else {"record": outcomes.total()}
                yield {"file": self.file, "at": place, "reject": _reject("malformed", None, error)}
        else:
            if outcomes["reject"]:
                self.exit_code = 1 if unreadable and not outcomes["document"] else 4


def _outcome(raw: Fetched, described: Catalogue, corrected: Corrections) -> dict[str, Any]:
    """One key and its value: the `document`, the `reject`, the id that is `deleted`, or why it is `excluded`."""
    if isinstance(raw, RejectedRaw):
        return {"reject": _reject(raw.code, None, raw.message)}
    if raw.deleted:
        return {"deleted": raw.record_id}
    if reason := reason_to_exclude(described, raw):
        return {"excluded": reason}
    try:
        return {"document": document_of(described, raw, harvested_at=timestamp(), corrections=corrected)}
    except RejectError as error:
        return {"reject": _reject(error.code, error.field, error)}


def _reject(code: str, field: str | None, message: object) -> dict[str, str | None]:
    return {"code": code, "field": field, "message": str(message)}

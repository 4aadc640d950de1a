"""What the records of files would become: the lines of `study-index read`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.catalogue import Catalogue, FilesProtocol
from pipeline.catalogue.corrections import Corrections
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.errors import ExitCode, FailError, StudyIndexError
from pipeline.formats import format_named, format_of
from pipeline.model.built import Built
from pipeline.model.moments import timestamp
from pipeline.model.raw import Reject
from pipeline.protocols.files.splitting import split
from pipeline.protocols.files.streams import chunks
from pipeline.run.outcome import Deletion, Read, document_of, outcome_of

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
        self.exit_code = ExitCode.DONE
        self.error: StudyIndexError | None = None
        self._catalogue = catalogue
        self._corrections = corrections

    def __iter__(self) -> Iterator[dict[str, Any]]:
        document = partial(document_of, self._catalogue, harvested_at=timestamp(), corrections=self._corrections)
        records = documents = 0
        rejected: set[str] = set()
        by_key = False
        try:
            read = partial(chunks, allow_hosts=self._catalogue.allow_hosts)
            for raw in split(self.file, format_of(self._catalogue), read=read):
                at = raw.at or {"record": 0}
                by_key = "key" in at
                records += 1
                if reason := reason_to_exclude(self._catalogue, raw):
                    yield {"file": self.file, "at": at, "excluded": reason}
                    continue
                outcome = outcome_of(raw, document)
                if isinstance(outcome, Reject):
                    rejected.add(outcome.code)
                documents += isinstance(outcome, Read)
                yield {"file": self.file, "at": at, **_as_json(outcome)}
        except StudyIndexError as error:
            self.error, self.exit_code = error, error.exit_code
            if isinstance(error, FailError) and not isinstance(error.__cause__, OSError):  # it is there, and broken
                place = None if by_key else {"record": records}
                reject = {"code": "malformed", "field": None, "message": str(error)}
                yield {"file": self.file, "at": place, "reject": reject}
        else:
            if rejected:
                failed = rejected & UNREADABLE and not documents
                self.exit_code = ExitCode.FAILED if failed else ExitCode.REJECTS


def _as_json(outcome: Read[Built] | Reject | Deletion) -> dict[str, Any]:
    """One key and its value: the `document`, the `reject`, or the id that is `deleted`."""
    if isinstance(outcome, Deletion):
        return {"deleted": outcome.record_id}
    if isinstance(outcome, Reject):
        return {"reject": {name: getattr(outcome, name) for name in ("code", "field", "message")}}
    return {"document": outcome.value.fields}

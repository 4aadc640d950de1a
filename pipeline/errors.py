"""What can go wrong, named after what happens next.

    StudyIndexError
    ├── UsageError     the call or a catalogue file is wrong: exit 2, nothing was done
    ├── RetryError     the other side was not ready: the task is tried again
    ├── FailError      trying again cannot help: the run ends, the live generation is untouched
    ├── DefectError    study-index contradicts itself, whatever the catalogue: the run ends, its code needs a change
    ├── RejectError    one record cannot become a study record: it is listed with the rejects, the run continues
    └── HoldError      a person has to decide: a candidate, if there is one, waits beside the live generation

A message is for a person: what happened, to which record or catalogue, and what to do. It holds no key or password.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from pipeline.redaction import redact


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    """The call or a catalogue file is wrong; nothing was done."""
    HELD = 3
    """The gate held a run."""
    REJECTS = 4
    """Done, with rejects within the limit."""


class StudyIndexError(Exception):
    """Base of every error that the pipeline raises itself; secrets in the message are hidden."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str) -> None:
        super().__init__(redact(message))

    def __reduce__(self) -> tuple[Any, ...]:
        """How the error is handed to another process: as it is, not made anew of its message."""
        return _as_it_was, (type(self), self.args), vars(self)


def _as_it_was(kind: type[StudyIndexError], arguments: tuple[Any, ...]) -> StudyIndexError:
    """An error of another process, without its attributes."""
    return kind.__new__(kind, *arguments)


class UsageError(StudyIndexError):
    """The call, or a catalogue file, asks for something that cannot be done."""

    exit_code = ExitCode.USAGE


class RetryError(StudyIndexError):
    """A service was busy, slow or not reachable; the same call may succeed later."""


class FailError(StudyIndexError):
    """The run cannot continue, and trying again would end the same way."""


class DefectError(StudyIndexError):
    """Two parts of study-index disagree, such as the table of facets and the mapping. No catalogue is at fault."""


class HoldError(StudyIndexError):
    """The gate held the run; the message states why."""

    exit_code = ExitCode.HELD


class RejectError(StudyIndexError):
    """One raw record that cannot become a study record.

    `code` is stable and counted in reports (see `REJECT_CODES`); `field` names the field it is about, in the
    words of the format, where there is one.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        if code not in REJECT_CODES:
            raise ValueError(f"{code} is not a reject code")
        super().__init__(message)
        self.code = code
        self.field = field


REJECT_CODES: dict[str, str] = {
    "empty": "the payload is empty",
    "not_received": "the catalogue lists the record and did not send it; later runs ask for it again",
    "malformed": "the payload is not well-formed XML or JSON",
    "too_large": "the payload is larger than one record may be",
    "wrong_format": "the payload is well-formed, but not of the format that the catalogue names",
    "no_id": "neither a study number, nor a record id, nor a DOI",
    "no_title": "no title in any language",
    "not_a_study": "an article, software, an image or something else that is not a study, dataset, source or variable",
    "invalid": "a value has a shape that the study record does not allow",
    "suppressed": "a correction states that the record never goes live",
    "duplicate_id": "an earlier record of the run has the same local id, or another file of the source has it live",
    "refused_by_index": "Elasticsearch refused the document",
    "unprocessable": "reading or enriching the record failed by an error of study-index's own; report it",
}


def nearest(word: str, known: Sequence[str]) -> str:
    """The end of a message about an unknown word: the known word that was probably meant, else all that are known.

    Capitals do not count, nor does `_` for `-`.
    """
    by_letters = {_letters(name): name for name in known}
    starting = [name for name in known if len(word) > 1 and _letters(name).startswith(_letters(word))]
    close = starting or [by_letters[match] for match in difflib.get_close_matches(_letters(word), by_letters, n=1)]
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known) or 'none'}."


def _letters(word: str) -> str:
    return word.casefold().replace("_", "-")

"""How one gets at the data: open, registered, controlled, closed; several where files differ.

What is said of the files outranks archives' classes and words about the data, these outrank a licence. That access
can be asked for (`fileAccessRequest`) alone proves nothing.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.enrich.text.data_files import table
from pipeline.model.record import Access, Conditions, Found, Role, Statement, StudyRecord, stated

_FILES = {"restricted: false": "open", "restricted: true": "controlled"}
_REQUESTABLE = "fileAccessRequest"
Patterns = tuple[tuple[Access, re.Pattern[str]], ...]


@cache
def _patterns(group: str) -> Patterns:
    return tuple(
        (access, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE))
        for access, patterns in table("access")[group].items()
    )


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`access`: sorted, as far as stated."""
    found = _access(record)
    return {} if found is None else {"access": found}


def _access(record: StudyRecord) -> Found | None:
    statements = [statement for statement in record.having(Role.ACCESS) if statement.field != _REQUESTABLE]
    of_files = [(_FILES[statement.text], statement) for statement in statements if statement.text in _FILES]
    if of_files:
        return Found(sorted({access for access, _ in of_files}), tuple(stated(statement) for _, statement in of_files))
    for group in ("classes", "words", "licences"):
        for statement in statements:
            if (told := _told(statement, group)) is not None:
                access, words = told
                return Found([access], (stated(statement, words),))
    return None


def _told(statement: Statement, group: str) -> tuple[Access, str] | None:
    for access, pattern in _patterns(group):
        if found := pattern.search(statement.text):
            return access, found.group()
    return None

"""Bounds of what enrichment reads of a record, so that no record costs more than some seconds.

Rules look at each place of a text, some of them at the words around it too. So their cost grows with the length of a
text, and with that of its longest word. What a study is about is stated long before these bounds: the longest title
known has under 500 characters, the longest word under 60, and the longest list of places under 400 entries. The
document keeps the whole texts.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.model.record import Role, Statement, StudyRecord

PROSE = frozenset({Role.DESCRIPTION, Role.POPULATION, Role.ACCESS})
"""Roles whose statements may be long."""
LONGEST_TEXT = 20_000
"""Characters that are read of a statement of prose."""
LONGEST_FIELD = 2_000
"""Characters that are read of any other statement; a longer code is none."""
MOST_STATEMENTS = 1_000
"""Statements of one role that are read."""
MOST_CHARACTERS = 100_000
"""Characters of all statements of one role that are read."""
LONGEST_RUN = 500
"""Characters of one word, or of white space or signs in a row, after which a text is read no further."""

_READ = re.compile(
    rf"(?:\w{{1,{LONGEST_RUN}}}+(?!\w)|\s{{1,{LONGEST_RUN}}}+(?!\s)|[^\w\s]{{1,{LONGEST_RUN}}}+(?![^\w\s]))*+"
)
"""What precedes the first run that is too long."""


def bounded(record: StudyRecord) -> StudyRecord:
    """The record with the statements that enrichment reads, each cut to what it reads."""
    statements: list[Statement] = []
    numbers: Counter[Role] = Counter()
    characters: Counter[Role] = Counter()
    for statement in record.statements:
        role = statement.role
        read = _bounded(statement, MOST_CHARACTERS - characters[role])
        if read is not None and numbers[role] < MOST_STATEMENTS:
            numbers[role] += 1
            characters[role] += len(read.text)
            statements.append(read)
    return record.model_copy(update={"statements": statements})


def _bounded(statement: Statement, left: int) -> Statement | None:
    """The statement, or its beginning; None where nothing of it is read. `left`: characters that may be read."""
    changes: dict[str, str | None] = {}
    longest = min(left, LONGEST_TEXT if statement.role in PROSE else LONGEST_FIELD)
    if len(statement.text) > min(longest, LONGEST_RUN):
        changes["text"] = _beginning(statement.text[:longest])
    for name, value in (("code", statement.code), ("vocabulary", statement.vocabulary)):
        if value is not None and len(value) > LONGEST_FIELD:
            changes[name] = None
    if not changes.get("text", statement.text):
        return None
    return statement.model_copy(update=changes) if changes else statement


def _beginning(text: str) -> str:
    """A text up to its first run that is too long."""
    read = _READ.match(text)
    return text[: read.end()].rstrip() if read else ""

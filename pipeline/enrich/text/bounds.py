"""Bounds of what enrichment reads of a record, so that no record costs more than some seconds.

Rules look at each place of a text, some of them at the words around it too. So their cost grows with the length of a
text, and with that of its longest word. What a study is about is stated long before these bounds: the longest title
known has under 500 characters, the longest word under 60, and the longest list of places under 400 entries. The
document keeps the whole texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.enrich.text.language import detect_language
from pipeline.model.record import RecordByRole, Role, Statement, StudyRecord

PROSE = frozenset({Role.DESCRIPTION, Role.POPULATION, Role.ACCESS})
"""Roles whose statements may be long."""
_OF_RECORD = frozenset({Role.DESCRIPTION, Role.POPULATION})
LONGEST_TEXT = 20_000
"""Characters that are read of a statement of prose."""
LONGEST_FIELD = 2_000
"""Characters that are read of any other statement."""
MOST_STATEMENTS = 1_000
"""Statements of one role that are read."""
MOST_CHARACTERS = 100_000
"""Characters of all statements of one role that are read."""
LONGEST_RUN = 500
"""Characters of one word, or of signs in a row, after which a text is read no further. White space is folded."""

_READ = re.compile(rf"(?:\w{{1,{LONGEST_RUN}}}+(?!\w)|\s|[^\w\s]{{1,{LONGEST_RUN}}}+(?![^\w\s]))*+")
"""What precedes the first run that is too long."""


def bounded(record: StudyRecord) -> RecordByRole:
    """What enrichment reads of a record; a statement without a language has that of the record's longer texts."""
    return RecordByRole(record, _with_language(bounded_statements(record.statements)))


def _with_language(statements: list[Statement]) -> list[Statement]:
    """The statements, those without a language with that of the first longer text whose language is clear."""
    of_prose = (detect_language(each.text, each.language) for each in statements if each.role in _OF_RECORD)
    language = next(filter(None, of_prose), None)
    if language is None:
        return statements
    return [
        each if each.language or each.role is Role.DESCRIPTION else each._replace(language=language)
        for each in statements
    ]


def bounded_statements(statements: list[Statement]) -> list[Statement]:
    """The statements that enrichment reads, each cut to what it reads."""
    read = []
    for statement in _first_of_each_role(statements):
        if len(statement.text) <= LONGEST_RUN:
            read.append(statement)
        elif (beginning := _beginning(statement)).text:
            read.append(beginning)
    return read


def _first_of_each_role(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements of each role within the bounds of a role."""
    left: dict[Role, tuple[int, int]] = {}
    for statement in statements:
        role = statement.role
        number, characters = left.get(role, (MOST_STATEMENTS, MOST_CHARACTERS))
        left[role] = number, characters = number - 1, characters - min(len(statement.text), _most_of(role))
        if number >= 0 and characters >= 0:
            yield statement


def _beginning(statement: Statement) -> Statement:
    """The statement with what is read of its long text; that may be nothing."""
    text = _before_long_run(statement.text[: _most_of(statement.role)])
    return statement if text == statement.text else statement._replace(text=text)


def _most_of(role: Role) -> int:
    return LONGEST_TEXT if role in PROSE else LONGEST_FIELD


def _before_long_run(text: str) -> str:
    """A text up to its first run that is too long. Cleaned texts have no long runs of white space."""
    if max(map(len, text.split()), default=0) <= LONGEST_RUN:
        return text.rstrip()
    return next(_READ.finditer(text)).group().rstrip()

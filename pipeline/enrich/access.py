"""`access`: how one gets the data. Several where files differ.

Statements about the files outrank archives' access classes, these outrank words about the data, these a licence.
That access can be requested (`fileAccessRequest: true`) does not state which access there is: no pattern has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.language_files import terms
from pipeline.enrich.text.remembered import remembered
from pipeline.model.record import Access, Conditions, Found, RecordByRole, Role, stated

_IN_WORDS: tuple[Access, ...] = ("closed", "controlled", "open", "registered")
"""The order in which words are looked for: the first access that has a pattern in a statement counts."""
_OF_FILES: dict[str, Access] = {"restricted: false": "open", "restricted: true": "controlled"}


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`access`: sorted, as far as stated."""
    statements = list(record.having(Role.ACCESS))
    if of_files := [statement for statement in statements if statement.text in _OF_FILES]:
        accesses = sorted({_OF_FILES[statement.text] for statement in of_files})
        return {"access": Found(accesses, tuple(stated(statement) for statement in of_files))}
    for group in ("classes", "words", "licences"):
        for statement in statements:
            if (found := _by_pattern(statement.text, group)) is not None:
                access, words = found
                return {"access": Found([access], (stated(statement, words),))}
    return {}


@cache
def _patterns(group: str) -> Sequence[tuple[Access, re.Pattern[str]]]:
    """For each access, one expression of the patterns of a group: of `data/access.yaml`, or the words of languages."""
    listed: dict[Access, Iterable[str]] = (
        {access: terms("access", access) for access in _IN_WORDS} if group == "words" else table("access")[group]
    )
    return tuple(
        (access, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE))
        for access, patterns in listed.items()
    )


@remembered
def _by_pattern(text: str, group: str) -> tuple[Access, str] | None:
    """The first access of a group that has a pattern in the text, and the words that match it."""
    for access, pattern in _patterns(group):
        if found := pattern.search(text):
            return access, found.group()
    return None

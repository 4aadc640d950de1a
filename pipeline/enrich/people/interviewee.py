"""The sex of the one person whom an interview record is about.

Records of oral history refer to a single interviewee by pronouns and forms of address. A first name does not state a
sex.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.patterns import alternatives, grouped
from pipeline.model.record import Evidence, Found, RecordByRole, Role, Statement, stated


def _any(name: str) -> str:
    return alternatives("interviewee", name)


_SINGLE = re.compile(_any("single"), re.IGNORECASE)
_PREFILTER = Prefilter(table("patterns/interviewee")["prefilter"])
_FIRST_PERSON = re.compile(rf"\b{_any('first_person')}\b")
LONGEST_STORY = 4_000
"""Characters of a description of an interview that are read for the interviewee's sex."""
FEWEST_OF_NARRATOR = 4
"""Words of the first person from which on the interviewee is the narrator, and "he" and "she" are others."""
_SELF_DESCRIPTION = re.compile(
    rf"\b{_any('i_am')}\b(?:[^.!?](?!mijn |my |meine)){{0,60}}"
    rf"\b(?:(?P<male>{_any('man')})|(?P<female>{_any('woman')}))\b"
)


@cache
def _signs(language: str) -> dict[str, re.Pattern[str]]:
    """By sex, words that one person of that sex is referred to with; empty for a language without a table."""
    return {
        sex: re.compile(rf"\b{grouped(words, ignore_case=True)}\b", re.IGNORECASE)
        for sex, words in table("patterns/interviewee")["signs"].get(language, {}).items()
    }


def single_interview(record: RecordByRole) -> Evidence | None:
    """The words that state that the record is about a single interview; None where it is not."""
    statements = [*record.having(Role.TITLE), *record.having(Role.DESCRIPTION)]
    for statement in statements[:3]:
        if _PREFILTER.passes(statement.text) and (found := _SINGLE.search(statement.text[:600])) is not None:
            return stated(statement, found.group())
    return None


def sex_of_interviewee(record: RecordByRole) -> Found | None:
    """The sex of the interviewee of a single interview, by pronouns and forms of address in the description."""
    return next(filter(None, map(_sex_of_interviewee, record.having(Role.DESCRIPTION))), None)


def _sex_of_interviewee(statement: Statement) -> Found | None:
    """The sex with more than twice as many signs as the other; of a narrator, that of "I am a woman"."""
    text = statement.text[:LONGEST_STORY]
    if sum(1 for _ in _FIRST_PERSON.finditer(text)) >= FEWEST_OF_NARRATOR:
        own = _SELF_DESCRIPTION.search(text)
        return Found("male" if own["male"] else "female", (stated(statement, own.group()),)) if own else None
    signs = _signs(detect_language(statement.text, statement.language) or "")
    if not signs:
        return None
    found = {sex: [match.group() for match in pattern.finditer(text)] for sex, pattern in signs.items()}
    for sex, other in (("female", "male"), ("male", "female")):
        if len(found[sex]) > 2 * len(found[other]):
            return Found(sex, (stated(statement, found[sex][0]),))
    return None

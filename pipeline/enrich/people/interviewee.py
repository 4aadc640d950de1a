"""The sex of the one person whom an interview record is about.

Records of oral history refer to a single interviewee by pronouns and forms of address. A first name does not state a
sex.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pipeline.enrich.text.fragments import Prefilter, start_of_any
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.language_files import section
from pipeline.enrich.text.patterns import alternatives, grouped
from pipeline.enrich.text.required import fragments
from pipeline.model.record import Evidence, Found, RecordByRole, Role, Statement, stated


def _any(name: str) -> str:
    return alternatives("interviewee", name)


_SINGLE = re.compile(_any("single"), re.IGNORECASE)
_PREFILTER = Prefilter(fragments("interviewee", "single"))
LONGEST_START = 600
"""Characters of a text within which it states that it is about a single interview."""
LONGEST_BEFORE_FRAGMENT = 40
"""More characters than precede the first fragment in any of these statements: "the female interviewee"."""
_SEVERAL = re.compile(
    rf"\s*(?:\d|(?:{alternatives('sex', 'number_words', ignore_case=True)}"
    rf"|\w*{alternatives('sex', 'number_word_endings', ignore_case=True)})\s)",
    re.IGNORECASE,
)
"""After "interview with": the number of those interviewed."""
_FIRST_PERSON = re.compile(rf"\b{_any('first_person')}\b")
LONGEST_STORY = 4_000
"""Characters of a description of an interview that are read for the interviewee's sex."""
FEWEST_OF_NARRATOR = 4
"""Words of the first person from which on the interviewee is the narrator, and "he" and "she" are others."""
_SELF_DESCRIPTION = re.compile(
    rf"\b{_any('i_am')}\b(?:[^.!?](?!mijn |my |meine)){{0,60}}"
    rf"\b(?:(?P<male>{_any('man')})|(?P<female>{_any('woman')}))\b"
)
_INTERVIEWEE = re.compile(rf"\b{_any('interviewee')}\b", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:\A|[.!?\n])\s*(?:\w+\s+)?\Z")
"""What precedes the subject of a sentence."""
_NUMBERED = re.compile(r"\binterview\s*(?:no\.?|nr\.?)?\s*(\d+)", re.IGNORECASE)
_SEX_AND_OTHER = (("female", "male"), ("male", "female"))


@cache
def _signs(language: str) -> dict[str, re.Pattern[str]]:
    """By sex, words that one person of that sex is referred to with; empty for a language without such words."""
    listed = section(language, "interviewee") if language else {}
    return {
        sex: re.compile(rf"\b{grouped(listed[f'{sex}_signs'], ignore_case=True)}\b", re.IGNORECASE)
        for sex in ("female", "male")
        if f"{sex}_signs" in listed
    }


def single_interview(record: RecordByRole) -> Evidence | None:
    """The words that state that the record is about a single interview; None where it is not."""
    for statement in record.having(Role.TITLE, Role.DESCRIPTION)[:3]:
        if (words := _single_in(statement.text)) is not None:
            return stated(statement, words)
    return None


@lru_cache(maxsize=64)
def _single_in(text: str) -> str | None:
    """The words of a text that state that it is about a single interview; several facets ask for them."""
    found_fragments = _PREFILTER.found_in(text)
    if not found_fragments:
        return None
    beginning = text[:LONGEST_START]
    start = max(0, start_of_any(beginning, found_fragments) - LONGEST_BEFORE_FRAGMENT)
    found = _SINGLE.search(beginning, start)
    if found is None or _SEVERAL.match(text, found.end()) is not None:
        return None
    return found.group() if len(set(_NUMBERED.findall(text))) < 2 else None


def sex_of_interviewee(record: RecordByRole) -> Found | None:
    """The sex of the interviewee of a single interview, by pronouns and forms of address in the description."""
    return next(filter(None, map(_sex_of_interviewee, record.having(Role.DESCRIPTION))), None)


def _sex_of_interviewee(statement: Statement) -> Found | None:
    """The sex of the sign that follows "the interviewee", else that with more than twice as many signs as the other,
    else that of the first sign; of a narrator, that of "I am a woman"."""
    text = statement.text[:LONGEST_STORY]
    if len(_FIRST_PERSON.findall(text)) >= FEWEST_OF_NARRATOR:
        own = _SELF_DESCRIPTION.search(text)
        return Found("male" if own["male"] else "female", (stated(statement, own.group()),)) if own else None
    signs = _signs(detect_language(statement.text, statement.language) or ("en" if text.isascii() else ""))
    found = {sex: [*pattern.finditer(text)] for sex, pattern in signs.items()}
    if not any(found.values()):
        return None
    sex = _of_named_interviewee(text, found) or _of_most(found) or _of_first(found)
    return Found(sex, (stated(statement, found[sex][0].group()),))


def _of_named_interviewee(text: str, found: Mapping[str, list[re.Match[str]]]) -> str | None:
    """The sex of the first sign in the sentence after a word for the interviewee."""
    for named in _INTERVIEWEE.finditer(text):
        if _SUBJECT.search(text, 0, named.start()) is None:
            continue
        end = text.find(".", named.end()) % (len(text) + 1)
        signs = ((sign.start(), sex) for sex, of_sex in found.items() for sign in of_sex)
        after = [sign for sign in signs if named.end() < sign[0] < end]
        if after:
            return min(after)[1]
    return None


def _of_most(found: Mapping[str, list[re.Match[str]]]) -> str | None:
    """The sex with more than twice as many signs as the other."""
    return next((sex for sex, other in _SEX_AND_OTHER if len(found[sex]) > 2 * len(found[other])), None)


def _of_first(found: Mapping[str, list[re.Match[str]]]) -> str:
    """The sex of the first sign."""
    return min((signs[0].start(), sex) for sex, signs in found.items() if signs)[1]

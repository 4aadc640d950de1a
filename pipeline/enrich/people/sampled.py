"""Whether people named in a description are those who were studied: asked, recruited, counted, covered."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.enrich.people.findings import Finding, is_of_animals_too
from pipeline.enrich.people.relatives import RELATIVE
from pipeline.enrich.people.who import CONDITIONS, ONE_SEX, Who
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences


def _any(name: str) -> str:
    return alternatives("sex", name, ignore_case=True)


_SAMPLE = re.compile(rf"\b{_any('sample')}\b", re.IGNORECASE)


def _any_order(name: str) -> str:
    return alternatives("sex", name, ignore_case=True, any_order=True)


_YEAR = r"(?!2000 )(?:1[5-9]|20)\d\d\b(?![,.]?\d)"
_DESCRIBING_WORDS = rf"(?:(?!{_any('relating')}\b)[\w\u2013-]+\s+){{0,4}}"
"""Up to four words that describe the people that follow; none of them relates these to another noun."""
_SAMPLE_BEFORE = re.compile(
    rf"(?:\b(?:(?:(?:n\s?=\s?)?(?!{_YEAR})\d[\d,. ]*|{_any_order('sample_before')})\s+{_DESCRIBING_WORDS}"
    rf"|{_any_order('participants')}\s*\(\s*(?:all|only)?\s*"
    rf"|{_any_order('number_words')}\s+{_DESCRIBING_WORDS})"
    rf"|{_any_order('number_word_endings')}\s+{_DESCRIBING_WORDS})\Z",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)\s*")
_PARTICIPANTS_OF_ONE_SEX = re.compile(_any("participants_of_one_sex"), re.IGNORECASE)
_COVERED = re.compile(
    rf"\b{_any('covers')}\s+(?:{_any('article')}\s+)?{_DESCRIBING_WORDS}\Z|{_any('covers_unspaced')}\Z", re.IGNORECASE
)
_TOPICS_BEFORE = re.compile(rf"\b{_any('topics')}\b", re.IGNORECASE)
"""The beginning of a list of topics: "questions included women in the army"."""
_IN_BEFORE = re.compile(rf"\b{_any('in_or_of')}\s+(?:[\w-]+\s+){{0,4}}\Z", re.IGNORECASE)
_TOPIC_LIST = re.compile(rf"\b{_any('topic_list')}\s*:", re.IGNORECASE)
"""The heading of a list of topics, which goes on to the end of a description."""
_ONE_PERSON = re.compile(_any("one_person"), re.IGNORECASE)
"""A word in the singular, as in the name of a variable: "the education of the wife"."""
MOST_SLASHES = 4
"""A description with more slashes between spaces has a list of what was asked, not of whom."""
_NUMBER_BEFORE = re.compile(r"\b\d[\d,. ]*\s+(?:[\w-]+\s+){0,3}\Z")
_SAMPLE_AFTER = re.compile(
    rf"\s*(?:{_any('sample_after')}|{alternatives('people', 'were_studied', ignore_case=True)})", re.IGNORECASE
)
_CLAUSE = re.compile(
    rf",?\s+(?:{alternatives('people', 'relative_clause', ignore_case=True)}"
    rf"|{alternatives('people', 'of_whom', ignore_case=True)})\b",
    re.IGNORECASE,
)
_WERE_STUDIED = re.compile(rf"\b{alternatives('people', 'were_studied', ignore_case=True)}\b", re.IGNORECASE)
_STUDIED_LATER = re.compile(
    rf"(?:\s+[\w-]+){{1,6}}?\s+{alternatives('people', 'were_studied', ignore_case=True)}\b",
    re.IGNORECASE,
)
"""The predicate of a sentence whose subject goes on: of "women farmers in two villages were interviewed"."""
_ALL_BEFORE = re.compile(rf"[,;(]\s*{alternatives('people', 'all', ignore_case=True)}\s+\Z", re.IGNORECASE)
_END_OF_APPOSITION = re.compile(r"\s*[,;).]")
_RELATING = re.compile(rf"\b{_any('relating')}\b", re.IGNORECASE)
_BACKGROUND = re.compile(alternatives("people", "background"), re.IGNORECASE)
"""Variables that only people have."""
_APOSTROPHES = ("'", "\u2019")


def is_of_sample(finding: Finding) -> bool:
    """Whether a sentence of a description states who was studied, rather than what about."""
    text = finding.statement.text
    if finding.who in ONE_SEX:
        if _is_among_topics(text, finding.start):
            return False
        return finding.described or is_sampled(finding)
    if finding.who in CONDITIONS and not finding.leads:
        return False
    start, end = sentences(text)[finding.sentence]
    return _SAMPLE.search(text[start:end]) is not None


def may_be_sample(finding: Finding) -> bool:
    """Whether something was looked at in people of one sex ("sleep in women"): the sample, if no others are named."""
    text = finding.statement.text
    return (
        finding.who in ONE_SEX
        and not _is_among_topics(text, finding.start)
        and RELATIVE.match(finding.words) is None
        and _ONE_PERSON.fullmatch(finding.words) is None
        and _IN_BEFORE.search(text, max(0, finding.start - 70), finding.start) is not None
    )


def _is_among_topics(text: str, start: int) -> bool:
    """Whether a list of topics began before an offset: after a heading, or with the first of many slashes."""
    before = text[:start]
    if ":" in before and _TOPIC_LIST.search(before) is not None:
        return True
    if text.count(" / ") <= MOST_SLASHES:
        return False
    return start > max(text.rfind(mark, 0, text.index(" / ")) for mark in ".:;")


def is_covered(finding: Finding) -> bool:
    """Whether a sentence states that the study covers, or consists of, people of one sex."""
    text, end = finding.statement.text, finding.start + len(finding.words)
    return (
        finding.who in ONE_SEX
        and not finding.words.endswith(("'s", "\u2019s"))
        and text[end : end + 1] not in _APOSTROPHES
        and _COVERED.search(text, max(0, finding.start - 70), finding.start) is not None
        and _TOPICS_BEFORE.search(text, sentences(text)[finding.sentence][0], finding.start) is None
    )


def is_sampled(finding: Finding) -> bool:
    """Whether the words beside people state that these were asked, recruited or counted."""
    text = finding.statement.text
    return _is_sampled_at(text, finding.start, finding.words) or (
        finding.who in ONE_SEX
        and (
            _is_studied_later(finding, finding.start + len(finding.words))
            or _is_apposition(text, finding.start, finding.start + len(finding.words))
        )
    )


def _is_apposition(text: str, start: int, end: int) -> bool:
    """Whether the words tell the sex of those who are named before them: "miners, all men,"."""
    return (
        _END_OF_APPOSITION.match(text, end) is not None
        and _ALL_BEFORE.search(text, max(0, start - 30), start) is not None
    )


def _is_studied_later(finding: Finding, end: int) -> bool:
    """Whether the predicate or relative clause of people whose words have this end states that they were studied."""
    text = finding.statement.text
    stop = sentences(text)[finding.sentence][1]
    if _WERE_STUDIED.search(text, end, stop) is None:
        return False
    return (finding.leads and _STUDIED_LATER.match(text, end, stop) is not None) or _CLAUSE.match(text, end) is not None


@lru_cache(maxsize=64)
def _is_sampled_at(text: str, start: int, words: str) -> bool:
    end = start + len(words)
    return (
        _PARTICIPANTS_OF_ONE_SEX.fullmatch(words) is not None
        or _SAMPLE_BEFORE.search(_before(text, start)) is not None
        or _SAMPLE_AFTER.match(text, end, end + 60) is not None
    )


def _before(text: str, start: int) -> str:
    """The words before an offset without what stands in brackets: of "interviews (by telephone) with" the others."""
    before = text[max(0, start - 70) : start]
    return _IN_BRACKETS.sub("", text[max(0, start - 200) : start])[-70:] if ")" in before else before


def is_asked(finding: Finding) -> bool:
    """Whether people were asked or counted, by the words beside them or as their background was asked for."""
    start, end = sentences(finding.statement.text)[finding.sentence]
    return is_sampled(finding) or _BACKGROUND.search(finding.statement.text, start, end) is not None


def is_no_animal_asked(finding: Finding) -> bool:
    """Whether people begin the description of a study of animals, or were asked there, by words not used of animals."""
    if finding.who not in {Who.PEOPLE, Who.NEUTRAL} | ONE_SEX or is_of_animals_too(finding):
        return False
    start, end = sentences(finding.statement.text)[finding.sentence]
    begins = finding.leads and finding.sentence == 0 and not _RELATING.search(finding.statement.text, 0, finding.start)
    return begins or is_sampled(finding) or _WERE_STUDIED.search(finding.statement.text, start, end) is not None


def is_counted(finding: Finding) -> bool:
    """Whether the number of those people is stated: "1,200 adults"."""
    return _NUMBER_BEFORE.search(finding.statement.text, max(0, finding.start - 50), finding.start) is not None

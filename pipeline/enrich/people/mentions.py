"""Whether a word for people refers to the people who were studied.

Women and men are also named as relatives of those studied, as staff, as topics, in asides, or to state that there were
none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from pipeline.enrich.people.who import GENERAL, ONE_SEX, Who
from pipeline.enrich.text.fragments import Prefilter, contains_any
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.required import fragments


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_PARTNER_AFTER = re.compile(rf"\s+(?:sex(?:ual)?\s+)?{_any('partner')}\b(?P<of>\s+(?:of|to|van|von)\b)?", re.IGNORECASE)
_PARTNER_BEFORE = re.compile(rf"\b{_any('partner')}\s+of\s+(?:[\w-]+\s+){{0,4}}\Z", re.IGNORECASE)
_IF_OF_THIS_SEX = re.compile(rf"\b{_any('if_of_this_sex')}\s+\Z", re.IGNORECASE)
_IN_ASIDE = re.compile(rf"(?:\A|[,;(\u2013-]|\b{_any('together')},?)\s*{_any('in')}\s+\Z", re.IGNORECASE)
_SPOUSE = re.compile(_any("spouse"), re.IGNORECASE)
_POSSESSIVE_BEFORE = re.compile(rf"\b{_any('possessive')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_SOME_OF = re.compile(rf"\b{_any('some_of')}\s+\Z", re.IGNORECASE)
_IN_A_PART = re.compile(rf"\b{_any('in_a_part')}[^.\n]{{0,40}}\Z", re.IGNORECASE)
_WHOSE_BEFORE = re.compile(rf"\b{_any('whose')}\s+\Z", re.IGNORECASE)
_BORN_TO = re.compile(r"\bborn (?:to|from)\s+(?:[\w-]+\s+){0,2}\Z", re.IGNORECASE)
RELATIVE = re.compile(_any("relative"), re.IGNORECASE)
_TOPIC_BEFORE = re.compile(rf"\b{_any('topic_before')}\s+(?:[^\W\d]+\s+){{0,2}}\Z", re.IGNORECASE)
_TOPIC_AFTER = re.compile(rf"['\u2019]?s?['\u2019]?\s*{_any('topic_after')}", re.IGNORECASE)
_SHARE = re.compile(rf"(?<![^\W\d]){_any('share')}\b[^.;/\d]{{0,30}}\Z|{_any('share_unspaced')}\Z", re.IGNORECASE)
_NO_BEFORE = re.compile(rf"\b{_any('no')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_STAFF_AFTER = re.compile(rf"\s+(?:[\w-]+\s+)?{_any('staff')}\b", re.IGNORECASE)
_STAFF_BEFORE = re.compile(
    rf"\b{_any('staff')}\s*(?:[,(]\s*|(?:{_any('who')}\s+)?{_any('staff_are')}\s+(?:[\w-]+\s+){{0,3}})"
    rf"(?:{_any('all')}\s+)?\Z|{_any('staff_unspaced')}\Z",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    rf"\b{_any('done_by')}\s+(?:(?:{_any('some')}\s+)?[\w-]+\s+[\w-]+\s+{_any('together')}\s+)?"
    rf"(?:{_any('some')}\s+)*\Z",
    re.IGNORECASE,
)
_AND_THEIR = re.compile(rf"\b{_any('together')}\s+(?:their|{_any('possessive')})\s+\Z", re.IGNORECASE)
_WITH_PARTNER = re.compile(rf"\b{_any('with_partner')}\s+(?:\w+\s+)?\Z", re.IGNORECASE)

_FRAGMENTS = {
    "excluded": fragments("people", "excluded", "left_out", "left_out_unspaced") | {"not ", "no ", "never"},
    "without": fragments("people", "without"),
    "took_no_part": fragments("people", "took_no_part"),
    "staff": fragments("people", "staff", "staff_unspaced", "done_by"),
}
_PREFILTERS = {rule: Prefilter(of_rule) for rule, of_rule in _FRAGMENTS.items()}
_ANY_PREFILTER = Prefilter(chain.from_iterable(_FRAGMENTS.values()))
NO_FRAGMENTS: Mapping[str, frozenset[str]] = dict.fromkeys(_PREFILTERS, frozenset())
"""The fragments of each of these rules in a text that contains none of them."""


def prefilters(text: str) -> Mapping[str, frozenset[str]]:
    """For each rule with a prefilter, those of its fragments that a text contains; without any it cannot match.

    The whole text is searched once, so that its sentences need only be searched for these few fragments. The rules
    are `excluded`, `without`, `took_no_part` and `staff`.
    """
    if not _ANY_PREFILTER.passes(text):
        return NO_FRAGMENTS
    return {rule: prefilter.found_in(text) for rule, prefilter in _PREFILTERS.items()}


def refers_to_people_studied(text: str, match: Match[Who], *, topical: bool, staff: frozenset[str]) -> bool:
    """Whether a word for people can refer to those who were studied.

    Args:
        text: the text of the statement.
        match: the word.
        topical: whether words of one sex may also name topics in this text, as in titles and descriptions.
        staff: the fragments of the prefilter `staff` that the text contains.
    """
    if _is_another_word(text, match) or (
        staff and contains_any(text[max(0, match.start - 80) : match.end + 80], staff) and _is_staff(text, match)
    ):
        return False
    if match.value not in ONE_SEX:
        return match.value not in GENERAL or not _is_negated(text, match)
    return not (
        _is_negated(text, match)
        or _is_relative(text, match)
        or _is_aside(text, match)
        or (_is_topic(text, match) if topical else _is_some(text, match))
    )


def _is_another_word(text: str, match: Match[Who]) -> bool:
    """Whether the word only looks like one for a sex.

    "man" may stand for humans, "MEN" be an abbreviation, and German "SchülerInnen" stands for both sexes.
    """
    words = text[match.start : match.end]
    if words.lower() != "man":
        return (words == "MEN" and not text.isupper()) or words.endswith("Innen")
    before = text[max(0, match.start - 8) : match.start].lower()
    return before.endswith((" in ", "isle of ")) or text.startswith("-", match.end)


def _is_relative(text: str, match: Match[Who]) -> bool:
    """Whether the word names somebody's relative or partner: "women whose husbands …"."""
    start = match.start
    if _BORN_TO.search(text, max(0, start - 40), start) or _PARTNER_BEFORE.search(text, max(0, start - 60), start):
        return True
    before = max(0, start - 24)
    if (found := _PARTNER_AFTER.match(text, match.end)) is not None:
        return not found["of"] or _WITH_PARTNER.search(text, before, start) is not None
    of_somebody = (
        _POSSESSIVE_BEFORE if _SPOUSE.match(text, start) else _WHOSE_BEFORE if RELATIVE.match(text, start) else None
    )
    return (
        of_somebody is not None
        and of_somebody.search(text, before, start) is not None
        and _AND_THEIR.search(text, before, start) is None
    )


def _is_negated(text: str, match: Match[Who]) -> bool:
    """Whether the text states that there are no such people: "holds no persons"."""
    return _NO_BEFORE.search(text, max(0, match.start - 40), match.start) is not None


def _is_aside(text: str, match: Match[Who]) -> bool:
    """Whether an aside is about one sex among others: "if the patient is female", "and, in men, the testes"."""
    before = max(0, match.start - 40)
    return _IF_OF_THIS_SEX.search(text, before, match.start) is not None or (
        text[match.end : match.end + 1] in {",", ")"} and _IN_ASIDE.search(text, before, match.start) is not None
    )


def _is_some(text: str, match: Match[Who]) -> bool:
    """Whether only a part of those studied is of this sex: "most female subjects", "for experiment 2, mothers"."""
    return (
        _SOME_OF.search(text, max(0, match.start - 20), match.start) is not None
        or _IN_A_PART.search(text, max(0, match.start - 60), match.start) is not None
    )


def _is_staff(text: str, match: Match[Who]) -> bool:
    """Whether the word names those who did the work: "the interviewers were women", "volunteer observers"."""
    before = max(0, match.start - 80)
    return (
        _STAFF_AFTER.match(text, match.end) is not None
        or _STAFF_BEFORE.search(text, before, match.start) is not None
        or _DONE_BY.search(text, before, match.start) is not None
    )


def _is_topic(text: str, match: Match[Who]) -> bool:
    """Whether a word of one sex names what the study is about rather than whom it asked."""
    return (
        _SHARE.search(text, max(0, match.start - 60), match.start) is not None
        or _TOPIC_BEFORE.search(text, max(0, match.start - 40), match.start) is not None
        or _TOPIC_AFTER.match(text, match.end) is not None
    )

"""Countries that prose names for something else than where the people are.

What a study was compared with or modelled on, what people were asked about, who worked on it and with what, and whence
people came: none of these tells where they live, nor where the events happened.
"""

from __future__ import annotations

import re

from pipeline.enrich.text.patterns import alternatives

LOOKED_BACK = 160
"""Characters before a name that are read, back to the start of its sentence."""


def _any(name: str) -> str:
    return alternatives("place_context", name)


_SENTENCE = re.compile(r"[.;!?。]\s|\n")
_WORDS = r"(?:\s+[\w'’-]+)"
_LIST = (
    rf"(?:[\s,(\[]+(?:{_any('between')}(?!\w)|(?:(?:d|l|dell|all)['’])?[^\W\d_a-z][\w-]*))*"
    r"[\s,(\[]*(?:(?:d|l|dell|all)['’])?\Z"
)
"""The other names of a list, up to its last one."""

_COMPARED = re.compile(rf"(?<!\w){_any('compared')}(?!\w)", re.IGNORECASE)
_STUDY_BEFORE = re.compile(
    rf"{_WORDS}{{0,3}}?\s+{_any('study')}(?:(?!\s+{_any('among')}\s){_WORDS}){{0,4}}\s+\Z", re.IGNORECASE
)
_FEW_WORDS = re.compile(r"(?:\s+(?!(?:in|i|of|van|von)\s)[\w'’-]+){0,4}\s+\Z", re.IGNORECASE)
_STUDY_AFTER = re.compile(rf"(?:\s+[\w-]+){{0,2}}?\s+{_any('study')}(?!\w)", re.IGNORECASE)
_COMPARED_AFTER = re.compile(
    rf"(?:\s+[\w-]+){{0,2}}?\s+{_any('study')}(?:\s+[\w-]+){{0,4}}?\s+{_any('compared_after')}(?!\w)", re.IGNORECASE
)
_OTHER_STUDIES = re.compile(
    rf"(?:\A|(?<!\w){_any('as')}\s+){_any('other_studies')}\b.{{0,90}}\Z", re.IGNORECASE | re.DOTALL
)
_TOPIC = re.compile(rf"(?<!\w)(?i:{_any('topic')}){_LIST}")
_DEALINGS = re.compile(rf"(?<!\w)(?i:{_any('dealings')}){_LIST}")
_TOPIC_OF = re.compile(rf"(?<!\w)(?i:{_any('topic_of')}){_LIST}")
_OWN = re.compile(r"['’]s?\b")
_BASED = re.compile(rf"(?<!\w){_any('worker')}\s+(?:{_any('is')}\s+)?{_any('based_in')}\s+(?:the\s+)?\Z", re.IGNORECASE)
_WORKED_AT = re.compile(
    rf"(?<!\w)(?i:{_any('worked')})\s+(?:at|by|in|with)\s[^.;]{{0,60}}?\b{_any('Institution')}\b[^.;]{{0,40}}?"
    r"(?:\s+in|,)\s+(?:the\s+)?\Z"
)
_WORKED_BY = re.compile(
    rf"(?<!\w)(?:(?:{_any('worked')}|{_any('carried_out')})\s+by|{_any('ethics')}\s+(?:\w+\s+){{0,3}}?(?:of|at|from|by))"
    r"\s+(?:an?\s+|the\s+|one\s+|two\s+)?\Z",
    re.IGNORECASE,
)
_INSTITUTION_AFTER = re.compile(rf"(?:\s+[\w-]+){{0,2}}?\s+{_any('institution')}\b", re.IGNORECASE)
_FUNDS = re.compile(
    rf"(?:\s+[\w-]+){{0,2}}?\s+{_any('institution')}\b(?:\s+[\w-]+){{0,4}}?\s+{_any('funds')}\b(?!\s+by)", re.IGNORECASE
)
_MAKER = re.compile(
    rf"\([^()]*\b{_any('Maker')}\b[^()]*,\s*(?:the\s+)?\Z|\b(?i:{_any('tool')})\b[^()]{{0,25}}\([^()]{{2,60}},\s*\Z"
)
"""The maker of a tool in brackets: "(Example Instruments, Tokyo, Japan)", "SPSS 25 (IBM, USA)"."""
_OF_ORIGIN_LIST = re.compile(
    rf"(?:(?:\s*,\s*(?:{_any('conjunction')}\s+)?|\s+{_any('conjunction')}\s+|\s*/\s*)[\w-]+){{0,8}}"
    rf"(?:(?:\s+(?!{_any('conjunction')}\b)\w+)?[\s-]+{_any('origin')}|[\s-]+born)\b",
    re.IGNORECASE,
)
_ORIGIN_OF_LIST = re.compile(
    rf"(?<!\w){_any('origin_of')}(?:\s+[\w-]+(?:\s*,|\s+{_any('conjunction')}(?!\w)))*\s*\Z", re.IGNORECASE
)
_FROM = re.compile(rf"(?<!\w)(?i:{_any('from')}){_LIST}")
_LIVES_IN = re.compile(rf"(?:[\s-]+[^\W\d_]+){{1,4}}?\s+{_any('lives_in')}\s+(?:(?:the|de|het|der|den)\s+)?\Z")


def is_elsewhere(text: str, start: int, end: int, *, people: bool, title: bool) -> bool:
    """Whether what stands around a country's name, or its `people`'s, tells that the people are not there.

    Titles name what is studied: there only whence people come and what they were asked about is looked for.
    """
    before = _SENTENCE.split(text[max(0, start - LOOKED_BACK) : start])[-1]
    if people:
        if _OF_ORIGIN_LIST.match(text, end) or _ORIGIN_OF_LIST.search(before):
            return True
    elif _is_topic(before, title=title) and not _OWN.match(text, end):
        return True
    return not title and (_is_compared(before, text, end) or _is_of_workers(before, text, end))


def come_from(text: str, start: int) -> bool:
    """Whether it is said before a place that people came from it: "refugees from Somalia and Syria"."""
    return _FROM.search(_SENTENCE.split(text[max(0, start - LOOKED_BACK) : start])[-1]) is not None


def _is_topic(before: str, *, title: bool) -> bool:
    """Whether a country is what people were asked about; what follows a comma in a title is where they were."""
    if title:
        found = _TOPIC.search(before)
        return found is not None and "," not in found.group()
    return any(topic.search(before) for topic in (_TOPIC, _TOPIC_OF, _DEALINGS))


def _is_compared(before: str, text: str, end: int) -> bool:
    """Whether another study is spoken of, with which this one is compared or on which it is modelled."""
    if _OTHER_STUDIES.search(before.lstrip()) or _COMPARED_AFTER.match(text, end):
        return True
    for found in _COMPARED.finditer(before):
        between = before[found.end() :]
        if _STUDY_BEFORE.fullmatch(between) or (_FEW_WORDS.fullmatch(between) and _STUDY_AFTER.match(text, end)):
            return True
    return False


def _is_of_workers(before: str, text: str, end: int) -> bool:
    """Whether those who worked on the study, or paid for it, or made its tools are spoken of."""
    if _BASED.search(before) or _WORKED_AT.search(before) or _MAKER.search(before) or _FUNDS.match(text, end):
        return True
    return _WORKED_BY.search(before) is not None and _INSTITUTION_AFTER.match(text, end) is not None


def lives_in(between: str) -> bool:
    """Whether words between a people's name and a country's tell that they live there: "Polish students in Germany"."""
    return _LIVES_IN.fullmatch(between) is not None

"""Words for relatives and partners of those studied: the wives of "men with wives at home" take no part."""

from __future__ import annotations

from itertools import pairwise

from pipeline.enrich.people.sentence import Mention, compiled, words_of
from pipeline.enrich.people.who import ONE_SEX, OPPOSITE, Who

_TOGETHER, _POSSESSIVE = words_of("together"), words_of("possessive")
RELATIVE = compiled(words_of("relative"))
_PARTNER_AFTER = compiled(rf"\s+(?:sex(?:ual)?\s+)?{words_of('partner')}\b(?P<of>\s+(?:of|to|van|von)\b)?")
_PARTNER_BEFORE = compiled(rf"\b{words_of('partner')}\s+of\s+(?:[\w-]+\s+){{0,4}}\Z")
_WITH_PARTNER = compiled(rf"\b{words_of('with_partner')}\s+(?:\w+\s+)?\Z")
_SEX_WITH = compiled(rf"\b{words_of('sex_with')}\s+(?:\w+\s+)?\Z")
_SPOUSE = compiled(words_of("spouse"))
_POSSESSIVE_BEFORE = compiled(rf"\b{_POSSESSIVE}\s+(?:[\w-]+\s+)?\Z")
_WHOSE_BEFORE = compiled(rf"\b{words_of('whose')}\s+(?:[\w-]+\s+{_TOGETHER}\s+)?\Z")
_THEIRS_BEFORE = compiled(
    rf"(?<!\w)(?:{words_of('whose')}|{_POSSESSIVE}|{words_of('relating', 'sex')})\s+"
    rf"(?:[\w-]+\s+{_TOGETHER}\s+)?\Z"
)
_AND_RELATING = compiled(rf"\b{_TOGETHER}\s+\Z")
_HAVING_BEFORE = compiled(
    rf"\w\s+{words_of('having')}\s+(?:(?!(?:their|the|{words_of('whose')}|{_POSSESSIVE})\b)[\w-]+\s+){{0,2}}\Z"
)
_AND_THEIR = compiled(rf"\b{_TOGETHER}\s+(?:their|{_POSSESSIVE})\s+\Z")
_BORN_TO = compiled(r"\bborn (?:to|from)\s+(?:[\w-]+\s+){0,2}\Z")
_OF_WHOM = compiled(rf"\s+{words_of('of_whom')}\s+(?:[\w-]+\s+){{0,2}}")


def is_relative(mention: Mention) -> bool:
    """Whether the word is for relatives or partners of those studied."""
    if mention.who is Who.BOTH:
        return _are_told_of(mention)
    if not mention.is_of_one_sex:
        return False
    if mention.follows(_BORN_TO) or mention.follows(_PARTNER_BEFORE, 60) or mention.follows(_SEX_WITH):
        return True
    if (found := mention.precedes(_PARTNER_AFTER)) is not None:
        return not found["of"] or mention.follows(_WITH_PARTNER, 24) is not None
    return _is_somebodys(mention) or _tells_whose_relatives(mention)


def _is_somebodys(mention: Mention) -> bool:
    """Whether the word is for relatives by which people are told apart: "women whose husbands …", "men with wives"."""
    whole, start = mention.sentence.whole, mention.match.start
    is_spouse, is_relative = _SPOUSE.match(whole, start), RELATIVE.match(whole, start)
    if mention.follows(_AND_THEIR, 24) is not None:
        return False
    if is_spouse or is_relative:
        others = (match.value for match in mention.sentence.matches if match.start < start)
        if OPPOSITE[mention.who] in others and mention.follows(_HAVING_BEFORE) is not None:
            return True
    if is_relative and _is_told_of(mention):
        return True
    if is_spouse:
        return mention.follows(_POSSESSIVE_BEFORE, 24) is not None
    return is_relative is not None and mention.follows(_WHOSE_BEFORE, 24) is not None


def _is_told_of(mention: Mention) -> bool:
    """Whether the word is for relatives of whom others of one sex, named before, told: "fathers on their sons"."""
    if not any(match.value in ONE_SEX and match.start < mention.match.start for match in mention.sentence.matches):
        return False
    found = mention.follows(_THEIRS_BEFORE)
    if found is None:
        return False
    return _AND_RELATING.search(mention.sentence.whole, 0, found.start()) is None


def _are_told_of(mention: Mention) -> bool:
    """Whether the words are for relatives of both sexes of whom others of one sex, named before, told."""
    whole, start = mention.sentence.whole, mention.match.start
    return RELATIVE.match(whole, start) is not None and _is_told_of(mention)


def _tells_whose_relatives(mention: Mention) -> bool:
    """Whether the word only tells whose relatives are meant: the boys of "mothers of boys"."""
    whole = mention.sentence.whole
    sexed = [match for match in mention.sentence.matches if match.value in OPPOSITE]
    return any(
        other is mention.match and RELATIVE.match(whole, one.start) and _OF_WHOM.fullmatch(whole, one.end, other.start)
        for one, other in pairwise(sexed)
    )

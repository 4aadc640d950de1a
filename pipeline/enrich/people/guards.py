"""What keeps words for people from being read as those who were studied.

Women and men are also named as relatives of those studied, as staff, as topics, as figures in a tale, in asides, or to
state that there were none. All guards take a mention: a word for people in its sentence.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from pipeline.enrich.people.relatives import is_relative
from pipeline.enrich.people.sentence import Mention, compiled, words_of
from pipeline.enrich.people.who import CONDITIONS, GENERAL, ONE_SEX, OPPOSITE, Who
from pipeline.enrich.rules import Example, Guard, is_left_out
from pipeline.enrich.text.fragments import contains_any

AFTER_WITHOUT = 25
"""Characters after "without" within which people are named as missing."""
_TOGETHER, _STAFF = words_of("together"), words_of("staff")
_HUMANKIND = compiled(words_of("humankind"))
_IN_BEFORE = compiled(r"\bin\s+\Z")
_AND_SOMETHING = compiled(rf"\s*(?:{words_of('versus')}|{_TOGETHER})(?!\w)")
_DETERMINED = compiled(r"\b(?:an?|the|this|that|one|each|every|old|young|married|single|her|his)\s+(?:\w+\s+)?\Z")
_STAFF_AFTER = compiled(rf"\s+(?:[\w-]+\s+)?{_STAFF}\b")
_STAFF_BEFORE = compiled(
    rf"\b{_STAFF}\s*(?:[,(]\s*|(?:{words_of('who')}\s+)?{words_of('staff_are')}\s+(?:[\w-]+\s+){{0,3}})"
    rf"(?:{words_of('all')}\s+)?\Z|{words_of('staff_unspaced')}\Z"
)
_DONE_BY = compiled(
    rf"\b{words_of('done_by')}\s+(?:(?:{words_of('some')}\s+)?[\w-]+\s+[\w-]+\s+{_TOGETHER}\s+)?"
    rf"(?:{words_of('some')}\s+)*\Z"
)
_NO_BEFORE = compiled(rf"\b{words_of('no')}\s+(?:[\w-]+\s+)?\Z")
_NON_BEFORE = compiled(r"\bnon[-\s]\Z")
_IF_OF_THIS_SEX = compiled(rf"\b{words_of('if_of_this_sex')}\s+\Z")
_IN_ASIDE = compiled(rf"(?:\A|[,;(\u2013-]|\b{_TOGETHER},?)\s*{words_of('in')}\s+\Z")
_SOME_OF = compiled(rf"\b{words_of('some_of')}\s+\Z")
_IN_A_PART = compiled(rf"\b{words_of('in_a_part')}[^.\n]{{0,40}}\Z")
_SHARE = compiled(rf"(?<![^\W\d]){words_of('share')}\b[^.;/\d]{{0,30}}\Z|{words_of('share_unspaced')}\Z")
WERE_BEFORE = compiled(rf"\b{words_of('were')}\s+(?:[\w-]+\s+){{0,2}}\Z")
_TOPIC_BEFORE = compiled(rf"\b{words_of('topic_before')}\s+(?:[^\W\d]+\s+){{0,2}}\Z")
_OPINIONS_ON = compiled(
    rf"\b{words_of('opinions_on', 'place_context')}\s+(?:(?!{words_of('in_title')}\b)[^\W\d]+\s+){{0,4}}\Z"
)
_TOPIC_AFTER = compiled(rf"['\u2019]?s?['\u2019]?\s*{words_of('topic_after')}")
_IN_WORK = compiled(rf"\b{words_of('in_work')}\s+(?:[\w-]+\s+){{0,6}}\Z")
_IS_WORK = compiled(rf"[^.:;,(]{{0,40}}[:,;(]\s*{words_of('is_work')}\b")
_THING_AFTER = compiled(rf"[\s-]+(?:[\w-]+\s+)?{words_of('things_of_condition')}\b")
_HELPED_BEFORE = compiled(rf"\b{words_of('helped')}\s+(?:[\w-]+\s+){{0,2}}(?:{_TOGETHER}\s+)?\Z")
_USERS = compiled(words_of("users"))
_OF_DATA = compiled(rf"\s+{words_of('of_data')}\b")
_OF_ORGANISMS = compiled(r"\s+of\s+(?!the\b|all\b|th[ei]s\w*\b|our\b)(?-i:[a-z])\w+")
_EXCLUDED = compiled(rf"\b{words_of('excluded')}\b")
_NONE_OF = compiled(r"\W*(?:are )?(?:not?(?! (?:pregnant (?:fe|wo)|all\b))|never)\b")
"""The beginning of a sentence that says who may not take part: "Not pregnant"."""
_LEFT_OUT = compiled(rf"\b{words_of('left_out')}\b|(?P<unspaced>{words_of('left_out_unspaced')})")
_WITHOUT = compiled(rf"\b{words_of('without')}\b")
_TOOK_NO_PART = compiled(words_of("took_no_part"))
_THAN = compiled(rf"\b{words_of('than')}\b")


def _is_another_word(mention: Mention) -> bool:
    if not mention.is_of_one_sex:
        return False
    words = mention.words
    if _HUMANKIND.fullmatch(words) is None:
        return (words == "MEN" and not mention.sentence.whole.isupper()) or words.endswith("Innen")
    whole, (start, end) = mention.sentence.whole, mention.match[1:3]
    if whole.startswith("-", end) or whole[start - 1 : start] == "-" or mention.follows(_IN_BEFORE) is not None:
        return True
    return mention.precedes(_AND_SOMETHING) is not None and mention.follows(_DETERMINED) is None


def _is_staff(mention: Mention) -> bool:
    fragments, (start, end) = mention.sentence.fragments["staff"], mention.match[1:3]
    return (
        bool(fragments)
        and contains_any(mention.sentence.whole[max(0, start - 80) : end + 80], fragments)
        and (
            mention.precedes(_STAFF_AFTER) is not None
            or mention.follows(_STAFF_BEFORE, 80) is not None
            or mention.follows(_DONE_BY, 80) is not None
        )
    )


def _is_none(mention: Mention) -> bool:
    if mention.who in CONDITIONS:
        return mention.follows(_NON_BEFORE) is not None
    return (mention.is_of_one_sex or mention.is_general) and mention.follows(_NO_BEFORE) is not None


def _is_aside(mention: Mention) -> bool:
    if not mention.is_of_one_sex:
        return False
    after = mention.sentence.whole[mention.match.end : mention.match.end + 1]
    if mention.follows(_IF_OF_THIS_SEX) or (after in {",", ")"} and mention.follows(_IN_ASIDE)):
        return True
    in_a_part = mention.follows(_SOME_OF, 20) or mention.follows(_IN_A_PART, 60)
    return in_a_part is not None and not mention.sentence.topical


def _is_topic(mention: Mention) -> bool:
    if not mention.sentence.topical:
        return False
    if mention.who in CONDITIONS:
        return mention.follows(_TOPIC_BEFORE) is not None or mention.precedes(_THING_AFTER) is not None
    return mention.is_of_one_sex and (
        (mention.follows(_SHARE, 60) is not None and not is_predicate_of_share(mention))
        or mention.follows(_TOPIC_BEFORE) is not None
        or mention.follows(_OPINIONS_ON, 70) is not None
        or mention.precedes(_TOPIC_AFTER) is not None
    )


def is_predicate_of_share(mention: Mention) -> bool:
    """Whether the text states of a part of those studied that they are of this sex: "half of the sample was female"."""
    share, were = mention.follows(_SHARE, 60), mention.follows(WERE_BEFORE)
    return share is not None and were is not None and share.start() < were.start()


def _is_figure(mention: Mention) -> bool:
    return (
        mention.is_of_one_sex
        and mention.sentence.topical
        and (
            mention.follows(_IN_WORK, 80) is not None
            or (mention.sentence.in_title and mention.precedes(_IS_WORK) is not None)
        )
    )


def _is_helped_by_data(mention: Mention) -> bool:
    return mention.sentence.topical and (
        mention.follows(_HELPED_BEFORE) is not None
        or (_USERS.fullmatch(mention.words) is not None and mention.precedes(_OF_DATA) is not None)
    )


def _is_of_organisms(mention: Mention) -> bool:
    if not mention.words.lower().startswith("population"):
        return False
    found = mention.precedes(_OF_ORGANISMS)
    return found is not None and not any(
        mention.match.end < match.start < found.end() for match in mention.sentence.matches if match.value in Who
    )


def _is_compared(mention: Mention) -> bool:
    sexed = [match for match in mention.sentence.matches if match.value in OPPOSITE]
    return any(
        mention.match in pair
        and pair[0].value is not pair[1].value
        and _THAN.search(mention.sentence.whole, pair[0].end, pair[1].start)
        for pair in pairwise(sexed)
    )


def _is_excluded(mention: Mention) -> bool:
    fragments = mention.sentence.fragments
    named = fragments["excluded"], fragments["without"], fragments["took_no_part"]
    text, at = mention.sentence.text, mention.match.start - mention.sentence.start
    if any(named) and any(at in excluded for excluded in _excluded(text, *named)):
        return True
    return _NONE_OF.match(text) is not None


@lru_cache(maxsize=64)
def _excluded(
    text: str, excluded: frozenset[str], without: frozenset[str], took_no_part: frozenset[str]
) -> tuple[range, ...]:
    """The parts of a sentence that name people who were excluded or took no part; the others are fragments of each."""
    parts = []
    if contains_any(text, excluded):
        if (found := _LEFT_OUT.search(text)) is not None:  # "Adults; women were excluded" leaves out its clause
            clause = max(text[: found.start()].rfind(mark) for mark in ";:。")
            parts.append(range(max(clause, 0), found.end() if found["unspaced"] else len(text)))
        elif (found := _EXCLUDED.search(text)) is not None:  # "excluding women …" leaves out the rest
            parts.append(range(found.start(), len(text)))
    if contains_any(text, without) and (found := _WITHOUT.search(text)) is not None:
        parts.append(range(found.end(), found.end() + AFTER_WITHOUT))
    if contains_any(text, took_no_part) and (found := _TOOK_NO_PART.search(text)) is not None:
        clause = max(text[: found.start()].rfind(mark) for mark in ",;:")
        parts.append(range(clause + 1, found.end()))
    return tuple(parts)


_OF_ANY = (
    Guard(
        name="those who did the work",
        facet="sex",
        leaves_out="interviewers, observers, authors",
        example=Example({"description": "Adults were asked. The interviewers were 40 women."}, "all"),
        counter=Example({"description": "We interviewed 40 women."}, "female"),
        holds=_is_staff,
    ),
    Guard(
        name="said to be none",
        facet="sex",
        leaves_out="people and conditions of whom there are none",
        example=Example({"description": "The sample holds no persons."}),
        counter=Example({"description": "The sample holds 40 persons."}, "all"),
        holds=_is_none,
    ),
    Guard(
        name="excluded",
        facet="sex",
        leaves_out="those who were excluded or took no part",
        example=Example({"population": "Men; women were excluded"}, "male"),
        counter=Example({"population": "Women, excluding smokers"}, "female"),
        holds=_is_excluded,
    ),
)
_OF_GENERAL = (
    Guard(
        name="those who use the data",
        facet="sex",
        leaves_out="people whom the data are to help",
        example=Example({"description": "The maps help managers to plan."}),
        counter=Example({"description": "The maps were drawn with managers."}, "all"),
        holds=_is_helped_by_data,
    ),
    Guard(
        name="populations of organisms",
        facet="sex",
        leaves_out="populations of what is not people",
        example=Example({"description": "Populations of sundew were mapped."}),
        counter=Example({"description": "The population of Ruritania was mapped."}, "all"),
        holds=_is_of_organisms,
    ),
)
_OF_ONE_SEX = (
    Guard(
        name="only looks like a word for a sex",
        facet="sex",
        leaves_out="humankind, abbreviations, and German words for both sexes",
        example=Example({"title": "Man versus machine"}),
        counter=Example({"title": "The health of old men"}, "male"),
        holds=_is_another_word,
    ),
    Guard(
        name="relatives",
        facet="sex",
        leaves_out="relatives and partners of those studied",
        example=Example({"population": "Men with wives at home"}, "male"),
        counter=Example({"population": "Men and their wives"}, "all"),
        holds=is_relative,
    ),
    Guard(
        name="an aside",
        facet="sex",
        leaves_out="those of one sex among others to whom an aside, or one part of the study, applies",
        example=Example({"population": "Bone loss (in women)"}),
        counter=Example({"population": "Bone loss in women"}, "female"),
        holds=_is_aside,
    ),
    Guard(
        name="a topic",
        facet="sex",
        leaves_out="those whom a study is about without asking them, and things named by a condition of one sex",
        example=Example({"title": "Attitudes to women"}),
        counter=Example({"title": "Attitudes of women"}, "female"),
        holds=_is_topic,
    ),
    Guard(
        name="a figure in a work",
        facet="sex",
        leaves_out="people in tales, novels and films",
        example=Example({"title": "Tales of the girl and the fox"}),
        counter=Example({"title": "Girls who read tales"}, "female"),
        holds=_is_figure,
    ),
    Guard(
        name="compared",
        facet="sex",
        leaves_out="all women and all men who are compared",
        example=Example({"population": "Women are taller than men"}),
        counter=Example({"population": "Women and taller men"}, "all"),
        holds=_is_compared,
    ),
)
_OF_BOTH = tuple(guard for guard in _OF_ONE_SEX if guard.name == "relatives")
GUARDS = (*_OF_ANY, *_OF_GENERAL, *_OF_ONE_SEX)
_BY_WHO = {
    who: (
        *_OF_ANY,
        *(_OF_GENERAL if who in GENERAL else ()),
        *(_OF_ONE_SEX if who in ONE_SEX | CONDITIONS else ()),
        *(_OF_BOTH if who is Who.BOTH else ()),
    )
    for who in Who
}
"""Those that can hold for a word of each class: trying no others is faster."""


def is_studied(mention: Mention) -> bool:
    """Whether no guard leaves the word out."""
    return not is_left_out(_BY_WHO[mention.match.value], mention)

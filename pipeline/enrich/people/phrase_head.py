"""Which of the words for people in a sentence is its head: the word for the people that the sentence is about.

"women who visit patients" is about women, "patients and their mothers" about people in general, "mostly men" and
"48 participants (12 women)" about both, "women and men" too.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.enrich.people.guards import WERE_BEFORE, is_predicate_of_share
from pipeline.enrich.people.sentence import Mention, Sentence, compiled, words_of
from pipeline.enrich.people.who import GENERAL, NO_PEOPLE, ONE_SEX, Who
from pipeline.enrich.text.lexicon import Match

ADJACENT = 3
"""Most spaces between a word of one sex and the animals or things that it describes: "male Wistar rats"."""
NEAR = 20
"""Characters between two words for the same people."""
BESIDE = 40
"""Characters between women and men who are named together in a title or a rule."""
NEARBY = 100
"""Characters between people and the medical condition that they have."""

_TOGETHER, _WHO, _ALL = words_of("together"), words_of("who"), words_of("all")
_AND_THEIR = compiled(
    rf"(?<!\w){_TOGETHER}\s+(?:their|{words_of('possessive')})\s+(?:(?:{words_of('adjectives_of_sex')}|[\w-]+)\s+)?\Z"
)
_LISTED = compiled(r"[\s,]*(?:(?:aged?|age) [\w\s-]{1,30}|\([^)]{0,30}\)\s*)?[,;]\s+(?:all\s+)?\Z")
_ALL_BEFORE = compiled(rf"[,;(]\s*{_ALL}\s+\Z")
"""Before a description of people who are named earlier in the sentence: "participants, aged 20 to 30, all men"."""
_EVERY_BEFORE = compiled(r"\b(?:all|every|each)\s+(?:[\w-]+\s+){0,2}\Z")
_LAST_UNSPACED = re.compile(words_of("head_last_unspaced"))
_POSSESSIVE_ENDS = {"'", "\u2019", "'s", "\u2019s"}
_AND_UNSPACED = re.compile(words_of("and_unspaced"))
_FEMININE_NOUN = compiled(rf"{words_of('feminine_noun')}\Z")
_OF_WOMEN = compiled(rf"{words_of('of_women')}\b")
_AGE_GROUP = compiled(rf"{words_of('age_group')}\Z")
_PARENT_AND = compiled(rf"{words_of('parent')}s?-\Z")
"""The first half of a compound for a pair: "mother-" in "mother-child pairs"."""
_CHILDREN = compiled(rf"{words_of('children')}\Z")
_HAVING = compiled(rf"\A\s+{words_of('having')}\s+(?:(?!(?:their|the|{words_of('possessive')})\b)[\w-]+\s+){{0,3}}\Z")
_CONJUNCTION = compiled(rf"[,;:()]|\b{words_of('conjunction')}\b")
_RELATING = compiled(rf"(?<!\w){words_of('relating', 'sex')}(?!\w)")
_AND = compiled(
    rf"\A[\s,]*(?:aged? [\w\s-]{{1,20}}|\([^)]{{0,30}}\)\s*)?(?<!\w){words_of('with')}(?!\w)"
    rf"\s*(?:in\s+|of\s+|among\s+|for\s+)?(?:{words_of('their')}\s+){{0,3}}(?:{words_of('adjectives_of_sex')}\s+)?\Z"
)
_IS = compiled(
    rf"\A[\s,:(]*(?:{_WHO}\s+)*{words_of('is')}?[\s,:(]*{_ALL}?[\s(]*(?:100\s?%\s*|\d[\d,. ]*)?\Z"
    rf"|\A\s+(?:[^\W\d]+\s+){{0,3}}{words_of('were')}\s+(?:{_ALL}\s+){{0,2}}"
    rf"(?:{words_of('some')}\s+)?(?:\w+-\w+\s+)?(?:\d[\d,. ]*)?\Z"
    rf"|\A\s+{words_of('of_whom')}\s+\d[\d,. ]*\Z|\A{words_of('were_unspaced')}\Z"
)
"""What joins a word for people to another for the same people: "(all", "who were only", "of whom 20"."""
_BESIDE = compiled(rf"(?<!\w)(?:{_TOGETHER}|{words_of('versus')})(?!\w)|[/&,]")
_GROUPS = compiled(words_of("groups"))
_ADJECTIVE_OF_SEX = compiled(words_of("adjectives_of_sex"))
_IN_TITLE = compiled(rf"(?:[:,;\u2013'\u2018]\s*|\b{words_of('in_title')}\s+)(?:[\w-]+\s+){{0,2}}\Z")
_BACKGROUND = compiled(words_of("background"))
_OTHER_ORGANS = compiled(rf"\b{words_of('organs')}\b")
_SEX_ORGAN = compiled(words_of("sex_organs"))
_ORIENTATION = compiled(words_of("orientation"))
_ORIENTATIONS = compiled(
    rf"{words_of('orientation')}(?:[\s,/&]+(?:{_TOGETHER}\s+)?(?:[\w-]+\s+)?{words_of('orientation')})+"
)
_MOSTLY = compiled(
    rf"\b{words_of('mostly')}\s+(?:(?!of\b)[\w-]+\s+)?\Z"
    rf"|\b(?:consist\w*|composed|made up) {words_of('mostly')} of\s+(?:[\w-]+\s+)?\Z"
    rf"|{words_of('mostly_unspaced')}[^。、]{{0,6}}\Z"
)
_PART_OF = compiled(
    rf"(?<!\w){words_of('part')}\s+{words_of('out_of')}\s[^.;:,]{{0,60}}\b{words_of('were')}\s+(?:[\w-]+\s+){{0,2}}\Z"
    rf"|\b{words_of('part_of_whole')}\s+\Z|{words_of('part_of_unspaced')}\Z"
)
_OF_WHOM = compiled(rf"\b{words_of('share_of_whom')}\s+(?:[\w-]+\s+){{0,2}}\Z")
_PERCENT = compiled(
    r"(?<![\d.])(?!100(?:[.,]0+)?\s?%)\d[\d.,]*\s?(?:%|per\s?cent\b)\s*"
    r"(?:(?!of|van|der|des|de|di|av|af)\w+\s+)?\Z"
)
_SAMPLE = compiled(rf"\bn\s?=\s?\d|\b{words_of('sample_noun')}\b")
_NUMBER_BEFORE = compiled(r"(?<![\d.,-])(?P<number>\d[\d,]*)\s+(?P<words>(?:(?!%)\w+\s+){0,2})\Z")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_COUNTED = compiled(
    r"(?:(?<![\d.,])(?P<all>\d[\d,]*)[^\d()\[\]]{1,60})?"
    r"[(\[]\s*(?:n\s?=\s?\d+\s*[;,:]\s*)?(?:n\s?=\s?)?(?P<part>\d+)\s*(?P<percent>%)?\s*\Z"
    r"|\bn\s?=\s?(?P<n>\d+)\s*[,;]\s*(?P<of_n>\d+)\s+\Z"
)


def head_of(sentence: Sentence, people: list[Match[Who]]) -> Match[Who]:
    """The head among the words for people of a sentence; its value takes the words beside it into account.

    Args:
        sentence: what they stand in.
        people: the words that no guard leaves out, in order; at least one, and no medical conditions.
    """
    head = people[0]
    for following in people[1:]:
        between = sentence.whole[head.end : following.start]
        if head.value in ONE_SEX:
            with_following = _with_following(sentence.whole, head, following, between)
            return _with_their(sentence.whole, head, people) if with_following is head else with_following
        if following.value is Who.FEMALE and _agrees_in_gender(sentence.whole, people[0], following):
            continue
        age_group = _AGE_GROUP.match(sentence.whole, head.start, head.end) is not None
        if _is_same_people(sentence.whole, head, following, between) or (age_group and following.value in ONE_SEX):
            head = following  # "adolescent and young adult women"
            continue
        if _is_head_by_coming_last(head, following, between, sentence.language):
            return following
        if following.value in GENERAL and not between.strip():
            continue  # "soldados portugueses"
        if not (age_group and len(between) < NEAR):
            break
    return head


def _with_following(text: str, head: Match[Who], following: Match[Who], between: str) -> Match[Who]:
    """The head where a word of one sex comes first: "mothers and their babies" are people, "male rats" rats."""
    if following.value in GENERAL and between.strip() and not _tells_which_parents(text, following, between):
        joined = _AND.match(between) or _AND_UNSPACED.fullmatch(between)
        listed = _CHILDREN.match(text, following.start, following.end) and _LISTED.fullmatch(between)
        if joined or listed or _PARENT_AND.search(text[head.start : following.start]):
            return Match(Who.PEOPLE, head.start, following.end, head.first, following.last)
    is_adjacent = between.count(" ") <= ADJACENT and not _CONJUNCTION.search(between) and not _RELATING.search(between)
    if following.value in NO_PEOPLE and is_adjacent:
        return following
    return head


def _with_their(text: str, head: Match[Who], people: list[Match[Who]]) -> Match[Who]:
    """The head, or people in general where others follow it as its own: "female prisoners and their children"."""
    for other in people:
        near = other.value in GENERAL and head.end < other.start < head.end + NEARBY
        if near and _AND_THEIR.search(text, head.end, other.start):
            return Match(Who.PEOPLE, head.start, other.end, head.first, other.last)
    return head


def _tells_which_parents(text: str, following: Match[Who], between: str) -> bool:
    """Whether children are named only to state which mothers or fathers are meant: "mothers with children under 3"."""
    return _CHILDREN.match(text, following.start, following.end) is not None and _HAVING.match(between) is not None


def _is_same_people(text: str, head: Match[Who], following: Match[Who], between: str) -> bool:
    """Whether the later word is for the same people: "respondents (all women)", "patients, children"."""
    if following.value in ONE_SEX:
        if head.value not in GENERAL or ("," in between and _EVERY_BEFORE.search(text, 0, head.start)):
            return False  # "all household members, all women aged 15 to 49"
        return not between.strip(" ,(") or (_IS.match(between) or _ALL_BEFORE.search(between)) is not None
    return head.value is Who.NEUTRAL and following.value is Who.PEOPLE and len(between) < NEAR


def _is_head_by_coming_last(head: Match[Who], following: Match[Who], between: str, language: str | None) -> bool:
    """Whether the later word is the head: "Suomalaiset … miehet", "newborn baboons", "company employees"."""
    if following.value in ONE_SEX and head.value is Who.NEUTRAL and language in {"fi", None}:
        return _CONJUNCTION.search(between) is None
    if head.value in GENERAL and following.value in ONE_SEX:
        return between.strip() in _POSSESSIVE_ENDS or _LAST_UNSPACED.fullmatch(between) is not None
    if head.value in GENERAL and following.value is Who.THINGS:
        return not between.strip()
    is_compound = between.strip() in {"", "'", "\u2019", "'s", "\u2019s"}
    return is_compound and head.value is Who.THINGS and following.value is not Who.THINGS


def _agrees_in_gender(text: str, noun: Match[Who], adjective: Match[Who]) -> bool:
    """Whether a feminine form only agrees with a feminine noun for people of either sex ("personas jubiladas")."""
    return (
        _FEMININE_NOUN.match(text, noun.start, noun.end) is not None
        and _OF_WOMEN.match(text, adjective.start, adjective.end) is None
    )


def pair_in(sentence: Sentence, people: list[Match[Who]], *, beside: bool) -> Match[Who] | None:
    """The words that name women and men together; `beside`: only if they are beside each other."""
    for one, other in pairwise(match for match in people if match.value in ONE_SEX):
        if one.value is not other.value and (
            not beside
            or (other.start - one.end <= BESIDE and _BESIDE.search(sentence.whole, one.end, other.start))
            or _GROUPS.search(sentence.whole, one.end, other.start)
        ):
            return Match(Who.BOTH, one.start, other.end, one.first, other.last)
    return None


def orientations_in(sentence: Sentence, people: list[Match[Who]]) -> Match[Who] | None:
    """People named by several orientations, without a noun of one sex: "lesbian, gay and bisexual people"."""
    for before, match in pairwise([None, *people]):
        if match is None or (before and before.value in ONE_SEX and before.end + 1 >= match.start):
            continue  # "femmes lesbiennes et bisexuelles"
        if match.value is Who.FEMALE and _ORIENTATION.match(sentence.whole, match.start):
            found = _ORIENTATIONS.match(sentence.whole, match.start)
            after = next((other for other in people if found and other.end > found.end()), None)
            if found and (after is None or after.value not in ONE_SEX or after.start > found.end() + 1):
                return match._replace(value=Who.BOTH, end=found.end())
    return None


def is_share(sentence: Sentence, match: Match[Who], people: list[Match[Who]]) -> bool:
    """Whether those of one sex are only a part of those studied: "mostly men", "48 participants (12 women)"."""
    if match.value not in ONE_SEX:
        return False
    mention = Mention(sentence, match)
    begins_anew = sentence.language == "en" and mention.words[0].isupper()
    before = [other for other in people if other.start < match.start and other.value in GENERAL | {match.value}]
    first = next((other for other in before if other.value in GENERAL), None)
    part = mention.follows(_PART_OF, 80)
    return (
        mention.follows(_MOSTLY) is not None
        or (mention.follows(_PERCENT) is not None and not begins_anew)
        or (part is not None and not any(one.value is match.value and one.start >= part.start() for one in before))
        or (first is not None and mention.follows(_OF_WHOM) is not None)
        or is_predicate_of_share(mention)
        or _is_counted_share(mention, first)
        or _is_fewer(mention, first)
    )


def _is_counted_share(mention: Mention, first: Match[Who] | None) -> bool:
    """Whether the number of those of one sex stands beside that of all; `first`: the people in general before them."""
    counted = mention.follows(_COUNTED, mention.match.start - first.start + 20 if first else 60)
    if counted is None or (first is None and not counted["n"]):
        return False
    if counted["n"]:
        return counted["n"] != counted["of_n"]
    return counted["part"] != ("100" if counted["percent"] else counted["all"])


def _is_fewer(mention: Mention, first: Match[Who] | None) -> bool:
    """Whether those of one sex are fewer than the people of whom they are told: "of the 40 pupils 18 were girls"."""
    if first is None or (part := mention.follows(_NUMBER_BEFORE)) is None or part.start() <= first.end:
        return False
    whole = Mention(mention.sentence, first).follows(_NUMBER_BEFORE)
    if whole is None or (whole["words"] and _YEAR.fullmatch(whole["number"])):
        return False
    return int(part["number"].replace(",", "")) < int(whole["number"].replace(",", ""))


def are_of_those_studied(sentence: Sentence, shares: list[Match[Who]], people: list[Match[Who]]) -> bool:
    """Whether shares in a sentence are of those studied, rather than of those whom it is about."""
    return (
        not sentence.topical
        or any(match.value in GENERAL for match in people)
        or _SAMPLE.search(sentence.text) is not None
        or any(Mention(sentence, share).follows(WERE_BEFORE) is not None for share in shares)
    )


def are_animals(sentence: Sentence, people: list[Match[Who]]) -> bool:
    """Whether a sentence names animals and no people: its "male" and "female" describe the animals."""
    return any(match.value is Who.ANIMALS for match in people) and all(
        match.value in NO_PEOPLE | {Who.IMPLIED}
        or (match.value in ONE_SEX and _ADJECTIVE_OF_SEX.match(sentence.whole, match.start, match.end) is not None)
        for match in people
    )


def in_title(sentence: Sentence, head: Match[Who], people: list[Match[Who]]) -> Match[Who]:
    """The head of a title: of "Patients: sleep in women" the women."""
    if head.value is not Who.NEUTRAL or not sentence.in_title:
        return head
    sexed = (match for match in people if match.value in ONE_SEX)
    return next((match for match in sexed if _IN_TITLE.search(sentence.whole, head.end, match.start)), head)


def _is_counted(mention: Mention) -> bool:
    """Whether the number of those people is stated: "certificates of 5,907 men"."""
    counted = mention.follows(_NUMBER_BEFORE)
    return counted is not None and _YEAR.fullmatch(counted["number"]) is None


def asked_of(sentence: Sentence, head: Match[Who], people: list[Match[Who]]) -> Match[Who]:
    """The head, or instead of things people of one sex who are counted, or the background that only people have."""
    if head.value is not Who.THINGS:
        return head
    counted = (match for match in people if match.value in ONE_SEX and _is_counted(Mention(sentence, match)))
    if (of_sex := next(counted, None)) is not None:
        return of_sex
    if (asked := _BACKGROUND.search(sentence.text)) is None:
        return head
    start, end = (sentence.start + offset for offset in asked.span())
    return head._replace(value=Who.NEUTRAL, start=start, end=end)


def is_described(sentence: Sentence, people: list[Match[Who]], head: Match[Who]) -> bool:
    """Whether the head is of one sex, and describes the people who are named before it."""
    if head.value not in ONE_SEX or head is people[0]:
        return False
    start = head.start
    for before in reversed(people[: people.index(head)]):
        between = sentence.whole[before.end : start]
        if before.value not in GENERAL or between.strip():
            return before.value in GENERAL and (_IS.match(between) or _ALL_BEFORE.search(between)) is not None
        start = before.start  # "participants were adolescent women"
    return False


def condition_in(sentence: Sentence, conditions: list[Match[Who]], people: list[Match[Who]]) -> Match[Who] | None:
    """The medical condition of one sex in a sentence that is nearest to the people.

    None where there are conditions of both sexes. A condition that begins with an organ of one sex does not count where
    organs that both sexes have are named too.
    """
    if len({match.value for match in conditions}) != 1:
        return None
    if _OTHER_ORGANS.search(sentence.text):
        conditions = [match for match in conditions if not _SEX_ORGAN.match(sentence.whole, match.start)]
    return min(conditions, key=lambda match: abs(match.start - people[0].end) if people else 0, default=None)


def has(sentence: Sentence, head: Match[Who], condition: Match[Who]) -> bool:
    """Whether people are near enough to a medical condition to have it; in a title they always are."""
    near = sentence.in_title or abs(condition.start - head.end) < NEARBY
    return head.value is Who.IMPLIED or (head.value is Who.NEUTRAL and near)

"""What keeps names of places from being read because of other names beside them.

All guards take a mention, and all mentions of the same text in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_mention import Mention
from pipeline.enrich.places.territories import NamedCountry, states_of_territories
from pipeline.enrich.rules import Example, Guard
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import fold_phrase

_WORD = r"\w[\w'’-]*"
_IN = alternatives("place_context", "lives_in")
_LIVES_IN = re.compile(rf"(?:[\s-]{_WORD}){{1,4}}?\s{_IN}\s(?:(?:the|de|het|der|den)\s)?")
_IN_CITY = re.compile(rf"{_LIVES_IN.pattern}(?P<city>[^\W\d_a-z][^\W\d_]{{2,}}(?:\s[^\W\d_a-z][^\W\d_]+)?)")
_AND = re.compile(rf"\s*(?:,|/|,?\s?(?:{alternatives('place_context', 'conjunction')}|&))\s*|-")
_MINORITIES = re.compile(rf"\b{alternatives('place_context', 'minorities')}", re.IGNORECASE)
_PEOPLE_OF_A_PEOPLE = re.compile(r"[\s-]")
_RESIDENCES = frozenset(
    ["AT", "AU", "BE", "CA", "CH", "DE", "DK", "FI", "FR", "GB", "IE", "LU", "NL", "NO", "NZ", "SE", "US"]
)
_PERSONS = re.compile(
    rf"(?:\s{_WORD}){{0,2}}?\s{alternatives('place_context', 'persons')}\b"
    rf"|,|\s{alternatives('place_context', 'conjunction')}\s{_WORD}-",
    re.IGNORECASE,
)
_IMMIGRANT_COUNTRIES = frozenset({"US", "CA", "AU", "NZ"})


def _lives_elsewhere(of: Mention, named: Sequence[Mention]) -> bool:
    """Whether a people, or a list of peoples, is stated to live in another country or in a city of one."""
    if not of.people:
        return False
    last = of
    for other in named:
        if other.people and other.start > last.start and _AND.fullmatch(of.text[last.end : other.start]):
            last = other
    following = next((other for other in named if other.start > last.start), None)
    if following is not None and _LIVES_IN.fullmatch(of.text[last.end : following.start]):
        return following.kind in ("country", "part") and set(following.codes).isdisjoint(of.codes)
    in_city = _IN_CITY.match(of.text, last.end)
    return in_city is not None and _is_city_elsewhere(in_city["city"], of)


def _is_city_elsewhere(words: str, of: Mention) -> bool:
    """Whether words begin with the name of a large city that is not in the people's country."""
    for name in (fold_phrase(words), fold_phrase(words.split(maxsplit=1)[0])):
        entry = gazetteer.look_up(name)
        if entry is not None and entry.large_city and name not in gazetteer.also_words():
            return entry.codes[0] not in of.codes
    return False


def _is_origin_of_immigrants(of: Mention, named: Sequence[Mention]) -> bool:
    """Whether a people is the origin of those that the next word names: "Indian Americans"."""
    following = next((other for other in named if other.start > of.start), None)
    if not of.people or following is None or not following.people:
        return False
    beside = _PEOPLE_OF_A_PEOPLE.fullmatch(of.text[of.end : following.start]) is not None
    return beside and following.words.endswith("s") and not _IMMIGRANT_COUNTRIES.isdisjoint(following.codes)


def _is_origin_beside_a_residence(of: Mention, named: Sequence[Mention]) -> bool:
    """Whether a people is named with that of the country where its children live: "Turkish-Dutch families".

    Either may come first ("Dutch-Turkish"). Europe's, North America's and Oceania's countries of immigration are where
    they live; between two of these ("Dutch-German"), or of others, nothing is known.
    """
    if not of.people or _RESIDENCES & set(of.codes):
        return False
    return any(
        other.people
        and not _RESIDENCES.isdisjoint(other.codes)
        and of.text[min(of.end, other.end) : max(of.start, other.start)] in ("-", " ")
        and _PERSONS.match(of.text, max(of.end, other.end)) is not None
        for other in named
    )


def _is_a_minority(of: Mention, named: Sequence[Mention]) -> bool:
    """Whether a people is one of the minorities of a country that the text names."""
    if not of.people or not _MINORITIES.search(of.before):
        return False
    return any(other.kind == "country" and not other.people and of.codes != other.codes for other in named)


def _is_the_state_of_a_territory(of: Mention, named: Sequence[Mention]) -> bool:
    if len(named) < 2:
        return False
    countries = [NamedCountry(each.start, each.end, each.codes) for each in named]
    return any(state.start == of.start for state in states_of_territories(of.text, countries))


def _is_in_a_country_beside_it(of: Mention, named: Sequence[Mention]) -> bool:
    """Whether a part of a country shares its name with a place in another country that the text names."""
    if of.kind != "part" or len(named) < 2 or len(of.codes) != 1:
        return False
    certain = {code for other in named if other.words != of.words and len(other.codes) == 1 for code in other.codes}
    if of.codes[0] in certain:
        return False
    entry = gazetteer.look_up(fold_phrase(of.words))
    return entry is not None and not certain.isdisjoint(entry.codes)


GUARDS: tuple[Guard, ...] = (
    Guard(
        name="people that live elsewhere",
        facet="country_codes",
        leaves_out="peoples that are stated to live in another country",
        example=Example({"title": "Surinamese women in Rotterdam"}, ["NL"]),
        counter=Example({"title": "Surinamese women in Paramaribo"}, ["SR"]),
        holds=_lives_elsewhere,
    ),
    Guard(
        name="origin of immigrants",
        facet="country_codes",
        leaves_out="peoples before the people of a country of immigrants",
        example=Example({"title": "Diaries of Jamaican Canadians"}, ["CA"]),
        counter=Example({"title": "Diaries of Jamaicans, Canadians"}, ["CA", "JM"]),
        holds=_is_origin_of_immigrants,
    ),
    Guard(
        name="origin beside a residence",
        facet="country_codes",
        leaves_out="peoples joined to that of the country where their children live",
        example=Example({"description": "Diaries of Turkish-Dutch mothers"}, ["NL"]),
        counter=Example({"description": "Diaries of Turkish-Dutch treaties"}, ["NL", "TR"]),
        holds=_is_origin_beside_a_residence,
    ),
    Guard(
        name="minorities of a country",
        facet="country_codes",
        leaves_out="peoples that are minorities of a country which the text names",
        example=Example({"description": "Ethnic minorities in Norway: Chilean and others"}, ["NO"]),
        counter=Example({"description": "Sailors of Norway: Chilean and others"}, ["CL", "NO"]),
        holds=_is_a_minority,
    ),
    Guard(
        name="state of a territory",
        facet="country_codes",
        leaves_out="states that only say whose a territory is",
        example=Example({"title": "Harbours of Taiwan, China"}, ["TW"]),
        counter=Example({"title": "Harbours of Hong Kong, Japan and China"}, ["CN", "HK", "JP"]),
        holds=_is_the_state_of_a_territory,
    ),
    Guard(
        name="part of a country named beside it",
        facet="country_codes",
        leaves_out="parts that share their name with a place in another country which the text names",
        example=Example({"description": "Camps in Norfolk and elsewhere in the United States."}, ["US"]),
        counter=Example({"description": "Camps in Norfolk and elsewhere in Norway."}, ["GB", "NO"]),
        holds=_is_in_a_country_beside_it,
    ),
)

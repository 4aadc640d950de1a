"""Places named in prose: titles, descriptions, populations, names of series.

A country counts by its name or by a word for its people, a part of a country where words around it show that it is a
place, and a large city where it is asked for. Guards leave out what is named for something else than where the people
studied are: names of organisations and persons, languages (`guards_of_names`), what the context shows to be elsewhere
(`place_context`), and what other names beside it explain (`guards_of_peoples`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.enrich.places import gazetteer, guards_of_names, guards_of_peoples, place_context
from pipeline.enrich.places.codes_of_places import place_of_code
from pipeline.enrich.places.place_finding import PlaceFinding
from pipeline.enrich.places.place_mention import Mention
from pipeline.enrich.rules import Guard, is_left_out
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.record import Role, Statement

_OF_EVERY_NAME = (place_context.ORIGIN, *guards_of_names.OF_EVERY_NAME)
_OF_NAMES = (*_OF_EVERY_NAME, *guards_of_names.OF_NAMES, *place_context.GUARDS)
GUARDS: tuple[Guard, ...] = (*_OF_NAMES, *guards_of_peoples.GUARDS, *guards_of_names.IN_FIELDS)
"""All guards of places."""

_CAPITALISED = r"(?P<name>[^\W\d_a-z][^\W\d_]{2,}(?:[ -][^\W\d_a-z][^\W\d_]*){0,2})"
_CITY_IN_TITLE = re.compile(rf"(?<![\w-]){_CAPITALISED}")
_IN_CITY = rf"{alternatives('places_in_prose', 'in')}\s{_CAPITALISED}"
_CITY_AT_START = re.compile(_IN_CITY)
_CITY_IN_PROSE = re.compile(rf"[\s(\[\"'’„“«,;/]{_IN_CITY}")
"""It begins with a set of characters: `re` finds these fast."""
_OR = alternatives("place_context", "conjunction")
_CITY_LISTED = re.compile(rf"(?:,\s(?:{_OR}\s)?|\s(?:{_OR}|&)\s){_CAPITALISED}")
_NAMED_AFTER_CITY = re.compile(
    rf"(?:['’]s)?\s(?:\w[\w'’-]*\s){{0,4}}?{alternatives('places_in_prose', 'named_after_city')}\b"
)
_CITED = re.compile(r"\set al|\s*\(\d{4}|,?\s(?:19|20)\d\d[a-z]?\s?[);]")
_LETTERS = re.compile(r"[^\W\d_]+")
_CODED = r"(?P<name>[^\W\d_a-z][\w'’.-]*(?:\s[^\W\d_][\w'’.-]*){0,3})\s\((?P<code>[A-Z]{2,3})\)"
_TWO_CODES = re.compile(r"\([A-Z]{2,3}\)[,;]?\s[^()]{3,60}\s\([A-Z]{2,3}\)")
_CODED_PLACE = re.compile(_CODED)
_LIST_OF_CODED = re.compile(
    rf"{re.sub('[?]P<[a-z]+>', '?:', _CODED)}(?:[,;]?\s(?:\w{{1,3}}\s|&\s)?{re.sub('[?]P<[a-z]+>', '?:', _CODED)})+"
)


def countries_in_prose(statement: Statement) -> Iterator[PlaceFinding]:
    """Countries, regions and peoples named in prose, in order."""
    language = detect_language(statement.text, statement.language) or statement.language
    named = list(_named(statement.text, language, in_title=statement.role is Role.TITLE))
    for mention in named:
        if not is_left_out(guards_of_peoples.GUARDS, mention, named):
            yield PlaceFinding(mention.kind, mention.codes, statement, mention.words)
            if mention.kind == "part":
                yield from _cities_listed_after(statement, mention)
    yield from _coded(statement)


def _cities_listed_after(statement: Statement, part: Mention) -> Iterator[PlaceFinding]:
    """Large cities in a list that begins with a part of a country: "in Kent and Rotterdam"."""
    listed = _CITY_LISTED.match(part.text, part.end)
    while listed is not None:
        cities = list(_city(part.text, listed.start("name"), listed.end("name"), in_title=part.in_title))
        yield from (PlaceFinding("part", city.codes, statement, city.words) for city in cities)
        listed = _CITY_LISTED.match(part.text, cities[0].end) if cities else None


def cities_in_prose(statement: Statement) -> Iterator[PlaceFinding]:
    """Large cities in a title, and in other prose those after "in"."""
    in_title = statement.role is Role.TITLE
    in_text = _CITY_IN_TITLE.finditer(statement.text) if in_title else _after_in(statement.text)
    for found in in_text:
        if not _CITED.match(statement.text, found.end()):
            for city in _city(statement.text, found.start("name"), found.end("name"), in_title=in_title):
                yield PlaceFinding("part", city.codes, statement, city.words)


def _after_in(text: str) -> Iterator[re.Match[str]]:
    """Capitalised words after "in", and those of a list that begins there: "in Leiden, Rome and Jakarta"."""
    at_start = _CITY_AT_START.match(text)
    for first in (*([at_start] if at_start else []), *_CITY_IN_PROSE.finditer(text)):
        listed: re.Match[str] | None = first
        while listed is not None:
            yield listed
            city = _city_name(listed["name"])
            listed = _CITY_LISTED.match(text, listed.start("name") + city.length) if city else None


def _city(text: str, start: int, end: int, *, in_title: bool) -> Iterator[Mention]:
    """The large city that capitalised words begin with; not where something is named after it."""
    if found := _city_name(text[start:end]):
        city = Mention(text, start, start + found.length, "part", (found.country,), people=False, in_title=in_title)
        if not is_left_out(_OF_EVERY_NAME, city) and not _NAMED_AFTER_CITY.match(text, city.end):
            yield city


class _CityName(NamedTuple):
    """The country of a large city, and the characters of its name."""

    country: str
    length: int


@remembered
def _city_name(words: str) -> _CityName | None:
    """The longest name of a large city that words begin with."""
    for last in reversed(list(_LETTERS.finditer(words))):
        name = fold_phrase(words[: last.end()])
        entry = gazetteer.look_up(name)
        if entry is not None and entry.large_city and name not in gazetteer.also_words():
            return _CityName(entry.codes[0], last.end())
    return None


def _named(text: str, language: str | None, *, in_title: bool) -> Iterator[Mention]:
    """Each name that counts as a place where the people are, as far as its own context tells."""
    for match in gazetteer.names_in(text, language):
        place, words = match.value, text[match.start : match.end]
        if not place.in_prose or not _is_written_as_name(place, words):
            continue
        people = place.kind == "demonym" or (place.lower_case and words.islower())
        mention = Mention(text, match.start, match.end, place.kind, place.codes, people=people, in_title=in_title)
        if not is_left_out(_OF_NAMES, mention):
            yield mention


def _is_written_as_name(place: gazetteer.Place, words: str) -> bool:
    """Whether words are written as names are: with a capital, abbreviations in capitals."""
    if place.capitals_only:
        return words.isupper()
    return place.lower_case or not words.islower()


def _coded(statement: Statement) -> Iterator[PlaceFinding]:
    """The countries of a list of places with their codes: "Halle (DE), Silesia (PL) and Istria (HR)"."""
    if not _TWO_CODES.search(statement.text):
        return
    for listed in _LIST_OF_CODED.finditer(statement.text):
        coded = list(_CODED_PLACE.finditer(listed.group()))
        places = [place_of_code(each["code"]) for each in coded]
        if all(places) and not any(_is_abbreviated(each["name"], each["code"]) for each in coded):
            for each, place in zip(coded, places, strict=True):
                if place and not place.is_region:
                    yield PlaceFinding("country", place.codes, statement, each.group())


def _is_abbreviated(name: str, code: str) -> bool:
    """Whether letters are those that the last words begin with: "Human Resources (HR)"."""
    words: Sequence[str] = name.split()[-len(code) :]
    return "".join(word[0].upper() for word in words) == code

"""Places named in prose: titles, descriptions, populations, names of series.

A country counts by its name or by a word for its people, a part of a country where words around it show that it is a
place, and a large city where it is asked for. A name does not count inside the name of an organisation or a person,
for a language, or where the context shows that the people studied are elsewhere (`place_context`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_context import come_from, is_elsewhere, lives_in
from pipeline.enrich.places.place_finding import PlaceFinding
from pipeline.enrich.places.territories import NamedCountry, states_of_territories
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.record import Role, Statement


def _any(name: str) -> str:
    return alternatives("places_in_prose", name)


_WORD = r"\w[\w'’-]*"
"""Texts of records have one blank between words."""
_CAPITALISED_WORD = r"[^\W\d_a-z]\w*"
_ORGANISATION_BEFORE = re.compile(
    rf"{_any('organisation_of')}\s(?:of|for|van|voor|de|der|für)\s(?:{_WORD}\sof\s)?(?:the\s)?\Z", re.IGNORECASE
)
_ORGANISATION_AFTER = re.compile(
    rf"\.?\s(?:{_CAPITALISED_WORD}\s(?:(?:and|&|of|for)\s)?){{0,4}}{_any('organisation_after')}\b"
)
_FUNDED = re.compile(rf"\b{_any('funded')}\b[^.]{{0,80}}\Z", re.IGNORECASE)
_LANGUAGE_BEFORE = re.compile(
    rf"\b{_any('language_before')}\s(?:{_WORD}\s)?(?:(?:(?-i:{_CAPITALISED_WORD}),?|and|or|und|en|et|ja|och|og|y|e)\s){{0,4}}\Z",
    re.IGNORECASE,
)
_SURE_LANGUAGE_BEFORE = re.compile(rf"\b{_any('sure_language_before')}\s\Z")
_LANGUAGE_AFTER = re.compile(_any("language_after"), re.IGNORECASE)
_OF_LANGUAGE = re.compile(_any("of_language"), re.IGNORECASE)
_AFFILIATION_BEFORE = re.compile(
    rf"(?:\A|[.,;:(\n])\s*(?:(?:{_CAPITALISED_WORD}\s){{1,4}}{_any('organisation_after')}\b"
    rf"|{_any('organisation_after')}\s(?:(?:of|for|voor|van|für|de)\b|[^\W\d_a-z]))[^.;\n]{{0,50}},\s*(?:the\s)?\Z"
)
"""An author's affiliation before its country: "Example University, Leiden, the Netherlands"."""
_PERSON_BEFORE = re.compile(_any("person_before"))
_FIRST_SEEN = re.compile(rf"\b{_any('first_seen')}[^.]{{0,60}}\Z", re.IGNORECASE)
"""States that a disease was first seen somewhere; the people studied need not be there."""
_NUMBERED = re.compile(r"-\d")
_CAPITALISED = r"(?P<name>[^\W\d_a-z][^\W\d_]{2,}(?:[ -][^\W\d_a-z][^\W\d_]*){0,2})"
_CITY_IN_TITLE = re.compile(rf"(?<![\w-]){_CAPITALISED}")
_CITY_IN_PROSE = re.compile(rf"(?<!\w){_any('in')}\s{_CAPITALISED}")
_NAMED_AFTER_CITY = re.compile(rf"(?:['’]s)?\s(?:{_WORD}\s){{0,4}}?{_any('named_after_city')}\b")
_CITED = re.compile(r"\set al|\s*\(\d{4}")
_HYPHENATED = re.compile(r"-[^\W\d_A-Z]")
_THE = re.compile(r"\b[Tt]he\s\Z")
_CAPITAL = re.compile(r"\s[A-Z][a-z]")
_LETTERS = re.compile(r"[^\W\d_]+")
_PLACE_BEFORE = re.compile(
    rf"\b{_any('place_before')}\s(?:(?:(?:north|south|east|west)\w*|modern|rural|urban)\s)?\Z|[,(;&]\s*\Z",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(_any("place_after"))


def countries_in_prose(statement: Statement) -> Iterator[PlaceFinding]:
    """Countries, regions and peoples named in prose, in order.

    A people that is stated to live in another of these countries is left out: "Polish students in Germany".
    """
    named = list(_named(statement))
    countries = [NamedCountry(start, end, finding.codes) for start, end, finding in named]
    states = {state.start for state in states_of_territories(statement.text, countries)} if len(named) > 1 else set()
    named = [each for each in named if each[0] not in states]
    for at, (_, end, finding) in enumerate(named):
        if finding.kind == "demonym" and at + 1 < len(named):
            start, _, following = named[at + 1]
            in_other_country = following.kind in ("country", "part") and not set(following.codes) & set(finding.codes)
            if in_other_country and lives_in(statement.text[end:start]):
                continue
        yield finding


def cities_in_prose(statement: Statement) -> Iterator[PlaceFinding]:
    """Large cities in a title, and in other prose those after "in"."""
    pattern = _CITY_IN_TITLE if statement.role is Role.TITLE else _CITY_IN_PROSE
    for found in pattern.finditer(statement.text):
        if not _CITED.match(statement.text, found.end()):
            yield from _city(statement, found.start("name"), found.end("name"))


def _city(statement: Statement, start: int, end: int) -> Iterator[PlaceFinding]:
    """The large city that capitalised words begin with, by its longest name; not where something is named after it."""
    text = statement.text
    words = list(_LETTERS.finditer(text, start, end))
    for count in range(len(words), 0, -1):
        end = words[count - 1].end()
        name = fold_phrase(text[start:end])
        entry = gazetteer.look_up(name)
        if entry is not None and entry.large_city and name not in gazetteer.also_words():
            if not _is_about_something_else(text, start, end) and not _NAMED_AFTER_CITY.match(text, end):
                yield PlaceFinding("part", entry.codes[:1], statement, text[start:end])
            return


def _named(statement: Statement) -> Iterator[tuple[int, int, PlaceFinding]]:
    """Each name that counts as a place where the people are: its start, its end, and the finding."""
    text, in_title = statement.text, statement.role is Role.TITLE
    for match in gazetteer.country_names().find(text):
        place, words = match.value, text[match.start : match.end]
        if not place.in_prose or not _is_written_as_name(place, words):
            continue
        if _is_about_something_else(text, match.start, match.end):
            continue
        people = place.kind == "demonym" or (place.lower_case and words.islower())
        if people:
            counts = not _is_language(text, match.start, match.end)
        elif place.kind == "part" and (not in_title or fold_phrase(words) in gazetteer.also_words()):
            counts = (
                _PLACE_BEFORE.search(text, max(0, match.start - 40), match.start) is not None
                or _PLACE_AFTER.match(text, match.end) is not None
            )
        else:
            counts = True
        if not counts or (place.kind == "part" and _is_no_part(text, match.start, match.end, place.codes)):
            continue
        if place.kind == "region" or not is_elsewhere(text, match.start, match.end, people=people, title=in_title):
            yield match.start, match.end, PlaceFinding(place.kind, place.codes, statement, words)


def _is_no_part(text: str, start: int, end: int, codes: tuple[str, ...]) -> bool:
    """Whether a part of a country is only the beginning of another name, an author, or a thing's name."""
    return _is_author_or_thing(text, start, end) or gazetteer.is_part_of_longer_name(text, start, end, codes)


def _is_author_or_thing(text: str, start: int, end: int) -> bool:
    """Whether a name is a cited author's, a part of a word, or a thing's: "Porto-sinusoidal", "the Chiba Needle"."""
    if _CITED.match(text, end) or _HYPHENATED.match(text, end):
        return True
    return _THE.search(text, max(0, start - 5), start) is not None and _CAPITAL.match(text, end) is not None


def _is_written_as_name(place: gazetteer.Place, words: str) -> bool:
    """Whether words are written as names are: with a capital, abbreviations in capitals."""
    if place.capitals_only:
        return words.isupper()
    return place.lower_case or not words.islower()


def _is_language(text: str, start: int, end: int) -> bool:
    """Whether a word for a people stands for its language: "speakers of Dutch"."""
    if _OF_LANGUAGE.match(text, end):
        return True
    if _SURE_LANGUAGE_BEFORE.search(text, max(0, start - 20), start):
        return True
    before = _LANGUAGE_BEFORE.search(text, max(0, start - 40), start)
    return before is not None and _LANGUAGE_AFTER.match(text, end) is not None


def _is_about_something_else(text: str, start: int, end: int) -> bool:
    """Whether a place is named for something else than where the people studied are.

    It is part of the name of a person or an organisation, an affiliation, a funder's country, a place that people
    left or where a disease was first seen, or is followed by a number.
    """
    before = text[max(0, start - 120) : start]
    return bool(
        _PERSON_BEFORE.search(before)
        or come_from(text, start)
        or _AFFILIATION_BEFORE.search(before)
        or _ORGANISATION_BEFORE.search(before)
        or _FUNDED.search(before)
        or _FIRST_SEEN.search(before)
        or _NUMBERED.match(text, end)
        or _ORGANISATION_AFTER.match(text, end)
    )

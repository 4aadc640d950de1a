"""Countries and regions that the data are about.

A field about places outranks the title, the title outranks the description, this the name of the series. In a field
about places every name counts, also a city's; in prose a country counts by its name or its people, never as part of an
organisation's name, and a large city where nothing else is named.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_context import come_from, is_elsewhere, lives_in
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import LONGEST_TEXT, spans, tokens
from pipeline.model.codes import country_of_code
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated
from pipeline.model.text import fold

_SEGMENTS = re.compile(r"[^,;|\n()\[\]/:]+")


def _any(name: str) -> str:
    return alternatives("countries", name)


_ORGANISATION_BEFORE = re.compile(
    rf"{_any('organisation_of')}\s+(?:of|for|van|voor|de|der|für)\s+(?:\w+\s+of\s+)?(?:the\s+)?\Z", re.IGNORECASE
)
_ORGANISATION_AFTER = re.compile(rf"\.?\s+(?:[A-Z]\w+\s+(?:(?:and|&|of|for)\s+)?){{0,4}}{_any('organisation_after')}\b")
_FUNDED = re.compile(rf"\b{_any('funded')}\b[^.]{{0,80}}\Z", re.IGNORECASE)
_LANGUAGE_BEFORE = re.compile(
    rf"\b{_any('language_before')}\s+(?:\w+\s+)?(?:(?:(?-i:[^\W\d_a-z])\w+,?|and|or|und|en|et|ja|och|og|y|e)\s+){{0,4}}\Z",
    re.IGNORECASE,
)
_SURE_LANGUAGE_BEFORE = re.compile(rf"\b{_any('sure_language_before')}\s+\Z")
_LANGUAGE_AFTER = re.compile(_any("language_after"), re.IGNORECASE)
_AFFILIATION_BEFORE = re.compile(
    rf"(?:\A|[.,;:(\n])\s*(?:(?:[^\W\d_a-z]\w+\s+){{1,4}}{_any('organisation_after')}\b"
    rf"|{_any('organisation_after')}\s+(?:(?:of|for|voor|van|für|de)\b|[^\W\d_a-z]))[^.;\n]{{0,50}},\s*(?:the\s+)?\Z"
)
"""An institution that stands for itself, as an author's does: "Example University, Leiden, the Netherlands"."""
_PERSON_BEFORE = re.compile(_any("person_before"))
_OF_LANGUAGE = re.compile(_any("of_language"), re.IGNORECASE)
_CAPITALISED = r"(?P<name>[^\W\d_a-z][^\W\d_]{2,}(?:[ -][^\W\d_a-z][^\W\d_]+){0,2})(?!\s+et al|\s*\(\d{4})"
_CITY_OF_TITLE = re.compile(rf"(?<![\w-]){_CAPITALISED}")
_CITY_OF_PROSE = re.compile(rf"(?<!\w){_any('in')}\s+{_CAPITALISED}")
_CALLED_AFTER_CITY = re.compile(rf"(?:['’]s)?\s+(?:[\w-]+\s+){{0,4}}?{_any('called_after_city')}\b")
_CITED = re.compile(r"\s+et al|\s*\(\d{4}")
_GOES_ON = re.compile(r"-[^\W\d_A-Z]")
_THE = re.compile(r"\b[Tt]he\s+\Z")
_CAPITAL = re.compile(r"\s+[A-Z][a-z]")
_FIRST_SEEN = re.compile(rf"\b{_any('first_seen')}\b[^.]{{0,60}}\Z", re.IGNORECASE)
"""That a disease was first seen somewhere, which those studied need not be."""
_NUMBERED = re.compile(r"-\d")
_WORD_OF_NAME = re.compile(r"[^\W\d_]+")
_PLACE_BEFORE = re.compile(
    rf"\b{_any('place_before')}\s+(?:the\s+|de\s+|het\s+|der\s+|den\s+)?"
    r"(?:[a-z]+ern\s+|north\w*\s+|rural\s+|urban\s+)?\Z|[,(;&]\s*\Z",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(_any("place_after"))


class Hit(NamedTuple):
    """A place named in a statement."""

    kind: gazetteer.Kind
    codes: tuple[str, ...]
    statement: Statement
    words: str
    sure: bool = True
    own: bool = False
    """Whether the project's own table names it, and all its countries are meant."""


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`country_codes` (sorted ISO 3166-1 alpha-2) and `regions` (sorted UN M49 codes, `EU`), as far as stated."""
    facets: dict[str, Found] = {}
    for tier in (_of_fields, _of_titles, _of_descriptions, _of_cities, _of_series):
        facets = _facets(list(tier(record))) | facets
        if "country_codes" in facets:
            break
    return facets


def _of_fields(record: StudyRecord) -> list[Hit]:
    hits = [hit for statement in record.having(Role.GEOGRAPHY) for hit in _in_field(statement)]
    return _settled(_as_parts(hits), record) if hits else []


def _as_parts(hits: list[Hit]) -> list[Hit]:
    """The hits; a country's name that a part of another bears too is that part, where all others are of that other."""
    also = [gazetteer.also_parts().get(fold(hit.words)) if hit.kind == "country" else None for hit in hits]
    others = {
        code
        for hit, other in zip(hits, also, strict=True)
        if other is None and hit.kind != "region" and _is_certain(hit)
        for code in hit.codes
    }
    return [
        hit if other is None or others != {other} else hit._replace(kind="part", codes=(other,))
        for hit, other in zip(hits, also, strict=True)
    ]


def _of_titles(record: StudyRecord) -> Iterator[Hit]:
    for statement in record.having(Role.TITLE):
        yield from _in_prose(statement)


def _of_descriptions(record: StudyRecord) -> Iterator[Hit]:
    for statement in record.having(Role.DESCRIPTION, Role.POPULATION):
        yield from _in_prose(statement)


def _of_cities(record: StudyRecord) -> Iterator[Hit]:
    """Large cities in a title, and those in which something is said to be, where no country is named."""
    for statement in record.having(Role.TITLE, Role.DESCRIPTION, Role.POPULATION):
        shape = _CITY_OF_TITLE if statement.role is Role.TITLE else _CITY_OF_PROSE
        for found in shape.finditer(statement.text[:LONGEST_TEXT]):
            yield from _city(statement, found.start("name"), found.end("name"))


def _city(statement: Statement, start: int, end: int) -> Iterator[Hit]:
    """The large city that capitalised words begin with, by its longest name; nothing that is called after it."""
    text = statement.text
    words = list(_WORD_OF_NAME.finditer(text, start, end))
    for count in range(len(words), 0, -1):
        end = words[count - 1].end()
        name = " ".join(fold(word.group()) for word in words[:count])
        known = gazetteer.known(name)
        if known is not None and known.large and name not in gazetteer.also_words():
            if not _is_named_for_else(text, start, end) and not _CALLED_AFTER_CITY.match(text, end):
                yield Hit("part", known.codes[:1], statement, text[start:end])
            return


def _of_series(record: StudyRecord) -> Iterator[Hit]:
    for statement in record.having(Role.SERIES):
        yield from _in_prose(statement)


def _facets(hits: list[Hit]) -> dict[str, Found]:
    facets: dict[str, Found] = {}
    for facet, of_facet in (
        ("country_codes", [hit for hit in hits if hit.kind != "region"]),
        ("regions", [hit for hit in hits if hit.kind == "region"]),
    ):
        codes: dict[str, Evidence] = {}
        for hit in of_facet:
            for code in hit.codes:
                codes.setdefault(code, stated(hit.statement, hit.words))
        if codes:
            facets[facet] = Found(sorted(codes), tuple(dict.fromkeys(codes.values())))
    return facets


def _in_field(statement: Statement) -> Iterator[Hit]:
    """Places in a field about places: codes, countries, parts of countries, cities."""
    text = statement.text
    if statement.code and (country := country_of_code(statement.code)):
        yield Hit("country", (country,), statement, text[:200])
        return
    if country := country_of_code(text):
        yield Hit("country", (country,), statement, text)
        return
    coded: list[tuple[int, int]] = []
    for country, start, end in gazetteer.parts_codes(text):
        coded.append((start, end))
        yield Hit("part", (country,), statement, text[start:end])
    named = list(coded)
    for match in gazetteer.names().find(text):
        words = text[match.start : match.end]
        if (match.value.upper and not words.isupper()) or any(s <= match.start < e for s, e in coded):
            continue
        if not match.value.prose and not match.value.upper and not _is_segment(text, match.start, match.end):
            continue
        named.append((match.start, match.end))
        yield _named(statement, _in_full(match.value, words, text), words)
    named.sort()
    for segment in _SEGMENTS.finditer(text):
        after = bisect_left(named, segment.span())
        beside = named[max(0, after - 1) : after + 1]
        if not any(start < segment.end() and segment.start() < end for start, end in beside):
            yield from _minor(statement, segment.group())


def _is_segment(text: str, start: int, end: int) -> bool:
    """Whether words are the whole of a piece between commas: "Island", not that of "Rhode Island"."""
    return not text[:start].rstrip()[-1:].isalnum() and not text[end:].lstrip()[:1].isalnum()


def _in_full(place: gazetteer.Place, words: str, text: str) -> gazetteer.Place:
    """What a country's name stands for beside a large city of another country that has a part so called (Georgia)."""
    other = gazetteer.also_parts().get(fold(words)) if place.kind == "country" else None
    if other is None:
        return place
    beside = (" ".join(tokens(segment)) for segment in _SEGMENTS.findall(text))
    cities = (city for name in beside if (city := gazetteer.known(name)) is not None and city.large)
    of_other = any(city.codes[0] == other for city in cities)
    return gazetteer.Place("part", (other,)) if of_other else place


def _named(statement: Statement, place: gazetteer.Place, words: str) -> Hit:
    """A place of the table; a part of one country may be a place in others too (London in Canada)."""
    others: list[str] = []
    if place.kind == "part" and len(place.codes) == 1:
        known = gazetteer.known(" ".join(tokens(words)))
        others = [code for code in known.codes if code not in place.codes] if known else []
    return Hit(place.kind, (*place.codes, *others), statement, words, own=not others)


def _minor(statement: Statement, segment: str) -> Iterator[Hit]:
    """Cities and parts of countries in a piece between commas: the whole of it, else its longest known part."""
    found, at = tokens(segment)[:8], spans(segment)
    for length in range(len(found), 0, -1):
        for first in range(len(found) - length + 1):
            name = " ".join(found[first : first + length])
            known = gazetteer.known(name)
            words = segment[at[first][0] : at[first + length - 1][1]]
            if known is None or len(name) < (4 if name.isascii() else 2) or words.islower():
                continue
            whole = length == len(found)
            yield Hit(
                "part",
                known.codes,
                statement,
                words,
                sure=known.sure and (whole or length > 1),
            )
            return


def _settled(hits: list[Hit], record: StudyRecord) -> list[Hit]:
    """The hits, with places of several possible countries settled by the others, or by the prose, or left out."""
    known = {code for hit in hits if _is_certain(hit) for code in hit.codes}
    settled: list[Hit] = []
    unsettled: list[Hit] = []
    for hit in hits:
        if hit.kind != "part" or _is_certain(hit):
            settled.append(hit)
        elif known & set(hit.codes):
            continue
        elif hit.sure:
            settled.append(hit._replace(codes=hit.codes[:1]))
        else:
            unsettled.append(hit)
    if unsettled and not any(hit.kind == "country" for hit in hits):
        told = {
            code
            for hit in [*_of_titles(record), *_of_descriptions(record)]
            if hit.kind != "region"
            for code in hit.codes
        }
        for hit in unsettled:
            agreed = [code for code in hit.codes if code in told]
            if len(agreed) == 1:
                settled.append(hit._replace(codes=(agreed[0],)))
    return settled


def _is_certain(hit: Hit) -> bool:
    """Whether a hit's countries need no second sign."""
    return hit.kind == "country" or (hit.kind == "part" and hit.sure and (len(hit.codes) == 1 or hit.own))


def _in_prose(statement: Statement) -> Iterator[Hit]:
    """Countries and their people in a title or description, save a people that is said to live in another of them."""
    named = list(_named_in_prose(statement))
    for at, (_, end, hit) in enumerate(named):
        if hit.kind == "demonym" and at + 1 < len(named):
            start, _, following = named[at + 1]
            of_land = following.kind in ("country", "part") and not set(following.codes) & set(hit.codes)
            if of_land and lives_in(statement.text[end:start]):
                continue
        yield hit


def _named_in_prose(statement: Statement) -> Iterator[tuple[int, int, Hit]]:
    """Where a country or its people stands in prose, and it, where the words around tell of nothing else."""
    text, in_title = statement.text, statement.role is Role.TITLE
    for match in gazetteer.names().find(text):
        place, words = match.value, text[match.start : match.end]
        if not place.prose or not _is_name(place, words) or _is_named_for_else(text, match.start, match.end):
            continue
        people = place.kind == "demonym" or (place.lower and words.islower())
        if people:
            counts = not _is_language(text, match.start, match.end)
        elif place.kind == "part" and (not in_title or fold(words) in gazetteer.also_words()):
            counts = (
                _PLACE_BEFORE.search(text, max(0, match.start - 40), match.start) is not None
                or _PLACE_AFTER.match(text, match.end) is not None
            )
        else:
            counts = True
        if not counts or (place.kind == "part" and _is_in_a_name(text, match.start, match.end)):
            continue
        if place.kind == "region" or not is_elsewhere(text, match.start, match.end, people=people, title=in_title):
            yield match.start, match.end, Hit(place.kind, place.codes, statement, words)


def _is_in_a_name(text: str, start: int, end: int) -> bool:
    """Whether a place is named by an author, a part of a word, or a thing: "Porto-sinusoidal", "the Chiba Needle"."""
    if _CITED.match(text, end) or _GOES_ON.match(text, end):
        return True
    return _THE.search(text, max(0, start - 5), start) is not None and _CAPITAL.match(text, end) is not None


def _is_name(place: gazetteer.Place, words: str) -> bool:
    """Whether words are written as names are: with a capital, abbreviations in capitals."""
    return words.isupper() if place.upper else place.lower or words != words.lower() or not words[0].isascii()


def _is_language(text: str, start: int, end: int) -> bool:
    """Whether a people's name tells a language: "speakers of Dutch"."""
    if _OF_LANGUAGE.match(text, end):
        return True
    if _SURE_LANGUAGE_BEFORE.search(text, max(0, start - 20), start):
        return True
    spoken = _LANGUAGE_BEFORE.search(text, max(0, start - 40), start)
    return spoken is not None and _LANGUAGE_AFTER.match(text, end) is not None


def _is_named_for_else(text: str, start: int, end: int) -> bool:
    """Whether a place is in the name of a person or an institution, paid, was left, or is where a disease was seen."""
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

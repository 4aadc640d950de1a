"""Places named in a field about places, where every name counts: countries, their parts, cities, and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.enrich.places import gazetteer, guards_of_names
from pipeline.enrich.places.codes_of_places import (
    ADDRESS,
    list_of_codes,
    name_in_address,
    named,
    place_of_address,
    place_of_code,
)
from pipeline.enrich.places.place_finding import NamedPlace, PlaceFinding
from pipeline.enrich.places.place_mention import Mention
from pipeline.enrich.places.territories import NamedCountry, states_of_territories
from pipeline.enrich.rules import is_left_out
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import fold_phrase, spans, tokens
from pipeline.model.record import Statement

_SEGMENTS = re.compile(r"(?:(?!\s[-\u2013]\s|(?<=\s)[-\u2013]\s)[^,;|\n()\[\]/:])+")
"""The pieces of a list of places: "Leiden", "South Holland" and "Netherlands"; in "AT - Ausztria" both."""
_CODE_AFTER = re.compile(r"\s?[(\[](?P<code>[A-Z]{2,3}|\d{3})[)\]]")
_CODE_BEFORE = re.compile(r"(?:\A|[,;|\n])\s*(?P<code>[A-Z]{2,3}|\d{3})(?:\s[-\u2013]|:)\s*\Z")
_ALSO_STATES = re.compile("A[LRZ]|C[AO]|DE|GA|I[DLN]|KY|LA|M[ADENOST]|N[CELU]|P[AE]|S[CDK]|TN|VA|YT")
"""Codes of countries that are also those of states of the USA, or of provinces of Canada."""
_NO_WORD_BEFORE = re.compile(r"(?<!\w\s)")
_NO_WORD_AFTER = re.compile(r"(?!\s?\w)")


def places_in_field(statement: Statement) -> list[PlaceFinding]:
    """The places that a field about places names.

    A code given beside the words, or words that are a code, decide alone. Otherwise the names of the lexicon are
    taken first; a segment that has none of them is looked up in the gazetteer.
    """
    return [
        PlaceFinding(kind, codes, statement, words, sure, all_meant)
        for kind, codes, words, sure, all_meant in _places(
            statement.text, statement.code or "", statement.language or ""
        )
    ]


@remembered
def _places(text: str, code: str, language: str) -> tuple[NamedPlace, ...]:
    for given in (code, text):
        if given and (place := place_of_code(given) or place_of_address(given)):
            return (named(place, text[:200]),)
    return tuple(list_of_codes(text)) or (*_by_address(text, language), *_named(_without_addresses(text), language))


def _by_address(text: str, language: str) -> Iterator[NamedPlace]:
    """The places that addresses in the text stand for."""
    for address in map(re.Match.group, ADDRESS.finditer(text)):
        if place := place_of_address(address):
            yield named(place, address)
        elif name := name_in_address(address):
            yield from (found._replace(words=address) for found in _named(name, language))


def _without_addresses(text: str) -> str:
    """The text with blanks in place of addresses: what they are made of names no place."""
    return ADDRESS.sub(lambda found: " " * len(found.group()), text)


def _named(text: str, language: str) -> Iterator[NamedPlace]:
    """The places of a text without addresses: by codes, by the lexicon, and by the gazetteer where neither has any."""
    in_names = bytearray(len(text))  # 1 for each character of a code or name
    for country, start, end in gazetteer.subdivision_codes(text):
        in_names[start:end] = b"\1" * (end - start)
        yield NamedPlace("part", (country,), text[start:end])
    matches = [match for match in gazetteer.names_in(text, language) if _counts(match, text, in_names)]
    countries = [NamedCountry(match.start, match.end, match.value.codes) for match in matches]
    states = {state.start for state in states_of_territories(text, countries)} if len(countries) > 1 else set()
    for match in matches:
        words, place = text[match.start : match.end], _beside_city(match.value, text[match.start : match.end], text)
        in_names[match.start : match.end] = b"\1" * len(words)
        coded = _coded(text, match.start, match.end, place.codes) if place.kind == "part" else None
        if match.start not in states:
            yield coded or _of_lexicon(place, words)
    for segment in _SEGMENTS.finditer(text):
        if not any(in_names[segment.start() : segment.end()]):
            found = list(_of_gazetteer(segment.group()))
            coded = _coded(text, segment.start(), segment.end(), [code for each in found for code in each.codes])
            yield from [coded] if coded else found


def _counts(match: Match[gazetteer.Place], text: str, in_codes: bytearray) -> bool:
    """Whether a name of the lexicon is one: an abbreviation in capitals, a word of other meaning as a whole segment."""
    place = match.value
    if in_codes[match.start] or (place.capitals_only and not text[match.start : match.end].isupper()):
        return False
    if place.kind == "part" and gazetteer.is_part_of_longer_name(text, match.start, match.end, place.codes):
        return False
    people = place.kind == "demonym"
    mention = Mention(text, match.start, match.end, place.kind, place.codes, people=people, in_title=False)
    if is_left_out(guards_of_names.IN_FIELDS, mention):
        return False
    return place.in_prose or place.capitals_only or _is_segment(text, match.start, match.end)


def _coded(text: str, start: int, end: int, codes: Sequence[str]) -> NamedPlace | None:
    """A name that is not a country's, by the code beside it: "Ausztria (AT)", "AT - Ausztria".

    Where the name may be that of a place in the United States or Canada (`codes`), the code may be that of a state:
    "Springfield (IL)".
    """
    words = text[start:end].strip()
    found = _CODE_AFTER.match(text, end) or _CODE_BEFORE.search(text[:start])
    if not words or found is None or (_ALSO_STATES.fullmatch(found["code"]) and not {"US", "CA"}.isdisjoint(codes)):
        return None
    place = place_of_code(found["code"])
    return named(place, words) if place else None


def _is_segment(text: str, start: int, end: int) -> bool:
    """Whether words are a whole segment: "Island" by itself, not that of "Rhode Island"."""
    return bool(_NO_WORD_BEFORE.match(text, start) and _NO_WORD_AFTER.match(text, end))


def _beside_city(place: gazetteer.Place, words: str, text: str) -> gazetteer.Place:
    """The place; a country that shares its name with a part of another is that part beside a large city of the other.

    Example: "Atlanta, Georgia".
    """
    other = gazetteer.country_of_namesake_part().get(fold_phrase(words)) if place.kind == "country" else None
    if other is None:
        return place
    segments = map(fold_phrase, _SEGMENTS.findall(text))
    entries = (entry for name in segments if (entry := gazetteer.look_up(name)) is not None and entry.large_city)
    is_part = any(entry.codes[0] == other for entry in entries)
    return gazetteer.Place("part", (other,)) if is_part else place


def _of_lexicon(place: gazetteer.Place, words: str) -> NamedPlace:
    """A place of the lexicon; a part of one country may share its name with places in others (London in Canada)."""
    others: list[str] = []
    if place.kind == "part" and len(place.codes) == 1:
        entry = gazetteer.look_up(fold_phrase(words))
        others = [code for code in entry.codes if code not in place.codes] if entry else []
    return NamedPlace(place.kind, (*place.codes, *others), words, all_meant=not others)


def _of_gazetteer(segment: str) -> Iterator[NamedPlace]:
    """The city or part of a country that a segment names: as a whole, else by its longest part with an entry."""
    words, offsets = tokens(segment)[:8], spans(segment)
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            name = " ".join(words[first : first + length])
            entry = gazetteer.look_up(name)
            written = segment[offsets[first][0] : offsets[first + length - 1][1]]
            if entry is None or (name.isascii() and len(name) < 4) or written.islower():
                continue
            whole = length == len(words) or length > 1
            yield NamedPlace("part", entry.codes, written, sure=entry.sure and whole)
            return

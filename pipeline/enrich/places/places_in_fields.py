"""Places named in a field about places, where every name counts: countries, their parts, cities, and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_finding import NamedPlace, PlaceFinding
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import fold_phrase, spans, tokens
from pipeline.model.codes import country_of_code
from pipeline.model.record import Statement

_SEGMENTS = re.compile(r"[^,;|\n()\[\]/:]+")
"""The pieces of a list of places: "Leiden", "South Holland" and "Netherlands"."""
_NO_WORD_BEFORE = re.compile(r"(?<!\w\s)")
_NO_WORD_AFTER = re.compile(r"(?!\s?\w)")


def places_in_field(statement: Statement) -> list[PlaceFinding]:
    """The places that a field about places names.

    A code given beside the words, or words that are a code, decide alone. Otherwise the names of the lexicon are
    taken first; a segment that has none of them is looked up in the gazetteer.
    """
    return [
        PlaceFinding(kind, codes, statement, words, sure, all_meant)
        for kind, codes, words, sure, all_meant in _places(statement.text, statement.code or "")
    ]


@remembered
def _places(text: str, code: str) -> tuple[NamedPlace, ...]:
    if code and (country := country_of_code(code)):
        return (NamedPlace("country", (country,), text[:200]),)
    if country := country_of_code(text):
        return (NamedPlace("country", (country,), text),)
    return tuple(_named(text))


def _named(text: str) -> Iterator[NamedPlace]:
    codes: list[range] = []
    in_names = bytearray(len(text))  # 1 for each character of a code or name
    for country, start, end in gazetteer.subdivision_codes(text):
        codes.append(range(start, end))
        words = text[start:end]
        in_names[start:end] = b"\1" * len(words)
        yield NamedPlace("part", (country,), words)
    for match in gazetteer.country_names().find(text):
        place, words = match.value, text[match.start : match.end]
        if (place.capitals_only and not words.isupper()) or any(match.start in code for code in codes):
            continue
        if not place.in_prose and not place.capitals_only and not _is_segment(text, match.start, match.end):
            continue
        in_names[match.start : match.end] = b"\1" * len(words)
        yield _of_lexicon(_beside_city(place, words, text), words)
    for segment in _SEGMENTS.finditer(text):
        if not any(in_names[segment.start() : segment.end()]):
            yield from _of_gazetteer(segment.group())


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
            whole = length == len(words)
            yield NamedPlace("part", entry.codes, written, sure=entry.sure and (whole or length > 1))
            return

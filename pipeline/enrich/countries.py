"""Countries and regions that the data are about.

A field about places outranks the title, the title outranks the description. In a field about places every name counts,
also a city's; in prose a country counts by its name or its people, never as part of an organisation's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.enrich import places
from pipeline.enrich.words import fold, tokens
from pipeline.record import Evidence, Found, Role, Statement, StudyRecord, stated

_SEGMENTS = re.compile(r"[^,;|\n()\[\]/:]+")
_PARENTHESIS_COUNT = re.compile(r"\(\d+\)")
_ORGANISATION_BEFORE = re.compile(
    r"(?:universit\w*|institut\w*|minist\w*|bank|college|council|office|museum|archiv\w*|academy|school|"
    r"association|society|department|bureau|agency|centre|center|foundation|stichting|hospital|library|"
    r"organi[sz]ation|commission|authority|press|journal|trust|federation|union|board|service)\s+(?:of|for|in|van|voor|de|der|für)"
    r"\s+(?:the\s+)?\Z",
    re.IGNORECASE,
)
_ORGANISATION_AFTER = re.compile(
    r"\s+(?:[A-Z]\w+\s+){0,4}(?:Universit\w*|Institut\w*|Minist\w*|Bank|College|Council|Office|Museum|Archiv\w*|Academ\w*|"
    r"Association|Society|Department|Bureau|Agency|Foundation|Library|Organi[sz]ation|Commission|Authority|"
    r"Press|Journal|Trust|Federation|Board|Airways|Data Service|Data Archive|Research Council|Standard|Kingdom|Language)\b"
)
_FUNDED = re.compile(
    r"(?:fund(?:ed|ing)|sponsor\w*|gefinancierd|financed|supported|grant\w*|published)\b[^.]{0,80}\Z", re.IGNORECASE
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|within|across|throughout|from|of|for|at|to|into|between|and|including|outside|around|inside|near|the|or|"
    r"van|uit|naar|binnen|te|heel|aus|nach|von|en|dans|au|aux|du|i|från|til|fra|di|nel|de|del)\s+(?:the\s+|de\s+|het\s+|der\s+|den\s+)?"
    r"(?:[a-z]+ern\s+|north\w*\s+|rural\s+|urban\s+)?\Z|[,(;&]\s*\Z",
    re.IGNORECASE,
)


class Hit(NamedTuple):
    """A place named in a statement."""

    kind: places.Kind
    codes: tuple[str, ...]
    statement: Statement
    words: str
    sure: bool = True


def find(record: StudyRecord) -> dict[str, Found]:
    """`country_codes` (sorted ISO 3166-1 alpha-2) and `regions` (sorted UN M49 codes, `EU`), as far as stated."""
    prose = [*record.having(Role.TITLE), *record.having(Role.DESCRIPTION, Role.POPULATION)]
    for hits in (
        _settled([hit for statement in record.having(Role.GEOGRAPHY) for hit in _in_field(statement)], prose),
        [hit for statement in record.having(Role.TITLE) for hit in _in_prose(statement)],
        [hit for statement in record.having(Role.DESCRIPTION, Role.POPULATION) for hit in _in_prose(statement)],
    ):
        facets = _facets(hits)
        if facets:
            return facets
    return {}


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
    if statement.code and (country := places.country_of_code(statement.code)):
        yield Hit("country", (country,), statement, text[:200])
        return
    if country := places.country_of_code(text):
        yield Hit("country", (country,), statement, text)
        return
    taken: list[tuple[int, int]] = []
    for country, start, end in places.parts_codes(text):
        taken.append((start, end))
        yield Hit("part", (country,), statement, text[start:end])
    for match in places.names().find(text):
        words = text[match.start : match.end]
        if (match.value.upper and not words.isupper()) or any(s <= match.start < e for s, e in taken):
            continue
        taken.append((match.start, match.end))
        yield Hit(match.value.kind, match.value.codes, statement, words)
    for match in places.demonyms().find(text):
        if not any(s <= match.start < e for s, e in taken):
            taken.append((match.start, match.end))
            yield Hit("demonym", match.value.codes, statement, text[match.start : match.end])
    for segment in _SEGMENTS.finditer(text):
        start, end = segment.span()
        if not any(s < end and start < e for s, e in taken):
            yield from _minor(statement, segment.group())


def _minor(statement: Statement, segment: str) -> Iterator[Hit]:
    """Cities and parts of countries in a piece between commas: the whole of it, else its longest known part."""
    found = tokens(segment)[:8]
    gazetteer = places.gazetteer()
    for length in range(len(found), 0, -1):
        for first in range(len(found) - length + 1):
            part = found[first : first + length]
            name = " ".join(token.folded for token in part)
            codes = gazetteer.get(name)
            words = segment[part[0].start : part[-1].end]
            if codes is None or len(name) < 4 or words.islower():
                continue
            whole = length == len(found)
            yield Hit(
                "part",
                tuple(codes.lstrip("!").split()),
                statement,
                words,
                sure=codes[0] == "!" and (whole or length > 1),
            )
            return


def _settled(hits: list[Hit], prose: Iterable[Statement]) -> list[Hit]:
    """The hits, with places of several possible countries settled by the others, or by the prose, or left out."""
    known = {
        code
        for hit in hits
        if hit.kind == "country" or (hit.kind == "part" and hit.sure and len(hit.codes) == 1)
        for code in hit.codes
    }
    settled: list[Hit] = []
    unsettled: list[Hit] = []
    for hit in hits:
        if hit.kind != "part" or (len(hit.codes) == 1 and hit.sure):
            settled.append(hit)
        elif known & set(hit.codes):
            continue
        elif hit.sure:
            settled.append(hit._replace(codes=hit.codes[:1]))
        else:
            unsettled.append(hit)
    if unsettled and not any(hit.kind == "country" for hit in hits):
        told = {
            code for statement in prose for hit in _in_prose(statement) if hit.kind != "region" for code in hit.codes
        }
        for hit in unsettled:
            agreed = [code for code in hit.codes if code in told]
            if len(agreed) == 1:
                settled.append(hit._replace(codes=(agreed[0],)))
    return settled


def _in_prose(statement: Statement) -> Iterator[Hit]:
    """Countries and their people in a title or description, where no organisation is named by them."""
    text = statement.text
    taken: list[tuple[int, int]] = []
    for match in places.names().find(text):
        place = match.value
        words = text[match.start : match.end]
        if place.upper and not words.isupper():
            continue
        if not place.prose or not (words[0].isupper() or not words[0].isascii()):
            continue
        if _of_organisation(text, match.start, match.end):
            continue
        taken.append((match.start, match.end))
        if (
            statement.role is Role.TITLE
            or place.kind != "part"
            or _PLACE_BEFORE.search(text, max(0, match.start - 40), match.start)
        ):
            yield Hit(place.kind, place.codes, statement, words)
    for match in places.demonyms().find(text):
        words = text[match.start : match.end]
        if (
            words[0].isupper()
            and not _of_organisation(text, match.start, match.end)
            and not any(s <= match.start < e for s, e in taken)
        ):
            yield Hit("demonym", match.value.codes, statement, words)


def _of_organisation(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 120) : start]
    return bool(_ORGANISATION_BEFORE.search(before) or _FUNDED.search(before) or _ORGANISATION_AFTER.match(text, end))


__all__ = ["find", "fold"]

"""`country_codes` and `regions`: countries and regions of the world that the data are about.

A field about places outranks the title, this the description and the population, these the name of the series. In a
field about places every name counts, also a city's. In prose a country counts by its name or its people, never as part
of an organisation's name; large cities count where no country is named before the series.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.enrich.code_list import code_list
from pipeline.enrich.places.gazetteer import country_of_namesake_part
from pipeline.enrich.places.place_finding import PlaceFinding
from pipeline.enrich.places.places_in_fields import places_in_field
from pipeline.enrich.places.places_in_prose import cities_in_prose, countries_in_prose
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, stated


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`country_codes` (sorted ISO 3166-1 alpha-2) and `regions` (sorted UN M49 codes, `EU`), as far as stated."""
    facets: dict[str, Found] = {}
    for tier in (_from_fields, _from_titles, _from_descriptions, _from_cities, _from_series):
        facets = _facets(list(tier(record))) | facets
        if "country_codes" in facets:
            break
    return facets


def _from_fields(record: RecordByRole) -> list[PlaceFinding]:
    found = [finding for statement in record.having(Role.GEOGRAPHY) for finding in places_in_field(statement)]
    return _resolved(_with_namesake_parts(found), record) if found else []


def _from_titles(record: RecordByRole) -> Iterator[PlaceFinding]:
    return _in_prose(record, Role.TITLE)


def _from_descriptions(record: RecordByRole) -> Iterator[PlaceFinding]:
    return _in_prose(record, Role.DESCRIPTION, Role.POPULATION)


def _from_cities(record: RecordByRole) -> Iterator[PlaceFinding]:
    for statement in record.having(Role.TITLE, Role.DESCRIPTION, Role.POPULATION):
        yield from cities_in_prose(statement)


def _from_series(record: RecordByRole) -> Iterator[PlaceFinding]:
    return _in_prose(record, Role.SERIES)


def _in_prose(record: RecordByRole, *roles: Role) -> Iterator[PlaceFinding]:
    for statement in record.having(*roles):
        yield from countries_in_prose(statement)


def _facets(found: list[PlaceFinding]) -> dict[str, Found]:
    facets: dict[str, Found] = {}
    for facet, of_facet in (
        ("country_codes", [finding for finding in found if finding.kind != "region"]),
        ("regions", [finding for finding in found if finding.kind == "region"]),
    ):
        codes: dict[str, Evidence] = {}
        for finding in of_facet:
            for code in finding.codes:
                codes.setdefault(code, stated(finding.statement, finding.words))
        if codes:
            facets[facet] = code_list(codes)
    return facets


def _with_namesake_parts(found: list[PlaceFinding]) -> list[PlaceFinding]:
    """The findings, with a name of a country that is also a part of another country read as that part.

    This is so where all other places are in the other country: "Georgia" beside "Alabama".
    """
    others = [_namesake(finding.words) if finding.kind == "country" else None for finding in found]
    if not any(others):
        return found
    certain = {
        code
        for finding, other in zip(found, others, strict=True)
        if other is None and finding.is_certain
        for code in finding.codes
    }
    return [
        finding if other is None or certain != {other} else finding._replace(kind="part", codes=(other,))
        for finding, other in zip(found, others, strict=True)
    ]


@remembered
def _namesake(words: str) -> str | None:
    """The country that has a part of this name."""
    return country_of_namesake_part().get(fold_phrase(words))


def _resolved(found: list[PlaceFinding], record: RecordByRole) -> list[PlaceFinding]:
    """The findings, with one country chosen for each ambiguous place.

    An ambiguous place that could be in a country found with certainty adds nothing. Otherwise the most likely country
    is taken if the finding is sure. What is left is resolved by the countries named in title and description, if no
    field names a country and exactly one of them fits; if not, it is left out.
    """
    certain = {code for finding in found if finding.is_certain for code in finding.codes}
    resolved: list[PlaceFinding] = []
    unresolved: list[PlaceFinding] = []
    for finding in found:
        if finding.kind != "part" or finding.is_certain:
            resolved.append(finding)
        elif certain & set(finding.codes):
            continue
        elif finding.sure:
            resolved.append(finding._replace(codes=finding.codes[:1]))
        else:
            unresolved.append(finding)
    if unresolved and not any(finding.kind == "country" for finding in found):
        in_prose = {code for finding in [*_from_titles(record), *_from_descriptions(record)] for code in finding.codes}
        for finding in unresolved:
            agreed = [code for code in finding.codes if code in in_prose]
            if len(agreed) == 1:
                resolved.append(finding._replace(codes=(agreed[0],)))
    return resolved

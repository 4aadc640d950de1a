"""`country_codes` and `regions`: countries and regions of the world that the data are about.

A field about places outranks the title, this the description and the population, these the name of the series. In a
field about places every name counts, also a city's. In prose a country counts by its name or its people, never as part
of an organisation's name; large cities count where no country is named before the series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.enrich.code_list import code_list
from pipeline.enrich.places.gazetteer import Place, country_names, country_of_namesake_part
from pipeline.enrich.places.place_finding import PlaceFinding
from pipeline.enrich.places.places_in_fields import places_in_field
from pipeline.enrich.places.places_in_prose import GUARDS as GUARDS_IN_PROSE
from pipeline.enrich.places.places_in_prose import cities_in_prose, countries_in_prose
from pipeline.enrich.rules import Example, Guard, Rule
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, Statement, stated


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`country_codes` (sorted ISO 3166-1 alpha-2) and `regions` (sorted UN M49 codes, `EU`), as far as stated."""
    facets: dict[str, Found] = {}
    for rule in RULES:
        facets = rule.apply(record) | facets
        if "country_codes" in facets:
            break
    return facets


def _of_fields(record: RecordByRole) -> dict[str, Found]:
    found = [finding for statement in record.having(Role.GEOGRAPHY) for finding in places_in_field(statement)]
    return _facets(_resolved(_with_namesake_parts(found), record)) if found else {}


def _of_titles(record: RecordByRole) -> dict[str, Found]:
    return _facets(_in_prose(record, Role.TITLE))


def _of_descriptions(record: RecordByRole) -> dict[str, Found]:
    return _facets(_in_prose(record, Role.DESCRIPTION, Role.POPULATION))


def _of_cities(record: RecordByRole) -> dict[str, Found]:
    of = record.having(Role.TITLE, Role.DESCRIPTION, Role.POPULATION)
    return _facets(finding for statement in of for finding in cities_in_prose(statement))


def _of_series(record: RecordByRole) -> dict[str, Found]:
    return _facets(_in_prose(record, Role.SERIES))


def _of_exchanged_fields(record: RecordByRole) -> dict[str, Found]:
    """Depositors exchange the fields of places and of periods: what names a country is no period."""
    return _facets(finding for statement in record.having(Role.PERIOD) for finding in _whole_countries(statement))


def _of_keywords(record: RecordByRole) -> dict[str, Found]:
    return _facets(finding for statement in record.having(Role.KEYWORD) for finding in _whole_countries(statement))


def _whole_countries(statement: Statement) -> Iterator[PlaceFinding]:
    """The country that a statement names, if it is nothing but its name."""
    place = country_names().get(statement.text)
    if place is not None and place.kind == "country" and place.in_prose and _is_written_whole(place, statement.text):
        yield PlaceFinding("country", place.codes, statement, statement.text)


def _is_written_whole(place: Place, words: str) -> bool:
    return words.isupper() if place.capitals_only else not words.islower()


GUARDS: tuple[Guard, ...] = GUARDS_IN_PROSE

RULES: tuple[Rule[RecordByRole], ...] = (
    Rule(
        name="places in a field",
        facet="country_codes",
        reads="fields about places",
        decides="the countries of all names, codes and addresses in it, also of cities and parts of countries",
        example=Example({"geography": "Leiden"}, ["NL"]),
        counter=Example({"keyword": "Leiden"}),
        find=_of_fields,
    ),
    Rule(
        name="countries in a field about periods",
        facet="country_codes",
        reads="fields about periods",
        decides="the countries that they name instead of a period",
        example=Example({"geography": "2001 - 2010", "period": "Denmark"}, ["DK"]),
        counter=Example({"period": "Mills of Denmark"}),
        find=_of_exchanged_fields,
    ),
    Rule(
        name="countries in the title",
        facet="country_codes",
        reads="the title",
        decides="the countries and peoples that it names",
        example=Example({"title": "Mills of the Danes"}, ["DK"]),
        counter=Example({"title": "Mills of the Danes", "geography": "Norway"}, ["NO"]),
        find=_of_titles,
    ),
    Rule(
        name="countries in the description",
        facet="country_codes",
        reads="the description and the population",
        decides="the countries and peoples that they name",
        example=Example({"description": "Millers in Denmark were asked."}, ["DK"]),
        counter=Example({"title": "Mills of Norway", "description": "Also in Denmark."}, ["NO"]),
        find=_of_descriptions,
    ),
    Rule(
        name="large cities in prose",
        facet="country_codes",
        reads="title, description and population",
        decides='the countries of large cities, outside the title only after "in" and the like',
        example=Example({"title": "Nights of Rotterdam"}, ["NL"]),
        counter=Example({"description": "Rotterdam is a name."}),
        find=_of_cities,
    ),
    Rule(
        name="countries in the series",
        facet="country_codes",
        reads="the name of the series",
        decides="the countries and peoples that it names",
        example=Example({"title": "Wave 3", "series": "Invented British Panel"}, ["GB"]),
        counter=Example({"title": "Wave 3 in Oslo", "series": "Invented British Panel"}, ["NO"]),
        find=_of_series,
    ),
    Rule(
        name="countries among the keywords",
        facet="country_codes",
        reads="keywords",
        decides="the countries whose names are keywords, where nothing else names one",
        example=Example({"title": "Mills", "keyword": "Denmark"}, ["DK"]),
        counter=Example({"title": "Mills of Norway", "keyword": "Denmark"}, ["NO"]),
        find=_of_keywords,
    ),
)


def _in_prose(record: RecordByRole, *roles: Role) -> Iterator[PlaceFinding]:
    for statement in record.having(*roles):
        yield from countries_in_prose(statement)


def _facets(findings: Iterable[PlaceFinding]) -> dict[str, Found]:
    found = list(findings)
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
        in_prose = {
            code
            for finding in _in_prose(record, Role.TITLE, Role.DESCRIPTION, Role.POPULATION)
            for code in finding.codes
        }
        for finding in unresolved:
            agreed = [code for code in finding.codes if code in in_prose]
            if len(agreed) == 1:
                resolved.append(finding._replace(codes=(agreed[0],)))
    return resolved

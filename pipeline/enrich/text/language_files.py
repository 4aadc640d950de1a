"""The words and patterns of each language, from `pipeline/enrich/languages`: one file a language, with the same keys.

A site adds languages with files in the folder of the setting `languages`. `any.yaml` has what belongs to no language.
`docs/languages.md` lists what each language has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from pipeline import settings
from pipeline.enrich.text.language_checks import checked, parsed
from pipeline.errors import UsageError

ENGLISH = "en"
ANY = "any"
"""Of no language: signs, codes, and terms that texts of every language use."""

folder: Traversable = resources.files("pipeline.enrich") / "languages"
"""Where the files of the package are."""


@cache
def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that have a file: English first, the others in order of the alphabet.

    Raises:
        UsageError: a file that the site adds cannot be used, or is for a language that the package has.
    """
    return (ENGLISH, *sorted({*_of_package(), *_of_site()} - {ENGLISH, ANY}))


@cache
def _of_package() -> frozenset[str]:
    return frozenset(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))


@cache
def _of_site() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Code → the sections of each language that the site adds."""
    found = {}
    for file in settings.language_files():
        if file.stem in _of_package():
            raise UsageError(f"{file}: study-index has this language already; remove the file")
        found[file.stem] = checked(file, known_keys())
    return found


@cache
def known_keys() -> Mapping[str, Mapping[str, Any]]:
    """Section → key → its value in a language of the package, English where it has the key."""
    found: dict[str, dict[str, Any]] = {}
    for code in (ENGLISH, *sorted(_of_package() - {ENGLISH})):
        for name, listed in _in_package(code).items():
            found[name] = {**listed, **found.get(name, {})}
    return found


def _file(code: str) -> Mapping[str, Mapping[str, Any]]:
    return _in_package(code) if code in _of_package() else _of_site()[code]


@cache
def _in_package(code: str) -> Mapping[str, Mapping[str, Any]]:
    content: Mapping[str, Mapping[str, Any]] = parsed((folder / f"{code}.yaml").read_text(encoding="utf-8"))
    return content


def section(code: str, name: str) -> Mapping[str, Any]:
    """A section of a language's file; empty where the file lacks it, or the language has no file."""
    return _file(code).get(name) or {} if code in _codes() else {}


@cache
def _codes() -> frozenset[str]:
    return frozenset({*languages(), ANY})


def sections(code: str) -> tuple[str, ...]:
    """The sections of a language's file."""
    return tuple(_file(code))


def of_each(name: str, key: str) -> dict[str, Any]:
    """Language → the value of a key; only languages that have it. The last is `any`."""
    found = {code: section(code, name).get(key) for code in (*languages(), ANY)}
    return {code: value for code, value in found.items() if value is not None}


def terms(name: str, key: str) -> tuple[str, ...]:
    """The words of all languages under a key that lists words."""
    return tuple(dict.fromkeys(word for listed in of_each(name, key).values() for word in listed))


def numbers(name: str, key: str) -> dict[str, tuple[str, ...]]:
    """Number → its words in all languages, under a key that lists words by number."""
    found: dict[str, tuple[str, ...]] = {}
    for by_number in of_each(name, key).values():
        for number, of_number in by_number.items():
            found[number] = (*found.get(number, ()), *of_number)
    return found

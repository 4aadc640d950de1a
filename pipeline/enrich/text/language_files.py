"""The words and patterns of each language, from `pipeline/enrich/languages`: one file a language, with the same keys.

`any.yaml` has what belongs to no language. `docs/languages.md` lists what each language has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

ENGLISH = "en"
ANY = "any"
"""Of no language: signs, codes, and terms that texts of every language use."""

folder: Traversable = resources.files("pipeline.enrich") / "languages"
"""Where the files are."""


@cache
def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that have a file: English first, the others in order of the alphabet."""
    codes = {file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")}
    return (ENGLISH, *sorted(codes - {ENGLISH, ANY}))


@cache
def _file(code: str) -> Mapping[str, Mapping[str, Any]]:
    text = (folder / f"{code}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Mapping[str, Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
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

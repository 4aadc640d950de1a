"""The tables of docs/languages.md: `python -m tests.docs.language_reference` renews them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from pipeline.enrich.text.language_files import ENGLISH, languages, section, sections
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "languages.md"

EXPLANATIONS = PROJECT / "tests" / "docs" / "language_keys.yaml"

_PLACE = re.compile(r"(<!-- (keys|languages) -->\n).*?(?=<!-- end of \2 -->)", re.DOTALL)
_OF_LANGUAGE = re.compile(r"(?P<code>[a-z]{2}|any):(?P<words>.+)")


class Explained(NamedTuple):
    """What a key is for."""

    text: str
    example: str
    """Words that the key matches or lists."""
    code: str
    """The language of the example."""


def explanations() -> dict[tuple[str, str], Explained]:
    """Section and key → what the key is for, for all keys that `EXPLANATIONS` has."""
    listed = yaml.safe_load(EXPLANATIONS.read_text(encoding="utf-8"))
    return {(name, key): _explained(line) for name, keys in listed.items() for key, line in keys.items()}


def _explained(line: str) -> Explained:
    text, example = line.rsplit(" | ", 1)
    of_language = _OF_LANGUAGE.fullmatch(example)
    return Explained(text, *(of_language["words"], of_language["code"]) if of_language else (example, ENGLISH))


def words_in(value: Any, example: str) -> bool:
    """Whether the value of a key, such as its patterns or its words, has some that occur in an example."""
    if isinstance(value, int):
        return False
    if isinstance(value, dict):
        return example in value or any(words_in(of_name, example) for of_name in value.values())
    if isinstance(value, str) and example in value.split():
        return True
    patterns = value.splitlines() if isinstance(value, str) else map(str, value)
    return any(re.search(rf"(?:{pattern})", f"{example} ", re.IGNORECASE) for pattern in patterns if pattern.strip())


def renewed() -> str:
    """The page, with the tables as they follow from the files."""
    tables = {"keys": _keys, "languages": _tables}
    return _PLACE.sub(
        lambda place: "\n".join((place[1].strip(), *tables[place[2]](), "")), PAGE.read_text(encoding="utf-8")
    )


def _keys() -> Iterator[str]:
    name_before = None
    for (name, key), explained in explanations().items():
        if name != name_before:
            yield from (f"\n### {name}\n", "| key | what it is for | example |", "|---|---|---|")
        name_before = name
        of = "" if explained.code == ENGLISH else f" (`{explained.code}`)"
        yield f"| `{key}` | {explained.text} | {explained.example}{of} |"


def _tables() -> Iterator[str]:
    keys = {name: list(section(ENGLISH, name)) for name in sections(ENGLISH)}
    yield "| language | file | keys of English that it has | keys that it lacks |"
    yield "|---|---|--:|---|"
    for code in languages():
        missing = [f"{name}: {', '.join(lacks)}" for name in keys if (lacks := _missing(code, name, keys[name]))]
        has = sum(map(len, keys.values())) - sum(len(_missing(code, name, keys[name])) for name in keys)
        name = section(code, "language")["name"]
        yield f"| {name} | `{code}.yaml` | {has} | {'; '.join(missing) or 'none'} |"


def _missing(code: str, name: str, keys: list[str]) -> list[str]:
    return [str(key) for key in keys if key not in section(code, name)]


def main() -> int:
    """Renews the tables."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The tables of docs/languages.md: `python -m tests.docs.language_reference` renews them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from pipeline.enrich.text.language_files import ENGLISH, languages, section, sections
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "languages.md"

_PLACE = re.compile(r"(?<=<!-- languages -->\n).*?(?=<!-- end of languages -->)", re.DOTALL)


def renewed() -> str:
    """The page, with the tables as they follow from the files."""
    return _PLACE.sub(lambda _: "\n".join(_tables()) + "\n", PAGE.read_text(encoding="utf-8"))


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

"""The table of Elasticsearch's answers in docs/errors.md: `python -m tests.docs.error_reference` renews it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from pipeline.index.failures import BUSY, MEANINGS, Meaning
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "errors.md"

_PLACE = re.compile(r"(?<=<!-- answers -->\n).*?(?=<!-- end of answers -->)", re.DOTALL)


def renewed() -> str:
    """The page, with the table as it follows from the code."""
    return _PLACE.sub(lambda _: "\n".join(_table()) + "\n", PAGE.read_text(encoding="utf-8"))


def _table() -> Iterator[str]:
    yield "| error | HTTP status | with the words | message | tried again |"
    yield "|---|---|---|---|---|"
    yield from map(_row, MEANINGS)


def _row(meaning: Meaning) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in meaning.kinds) or "any"
    statuses = ", ".join(map(str, meaning.statuses)) or "any"
    words = " or ".join(f"“{words}”" for words in meaning.words)
    text = meaning.text.format(server="Elasticsearch at …", said="HTTP …", reason="…", index="…")
    return f"| {kinds} | {statuses} | {words} | {text} | {_tried_again(meaning)} |"


def _tried_again(meaning: Meaning) -> str:
    if meaning.final:
        return "no"
    if meaning.statuses and not BUSY & {*meaning.statuses}:
        return "no"
    return "yes" if meaning.statuses and {*meaning.statuses} <= BUSY else "if busy"


def main() -> int:
    """Renews the table."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

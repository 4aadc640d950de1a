"""Plain text for a terminal: lines of progress with the seconds that passed, and tables."""

from __future__ import annotations

import time
from collections.abc import Sequence


class Transcript:
    """Prints lines of progress, with the seconds since it was made, and keeps all that was printed."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self.text = ""

    def __call__(self, words: str) -> None:
        """Print one line of progress."""
        self.show(f"{self.seconds:6.0f} s  {words}")

    def show(self, text: str) -> None:
        """Print a text as it is."""
        print(text, flush=True)
        self.text += f"{text}\n"

    @property
    def seconds(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._begun


def put_into(page: str, transcript: str) -> str:
    """The page with what was printed in its block of text.

    >>> put_into("a\\n```text\\nold\\n```\\nb", "new\\n")
    'a\\n```text\\nnew\\n```\\nb'
    """
    before, _, rest = page.partition("```text\n")
    return f"{before}```text\n{transcript}```{rest.partition('```')[2]}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns under a head; what looks like a number is at the right.

    >>> print(table(["name", "count"], [["a", "10"], ["bcdef", "7"]]))
    name   count
    -----  -----
    a         10
    bcdef      7
    """
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    numeric = [all(_is_number(row[column]) for row in rows) for column in range(len(head))]
    lines = [_line(head, widths, [False] * len(head)), "  ".join("-" * width for width in widths)]
    return "\n".join([*lines, *(_line(row, widths, numeric) for row in rows)])


def _line(row: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    cells = zip(row, widths, numeric, strict=True)
    return "  ".join(text.rjust(width) if right else text.ljust(width) for text, width, right in cells).rstrip()


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").isdecimal()

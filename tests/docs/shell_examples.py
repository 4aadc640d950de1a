"""The commands that pages show: in code blocks, and in code within a line of text."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.support import PROJECT

PAGES = tuple(
    str(path.relative_to(PROJECT))
    for path in (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md")))
)
"""The pages whose commands are run. Decisions (`docs/adr`) are about what was, so theirs are not."""

SHELL = {"sh", "bash", "shell", "console"}
"""Languages of a fenced block that is commands; in `console` they begin with `$`, and the other lines are output."""

PROGRAMS = {
    *(
        "study-index",
        "make",
        "airflow",
        "python",
        "python3",
        "pip",
        "curl",
        "git",
        "apt-get",
        "docker",
        "helm",
        "kubectl",
    ),
    *("cd", "cp", "export", "mkdir", "psql", "createdb", "pg_dump", "pg_restore", "openssl", "uv", "set", "es", "es()"),
}
"""A block without a language, and code in a line of text, is a command if it begins with one of these.

`es` is a function of docs/deployment.md.
"""

_PLACEHOLDER = re.compile(r"…|\[|<[a-z]|(?<![$\w{=/])[A-Z]{2,}(?![\w=])|\bN\b")
_ASSIGNMENT = re.compile(r"(?:[A-Z_]+=\S* +)*")


class Example(NamedTuple):
    """A command as a page shows it."""

    page: str
    line: int
    text: str
    inline: bool
    """In a line of text, where it may only name a command."""
    output: str | None = None
    """What the page shows that it prints."""
    language: str = "sh"
    section: int = 0
    """Number of the section, which a reader begins in the folder of the project."""

    @property
    def is_usage(self) -> bool:
        """Whether it is no example, but names a command, or shows what takes the place of `CATALOGUE` or `…`."""
        return self.inline and (len(self.text.split()) < 3 or _PLACEHOLDER.search(self.text) is not None)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


class Data(NamedTuple):
    """A block that is no command; `file` is the file into which the page says to put it."""

    page: str
    line: int
    text: str
    language: str
    file: str | None


@cache
def examples(page: str) -> tuple[Example | Data, ...]:
    """The commands and other blocks of a page, in its order."""
    tokens = MarkdownIt().enable("table").parse((PROJECT / page).read_text(encoding="utf-8"))
    return tuple(_with_output(list(_found(page, tokens))))


def _with_output(found: list[Example | Data]) -> Iterator[Example | Data]:
    """The same, where a block of `text` right after one of Python is what that prints."""
    for each, after in zip_longest(found, found[1:]):
        if isinstance(each, Example) and isinstance(after, Data) and _prints(each, after):
            yield each._replace(output=after.text.strip())
        else:
            yield each


def _prints(example: Example, after: Data) -> bool:
    first_free = example.line + example.text.count("\n") + 2  # behind the fences and an empty line
    return example.language == "python" and after.language == "text" and after.line <= first_free + 1


def _found(page: str, tokens: list[Token]) -> Iterator[Example | Data]:
    before = ""
    line = 1
    section = 0
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        section += token.type == "heading_open"
        if token.type == "inline":
            before = token.content
            for child in token.children or ():
                if child.type == "code_inline" and _is_command(child.content):
                    yield Example(page, line, " ".join(child.content.split()), inline=True, section=section)
        elif token.type in {"fence", "code_block"}:
            for found in _of_block(page, line, token, before):
                yield found._replace(section=section) if isinstance(found, Example) else found


def _is_command(text: str) -> bool:
    words = _ASSIGNMENT.sub("", text.strip(), count=1).split()
    return len(words) > 1 and words[0].removeprefix(".venv/bin/") in PROGRAMS


def _of_block(page: str, line: int, token: Token, before: str) -> Iterator[Example | Data]:
    language = token.info.split()[0] if token.info.strip() else ""
    lines = token.content.rstrip("\n").split("\n")
    first = next((text for text in lines if text.strip() and not text.lstrip().startswith("#")), "")
    if language == "console":
        yield from _of_console(page, line + 1, lines)
    elif language in SHELL or (not language and _is_command(f"{first} .")):
        start = line + (token.type == "fence")
        yield from (Example(page, start + number, text, inline=False) for number, text in _commands(lines))
    elif language == "python" and not _file(before):
        yield Example(page, line, token.content, inline=False, language="python")
    else:
        yield Data(page, line, token.content, language, _file(before))


def _file(before: str) -> str | None:
    """The file into which a text says to put the block that follows it."""
    named = re.search(r"into `([\w./-]+)`[^`]*:$", before)
    return named[1] if named else None


def _of_console(page: str, start: int, lines: list[str]) -> Iterator[Example]:
    starts = [number for number, text in enumerate(lines) if text.startswith("$ ")]
    for number, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = number
        while last + 1 < end and not _is_complete("\n".join(lines[number : last + 1]).removeprefix("$ ")):
            last += 1
        text = "\n".join(lines[number : last + 1]).removeprefix("$ ")
        yield Example(page, start + number, text, inline=False, output="\n".join(lines[last + 1 : end]).strip())


def _commands(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The commands of a block, each with the number of its first line."""
    begun: list[str] = []
    for number, line in enumerate(lines):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        begun.append(line)
        text = "\n".join(begun)
        if number == len(lines) - 1 or _is_complete(text):
            yield number - len(begun) + 1, text
            begun = []


@cache
def _is_complete(text: str) -> bool:
    """Whether a shell would run this, and not wait for more."""
    checked = subprocess.run(["bash", "-n", "-c", text], check=False, capture_output=True)
    return not text.endswith("\\") and checked.returncode == 0 and not checked.stderr

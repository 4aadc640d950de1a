"""The reference of all commands in docs/commands.md: `python -m tests.docs.command_reference` renews it.

It is between the comments `<!-- commands -->` and `<!-- end of commands -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from typer.core import TyperArgument

from pipeline.cli.app import app
from pipeline.cli.declaring import all_commands
from pipeline.cli.searching import FILTERS
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "commands.md"

_PLACE = re.compile(r"(?<=<!-- commands -->\n).*?(?=\n<!-- end of commands -->)", re.DOTALL)


def renewed() -> str:
    """The page, with the reference as it follows from the commands."""
    return _PLACE.sub(lambda _: reference(), PAGE.read_text(encoding="utf-8"))


def reference() -> str:
    """A section for each command, in the order of `study-index --help`."""
    return "\n\n".join("\n".join(_section(name, command)) for name, command in all_commands(app).items())


def _section(name: str, command: Any) -> Iterator[str]:
    arguments = [param for param in command.params if isinstance(param, TyperArgument)]
    yield f"### `{' '.join(['study-index', name, *map(_argument, arguments)])}`"
    yield ""
    yield " ".join(command.help.split())
    yield ""
    yield "| | |"
    yield "|---|---|"
    for param in command.params:
        if param.name in FILTERS:
            continue
        term = _argument(param) if param in arguments else " ".join(filter(None, [*param.opts, param.metavar]))
        yield f"| `{term}` | {param.help}{_default(param)} |"
    if any(param.name in FILTERS for param in command.params):
        yield "| `--sex SEX` and others | A filter for each facet: see [Filters of search](#filters-of-search). |"
    yield ""
    _, *examples = command.epilog.replace(r"\[", "[").split("\n")
    yield from (f"  {example}" for example in examples)


def _argument(param: Any) -> str:
    word = f"{param.metavar}…" if param.nargs == -1 else param.metavar
    return word if param.required else f"[{word}]"


def _default(param: Any) -> str:
    shown = isinstance(param.default, str | int) and not isinstance(param.default, bool)
    return f" Default: {param.default}." if shown else ""


def main() -> int:
    """Renews the reference."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

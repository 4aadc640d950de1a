"""Whether what a page names without a whole command exists: subcommand, options, target, module."""

from __future__ import annotations

import re
import shlex
from functools import cache
from importlib.util import find_spec

from airflow.cli.cli_parser import get_parser

from pipeline.cli.app import app
from pipeline.cli.declaring import all_commands
from tests.docs.shell_examples import Example
from tests.support import PROJECT

_OF_THE_PROGRAM = {"--help", "--version", "--install-completion", "--show-completion", "COMMAND"}


def unknown_in(example: Example) -> str | None:
    """What of a command does not exist; None where all of it does."""
    program, *words = shlex.split(example.text.replace("[", " ").replace("]", " "))
    check = {"study-index": _study_index, "make": _make, "python": _python, "airflow": _airflow}.get(program)
    return check(words) if check else f"nothing knows {program}: a row in tests/docs/exceptions.py has the reason"


def _study_index(words: list[str]) -> str | None:
    if words[0] in _OF_THE_PROGRAM:
        return None
    known = all_commands(app)
    if words[0] not in known:
        return words[0]
    options = {option for param in known[words[0]].params for option in param.opts} | {"--help"}
    return next((word for word in words[1:] if word.startswith("--") and word not in options), None)


def _make(words: list[str]) -> str | None:
    variables = set(re.findall(r"\$\((\w+)\)|\((\w+)\),|,\$\((\w+)\)", makefile()))
    known = {name for names in variables for name in names if name}
    for word in words:
        name, is_variable, _ = word.partition("=")
        if name not in (known if is_variable else targets()):
            return word
    return None


def _python(words: list[str]) -> str | None:
    return None if words[0] != "-m" or find_spec(words[1]) else words[1]


def _airflow(words: list[str]) -> str | None:
    return None if words[0] in _airflow_commands() else words[0]


@cache
def _airflow_commands() -> set[str]:
    return {name for action in get_parser()._actions for name in (action.choices or ())}


@cache
def makefile() -> str:
    """The text of the Makefile."""
    return (PROJECT / "Makefile").read_text(encoding="utf-8")


@cache
def targets() -> set[str]:
    """The targets of the Makefile that are for people."""
    return {name for line in re.findall(r"^\.PHONY: (.+)$", makefile(), re.MULTILINE) for name in line.split()}

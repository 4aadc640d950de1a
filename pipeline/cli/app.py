"""The commands, put together; errors become messages and exit codes here and nowhere else."""

from __future__ import annotations

import logging
import os
import sys
from importlib import metadata
from typing import Annotated

import typer

from pipeline.cli import initialising, lifecycle, node, output, reading, running, scoring, searching, showing, status
from pipeline.cli.declaring import Group
from pipeline.errors import StudyIndexError, nearest

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

app = typer.Typer(
    name="study-index",
    cls=Group,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Study catalogues in, one faceted Elasticsearch index out.\n\n"
    "Commands use the Elasticsearch of ELASTICSEARCH_URL; where that is not set, a light one on this machine, started "
    "when needed.\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 held at the gate, 4 done with rejects within the limit.",
)
for module in (initialising, node, running, searching, showing, reading, lifecycle, status, scoring):
    module.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        output.show(f"study-index {metadata.version('study-index')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the command line as a whole; the text of its help is above."""


def main(words: list[str] | None = None) -> None:
    """Run the command line (of this process, or with these words) and exit."""
    words = sys.argv[1:] if words is None else words
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # its errors reach the person as ours
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _run(words: list[str]) -> int:
    """The exit code of a command; nothing but a closed pipe is raised."""
    try:
        code = app(words or ["--help"], prog_name="study-index", standalone_mode=False)
    except BrokenPipeError:
        raise
    except (StudyIndexError, typer.TyperException, typer.Abort, OSError) as error:
        return _complain(words, *_explained(error))
    if not words:
        return 2
    if code == INTERRUPTED:
        return _complain(words, "Interrupted. What was live by then is live; nothing is half done.", "Abort", code)
    return code or 0


def _explained(error: Exception) -> tuple[str, str, int]:
    """Message, kind and exit code of what ended a command."""
    if isinstance(error, StudyIndexError):
        return str(error), type(error).__name__, error.exit_code
    if isinstance(error, typer.TyperException):
        return _usage(error), "UsageError", error.exit_code
    if isinstance(error, typer.Abort):
        return "Nothing was done: it was not confirmed. --yes confirms in advance.", "Abort", 1
    return f"{error}. Check the path, its permissions, and the space left.", "FailError", 1


def _complain(words: list[str], message: str, kind: str, code: int) -> int:
    """Say what went wrong, to a person and, where asked for, as JSON; the exit code."""
    if "--json" in words:
        output.print_json({"error": message, "kind": kind})
    output.complain(message)
    return code


def _usage(error: typer.TyperException) -> str:
    """One paragraph on what is wrong with the words of a call, and where to read on."""
    message = error.format_message().rstrip(".")
    context: typer.Context | None = getattr(error, "ctx", None)
    if context is None:
        return message
    if option := getattr(error, "option_name", None):
        known = [name for item in context.command.params for name in item.opts if name.startswith("--")]
        if option not in known:
            message = f"There is no option {option}.{nearest(option, [*known, '--help'])}"
    return f"{message.rstrip('?.')}{'?' if message.endswith('?') else '.'} See {context.command_path} --help"

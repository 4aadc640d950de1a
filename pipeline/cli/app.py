"""The application: all commands. Errors become messages and exit codes here, and nowhere else."""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import sys
import traceback
from types import TracebackType
from typing import Annotated

import typer

from pipeline.cli import (
    doubting,
    evaluating,
    initialising,
    lifecycle,
    linking,
    node,
    output,
    reading,
    running,
    scoring,
    serving,
    setting_up,
    showing,
    similar,
    status,
    suggesting,
)
from pipeline.cli.declaring import Group
from pipeline.errors import ExitCode, StudyIndexError, nearest
from pipeline.redaction import RedactingFormatter, redact

INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""

GARBAGE = 50_000
"""New objects after which garbage is looked for. By default it is after 700, many times while a command starts."""

app = typer.Typer(
    name="study-index",
    cls=Group,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Study catalogues in, one faceted Elasticsearch index out.\n\n"
    "Commands use the Elasticsearch at ELASTICSEARCH_URL. If that is not set, they use a light one on this machine, "
    "which is started when needed.\n\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 held at the gate, 4 done with rejects within the limit.",
)
for module in (
    initialising,
    node,
    setting_up,
    running,
    linking,
    showing,
    serving,
    suggesting,
    similar,
    reading,
    lifecycle,
    status,
    doubting,
    scoring,
    evaluating,
):
    module.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        output.show(f"study-index {metadata.version('study-index')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options that need no command."""


def main(words: list[str] | None = None) -> None:
    """Run a command and exit; `words` are its name and arguments, by default those of this process."""
    if words is None:
        words = sys.argv[1:]
        gc.set_threshold(GARBAGE)
        atexit.register(gc.freeze)  # what is left ends with the process: looking through it takes time
    to_standard_error = logging.StreamHandler()
    to_standard_error.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[to_standard_error])
    sys.excepthook = _print_defect
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # its errors reach the person as ours
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows what it can
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.FAILED
    sys.exit(code)


def _print_defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print the traceback of an error that nobody foresaw, without secrets."""
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))


def _run(words: list[str]) -> int:
    """The exit code of a command. All errors become exit codes, except a closed pipe, which is raised."""
    try:
        code = app(words or ["--help"], prog_name="study-index", standalone_mode=False)
    except BrokenPipeError:
        raise
    except typer.Abort as error:
        if isinstance(error.__cause__, EOFError):  # not the end of the input at a question, which has no cause
            raise error.__cause__ from None
        return _complain(words, *_explained(error))
    except (StudyIndexError, typer.TyperException, OSError) as error:
        return _complain(words, *_explained(error))
    if not words:
        return ExitCode.USAGE
    if code == INTERRUPTED:
        message = "Interrupted. The index is intact: a run goes live as a whole or not at all."
        return _complain(words, message, "Abort", code)
    return code or 0


def _explained(error: StudyIndexError | typer.TyperException | typer.Abort | OSError) -> tuple[str, str, int]:
    """Message, kind and exit code of what ended a command."""
    if isinstance(error, StudyIndexError):
        return str(error), type(error).__name__, error.exit_code
    if isinstance(error, typer.TyperException):
        return _usage(error), "UsageError", error.exit_code
    if isinstance(error, typer.Abort):
        return "Nothing was done, as it was not confirmed. --yes confirms in advance.", "Abort", ExitCode.FAILED
    what_to_do = "Check the path, its permissions, and the space left" if error.filename else "Try again"
    return f"{error}. {what_to_do}.", "FailError", ExitCode.FAILED


def _complain(words: list[str], message: str, kind: str, code: int) -> int:
    """Print an error for a person, and as JSON if the command was to print JSON; returns the exit code."""
    if "--json" in words:
        output.print_json({"error": message, "kind": kind})
    output.complain(message)
    return code


def _usage(error: typer.TyperException) -> str:
    """One paragraph about a wrong use of a command, with the help to read."""
    message = error.format_message().rstrip(".")
    context: typer.Context | None = getattr(error, "ctx", None)
    if context is None:
        return message
    if option := getattr(error, "option_name", None):
        known = [name for item in context.command.params for name in item.opts if name.startswith("--")]
        if option not in known:
            message = f"There is no option {option}.{nearest(option, [*known, '--help'])}"
    return f"{message.rstrip('?.')}{'?' if message.endswith('?') else '.'} See {context.command_path} --help"

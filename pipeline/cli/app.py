"""The commands, put together; errors become messages and exit codes here and nowhere else."""

from __future__ import annotations

import logging
import os
import sys

import typer

from pipeline.cli import output
from pipeline.cli.indexing import register as register_indexing
from pipeline.cli.lifecycle import register as register_lifecycle
from pipeline.cli.reading import register as register_reading
from pipeline.errors import StudyIndexError

app = typer.Typer(
    name="study-index",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Study catalogues in, one faceted Elasticsearch index out.

    Commands use the Elasticsearch of ELASTICSEARCH_URL; where that is not set, a light one on this machine, started
    when needed. Exit: 0 done, 1 failed, 2 wrong usage, 3 held at the gate, 4 done with rejects within the limit.""",
)
for register in (register_indexing, register_lifecycle, register_reading):
    register(app)


def main(words: list[str] | None = None) -> None:
    """Run the command line (of this process, or with these words) and exit."""
    words = sys.argv[1:] if words is None else words
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # its errors reach the person as ours
    try:
        app(words)
    except StudyIndexError as error:
        if "--json" in words:
            output.print_json({"error": str(error), "kind": type(error).__name__})
        output.err.print(f"study-index: {error}", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

"""The command that suggests what may be meant while somebody types."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        suggest,
        "study-index suggest harb",
        "study-index suggest cohort stu --size 5 --json",
        panel="Find studies",
    )


def suggest(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="What is typed so far; the last word may be a beginning.")
    ],
    size: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Number of suggestions at most.")] = 10,
    language: Annotated[
        str | None,
        typer.Option(metavar="LANGUAGE", help="Language of labels and titles, as `de`, where there are such."),
    ] = None,
    json: Json = False,
) -> None:
    """Suggest titles, series, acronyms, topics and countries for words that are being typed."""
    from pipeline.search.suggesting import suggest as find

    found = find(client(), " ".join(words), size, language)
    if json:
        output.print_json({"suggestions": [each._asdict() for each in found]})
    elif found:
        output.show(
            output.table(("suggestion", "kind", "studies"), ((each.text, each.kind, each.studies) for each in found))
        )
    else:
        output.show("Nothing has words like these: study-index search also finds words in descriptions.")

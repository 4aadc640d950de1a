"""The command that writes all documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import add_command, complete_catalogue, complete_from
from pipeline.cli.progress import progress_of
from pipeline.cli.searching import OrUnknown, question, with_filters
from pipeline.cli.writing import written
from pipeline.errors import UsageError, nearest

SHAPES = ("document", "json-ld", "harmony")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        export,
        "study-index export demo-health",
        "study-index export --country GB --output studies.ndjson.gz",
        "study-index export demo-archive --as json-ld",
        panel="Find studies",
    )


@with_filters
def export(  # noqa: PLR0917 - typer passes them by name
    catalogues: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CATALOGUE", help="Only these; by default all that are live.", autocompletion=complete_catalogue
        ),
    ] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="Words that must all occur.")] = None,
    or_unknown: OrUnknown = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Also superseded versions, and variables, which search leaves out.")
    ] = False,
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="SHAPE",
            help=f"One of {', '.join(SHAPES)}.",
            autocompletion=complete_from(lambda: list(SHAPES)),
        ),
    ] = "document",
    to: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write this file, whole or not at all; .gz compresses it."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of JSON lines.")] = False,
    **words: Any,
) -> None:
    """Write all live documents as JSON lines, in the order of their uuid. The rights of a reader are enough.

    What is live at the start is written, whatever goes live meanwhile.
    """
    if as_ not in SHAPES:
        raise UsageError(f"There is no shape {as_!r}.{nearest(as_, SHAPES)}")
    if json and to:
        raise UsageError("Give --output or --json, not both")
    asked = question(text, or_unknown or [], words)
    with progress_of("export") as show:
        found = _found(asked, catalogues or [], as_, show, everything=everything)
        if to is None:
            (output.print_json_list if json else output.print_json_lines)(found)
            return
        number = 0
        with written(to) as file:
            for one in found:
                file.write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))
                number += 1
    output.show(f"{number:,} documents written to {to}")


def _found(asked: Any, names: list[str], shape: str, show: Any, *, everything: bool) -> Iterator[Any]:
    from pipeline.index import export as exporting
    from pipeline.operations.shapes import in_shape
    from pipeline.search.selection import selection_of

    connected = client()
    selection = selection_of(asked)
    query = selection.query()["bool"]
    query["filter"] = [*query["filter"], *exporting.in_catalogues(connected, names)]
    if everything:
        query["must_not"] = []
    pages = exporting.documents(connected, {"bool": query}, lambda done, total: show("documents", done, total))
    for page in pages:
        yield from page if shape == "document" else in_shape(connected, page, shape)

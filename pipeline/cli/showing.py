"""The commands that find documents: search, whose module is imported when needed, and show."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Deferred, add_command, complete_from
from pipeline.errors import UsageError, nearest

SHAPES = ("harmony",)
"""Shapes other than that of the index in which a document can be shown."""


class Search(Deferred):
    """Its options follow from the table of facets, which takes as long to import as all other modules of commands."""

    module = "pipeline.cli.searching"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(cls=Search, rich_help_panel="Find studies")(search)
    add_command(
        app,
        show,
        "study-index show demo-archive/DA1001",
        "study-index show 10.5072/demo-archive.da1001 --json",
        "study-index show demo-archive/DA1001 --as harmony",
        panel="Find studies",
    )


def search() -> None:
    """Search for studies: hits, and counts by facet."""


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Its uuid, harmony_id, DOI, slug or record id.")],
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="SHAPE",
            help="harmony: one JSON object, in the shape of Harmony's item payload.",
            autocompletion=complete_from(lambda: list(SHAPES)),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The document as the index has it, as JSON.")] = False,
) -> None:
    """Show one document: ids, facets with the words that they rest on, texts."""
    if as_ is not None and as_ not in SHAPES:
        raise UsageError(f"There is no shape {as_!r}.{nearest(as_, SHAPES)}")
    from pipeline.cli.document_page import show_page
    from pipeline.index.harmony_view import as_harmony
    from pipeline.index.search import show as find_document

    document = find_document(client(), identifier)
    if as_:
        output.print_json(as_harmony(document))
    elif json:
        output.print_json(document)
    else:
        show_page(document)

"""The commands that find documents: search and export, whose modules are imported when needed, and show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Deferred, add_command, complete_from
from pipeline.errors import UsageError, nearest

SHAPES = ("harmony", "json-ld")
"""Shapes other than that of the index in which a document can be shown."""


class Search(Deferred):
    """Its options follow from the table of facets, which takes as long to import as all other modules of commands."""

    module = "pipeline.cli.searching"


class Export(Deferred):
    """Likewise."""

    module = "pipeline.cli.exporting"


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(cls=Search, rich_help_panel="Find studies")(search)
    add_command(
        app,
        show,
        "study-index show demo-archive/DA1001",
        "study-index show 10.5072/demo-archive.da1001 --json",
        "study-index show demo-archive/DA1001 --as harmony",
        "study-index show demo-archive/DA1001 --as json-ld",
        panel="Find studies",
    )
    app.command(cls=Export, rich_help_panel="Find studies")(export)
    add_command(
        app,
        vocabularies,
        "study-index vocabularies",
        "study-index vocabularies --json",
        panel="Find studies",
    )


def search() -> None:
    """Search for studies: hits, and counts by facet."""


def export() -> None:
    """Write all live documents, one JSON line each."""


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Its uuid, harmony_id, DOI, slug or record id.")],
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="SHAPE",
            help="harmony: the shape of Harmony's item payload; json-ld: schema.org's terms. One JSON object.",
            autocompletion=complete_from(lambda: list(SHAPES)),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The document as the index has it, as JSON.")] = False,
) -> None:
    """Show one document: ids, facets with the words that they rest on, texts."""
    if as_ is not None and as_ not in SHAPES:
        raise UsageError(f"There is no shape {as_!r}.{nearest(as_, SHAPES)}")
    from pipeline.cli.document_page import show_page
    from pipeline.operations.shapes import in_shape
    from pipeline.search.children import children_of
    from pipeline.search.showing import show as find_document

    connected = client()
    document = find_document(connected, identifier)
    if as_:
        output.print_json(next(iter(in_shape(connected, [document], as_))))
        return
    children = children_of(connected, [document["harmony_id"]])[document["harmony_id"]]
    if json:
        output.print_json(document | ({"children": children} if children else {}))
    else:
        show_page(document, children)


def vocabularies(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to write; by default vocabularies.json here.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it instead of writing a file.")] = False,
) -> None:
    """Write the codes of all facets with labels in several languages and broader terms. Needs no Elasticsearch."""
    import orjson

    from pipeline.cli.writing import written
    from pipeline.model.labels import as_json

    if json and file:
        raise UsageError("Give a FILE or --json, not both")
    found = as_json()
    if json:
        output.print_json(found)
        return
    path = file or Path("vocabularies.json")
    with written(path) as opened:
        opened.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    lists = found["vocabularies"]
    output.show(
        output.table(("vocabulary", "terms", "source"), ((e["name"], len(e["terms"]), e.get("source")) for e in lists)),
        f"\nWritten to {path}",
    )

"""The command that shows one document: show."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.declaring import add_command
from pipeline.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        show,
        "study-index show demo-archive/DA1001",
        "study-index show demo-archive/DA1001 --as harmony",
        panel="Find studies",
    )


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="uuid, harmony_id, DOI, slug or record id.")],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="SHAPE", help="harmony: the shape of Harmony's item payload.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As it is shown anyway: one JSON object.")] = False,  # noqa: ARG001
) -> None:
    """One document, as JSON."""
    if as_ not in {None, "harmony"}:
        raise UsageError(f"A document can be shown --as harmony, not --as {as_}")
    from pipeline.index.harmony_view import as_harmony
    from pipeline.index.search import show as show_document
    from pipeline.local.connection import client

    document = show_document(client(), identifier)
    output.print_json(as_harmony(document) if as_ else document)

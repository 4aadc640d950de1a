"""The command that finds studies like another one."""

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
        similar,
        "study-index similar demo-archive/DA1001",
        "study-index similar demo-archive/DA1001 --size 5 --json",
        panel="Find studies",
    )


def similar(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Its uuid, harmony_id, DOI, slug or record id.")],
    size: Annotated[int, typer.Option(metavar="N", min=1, max=100, help="Number of studies at most.")] = 10,
    json: Json = False,
) -> None:
    """Find the studies that are most like one: by words, topics, places and design. Of a series, three at most."""
    from pipeline.search.similar import similar as find

    found = find(client(), identifier, size)
    if json:
        output.print_json({"hits": [each.document | {"match": {"score": each.score}} for each in found]})
    elif found:
        rows = ((f"{each.score:.1f}", each.document["harmony_id"], each.document["name"]) for each in found)
        output.show(output.table(("score", "harmony_id", "name"), rows))
    else:
        output.show("No other study has words or facets in common with it.")

"""The commands that show the state of an installation: catalogues, doctor."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.declaring import Json, add_command, complete_catalogue


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app, panel="Look after it")
    add(catalogues, "study-index catalogues", "study-index catalogues --json")
    add(doctor, "study-index doctor", "study-index doctor demo-health")


def catalogues(json: Json = False) -> None:
    """The catalogues: protocol, format, live documents, last run, watermark, pinned or held."""
    from pipeline.local.connection import client
    from pipeline.operations.doctor import catalogue_rows

    rows = catalogue_rows(client())
    if json:
        output.print_json(rows)
        return
    columns = ("catalogue", "protocol", "format", "live", "last_run", "watermark", "state")
    output.show(output.table(columns, ([row[name] for name in columns] for row in rows)))


def doctor(
    catalogue: Annotated[
        str | None,
        typer.Argument(metavar="CATALOGUE", help="Also ask this catalogue.", autocompletion=complete_catalogue),
    ] = None,
    json: Json = False,
) -> None:
    """Is everything reachable, of the right version, with the rights it needs?"""
    from pipeline.catalogue import find
    from pipeline.local.connection import client
    from pipeline.operations.doctor import examine

    findings = examine(client(), find(catalogue) if catalogue else None)
    if json:
        output.print_json(findings)
    else:
        rows = (["ok" if item["ok"] else "WRONG", item["what"], item["says"]] for item in findings)
        output.show(output.table(("", "what", "says"), rows))
    raise typer.Exit(0 if all(item["ok"] for item in findings) else 1)

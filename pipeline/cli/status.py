"""The commands that show the state of an installation: catalogues, doctor."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command, complete_catalogue
from pipeline.cli.progress import waiting
from pipeline.errors import ExitCode


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app, panel="Look after it")
    add(catalogues, "study-index catalogues", "study-index catalogues --json")
    add(doctor, "study-index doctor", "study-index doctor demo-health")


def catalogues(json: Json = False) -> None:
    """List the catalogues: what is live, the last run and its rejects, and what needs attention."""
    from pipeline.operations.status import catalogue_rows

    rows = catalogue_rows(client())
    if json:
        output.print_json([row.as_json() for row in rows])
        return
    cells = (
        (
            row.catalogue,
            f"{row.protocol} {row.format}" if row.protocol else None,
            row.live,
            row.rejected,
            _day(row.last_run),
            _day(row.watermark),
            row.short_state,
        )
        for row in rows
    )
    headings = ("catalogue", "protocol and format", "live", "rejects", "last run", "watermark", "state")
    output.show(output.table(headings, cells))
    for row in rows:
        output.show(*(f"\n{row.catalogue}: {note.full}" for note in row.notes if note.full != note.short))


def _day(time: str | None) -> str | None:
    return time and time[:10]


def doctor(
    catalogue: Annotated[
        str | None,
        typer.Argument(metavar="CATALOGUE", help="Check this catalogue, too.", autocompletion=complete_catalogue),
    ] = None,
    json: Json = False,
) -> None:
    """Check that everything is reachable, of the right version, and has the rights it needs."""
    from pipeline.catalogue import find
    from pipeline.operations.doctor import findings

    described = find(catalogue) if catalogue else None
    with waiting() as progress:
        found = list(findings(client(), described, lambda what: progress(f"Checking: {what}")))
    if json:
        output.print_json([finding.as_json() for finding in found])
    else:
        for finding in found:
            label = "ok" if finding.ok else "WRONG"
            output.show(output.paragraph(f"{finding.what}: {finding.found}", indent=7, label=label))
    raise typer.Exit(ExitCode.DONE if all(finding.ok for finding in found) else ExitCode.FAILED)

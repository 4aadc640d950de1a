"""The command that reads files without an index: read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from pipeline.cli import output
from pipeline.cli.declaring import add_command, complete_catalogue, complete_from
from pipeline.errors import ExitCode, UsageError

FORMATS = "ddi-codebook, ddi-lifecycle, dublin-core, datacite, schema-org, harmony, hdruk, mhc, ukllc, dataverse"
"""The formats that need no catalogue file. Help has its own list, as importing the formats takes long."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        read,
        "study-index read .state/demo/dataverse/part-1.ndjson.gz --format dataverse",
        "study-index read .state/demo/health/datasets.json --catalogue demo-health",
        panel="Find studies",
    )


def read(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Paths or URLs of files.")],
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=f"One of {FORMATS}.",
            autocompletion=complete_from(lambda: FORMATS.split(", ")),
        ),
    ] = None,
    catalogue: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Read as this catalogue would, with its exclusions and corrections: its YAML file, or its name.",
            autocompletion=complete_catalogue,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of JSON lines.")] = False,
) -> None:
    """Show what the records of files would become, one JSON line for each record. Needs no Elasticsearch."""
    from pipeline.catalogue import corrections, find
    from pipeline.operations.read_files import FileReader, catalogue_of_format

    if catalogue is not None and format_name is not None:
        raise UsageError("Give --format or --catalogue, not both: a catalogue names its format")
    if catalogue is not None:
        described = find(catalogue)
        corrected = corrections.load(described)
    elif format_name is not None:
        described = catalogue_of_format(format_name)
        corrected = corrections.NONE
    else:
        raise UsageError(f"State what the files are: --format FORMAT ({FORMATS}), or --catalogue FILE")
    codes: list[ExitCode] = []

    def lines() -> Iterator[dict[str, Any]]:
        for file in files:
            reader = FileReader(file, described, corrected)
            yield from reader
            codes.append(reader.exit_code)
            if reader.error:
                output.complain(reader.error)

    (output.print_json_list if json else output.print_json_lines)(lines())
    raise typer.Exit(output.worst(codes))

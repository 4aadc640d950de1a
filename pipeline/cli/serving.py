"""The command that serves the index over HTTP."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command

PORT = 8642


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        serve,
        "study-index serve",
        "study-index serve --port 8000 --allow-origin https://studies.example",
        panel="Find studies",
    )


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen at; 0.0.0.0 is all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65_535, help="Port; 0 is any that is free.")] = PORT,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Another site whose pages may ask: https://host. May be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Serve the index: a search page, and Harmony's discovery API. It only reads, and ends with Ctrl-C."""
    from pipeline.serve.app import application
    from pipeline.serve.server import serve as listen

    with client() as connected:
        app = application(connected, origins=allow_origin or ())
        listen(app, host, port, lambda address: _tell(address, json))


def _tell(address: str, json: bool) -> None:
    """Print the address at once: what reads the output waits for it."""
    if json:
        output.print_json({"url": address})
    else:
        output.show(f"{address} (Ctrl-C ends it)")
    sys.stdout.flush()

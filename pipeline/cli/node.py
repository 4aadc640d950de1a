"""The commands that start and stop the light Elasticsearch: up, down."""

from __future__ import annotations

from functools import partial

import typer

from pipeline import settings
from pipeline.cli import output
from pipeline.cli.connecting import steps
from pipeline.cli.declaring import Json, add_command


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app, panel="Start")
    add(up, "study-index up", "study-index up --json")
    add(down, "study-index down")


def up(json: Json = False) -> None:
    """Start the light Elasticsearch, unless it runs already, and print its URL."""
    from pipeline.local.connection import node

    with steps() as show_step:
        url = node(show_step).start()
    if json:
        output.print_json({"url": url})
    else:
        output.show(url)
    if (other := settings.elasticsearch_url()) is not None:
        where = settings.where("elasticsearch_url")
        output.complain(f"Commands use {other}, as {where} is set; unset it to use the light one.")


def down(json: Json = False) -> None:
    """Stop the light Elasticsearch. Its data are kept."""
    from pipeline.local.connection import node

    with steps() as show_step:
        stopped = node(show_step).stop()
    if json:
        output.print_json({"stopped": stopped})
    else:
        output.show("stopped" if stopped else "it was not running")

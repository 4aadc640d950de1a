"""The command that finds works and hierarchy by hand: link."""

from __future__ import annotations

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command
from pipeline.cli.progress import progress_of


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(app, link, "study-index link", "study-index link --json", panel="Fill the index")


def link(json: Json = False) -> None:
    """Find anew which documents are of one work, and which are parts of which: of all that is live.

    Runs do this for what they change. By hand, it heals what a run that ended early left.
    """
    from pipeline.links.after import in_words
    from pipeline.links.stage import link as link_all

    elasticsearch = client()
    with progress_of("link") as progress:
        linked = link_all(elasticsearch, None, progress)
    if json:
        output.print_json(linked._asdict())
    else:
        output.show(in_words(linked) or "Works and hierarchy are as they were")

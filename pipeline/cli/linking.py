"""The commands about works: link finds them by hand, duplicates lists what may be one and is not stated to be."""

from __future__ import annotations

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import AnyCatalogueName, Json, add_command
from pipeline.cli.progress import progress_of


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add_command(app, link, "study-index link", "study-index link --json", panel="Fill the index")
    add_command(
        app, duplicates, "study-index duplicates", "study-index duplicates demo-health --json", panel="Find studies"
    )


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
        output.print_json(linked.as_json())
    else:
        output.show(in_words(linked) or "Works and hierarchy are as they were")


def duplicates(catalogue: AnyCatalogueName = None, json: Json = False) -> None:
    """List pairs of documents that may be of one work: a title in common, and years that overlap or are not known.

    They are not joined, as no record states that they are one: look at both.
    """
    from pipeline.links.duplicates import duplicates as pairs_of

    pairs = pairs_of(client(), catalogue)
    if json:
        output.print_json_list(pair._asdict() for pair in pairs)
        return
    number = 0
    for number, pair in enumerate(pairs, 1):  # noqa: B007 - the last one is shown
        years = f"  {pair.years[0] or '?'} / {pair.years[1] or '?'}"
        output.show(output.paragraph(f"{pair.first}  {pair.second}  {pair.name}{years if any(pair.years) else ''}"))
    output.show(f"{number:,} pairs" if number != 1 else "1 pair")

"""Commands that change what is live: generations, promote, rollback, unpin, prune, retire."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline import retention
from pipeline.cli import output
from pipeline.cli.indexing import Json
from pipeline.connection import client
from pipeline.index import lifecycle
from pipeline.index.client import ask
from pipeline.index.generations import Generation, generations
from pipeline.staging import staged_catalogues

Owner = Annotated[str, typer.Argument(metavar="CATALOGUE", help="Name of a catalogue.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(name="generations")(list_generations)
    app.command(epilog="Example: study-index promote demo-archive")(promote)
    app.command()(rollback)
    app.command()(unpin)
    app.command()(prune)
    app.command()(retire)


def list_generations(
    catalogue: Annotated[str | None, typer.Argument(metavar="CATALOGUE", help="Only this one.")] = None,
    json: Json = False,
) -> None:
    """The generations of a catalogue, or of all: live, previous, candidate, superseded."""
    elasticsearch = client()
    known = generations(elasticsearch, catalogue)
    live = {item.catalogue: item for item in known if item.live}
    rows = []
    for item in known:
        documents = ask(lambda name=item.index: elasticsearch.count(index=name))["count"]  # type: ignore[misc]
        rows.append(_row(item, lifecycle.state(item, live.get(item.catalogue)), documents))
    if json:
        output.print_json(rows)
        return
    columns = ("generation", "state", "documents", "made_at", "run_id", "watermark", "pinned")
    output.show(output.table(columns, ([row[name] for name in columns] for row in rows)))


def promote(catalogue: Owner, json: Json = False) -> None:
    """Let the candidate that waits at the gate go live."""
    _say(lifecycle.promote(client(), catalogue), "is live now", json=json)


def rollback(catalogue: Owner, json: Json = False) -> None:
    """Undo the last run that went live; runs of the catalogue hold until promote or unpin."""
    _say(lifecycle.rollback(client(), catalogue), "is live again; runs hold until promote or unpin", json=json)


def unpin(catalogue: Owner, json: Json = False) -> None:
    """Let the runs of a rolled-back catalogue go live again."""
    _say(lifecycle.unpin(client(), catalogue), "is no longer pinned", json=json)


def prune(
    catalogue: Annotated[str | None, typer.Argument(metavar="CATALOGUE", help="Only this one.")] = None,
    json: Json = False,
) -> None:
    """Delete generations and staged parts that nobody needs."""
    elasticsearch = client()
    owners = (
        {catalogue} if catalogue else {item.catalogue for item in generations(elasticsearch)} | {*staged_catalogues()}
    )
    gone = {
        owner: {"generations": lifecycle.prune(elasticsearch, owner), "runs": retention.prune_staging(owner)}
        for owner in sorted(owners)
    }
    if json:
        output.print_json(gone)
        return
    rows = ([owner, ", ".join(item["generations"]) or None, len(item["runs"])] for owner, item in gone.items())
    output.show(output.table(("catalogue", "generations deleted", "staged runs removed"), rows))


def retire(
    catalogue: Owner,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Take a catalogue out of the index: all its generations are deleted."""
    if not yes:
        typer.confirm(f"Delete all generations of {catalogue}?", abort=True, err=True)
    gone = lifecycle.retire(client(), catalogue)
    if json:
        output.print_json({"catalogue": catalogue, "deleted": gone})
    else:
        output.show(f"{catalogue} is out of the index; deleted: {', '.join(gone)}")


def _row(item: Generation, state: str, documents: int) -> dict[str, Any]:
    pinned = item.meta.get("pinned")
    return {
        "catalogue": item.catalogue,
        "generation": item.index,
        "number": item.number,
        "state": state,
        "documents": documents,
        "made_at": item.meta.get("made_at"),
        "run_id": item.meta.get("run_id"),
        "watermark": item.meta.get("watermark"),
        "pinned": pinned["at"] if pinned and item.live else None,
    }


def _say(generation: Generation, what: str, *, json: bool) -> None:
    if json:
        output.print_json({"catalogue": generation.catalogue, "generation": generation.index, "live": generation.live})
    else:
        output.show(f"{generation.index} {what}")

"""Commands that change what is live: generations, promote, rollback, unpin, prune, retire."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import AnyCatalogueName, CatalogueName, Json, add_command
from pipeline.errors import ExitCode, FailError, UsageError, nearest

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipeline.index.generations import Generation
    from pipeline.index.lifecycle import Swapped


Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="The reason; it is kept with the decision.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app, panel="Change what is live")
    add(list_generations, "study-index generations", "study-index generations demo-health", name="generations")
    back, unpinned = "study-index rollback demo-health", "study-index unpin demo-health"
    add(promote, back, "study-index promote demo-health")
    add(rollback, back, unpinned)
    add(unpin, back, unpinned)
    run, refused = "study-index run demo-health", "study-index refuse demo-health --why 'titles are missing'"
    add(refuse, back, run, refused, unpinned)
    add(prune, "study-index prune", "study-index prune demo-health --json")
    add(retire, "study-index retire demo-harmony", "study-index retire demo-dataverse --yes --json")


def list_generations(catalogue: AnyCatalogueName = None, json: Json = False) -> None:
    """List the generations of a catalogue, or of all: live, previous, candidate, rolled back, building, superseded.

    For a candidate that the gate held, with its reasons; and with who works on the catalogue at this moment.
    """
    from pipeline.index.generations import documents, generations
    from pipeline.index.leases import leases_at_work
    from pipeline.index.states import gate_reasons, state

    elasticsearch = client()
    known = generations(elasticsearch, _owner(elasticsearch, catalogue) if catalogue else None)
    live = {item.catalogue: item for item in known if item.live}
    rows = [
        _row(
            item,
            state(item, live.get(item.catalogue)),
            documents(elasticsearch, item),
            gate_reasons(item),
        )
        for item in known
    ]
    if json:
        output.print_json([row._asdict() for row in rows])
        return
    cells = (
        (row.generation, f"{row.state.replace('_', ' ')}{', pinned' if row.pinned else ''}", row.documents, row.run_id)
        for row in rows
    )
    output.show(output.table(("generation", "state", "documents", "made by run"), cells))
    for item, row in zip(known, rows, strict=True):
        if row.state == "candidate" and row.reasons:
            held = "was refused; the gate had held it" if item.meta.state == "refused" else "is held"
            output.show(f"{row.generation} {held}: {'; '.join(row.reasons)}")
    at_work = leases_at_work(elasticsearch)
    for name in dict.fromkeys(row.catalogue for row in rows):
        if name in at_work:
            output.show(f"{name} is worked on by {at_work[name]}")


def promote(
    catalogue: CatalogueName,
    to: Annotated[
        int | None, typer.Option("--to", metavar="N", help="Number of the generation, where several can go live.")
    ] = None,
    why: Why = None,
    json: Json = False,
) -> None:
    """Let the candidate that waits at the gate go live, or take a rollback back.

    Where both are there, --to says which. What was live stays as the previous generation, so rollback undoes this.
    """
    from pipeline.index import lifecycle

    elasticsearch = client()
    promoted = lifecycle.promote(elasticsearch, _owner(elasticsearch, catalogue), to, by=_person(), why=why)
    _announce_swap(promoted, "is live now", _linked(elasticsearch, promoted), json=json)


def refuse(
    catalogue: CatalogueName,
    to: Annotated[int | None, typer.Option("--to", metavar="N", help="Number of the candidate.")] = None,
    why: Why = None,
    json: Json = False,
) -> None:
    """State that a candidate that the gate held is not to go live. The next run replaces it; promote is possible."""
    from pipeline.index import lifecycle

    elasticsearch = client()
    generation = lifecycle.refuse(elasticsearch, _owner(elasticsearch, catalogue), to, by=_person(), why=why)
    if json:
        output.print_json(_as_json(generation))
    else:
        output.show(f"{generation.index} is refused; what is live is untouched")


def rollback(catalogue: CatalogueName, why: Why = None, json: Json = False) -> None:
    """Undo the last run that went live. Runs of the catalogue are held until promote or unpin."""
    from pipeline.index import lifecycle

    elasticsearch = client()
    swapped = lifecycle.rollback(elasticsearch, _owner(elasticsearch, catalogue), by=_person(), why=why)
    what = "is live again; runs are held until promote or unpin"
    _announce_swap(swapped, what, _linked(elasticsearch, swapped), json=json)


def unpin(catalogue: CatalogueName, why: Why = None, json: Json = False) -> None:
    """Let the runs of a rolled-back catalogue go live again."""
    from pipeline.index import lifecycle

    elasticsearch = client()
    generation = lifecycle.unpin(elasticsearch, _owner(elasticsearch, catalogue), by=_person(), why=why)
    if json:
        output.print_json(_as_json(generation))
    else:
        output.show(f"{generation.index} is no longer pinned")


def prune(catalogue: AnyCatalogueName = None, json: Json = False) -> None:
    """Delete generations and staged parts that are no longer needed.

    Live generations are kept, and so are those that rollback or promote can make live, and what the next run reads.
    Without a name, a catalogue that a run works on is passed over, and so is one of which something is wrong.
    """
    from pipeline.run.retention import catalogues_with_data, prune_catalogue, prune_if_free

    elasticsearch = client()
    code = ExitCode.DONE
    deleted = {}
    if catalogue:
        owner = _owner(elasticsearch, catalogue)
        deleted[owner] = prune_catalogue(elasticsearch, owner)
    for owner in [] if catalogue else catalogues_with_data(elasticsearch):
        try:
            deleted[owner] = prune_if_free(elasticsearch, owner)
        except FailError as error:  # its fault is none of the others
            deleted[owner] = {"generations": [], "runs": [], "passed_over": [str(error)]}
            code = ExitCode.FAILED
    _show_pruned(deleted, json=json)
    raise typer.Exit(code)


def _show_pruned(deleted: dict[str, dict[str, list[str]]], *, json: bool) -> None:
    """Show what was deleted of each catalogue, and why some were passed over."""
    for message in (message for item in deleted.values() for message in item.get("passed_over", [])):
        output.complain(message)
    if json:
        output.print_json(deleted)
        return
    rows = ((owner, len(item["generations"]), len(item["runs"])) for owner, item in deleted.items())
    output.show(output.table(("catalogue", "generations deleted", "staged runs deleted"), rows))


def retire(
    catalogue: CatalogueName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    json: Json = False,
) -> None:
    """Remove a catalogue from the index: all its generations are deleted."""
    from pipeline.index import lifecycle
    from pipeline.links.after import linked_after

    elasticsearch = client()
    owner = _owner(elasticsearch, catalogue)
    if not yes:
        typer.confirm(f"Delete all generations of {owner}?", abort=True, err=True)
    deleted = lifecycle.retire(elasticsearch, owner)
    links = linked_after(elasticsearch, None)
    if json:
        output.print_json({"catalogue": owner, "deleted": deleted} | ({"links": links} if links else {}))
    else:
        output.show(f"{owner} is removed from the index; deleted: {', '.join(deleted)}", *([links] if links else []))


def _owner(elasticsearch: Elasticsearch, name: str) -> str:
    """The name of a catalogue that has a file, or anything in the index or in staging.

    Raises:
        UsageError: there is none of that name (a pattern is none); names the nearest.
    """
    from pipeline import catalogue as catalogues
    from pipeline.run.retention import catalogues_with_data

    if name.endswith((".yaml", ".yml")):
        return catalogues.find(name).name
    known = {*catalogues_with_data(elasticsearch)} | {path.stem for path in catalogues.paths()}
    if name not in known:
        raise UsageError(f"There is no catalogue {name!r}.{nearest(name, sorted(known))}")
    return name


def _person() -> str | None:
    """The name that the caller is logged in with on this machine; None where the system does not know it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


class Row(NamedTuple):
    """A generation with the keys of `generations --json`. `pinned` is the time of the rollback to it."""

    catalogue: str
    generation: str
    number: int
    state: str
    documents: int | None
    """None where the index is closed."""
    made_at: str | None
    run_id: str | None
    watermark: str | None
    pinned: str | None
    reasons: list[str]
    """Why the gate held it."""


def _row(item: Generation, state: str, documents: int | None, reasons: Sequence[str]) -> Row:
    meta, pinned = item.meta, item.meta.pinned if item.live else None
    return Row(
        catalogue=item.catalogue,
        generation=item.index,
        number=item.number,
        state=state,
        documents=documents,
        made_at=meta.made_at,
        run_id=meta.run_id,
        watermark=meta.watermark,
        pinned=pinned.at if pinned else None,
        reasons=list(reasons),
    )


def _linked(elasticsearch: Elasticsearch, swapped: Swapped) -> str:
    """Link what went live; returns what that did, in words."""
    from pipeline.links.after import linked_after
    from pipeline.links.changes import Changes

    return linked_after(elasticsearch, Changes(swapped.instead_of, swapped.generation.index))


def _announce_swap(swapped: Swapped, what: str, links: str, *, json: bool) -> None:
    if json:
        documents = {"before": swapped.before, "after": swapped.after}
        more = {"was": swapped.was, "documents": documents, "reasons": list(swapped.reasons)}
        output.print_json({**_as_json(swapped.generation), **more, **({"links": links} if links else {})})
        return
    output.show(f"{swapped.generation.index} {what}: {swapped.before} → {swapped.after} documents")
    if links:
        output.show(links)
    if swapped.reasons:
        output.show(f"The gate had held it: {'; '.join(swapped.reasons)}")


def _as_json(generation: Generation) -> dict[str, Any]:
    return {"catalogue": generation.catalogue, "generation": generation.index, "live": generation.live}

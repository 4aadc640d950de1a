"""The command that lists the doubts of the second opinion: doubts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, NamedTuple

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import CatalogueName, Json, add_command
from pipeline.cli.progress import progress_of
from pipeline.errors import UsageError

LONGEST_LINE = 1_000_000
"""Characters: lines for a file are not broken."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add = partial(add_command, app, panel="Look after it")
    add(doubts, "study-index doubts demo-archive", "study-index doubts demo-archive --corrections")


class Doubt(NamedTuple):
    """A facet of a live document that the second opinion doubts."""

    harmony_id: str
    name: str
    facet: str
    value: str
    rule: str | None
    field: str | None
    words_for: str
    """The words that the value rests on."""
    would_be: str
    """The value that the second opinion would say."""
    words_against: str


def doubts(
    catalogue: CatalogueName,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Print lines for the catalogue's corrections file.")
    ] = False,
    json: Json = False,
) -> None:
    """List live studies whose sex a second opinion doubts, with the words for and against it.

    Only women and men alone are doubted. The value stays as it is until a correction sets another; a correction to the
    same value confirms it, and ends the doubt.
    """
    if corrections and json:
        raise UsageError("Give --corrections or --json, not both")
    with progress_of(catalogue) as progress:
        found = list(_found(catalogue, progress))
    if json:
        output.print_json([doubt._asdict() for doubt in found])
    elif not found:
        output.show("No doubts.")
    elif corrections:
        output.show(*(output.paragraph(_correction(each), width=LONGEST_LINE) for each in found))
    else:
        rows = ((each.harmony_id, each.name, each.value, each.rule, each.words_for, _against(each)) for each in found)
        output.show(output.table(("id", "title", "value", "rule", "words for", "words against"), rows))


def _found(catalogue: str, progress: Any) -> Iterator[Doubt]:
    from pipeline import catalogue as catalogues
    from pipeline.index import export

    name = catalogues.find(catalogue).name if catalogue.endswith((".yaml", ".yml")) else catalogue
    connected = client()
    named = export.in_catalogues(connected, [name])
    query = {"bool": {"filter": [*named, {"exists": {"field": "doubted"}}]}}
    fields = ("harmony_id", "name", "doubted", "sex", "evidence")
    pages = export.documents(connected, query, lambda done, total: progress("documents", done, total), fields)
    for page in pages:
        for document in page:
            yield from _of_document(document)


def _of_document(document: dict[str, Any]) -> Iterator[Doubt]:
    for facet in document["doubted"]:
        for piece in document["evidence"][facet]:
            if "doubt" in piece:
                would_be, _, against = piece["doubt"].partition(": ")
                yield Doubt(
                    document["harmony_id"],
                    document["name"],
                    facet,
                    document[facet],
                    piece.get("rule"),
                    piece.get("field"),
                    piece.get("words", ""),
                    would_be,
                    against,
                )


def _correction(doubt: Doubt) -> str:
    """Two lines for the corrections file: a comment, and the value that the second opinion would say."""
    from json import dumps

    title = " ".join(doubt.name.split())
    why = f"the record speaks of {doubt.words_against}" if doubt.words_against else "a look at the record"
    keys = f"{{{doubt.facet}: {doubt.would_be}, reason: {dumps(why, ensure_ascii=False)}}}"
    return (
        f"# {title}: now {doubt.value}, by “{' '.join(doubt.words_for.split())}”\n"
        f"{dumps(doubt.harmony_id, ensure_ascii=False)}: {keys}"
    )


def _against(doubt: Doubt) -> str:
    return f"{doubt.words_against} ({doubt.would_be})" if doubt.words_against else doubt.would_be

"""Commands that only read: read, show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import catalogue as catalogues
from pipeline.catalogue import Catalogue, FilesProtocol, corrections
from pipeline.catalogue.corrections import Corrections
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.cli import output
from pipeline.cli.indexing import add_command
from pipeline.errors import FailError, RejectError, StudyIndexError, UsageError
from pipeline.formats import FORMATS, format_named, format_of
from pipeline.index.harmony_view import as_harmony
from pipeline.index.search import show as show_document
from pipeline.local.connection import client
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols.files.splitting import split
from pipeline.run.context import now
from pipeline.run.process import document_of

UNREADABLE = frozenset({"empty", "malformed", "too_large", "wrong_format"})
"""Rejects after which a file without a document counts as failed: it, or its format, is wrong as a whole."""


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app)
    add(read, "study-index read records.ndjson.gz --format dataverse", "study-index read *.xml --catalogue my.yaml")
    add(show, "study-index show demo-archive/DA1001", "study-index show 10.5255/ukda-sn-855557 --as harmony")


def read(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Paths or URLs.")],
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}.")
    ] = None,
    catalogue: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read as this catalogue would: its YAML file, or its name.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON list, instead of a JSON object a line.")] = False,
) -> None:
    """What the records of files would become: one JSON line a record. Needs no Elasticsearch."""
    described = _described(format_name, catalogue)
    corrected = corrections.load(described) if catalogue is not None else corrections.NONE
    codes: list[int] = []
    lines = (line for file in files for line in _read(file, described, corrected, codes))
    (output.print_json_list if json else output.print_json_lines)(lines)
    raise typer.Exit(output.worst(codes))


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="uuid, harmony_id, DOI, slug or record id.")],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="SHAPE", help="harmony: the shape of Harmony's item payload.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As it is shown anyway: one JSON object.")] = False,  # noqa: ARG001
) -> None:
    """One document, as JSON."""
    if as_ not in {None, "harmony"}:
        raise UsageError(f"A document can be shown --as harmony, not --as {as_}")
    document = show_document(client(), identifier)
    output.print_json(as_harmony(document) if as_ else document)


def _described(format_name: str | None, catalogue: str | None) -> Catalogue:
    """The catalogue to read as; a nameless one for a format alone."""
    if catalogue is not None:
        if format_name is not None:
            raise UsageError("Give --format or --catalogue, not both: a catalogue names its format")
        return catalogues.find(catalogue)
    if format_name is None:
        raise UsageError(f"Say what the files are: --format {'|'.join(FORMATS)}, or --catalogue FILE")
    name = format_named(format_name).name
    protocol = FilesProtocol(type="files", path="*")
    return Catalogue.model_validate(
        {"name": name, "title": name, "protocol": protocol, "format": name, "file": Path(f"{name}.yaml")}
    )


def _read(file: str, described: Catalogue, corrected: Corrections, codes: list[int]) -> Iterator[dict[str, Any]]:
    """A line for each record; adds the exit code of the file."""
    outcomes: Counter[str] = Counter()
    unreadable = by_key = False
    try:
        for raw in split(file, format_of(described)):
            at = raw.at or {"record": 0}
            by_key = "key" in at
            outcome = _outcome(raw, described, corrected)
            outcomes.update(outcome.keys())
            unreadable |= outcome.get("reject", {}).get("code") in UNREADABLE
            yield {"file": file, "at": at, **outcome}
    except StudyIndexError as error:
        output.complain(error)
        codes.append(error.exit_code)
        if isinstance(error, FailError) and not isinstance(error.__cause__, OSError):  # it is there, and broken
            place = None if by_key else {"record": outcomes.total()}
            yield {"file": file, "at": place, "reject": _reject("malformed", None, error)}
    else:
        if outcomes["reject"]:
            codes.append(1 if unreadable and not outcomes["document"] else 4)


def _outcome(raw: Fetched, described: Catalogue, corrected: Corrections) -> dict[str, Any]:
    """`document`, `reject` or, for the word that a record is gone, `deleted`, or why it is `excluded`."""
    if isinstance(raw, RejectedRaw):
        return {"reject": _reject(raw.code, None, raw.message)}
    if raw.deleted:
        return {"deleted": raw.record_id}
    if reason := reason_to_exclude(described, raw):
        return {"excluded": reason}
    try:
        return {"document": document_of(described, raw, harvested_at=now(), corrections=corrected)}
    except RejectError as error:
        return {"reject": _reject(error.code, error.field, error)}


def _reject(code: str, field: str | None, message: object) -> dict[str, str | None]:
    return {"code": code, "field": field, "message": str(message)}

"""Commands that only read: read, search, show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import pycountry
import typer

from pipeline import catalogue as catalogues
from pipeline.catalogue import Catalogue, FilesProtocol, corrections
from pipeline.catalogue.corrections import Corrections
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.cli import output
from pipeline.cli.indexing import Json, add_command
from pipeline.errors import FailError, RejectError, StudyIndexError, UsageError
from pipeline.formats import FORMATS, format_named, format_of
from pipeline.index.harmony_view import as_harmony
from pipeline.index.search import CLOSED, OPEN, SORTS, Question
from pipeline.index.search import search as search_index
from pipeline.index.search import show as show_document
from pipeline.local.connection import client
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.model.record import ACCESSES, RESOURCE_TYPES, SEXES
from pipeline.protocols.files.splitting import split
from pipeline.run.context import now
from pipeline.run.process import document_of

SHOWN_VALUES = 8

UNREADABLE = frozenset({"empty", "malformed", "too_large", "wrong_format"})
"""Rejects after which a file without a document counts as failed: it, or its format, is wrong as a whole."""


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app)
    add(read, "study-index read records.ndjson.gz --format dataverse", "study-index read *.xml --catalogue my.yaml")
    add(
        search,
        "study-index search 'women work' --country GB --years 1990..2015",
        "study-index search --sex female --ages 65.. --or-unknown ages --json",
    )
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


def search(  # noqa: PLR0917 - one parameter a facet
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Words; all of them have to occur.")] = None,
    sex: Annotated[
        list[str] | None,
        typer.Option(metavar="SEX", help="female (women or girls only), male (men or boys only), or all."),
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help=f"One of {', '.join(RESOURCE_TYPES)}.")
    ] = None,
    country: Annotated[list[str] | None, typer.Option(metavar="CODE", help="ISO 3166-1 alpha-2: GB.")] = None,
    years: Annotated[str | None, typer.Option(metavar="A..B", help="A..B, A.., ..B or one year.")] = None,
    ages: Annotated[str | None, typer.Option(metavar="A..B", help="A..B, A.., ..B or one age.")] = None,
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="First part of a harmony_id.")] = None,
    language: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Of the data; ISO 639-1: en.")] = None,
    access: Annotated[list[str] | None, typer.Option(metavar="ACCESS", help=f"One of {', '.join(ACCESSES)}.")] = None,
    design: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Code of the DDI vocabulary.")] = None,
    topic: Annotated[list[str] | None, typer.Option(metavar="CODE", help="CESSDA topic code.")] = None,
    or_unknown: Annotated[
        list[str] | None,
        typer.Option(metavar="FACET", help="Beside what a filter lets through, what has no value for its facet."),
    ] = None,
    sort: Annotated[str, typer.Option(metavar="ORDER", help=f"One of {', '.join(SORTS)}.")] = "relevance",
    size: Annotated[int, typer.Option(metavar="N", min=0, max=1000, help="Hits to give.")] = 10,
    json: Json = False,
) -> None:
    """Hits and facet counts. Each facet counts under all filters but its own.

    An option that is given more than once lets any of its values through.
    """
    chosen = {
        "sex": _known(sex, SEXES, "sex"),
        "resource_type": _known(type_, RESOURCE_TYPES, "type"),
        "country_codes": [_country(code) for code in country or []],
        "source": source,
        "language_codes": [code.lower() for code in language or []],
        "access": _known(access, ACCESSES, "access"),
        "study_design": design,
        "topics": topic,
    }
    question = Question(
        text=text,
        filters={name: values for name, values in chosen.items() if values},
        years=_range(years, "--years"),
        ages=_range(ages, "--ages"),
        or_unknown=tuple(_facet(name) for name in or_unknown or []),
        sort=_one_of(sort, list(SORTS), "sort order"),
        size=size,
    )
    found = search_index(client(), question)
    if json:
        output.print_json(found)
    else:
        show_found(found)


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


def _range(words: str | None, option: str) -> tuple[int | None, int | None] | None:
    """`1990..1999`, `1990..`, `..1999` or `1990`, both ends included."""
    if words is None:
        return None
    first, dots, last = words.partition("..")
    try:
        start = int(first) if first else None
        end = (int(last) if last else None) if dots else start
    except ValueError as error:
        raise UsageError(f"{option} takes A..B, A.., ..B or one number, not {words!r}") from error
    if (start is None and end is None) or (start is not None and end is not None and start > end):
        raise UsageError(f"{option} takes A..B with A at most B, not {words!r}")
    return start, end


def _country(words: str) -> str:
    """The code of a country, in capitals.

    Raises:
        UsageError: it is none; names the code where the words are the country's name.
    """
    code = words.upper()
    if code in country_codes():
        return code
    try:
        meant = pycountry.countries.lookup("GB" if code == "UK" else words).alpha_2
    except LookupError:
        raise UsageError(f"There is no country {words!r}: give its ISO 3166-1 alpha-2 code, such as GB") from None
    raise UsageError(f"There is no country code {words!r}. Did you mean {meant!r}?")


def country_codes() -> set[str]:
    """ISO 3166-1 alpha-2 codes, those of dissolved states among them, and Kosovo's."""
    countries = [*pycountry.countries, *pycountry.historic_countries]
    return {country.alpha_2 for country in countries if hasattr(country, "alpha_2")} | {"XK"}


def _facet(name: str) -> str:
    """The field of a facet, which may be named as its option is."""
    aliases = {
        "country": "country_codes",
        "type": "resource_type",
        "language": "language_codes",
        "design": "study_design",
        "topic": "topics",
    }
    return aliases.get(name) or _one_of(name, [*CLOSED, *OPEN, "ages"], "facet")


def _known(values: list[str] | None, vocabulary: tuple[str, ...], what: str) -> list[str]:
    return [_one_of(value, list(vocabulary), what) for value in values or []]


def _one_of(value: str, known: list[str], what: str) -> str:
    if value not in known:
        raise UsageError(f"There is no {what} {value!r}.{catalogues.nearest(value, known)}")
    return value


def show_found(found: dict[str, Any]) -> None:
    """Hits and facet counts, for people."""
    works = "" if found["works_exact"] else "about "
    documents = "1 document" if found["total"] == 1 else f"{found['total']:,} documents"
    of_works = "1 work" if found["works"] == 1 else f"{works}{found['works']:,} works"
    output.show(f"{documents} of {of_works}")
    if not found["total"]:
        output.show("All words have to occur, and all filters hold: take fewer, or let in the unknown (--or-unknown).")
        return
    output.show("")
    for hit in found["hits"]:
        span = _span(hit)
        facts = [hit.get("sex"), hit["resource_type"], " ".join(hit.get("country_codes", [])), span]
        output.show(f"{hit['harmony_id']}  {hit['name']}")
        output.show(f"    {' · '.join(fact for fact in facts if fact)}")
    rows = []
    for name, counts in found["facets"].items():
        most = list(islice(sorted(counts.items(), key=lambda item: -item[1]), SHOWN_VALUES))
        if most:
            more = f" … {len(counts) - SHOWN_VALUES} more" if len(counts) > SHOWN_VALUES else ""
            values = "  ".join(f"{value} {number:,}" for value, number in most) + more
            rows.append((name, values, f"{found['unknown'][name]:,}"))
    output.show("")
    output.show(output.table(("facet", "documents by value", "unknown"), rows))


def _span(hit: dict[str, Any]) -> str | None:
    if "start_year" not in hit and "end_year" not in hit:
        return None
    start, end = hit.get("start_year", ""), hit.get("end_year", "…" if hit.get("ongoing") else "")
    return str(start) if start == end else f"{start}–{end}"

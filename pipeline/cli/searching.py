"""The command that searches the index."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.declaring import Json, add_command
from pipeline.cli.search_results import show_found
from pipeline.errors import UsageError, nearest
from pipeline.model.codes import COUNTRIES
from pipeline.model.record import ACCESSES, RESOURCE_TYPES, SEXES


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        search,
        "study-index search 'women work' --country GB --years 1990..2015",
        "study-index search --sex female --ages 65.. --or-unknown ages --json",
        panel="Find studies",
    )


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
    sort: Annotated[str, typer.Option(metavar="ORDER", help="One of relevance, name, newest, oldest.")] = "relevance",
    size: Annotated[int, typer.Option(metavar="N", min=0, max=1000, help="Hits to give.")] = 10,
    json: Json = False,
) -> None:
    """Hits and facet counts. Each facet counts under all filters but its own.

    An option that is given more than once lets any of its values through.
    """
    from pipeline.index import search as index
    from pipeline.local.connection import client

    chosen = {
        "sex": _known(sex, SEXES, "sex"),
        "resource_type": _known(type_, RESOURCE_TYPES, "type"),
        "country_codes": [COUNTRIES.read(code) for code in country or []],
        "source": source,
        "language_codes": [code.lower() for code in language or []],
        "access": _known(access, ACCESSES, "access"),
        "study_design": design,
        "topics": topic,
    }
    question = index.Question(
        text=text,
        filters={name: values for name, values in chosen.items() if values},
        years=_range(years, "--years"),
        ages=_range(ages, "--ages"),
        or_unknown=tuple(_facet(name) for name in or_unknown or []),
        sort=_one_of(sort, list(index.SORTS), "sort order"),
        size=size,
    )
    found = index.search(client(), question)
    if json:
        output.print_json(found)
    else:
        show_found(found)


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


def _facet(name: str) -> str:
    """The field of a facet, which may be named as its option is."""
    from pipeline.index.search import CLOSED, OPEN

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
        raise UsageError(f"There is no {what} {value!r}.{nearest(value, known)}")
    return value

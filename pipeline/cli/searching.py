"""The command that searches the index."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command, complete_from
from pipeline.cli.search_results import show_found
from pipeline.errors import UsageError, nearest
from pipeline.model.facet_kinds import Option, Range, Since, Switch
from pipeline.model.facets import FACETS, OTHERS
from pipeline.model.moments import since, written

if TYPE_CHECKING:
    from pipeline.search.question import Question

FILTERS = {row.name: row for row in (*FACETS, *OTHERS) if row.option}
"""Rows of the table of facets that have an option of `search`, by field."""

ALL = "all"
"""Stands for all facets."""

ORDERS = ("relevance", "name", "newest", "oldest")
"""The orders of hits. Help has its own list, as importing the search takes long."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        search,
        "study-index search 'women work' --country GB --years 1990..2015",
        "study-index search --sex female --ages 65.. --or-unknown ages --json",
        panel="Find studies",
    )


OrUnknown = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FACET",
        help="Where a filter is on this facet, also find documents without a value for it.",
        autocompletion=complete_from(lambda: list(_fields())),
    ),
]


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each filter after its first parameter; it gets their words by field."""
    command.__signature__ = inspect.Signature([*_options(command)])  # type: ignore[attr-defined] # typer reads it
    return command


def _options(command: Callable[..., None]) -> Iterator[inspect.Parameter]:
    """The command's parameters: those that it names, and after the first of these one for each filter."""
    first, *others = inspect.signature(command, eval_str=True).parameters.values()
    yield first.replace(kind=inspect.Parameter.KEYWORD_ONLY)
    for name, row in FILTERS.items():
        if row.option:
            kind, option = _typed(row.option)
            yield inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, option]
            )
    for other in others:
        if other.kind is not inspect.Parameter.VAR_KEYWORD:
            yield other.replace(kind=inspect.Parameter.KEYWORD_ONLY)


def _typed(option: Option | Range | Switch | Since) -> tuple[Any, Any]:
    """The type of an option's words, and the option."""
    if isinstance(option, Switch):
        return bool | None, typer.Option(f"--{option.name}/--{option.off}", help=option.help, show_default=False)
    kind = list[str] | None if isinstance(option, Option) else str | None
    return kind, typer.Option(f"--{option.name}", metavar=option.metavar, help=option.help)


@with_filters
def search(  # noqa: PLR0917 - typer passes them by name
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT",
            help="Words, or an identifier; 'words in \"quotes\"' have to occur so, -word must not occur.",
        ),
    ] = None,
    or_unknown: OrUnknown = None,
    facet: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACET",
            help=f"Count this facet and no other that is not named; {ALL} counts each that there is.",
            autocompletion=complete_from(lambda: [ALL, *_countable()]),
        ),
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help=f"One of {', '.join(ORDERS)}.",
            autocompletion=complete_from(lambda: list(ORDERS)),
        ),
    ] = "relevance",
    after: Annotated[
        str | None, typer.Option(metavar="TOKEN", help="The page after the one whose answer has this token (next).")
    ] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="With --json: hits have their evidence.")] = False,
    translations: Annotated[
        bool, typer.Option("--translations", help="With --json: hits have their texts in each language.")
    ] = False,
    size: Annotated[int, typer.Option(metavar="N", min=0, max=1000, help="Number of hits to show.")] = 10,
    json: Json = False,
    **words: Any,
) -> None:
    """Search for studies: hits, and counts by facet. Each facet is counted under all filters but its own.

    An option that is given several times matches any of its values.
    """
    from pipeline.search.finding import search as find
    from pipeline.search.question import SORTS

    asked = question(" ".join(text) if text else None, or_unknown or [], words)
    asked = replace(asked, sort=_one_of(sort, list(SORTS), "sort order"), size=size, facets=_facets(facet))
    found = find(client(), replace(asked, after=after, evidence=evidence, translations=translations))
    if json:
        output.print_json(found.as_json())
    else:
        show_found(found)


def question(text: str | None, or_unknown: Sequence[str], words: Mapping[str, Any]) -> Question:
    """What the options for filters ask for, whose words are given by field.

    Raises:
        UsageError: a word is no code of its vocabulary, or no range; there is no such facet.
    """
    from pipeline.search.question import Question

    return Question(
        text=text,
        filters={
            name: [row.value(word) for word in words[name]]
            for name, row in FILTERS.items()
            if isinstance(row.option, Option) and words[name]
        }
        | {
            name: [row.option.values[0 if words[name] else 1]]
            for name, row in FILTERS.items()
            if isinstance(row.option, Switch) and words[name] is not None
        },
        ranges={
            name: _range(words[name], f"--{row.option.name}")
            for name, row in FILTERS.items()
            if isinstance(row.option, Range) and words[name] is not None
        },
        or_unknown=tuple(_field(name) for name in or_unknown),
        changed_since=written(since(words["source_modified"])) if words["source_modified"] else None,
    )


def _facets(names: Sequence[str] | None) -> tuple[str, ...] | None:
    """The fields of the facets that are to be counted; None where none is named."""
    if not names:
        return None
    countable = _countable()
    chosen = [_one_of(name, [ALL, *countable], "facet that is counted,") for name in names]
    return tuple(countable.values()) if ALL in chosen else tuple(countable[name] for name in chosen)


def _countable() -> dict[str, str]:
    """The fields that are counted, under the names that people may give."""
    counted = {row.name for row in (*FACETS, *OTHERS) if row.counted or row.on_request}
    return {name: field for name, field in _fields().items() if field in counted}


def _range(words: str, option: str) -> tuple[int | None, int | None]:
    """`1990..1999`, `1990..`, `..1999` or `1990`, both ends included."""
    first, dots, last = words.partition("..")
    try:
        start = int(first) if first else None
        end = (int(last) if last else None) if dots else start
    except ValueError as error:
        raise UsageError(f"{option} takes A..B, A.., ..B or one number, not {words!r}") from error
    if (start is None and end is None) or (start is not None and end is not None and start > end):
        raise UsageError(f"{option} takes A..B with A at most B, not {words!r}")
    return start, end


def _field(name: str) -> str:
    """The field of a facet, which may be named as its option is."""
    fields = _fields()
    return fields[_one_of(name, list(fields), "facet")]


def _fields() -> dict[str, str]:
    """The fields that are counted or filtered by, under their names and the names of their options."""
    rows = [row for row in (*FACETS, *OTHERS) if row.counted or row.on_request or row.option]
    return {row.name: row.name for row in rows} | {row.option.name: row.name for row in rows if row.option}


def _one_of(value: str, known: list[str], what: str) -> str:
    if value not in known:
        raise UsageError(f"There is no {what} {value!r}.{nearest(value, known)}")
    return value

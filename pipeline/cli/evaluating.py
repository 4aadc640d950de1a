"""The command that measures the search: evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command, complete_from
from pipeline.cli.progress import progress_of
from pipeline.errors import UsageError, nearest

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from pipeline.evaluation.finding import Figures, Result
    from pipeline.evaluation.queries import Query

KINDS = ("topic", "known")
"""Kinds of queries. Help has its own list, as importing the evaluation takes long."""

SHOWN_MISSES = 20
SHOWN_HITS = 3
"""Hits that are shown of one miss. --json has all."""

NAMED = 5
"""Records that a warning names."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        evaluate,
        "study-index evaluate .state/demo/queries.yaml",
        "study-index evaluate .state/demo/queries.yaml --misses",
        panel="Look after it",
    )


def evaluate(
    queries: Annotated[list[Path], typer.Argument(metavar="QUERIES", help="Files of queries with judgements.")],
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"Only queries of this kind. One of {', '.join(KINDS)}.",
            autocompletion=complete_from(lambda: list(KINDS)),
        ),
    ] = None,
    size: Annotated[int, typer.Option(metavar="N", min=1, max=100, help="Number of hits that count.")] = 10,
    misses: Annotated[
        bool, typer.Option("--misses", help=f"List the {SHOWN_MISSES} worst queries, with their first hits.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure how well the search finds what people look for, by queries with judgements.

    Topics: nDCG and recall of the first hits. Known things (ids, names, acronyms, series): is the first hit right?
    Judged records that are not in the index are counted as not found, and a warning names them.
    """
    from pipeline.evaluation.finding import figures, unjudged
    from pipeline.evaluation.queries import load_queries

    if kind is not None and kind not in KINDS:
        raise UsageError(f"There is no kind {kind!r} of queries.{nearest(kind, list(KINDS))}")
    given = [query for query in load_queries(queries) if kind in {None, query.kind}]
    judged = [query for query in given if query.is_judged]
    if not judged:
        raise UsageError("No query has judgements: give each topic a record of grade 2 or 3 in `judgements`")
    results, missing = results_of(judged, client(), size)
    _warn(given, judged, missing)
    if json:
        groups = {name: {value: of._asdict() for value, of in grouped.items()} for name, grouped in _by(results)}
        lists = {
            "unjudged_queries": [query.id for query in given if not query.is_judged],
            "unjudged_hits": unjudged(results),
            "missing_records": missing,
        }
        listed = {"misses": [miss.as_json() for miss in _worst(results)]} if misses else {}
        output.print_json({"size": size, "all": figures(results)._asdict(), **groups, **lists, **listed})
    else:
        _show(results, size)
        if misses:
            _show_misses(_worst(results))


def results_of(queries: Sequence[Query], searched: Elasticsearch, size: int) -> tuple[list[Result], list[str]]:
    """What each query finds, and the judged records that are not in the index."""
    from pipeline.evaluation.finding import evaluate as evaluated
    from pipeline.evaluation.judged_records import works_of
    from pipeline.search import finding
    from pipeline.search.question import Question

    names = {name for query in queries for name in query.names()}
    works = works_of(searched, names)

    with progress_of("queries") as progress:
        done = 0

        def ask(text: str, number: int) -> list[dict[str, Any]]:
            nonlocal done
            hits = finding.search(searched, Question(text=text, size=number, facets=())).hits
            done += 1
            progress("search", done, len(queries))
            return hits

        return evaluated(queries, ask, works, size), sorted(names - works.keys())


def _warn(given: Sequence[Query], judged: Sequence[Query], missing: Sequence[str]) -> None:
    if left_out := len(given) - len(judged):
        output.complain(f"{left_out} of {len(given)} queries are left out: no record is judged to answer them")
    if missing:
        more = ", …" if len(missing) > NAMED else ""
        output.complain(
            f"{len(missing)} judged records are not in the index, and count as not found: "
            f"{', '.join(missing[:NAMED])}{more}"
        )


def _by(results: Sequence[Result]) -> list[tuple[str, dict[str, Figures]]]:
    from pipeline.evaluation.finding import by

    return [(f"by_{name}", by(name, results)) for name in ("kind", "language")]


def _worst(results: Iterable[Result]) -> list[Result]:
    from pipeline.evaluation.finding import misses

    return misses(results)[:SHOWN_MISSES]


def _show(results: Sequence[Result], size: int) -> None:
    from pipeline.evaluation.finding import figures

    groups: Mapping[str, Figures] = {"all": figures(results)}
    for _, grouped in _by(results):
        groups = {**groups, **grouped}
    columns = ("", "queries", f"nDCG@{size}", f"recall@{size}", "right first", "without hits", "judged")
    output.show(output.table(columns, [(name, of.queries, *map(_figure, of[1:])) for name, of in groups.items()]))


def _show_misses(worst: Sequence[Result]) -> None:
    output.show("")
    if not worst:
        output.show("No misses.")
        return
    rows = [(result.query.text, result.query.language, f"{result.worth:.3f}", _first(result)) for result in worst]
    output.show(output.table(("miss", "language", "worth", "first hits, with their grades"), rows))


def _first(result: Result) -> str | None:
    """The first hits of a query, a line each."""
    lines = [f"{'?' if hit.grade is None else hit.grade} {hit.name}" for hit in result.hits[:SHOWN_HITS]]
    return "\n".join(lines) or None


def _figure(share: float | None) -> str | None:
    return None if share is None else f"{share:.3f}"

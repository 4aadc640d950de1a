"""The command that measures facets: score."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import output
from pipeline.cli.declaring import Json, add_command, complete_from
from pipeline.cli.progress import progress_of
from pipeline.errors import ExitCode

if TYPE_CHECKING:
    from pipeline.evaluation.scores import Agreement, Miss, Score
    from pipeline.evaluation.weights import Weight

FIELDS = "sex, country_codes, start_year, end_year, ongoing, age_lower, age_upper, both_years, both_ages"
"""The fields that can be scored. Help has its own list, as importing the evaluation takes long."""

SHOWN = 8
"""Number of countries, and of pieces of evidence, that are shown of one miss. --json has all."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add = partial(add_command, app, panel="Look after it")
    add(
        score,
        "study-index score .state/demo/labels.jsonl --data .state/demo",
        "study-index score .state/demo/labels.jsonl --data .state/demo --misses",
        "study-index score .state/demo/labels.jsonl --data .state/demo --rules",
    )


def score(  # noqa: PLR0917 - one parameter an option
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="A file of labels, one JSON object a line.")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder with the files that the labels name.")],
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD",
            help=f"Only this field. May be given several times. One of {FIELDS}.",
            autocompletion=complete_from(lambda: FIELDS.split(", ")),
        ),
    ] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="List each wrong field: wanted, got, and the evidence.")
    ] = False,
    rules: Annotated[
        bool,
        typer.Option(
            "--rules",
            help="List what each rule is worth: the fields that rest on it, and those that would be other without it.",
        ),
    ] = False,
    harvest_year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            min=1,
            max=9999,
            help="Read as in this year; by default the current one.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Measure how far facets agree with gold labels. Needs no Elasticsearch.

    A record that is rejected or cannot be read is wrong in all of its fields. The exit code is then 4, or 1 if all
    records are.
    """
    from pipeline.evaluation.records import Derived, LabelledRecords
    from pipeline.evaluation.scores import Score, fields_named
    from pipeline.evaluation.weights import Weights
    from pipeline.model.moments import timestamp

    fields = fields_named(field or [])
    figures = Score(fields)
    weights = Weights(fields) if rules else None
    missed: list[Miss] = []
    with progress_of(gold.name) as progress:
        year = harvest_year or int(timestamp()[:4])
        records = LabelledRecords(gold, data, harvest_year=year, fields=fields, weights=weights, progress=progress)
        records.check()
        for label, reading in records:
            found = figures.add(label, reading)
            missed += found if misses else []
            if weights is not None and isinstance(reading, Derived):
                weights.add(label, reading.facets, reading.without)
    if json:
        listed = {"misses": [miss.as_json() for miss in missed]} if misses else {}
        weighed = {"rules": [weight._asdict() for weight in weights.all()]} if weights else {}
        output.print_json({"gold": str(gold), **figures.as_json(), **listed, **weighed})
    else:
        _show(figures, missed if misses else None)
        if weights is not None:
            _table(("rule", "facet", "right", "wrong", "lost without", "gained without"), map(_weight, weights.all()))
    raise typer.Exit(_exit_code(figures))


def _exit_code(figures: Score) -> ExitCode:
    if not figures.rejected:
        return ExitCode.DONE
    return ExitCode.FAILED if len(figures.rejected) == figures.n else ExitCode.REJECTS


def _show(figures: Score, missed: list[Miss] | None) -> None:
    """Print the figures, then the rejected records and the misses."""
    from pipeline.evaluation.records import Unread

    output.show(f"{figures.n:,} records, {len(figures.rejected):,} of them rejected or unreadable")
    shares = {name: share for name, share in figures.fields().items() if share.n}
    rows: list[tuple[object, ...]] = [
        (name, share.n, share.correct, _figure(share.accuracy)) for name, share in shares.items()
    ]
    _table(("field", "n", "correct", "accuracy"), rows)
    if "sex" in shares:
        rows = [(value, *_counts(of)) for value, of in figures.sex().items()]
        _table(("sex", "wanted", "got", "correct", "precision", "recall"), rows)
    if "country_codes" in shares:
        of = figures.countries()
        _table(
            ("", "wanted", "got", "correct", "precision", "recall", "F1"),
            [("countries", *_counts(of), _figure(of.f1))],
        )
    if figures.rejected:
        _table(("rejected", *Unread._fields), [(one.label.key, *one.reason) for one in figures.rejected])
    if missed is not None:
        _table(("miss", "field", "wanted", "got", "evidence"), map(_miss, missed))
        if not missed:
            output.show("No misses.")


def _table(columns: tuple[str, ...], rows: Any) -> None:
    output.show("")
    output.show(output.table(columns, rows))


def _counts(of: Agreement) -> tuple[object, ...]:
    return of.wanted, of.got, of.correct, _figure(of.precision), _figure(of.recall)


def _figure(share: float | None) -> str | None:
    return None if share is None else f"{share:.3f}"


def _weight(weight: Weight) -> tuple[object, ...]:
    decided = (None, None) if weight.guard else (weight.right, weight.wrong)
    return weight.rule, weight.facet, *decided, weight.lost, weight.gained


def _miss(miss: Miss) -> tuple[object, ...]:
    """One row of the misses; long lists are shortened."""
    basis = [
        f"{one.field or one.kind}: {one.words or one.reason or one.kind}" + (f" [{one.rule}]" if one.rule else "")
        for one in miss.evidence
    ]
    more = [f"… {len(basis) - SHOWN} more"] if len(basis) > SHOWN else []
    got = "rejected" if miss.rejected else _value(miss.got, miss.wanted)
    return miss.key, miss.field, _value(miss.wanted, miss.got), got, "; ".join(basis[:SHOWN] + more)


def _value(value: Any, other: Any) -> str | None:
    """A value as it is shown beside the other one; of a long list the codes that the other does not have."""
    if not isinstance(value, list):
        return None if value is None else str(value)
    if len(value) <= SHOWN or not isinstance(other, list):
        return " ".join(value)
    alone = [code for code in value if code not in other]
    return " ".join([*alone, f"({len(value) - len(alone)} in both)"])

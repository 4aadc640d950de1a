"""The run report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table

from pipeline.run.report import count_rows, coverage_rows, verdict
from pipeline.run.results import RunReport


def as_tables(report: RunReport) -> Group:
    """Counts, facet coverage, the verdict and its reasons, seconds."""
    title = f"{report.catalogue}  {report.mode} run {report.run_id}"
    counted = _table(title, ((row.name, f"{row.number:,}", row.meaning) for row in count_rows(report)))
    facets = _table(
        "facet coverage" + (" of the candidate" if report.held else ""),
        ((row.facet, f"{row.documents:,}", f"{row.share:.0%}") for row in coverage_rows(report)),
    )
    seconds = "seconds: " + ", ".join(f"{stage} {taken:.1f}" for stage, taken in report.seconds.items())
    return Group(counted, "", facets, "", *verdict(report), seconds)


def _table(title: str, rows: Iterable[tuple[str, str, str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify)
    for row in rows:
        table.add_row(*row)
    return table

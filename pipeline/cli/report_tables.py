"""The run report for people: counts, facet coverage, the verdict with its reasons, seconds."""

from __future__ import annotations

from rich.bar import Bar

from pipeline.cli import output
from pipeline.run.report_texts import count_rows, coverage_rows, verdict
from pipeline.run.results import RunReport

BAR = 25
"""Width of the bar of a facet that every document has."""


def show_report(report: RunReport) -> None:
    """Print the report. The verdict is near the end, where a terminal shows it."""
    output.show(output.paragraph(f"{report.catalogue}: {report.mode} run {report.run_id}", style="bold"), "")
    output.show(output.table(("", "", ""), count_rows(report)))
    output.show("", output.paragraph("Facet coverage" + (" of the candidate" if report.held else ""), style="bold"))
    rows = (
        (row.facet, row.documents, f"{row.share:.0%}", Bar(size=1, begin=0, end=row.share, width=BAR))
        for row in coverage_rows(report)
    )
    output.show(output.table(("", "", "", ""), rows), "")
    for line in verdict(report):
        reason = line.removeprefix("- ")
        output.show(line if reason == line else output.paragraph(reason, indent=2, label="- "))
    output.show("Seconds: " + ", ".join(f"{stage} {taken:.1f}" for stage, taken in report.seconds.items()))

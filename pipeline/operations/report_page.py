"""The run report as one web page, without any other file."""

from __future__ import annotations

from html import escape
from typing import Any

from pipeline.run import report_texts as texts
from pipeline.run.results import RunReport

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2d3d }}
h1 {{ font-size: 1.5rem; margin-bottom: 0 }} h2 {{ font-size: 1.1rem; margin-top: 2rem }}
.verdict {{ border-left: .4rem solid {colour}; background: #f6f7f9; padding: .6rem 1rem; margin: 1rem 0 }}
.verdict b {{ color: {colour} }} .verdict div {{ white-space: pre-wrap }}
table {{ border-collapse: collapse }} td {{ padding: .15rem 1rem .15rem 0; vertical-align: top }}
td:nth-child(2) {{ text-align: right; font-variant-numeric: tabular-nums }} td:nth-child(3) {{ color: #44546a }}
</style></head><body>
<h1>{catalogue}</h1><p>{mode} run {run_id}, started at {started}</p>
<div class="verdict"><b>{verdict}</b>{reasons}</div>
<h2>Counts</h2>{counts}
<h2>Facet coverage{candidate}</h2>{coverage}
<h2>Seconds</h2>{seconds}
</body></html>
"""


def as_html(report: RunReport) -> str:
    """The report for a browser: verdict first, then counts, facet coverage and seconds."""
    verdict, *reasons = texts.verdict(report)
    return _PAGE.format(
        title=escape(f"{report.catalogue}: run {report.run_id}"),
        colour="#b94a48" if report.held else "#3c8a52",
        catalogue=escape(report.catalogue),
        mode=report.mode,
        run_id=escape(report.run_id),
        started=escape(report.started),
        verdict=escape(verdict),
        reasons="".join(f"<div>{escape(reason)}</div>" for reason in reasons),
        counts=_table((row.name, f"{row.number:,}", row.meaning) for row in texts.count_rows(report)),
        candidate=" of the candidate" if report.held else "",
        coverage=_table((row.facet, f"{row.documents:,}", f"{row.share:.0%}") for row in texts.coverage_rows(report)),
        seconds=_table((stage, f"{taken:.1f}", "") for stage, taken in report.seconds.items()),
    )


def _table(rows: Any) -> str:
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

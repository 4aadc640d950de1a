"""Commands that fill the index: up, down, catalogues, run, rejects, report, doctor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import catalogue as catalogues_module
from pipeline.catalogue import Catalogue
from pipeline.cli import output
from pipeline.cli.report_tables import as_tables
from pipeline.errors import REJECT_CODES, FailError, RetryError, StudyIndexError, UsageError, nearest
from pipeline.local.connection import client, node
from pipeline.operations import doctor as diagnosis
from pipeline.operations import report_page
from pipeline.run import quarantine
from pipeline.run import report as reports
from pipeline.run.context import Context, Options
from pipeline.run.fetch import broken_off
from pipeline.run.runner import complete, new_run_id
from pipeline.run.runner import run as run_catalogue

Json = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Name = Annotated[str, typer.Argument(metavar="CATALOGUE", help="Name of a catalogue, or path of its YAML file.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app)
    add(up, "study-index up --json")
    add(down, "study-index down")
    add(catalogues, "study-index catalogues")
    add(run, "study-index run demo-archive", "study-index run my.yaml demo-archive --full --json")
    add(rejects, "study-index rejects demo-archive --code no_title", "study-index rejects demo-archive --retry")
    add(report, "study-index report 20250131T235959Z-1a2b --html report.html")
    add(doctor, "study-index doctor demo-archive")


def add_command(app: typer.Typer, command: Callable[..., None], *examples: str, name: str | None = None) -> None:
    """Add a command whose help ends with examples."""
    app.command(name=name, epilog="\n\n".join(f"Example: {example}" for example in examples))(command)


def up(json: Json = False) -> None:
    """Start the light Elasticsearch, or find the one that runs, and print its URL."""
    url = node().start()
    if json:
        output.print_json({"url": url})
    else:
        output.show(url)


def down(json: Json = False) -> None:
    """Stop the light Elasticsearch; its data stay."""
    stopped = node().stop()
    if json:
        output.print_json({"stopped": stopped})
    else:
        output.show("stopped" if stopped else "it was not running")


def catalogues(json: Json = False) -> None:
    """The catalogues: protocol, format, live documents, last run, watermark, pinned or held."""
    rows = diagnosis.catalogue_rows(client())
    if json:
        output.print_json(rows)
        return
    columns = ("catalogue", "protocol", "format", "live", "last_run", "watermark", "state")
    output.show(output.table(columns, ([row[name] for name in columns] for row in rows)))


def run(  # noqa: PLR0917 - one parameter an option
    names: Annotated[list[str], typer.Argument(metavar="CATALOGUE", help="Names, or paths of YAML files.")],
    full: Annotated[
        bool, typer.Option("--full", help="Ask for everything and build a generation from nothing.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Ask for what changed since this date (2025-01-31).")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Stop after so many records; deletes nothing.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the latest run where its harvest broke off.")
    ] = False,
    json: Json = False,
) -> None:
    """Run all stages of catalogues: fetch, process, plan, load, gate, publish."""
    chosen = [catalogues_module.find(name) for name in names]
    elasticsearch = client()
    options = Options(full=full, since=since, limit=limit)
    results, codes = [], []
    for item in chosen:
        try:
            with output.progress_of(item.name) as progress:
                run_id = broken_off(item.name) if resume else None
                result = run_catalogue(item, elasticsearch, options, run_id=run_id, progress=progress)
        except (StudyIndexError, OSError) as error:  # a full disk is no reason to leave the others out
            message = f"{error}{_how_to_go_on(item, error)}"
            output.complain(message)
            results.append({"catalogue": item.name, "error": message, "kind": type(error).__name__})
            codes.append(error.exit_code if isinstance(error, StudyIndexError) else StudyIndexError.exit_code)
            continue
        results.append(result)
        codes.append(reports.exit_code(result))
        if not json:
            output.show(as_tables(result))
    if json:
        output.print_json(results if len(results) > 1 else results[0])
    raise typer.Exit(output.worst(codes))


def _how_to_go_on(catalogue: Catalogue, error: Exception) -> str:
    """The end of a message, where what was fetched need not be fetched again."""
    if not isinstance(error, RetryError | FailError) or broken_off(catalogue.name) is None:
        return ""
    return f" What was fetched is kept: study-index run {catalogue.name} --resume goes on with it."


def rejects(
    catalogue: Name,
    code: Annotated[str | None, typer.Option(metavar="CODE", help="Only rejects of this code.")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try these records again, after a fix.")] = False,
    json: Json = False,
) -> None:
    """The quarantine: what was refused and why."""
    chosen = catalogues_module.find(catalogue)
    if code is not None and code not in REJECT_CODES:
        raise UsageError(f"There is no reject code {code!r}.{nearest(code, list(REJECT_CODES))}")
    if retry:
        _retry(chosen, code, json=json)
        return
    found = list(quarantine.rejects(chosen.name, code))
    if json:
        output.print_json(found)
        return
    for number_code, number in Counter(item["code"] for item in found).most_common():
        output.show(f"{number_code}: {number}")
    rows = ([item["code"], item["record_id"], item["field"], item["message"]] for item in found)
    output.show(output.table(("code", "record", "field", "message"), rows) if found else "No rejects.")


def _retry(chosen: Catalogue, code: str | None, *, json: bool) -> None:
    with output.progress_of(chosen.name) as progress:
        context = Context(chosen, new_run_id(), client(), Options(), progress)
        result = complete(context, quarantine.fetch_rejected(context, code))
    if json:
        output.print_json(result)
    else:
        output.show(as_tables(result))
    raise typer.Exit(reports.exit_code(result))


def report(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Id of a run, or a catalogue: its last run.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as a web page.")] = None,
    json: Json = False,
) -> None:
    """A run report: as table, as JSON, or as a web page."""
    found = reports.find(run_id)
    if html is not None:
        try:
            html.write_text(report_page.as_html(found), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"The report cannot be written to {html}: {error.strerror}") from error
    if json:
        output.print_json(found)
    elif html is None:
        output.show(as_tables(found))


def doctor(
    catalogue: Annotated[str | None, typer.Argument(metavar="CATALOGUE", help="Also ask this catalogue.")] = None,
    json: Json = False,
) -> None:
    """Is everything reachable, of the right version, with the rights it needs?"""
    findings = diagnosis.examine(client(), catalogues_module.find(catalogue) if catalogue else None)
    if json:
        output.print_json(findings)
    else:
        rows = (["ok" if item["ok"] else "WRONG", item["what"], item["says"]] for item in findings)
        output.show(output.table(("", "what", "says"), rows))
    raise typer.Exit(0 if all(item["ok"] for item in findings) else 1)

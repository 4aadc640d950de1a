"""The commands that run catalogues and show the result: run, reprocess, rejects, report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import CatalogueName, Json, add_command, complete_catalogue, complete_from
from pipeline.cli.progress import progress_of
from pipeline.errors import REJECT_CODES, ExitCode, FailError, RetryError, StudyIndexError, UsageError, nearest

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.index.generations import Generation
    from pipeline.run.context import Context
    from pipeline.run.fetched import FetchResult


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    add = partial(add_command, app, panel="Fill the index")
    add(
        run,
        "study-index run demo-health",
        "study-index run demo-health demo-harmony --full",
        "study-index run catalogues/demo-dataverse.yaml --limit 10 --json",
    )
    add(reprocess, "study-index reprocess demo-health")
    add(rejects, "study-index rejects demo-health", "study-index rejects demo-health --code no_title --retry")
    add(report, "study-index report demo-health", "study-index report demo-health --html report.html")


def run(  # noqa: PLR0917 - one parameter an option
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="CATALOGUE",
            help="Names of catalogues, or paths of their YAML files.",
            autocompletion=complete_catalogue,
        ),
    ],
    full: Annotated[bool, typer.Option("--full", help="Fetch all records, not only those that changed.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Fetch what changed since this date, such as 2025-01-31.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Stop after N records. Nothing is deleted for being absent."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the latest run after the last page that its harvest fetched.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring catalogues into the index: fetch, process, plan, load, gate, publish; then link them with what is there."""
    from pipeline.catalogue import find
    from pipeline.cli.report_tables import show_report
    from pipeline.run.context import Options
    from pipeline.run.fetch import resumable
    from pipeline.run.link import link_run
    from pipeline.run.report import exit_code
    from pipeline.run.runner import run as run_catalogue

    chosen = [find(name) for name in names]
    elasticsearch = client()
    options = Options(full=full, since=since, limit=limit)
    if resume and options != Options():
        raise UsageError("--resume continues a run as it was asked for: leave out --full, --since and --limit")
    results: list[dict[str, Any]] = []
    codes: list[ExitCode] = []
    for item in chosen:
        try:
            with progress_of(item.name) as progress:
                earlier = resumable(item.name) if resume else None
                if resume and earlier is None:
                    output.complain(f"{item.name} has no run to resume: this is a new one")
                run_id, asked = earlier or (None, options)
                result = run_catalogue(item, elasticsearch, asked, run_id=run_id, progress=progress)
                result = link_run(elasticsearch, result, progress)
        except (StudyIndexError, OSError) as error:  # a full disk is no reason to leave the others out
            message = f"{error}{_how_to_continue(item, error)}"
            output.complain(message)
            results.append({"catalogue": item.name, "error": message, "kind": type(error).__name__})
            codes.append(error.exit_code if isinstance(error, StudyIndexError) else StudyIndexError.exit_code)
            continue
        results.append(result.as_json())
        codes.append(exit_code(result))
        if not json:
            output.show(*[""] * (len(results) > 1))
            show_report(result)
    if json:
        output.print_json(results if len(results) > 1 else results[0])
    raise typer.Exit(output.worst(codes))


def _how_to_continue(catalogue: Catalogue, error: Exception) -> str:
    """The end of a message: how to continue the run, if it can be continued."""
    from pipeline.index.leases import LeasedError
    from pipeline.run.fetch import resumable

    if isinstance(error, LeasedError):  # what can be continued is the other run
        return ""
    try:
        can_continue = isinstance(error, RetryError | FailError) and resumable(catalogue.name) is not None
    except StudyIndexError:  # where staging cannot be read, the error that is explained is about that, too
        can_continue = False
    if not can_continue:
        return ""
    return f" What was fetched is kept: study-index run {catalogue.name} --resume continues the run."


def rejects(
    catalogue: CatalogueName,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Only rejects of this code.",
            autocompletion=complete_from(lambda: list(REJECT_CODES)),
        ),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Process these records again, from staging.")] = False,
    json: Json = False,
) -> None:
    """List the rejects of a catalogue: records that could not become documents, and why.

    A record that becomes a document in a later run is no longer listed.
    """
    from pipeline.catalogue import find
    from pipeline.cli.reject_list import show_rejects
    from pipeline.index.generations import live_generation
    from pipeline.run.rejects import open_rejects

    chosen = find(catalogue)
    if code is not None and code not in REJECT_CODES:
        raise UsageError(f"There is no reject code {code!r}.{nearest(code, list(REJECT_CODES))}")
    if retry:
        _retry(chosen, code, json=json)
        return
    found = open_rejects(chosen.name, live_generation(client(), chosen.name), code)
    if json:
        output.print_json([{**reject.as_json(), "run_id": run_id} for run_id, reject in found])
    else:
        show_rejects(reject for _, reject in found)


def _retry(chosen: Catalogue, code: str | None, *, json: bool) -> None:
    from pipeline.run.retry_rejects import fetch_rejected

    _run_on(chosen, "rejects --retry", lambda context: fetch_rejected(context, code), json=json)


def reprocess(catalogue: CatalogueName, json: Json = False) -> None:
    """Rebuild a catalogue from the raw records that are staged: the catalogue itself is not asked for anything.

    After a change of rules, defaults or corrections, this takes the place of a full run.
    """
    from pipeline.catalogue import find
    from pipeline.run.reprocess import reprocess as fetch_staged

    _run_on(find(catalogue), "reprocess", fetch_staged, json=json)


def _run_on(chosen: Catalogue, what: str, fetch: Callable[[Context], FetchResult], *, json: bool) -> None:
    """Run a catalogue on staged raw records, which `fetch` brings in place of a harvest; show the report, and exit."""
    from pipeline.cli.report_tables import show_report
    from pipeline.run.context import Context
    from pipeline.run.failures import noting_failure
    from pipeline.run.link import link_run
    from pipeline.run.report import exit_code
    from pipeline.run.runner import new_run_id, run_after_fetch

    with progress_of(chosen.name) as progress:
        context = Context(chosen, new_run_id(), client(), progress=progress)
        with context.working_on(what):
            fetched = fetch(context)
            with noting_failure(context.staging, "run"):
                result = run_after_fetch(context, fetched)
        result = link_run(context.client, result, progress)
    if json:
        output.print_json(result.as_json())
    else:
        show_report(result)
    raise typer.Exit(exit_code(result))


def report(
    run_id: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="Id of a run, or name of a catalogue for its last run.",
            autocompletion=complete_catalogue,
        ),
    ],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report to a file as a web page.")] = None,
    json: Json = False,
) -> None:
    """Show a run report: counts, rejects by code, facet coverage, the verdict of the gate."""
    from pipeline.cli.report_tables import show_report
    from pipeline.run.staged_reports import find_report, find_without_report, resolved

    unfinished = find_without_report(run_id) if html is not None and not json else None
    if html is not None and unfinished is not None:
        _write_page(html, unfinished.catalogue, unfinished.run_id)
        return
    found = find_report(run_id)
    if html is not None:
        _write_page(html, found.catalogue, found.run_id)
    if (json or html is None) and (known := _generations(found.catalogue)) is not None:
        found = resolved(found, known)
    if json:
        output.print_json(found.as_json())
    elif html is None:
        show_report(found)


def _generations(catalogue: str) -> list[Generation] | None:
    """The generations of a catalogue; without Elasticsearch None, with a warning."""
    from pipeline.index.generations import generations

    try:
        return generations(client(), catalogue)
    except RetryError as error:
        output.complain(f"This is the report as the run left it; what became of it since is not known: {error}")
        return None


def _write_page(html: Path, catalogue: str, run_id: str) -> None:
    from pipeline.operations.pages.run_page import run_page
    from pipeline.operations.shown_run import shown_run

    page = run_page(shown_run(catalogue, run_id, _generations(catalogue)))
    try:
        html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The report cannot be written to {html}: {error.strerror}") from error

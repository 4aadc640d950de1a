"""The command that an administrator runs once, and after each upgrade: setup."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.connecting import client
from pipeline.cli.declaring import Json, add_command
from pipeline.cli.progress import waiting
from pipeline.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(
        app,
        setup,
        "study-index setup --keys keys",
        "study-index setup --keys keys --expires 90",
        "study-index setup --keys keys --renew --json",
        panel="Start",
    )


def setup(
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="DIR", help="Write an API key each to the files writer and reader of this folder."
        ),
    ] = None,
    expires: Annotated[
        int | None,
        typer.Option(
            "--expires", metavar="DAYS", min=1, help="Days for which a new key works. By default it works for ever."
        ),
    ] = None,
    renew: Annotated[bool, typer.Option("--renew", help="Make new keys, and invalidate those of the files.")] = False,
    json: Json = False,
) -> None:
    """Put index template, labels and roles into an Elasticsearch with security, and make keys for pipeline and sites.

    ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD have to be an administrator's. To be run once, and after each
    upgrade; what is right already stays as it is.
    """
    from pipeline.operations.setting_up import Keys, set_up

    if keys is None and (expires or renew):
        raise UsageError("--expires and --renew are about keys: name their folder with --keys DIR")
    wanted = Keys(keys.absolute(), timedelta(days=expires) if expires else None, renew) if keys else None
    steps = []
    with waiting() as progress:
        for step in set_up(client(), wanted):
            steps.append(step)
            progress(f"{step.kind} {step.name}: {step.done}")
    if json:
        output.print_json([{name: value for name, value in step._asdict().items() if value} for step in steps])
        return
    cells = ((step.kind, step.name, step.done, step.file, step.expires) for step in steps)
    output.show(output.table(("", "name", "what was done", "file", "expires"), cells))
    for step in steps:
        if step.others:
            output.show(
                f"Other keys of the name {step.name} are accepted, too: {', '.join(step.others)}. Invalidate those "
                "that nothing uses."
            )
    if keys is None:
        output.show("No keys were made or looked at: --keys DIR does that.")

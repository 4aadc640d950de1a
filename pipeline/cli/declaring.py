"""Declaring commands: arguments and options that several share, examples, and what a shell completes.

The modules that declare commands import nothing heavy at their top. A command imports what it uses when it runs, so
that help and shell completion answer at once.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

from pipeline import settings
from pipeline.errors import UsageError, nearest
from pipeline.index.quick_import import import_client


def complete_catalogue(incomplete: str) -> list[str]:
    """Names of the catalogue files that begin with these letters, for the shell."""
    return [file.stem for file in settings.catalogue_files(incomplete)]


def complete_from(words: Callable[[], list[str]]) -> Callable[[str], list[str]]:
    """A completion from a list of words, which is made when the shell asks."""

    def complete(incomplete: str) -> list[str]:
        return [word for word in words() if word.startswith(incomplete)]

    return complete


Json = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
CatalogueName = Annotated[
    str,
    typer.Argument(
        metavar="CATALOGUE",
        help="Name of a catalogue, or path of its YAML file.",
        autocompletion=complete_catalogue,
    ),
]
AnyCatalogueName = Annotated[
    str | None,
    typer.Argument(metavar="CATALOGUE", help="Only this catalogue.", autocompletion=complete_catalogue),
]


class Command(TyperCommand):
    """A command whose help shows flags without a value, and arguments without a Python type."""

    def invoke(self, ctx: Any) -> Any:
        """Do what the command does, with its parameters."""
        import_client()
        return super().invoke(ctx)

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as help shows them."""
        return _for_people(super().get_params(ctx))


class Deferred(Command):
    """A command whose module is imported when it is called, or its own help is shown, not for the list of commands."""

    module: str
    """The module, which has a `register` that adds this command alone."""

    def make_context(self, *args: Any, **keys: Any) -> Any:
        """Parse a call of the command."""
        self.load()
        return super().make_context(*args, **keys)

    def load(self) -> None:
        """Become the command that the module adds."""
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        import_module(self.module).register(alone)
        vars(self).update(vars(get_command(alone)))


class Group(TyperGroup):
    """All commands, in the order in which they were added."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, as help shows them."""
        return _for_people(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the first word names.

        Raises:
            UsageError: there is none; names the nearest.
        """
        if args[0].startswith("-") or args[0] in self.commands:
            return super().resolve_command(ctx, args)
        raise UsageError(f"There is no command {args[0]!r}.{nearest(args[0], [*self.commands])}")


def all_commands(app: typer.Typer) -> dict[str, Any]:
    """The commands of an application by name, each with its parameters."""
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    for command in commands.values():
        if isinstance(command, Deferred):
            command.load()
    return commands


def _for_people(params: list[Any]) -> list[Any]:
    for param in params:
        if isinstance(param, TyperArgument):
            vars(param)["display_type_rich"] = lambda **_: None  # there is no setting for it
        elif param.is_flag:
            param.metavar = ""
    return params


def add_command(
    app: typer.Typer, command: Callable[..., None], *examples: str, name: str | None = None, panel: str | None = None
) -> None:
    """Add a command whose help ends with examples; `panel` is the heading under which the list of commands has it.

    After `make demo`, the examples of each command work without a change, in this order.
    """
    epilog = "\n".join(("[bold]Examples[/bold]", *(f"  {example}".replace("[", r"\[") for example in examples)))
    app.command(name=name, epilog=epilog, rich_help_panel=panel, cls=Command)(command)

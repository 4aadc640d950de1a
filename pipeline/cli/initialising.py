"""The command that makes a working folder: init."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import output
from pipeline.cli.declaring import Json, add_command
from pipeline.errors import UsageError

TEMPLATES = Path(__file__).with_name("working_folder")
FILES = (
    "study-index.toml",
    "catalogues/my-studies.yaml",
    "records/harbour-survey.xml",
    "dags/study_index.py",
    "dags/catalogue_files.py",
    ".gitignore",
)
"""What a working folder starts with; the template has the same name, without the dot that would hide it."""

NEXT = """
Next:
{change}  study-index run my-studies   reads the sample record into the index
  study-index search           shows what is in the index, with counts by facet
  study-index down             stops the light Elasticsearch

Edit catalogues/my-studies.yaml to describe a catalogue of your own, and
study-index.toml to use another Elasticsearch or another place for data. Without
such a setting, a light Elasticsearch on this machine is started when needed; it
takes a JDK 17 or newer and Maven, which at first downloads some 70 MB. For an
Elasticsearch with security, an administrator makes roles and keys:
  study-index setup --keys keys

Airflow loads a DAG for each catalogue from the folder
  {dags}
with STUDY_INDEX_FOLDER={folder} in its environment.
The DAGs need the pools of the package:
  airflow pools import "$(python -m pipeline.dags.pools)\""""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    add_command(app, init, "study-index init studies", "study-index init studies --json", panel="Start")


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; by default the current one.")] = Path(),
    json: Json = False,
) -> None:
    """Make a working folder: settings, a first catalogue with a sample record, and a DAG file for Airflow.

    A file that exists already is kept as it is.
    """
    folder = directory.absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: name a folder, or one that does not exist yet")
    made = [name for name in FILES if _made(folder / name, TEMPLATES / name.removeprefix("."))]
    kept = [name for name in FILES if name not in made]
    if json:
        output.print_json({"folder": str(folder), "made": made, "kept": kept})
        return
    output.show(f"The working folder is {folder}")
    output.show(
        output.table(("file", "state"), ([name, "made" if name in made else "kept as it was"] for name in FILES))
    )
    change = "" if folder == Path.cwd() else f"  cd {shlex.quote(str(directory))}\n"
    output.show(NEXT.format(change=change, folder=folder, dags=folder / "dags"))


def _made(path: Path, template: Path) -> bool:
    """Copy a template to `path`, with the folders above it; false where `path` exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(template.read_bytes())
    except FileExistsError:
        return False
    return True

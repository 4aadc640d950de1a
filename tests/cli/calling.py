"""Calling the command line in this process, and catalogues to call it on."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
import yaml

from pipeline import settings
from pipeline.cli import main
from tests.support import ddi

USAGE = 2
FAILED = 1
HELD = 3
REJECTS = 4


class Called(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values on standard output, one a line."""
        return [json.loads(line) for line in self.out.split("\n") if line]


def call(*words: str) -> Called:
    """Run a command. It never prints a traceback, and with `--json` it prints one JSON value."""
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
        pytest.raises(SystemExit) as ended,
    ):
        main(list(words))
    code = ended.value.code
    assert isinstance(code, int)
    called = Called(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in called.err
    if "--json" in words:
        assert called.json is not None
    return called


def refused(*words: str, code: int) -> str:
    """The message of a command that is refused: one paragraph on standard error, and nothing else."""
    called = call(*words)
    assert called.code == code, called
    assert called.out == "", called
    assert called.err.startswith("study-index: "), called
    assert called.err.count("\n") == 1, called
    return called.err


def describe(name: str, *, path: str, **keys: Any) -> Path:
    """Write a catalogue file with the protocol `files` to the catalogues folder."""
    described = {"name": name, "title": f"Catalogue {name}", "protocol": {"type": "files", "path": path}, **keys}
    file = settings.catalogues() / f"{name}.yaml"
    file.write_text(yaml.safe_dump(described), encoding="utf-8")
    return file


class Corpus:
    """Catalogues that are live, and what `read` prints for their records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> list[str]:
        """What `read` prints for each catalogue of the folder."""
        lines = []
        for file in sorted((self.folder / "catalogues").glob("*.yaml")):
            pattern = Path(yaml.safe_load(file.read_text(encoding="utf-8"))["protocol"]["path"])
            paths = sorted(map(str, pattern.parent.glob(pattern.name)))
            lines += call("read", *paths, "--catalogue", str(file)).out.split("\n")[:-1]
        return lines


class Holdings:
    """Catalogues of invented studies that a test makes, each with a name of its own, and runs into the index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._token = uuid4().hex[:8]
        self.names: list[str] = []

    def make(self, *numbers: int, **keys: Any) -> str:
        """Describe another catalogue, with studies of these numbers; its name."""
        name = f"holdings-{self._token}-{len(self.names)}"
        self.names.append(name)
        describe(name, path=str(self._folder / name / "*.xml"), **{"format": "ddi-codebook", **keys})
        self.put(name, *numbers)
        return name

    def put(self, name: str, *numbers: int, **changes: Any) -> None:
        """Add studies to a catalogue, or change them."""
        for number in numbers:
            self.write(name, number, ddi(number, **changes))

    def write(self, name: str, number: int, text: str) -> None:
        """Write the file of one study."""
        file = self._folder / name / f"{number:05d}.xml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def remove(self, name: str, *numbers: int) -> None:
        """Take studies out of a catalogue."""
        for number in numbers:
            (self._folder / name / f"{number:05d}.xml").unlink()

    def generations(self, name: str) -> dict[int, str]:
        """The state of each generation of a catalogue, by number."""
        return {row["number"]: row["state"] for row in call("generations", name, "--json").json}

    def live(self, name: str) -> int:
        """How many documents of a catalogue readers find."""
        found: int = call("search", "--source", name, "--size", "0", "--json").json["total"]
        return found

"""A new facet takes the steps that CONTRIBUTING.md lists, and no others: done here in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nodes import credentials
from tests.support import PROJECT

pytestmark = pytest.mark.skipif(bool(credentials()), reason="a writer may not use indices of other names")

ROW = """
    Facet(
        name="consent", label="Consent", type=NonEmpty, vocabulary=listed("consent", ("opt-in", "opt-out")),
        module="consent", watched=True, counted=AllValues(),
        option=Option("consent", "CONSENT", "opt-in or opt-out."),
        means="how people agreed to take part", sources=Sources("the description", "the title"),
    ),
"""
MODULE = '''"""How people agreed to take part."""

from pipeline.model.record import Conditions, Found, Role, StudyRecord, stated


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`consent`: `opt-in` or `opt-out`, as the description has it."""
    for statement in record.having(Role.DESCRIPTION):
        for code in ("opt-in", "opt-out"):
            if code in statement.text:
                return {"consent": Found(code, (stated(statement, code),))}
    return {}
'''
MAPPING = '"consent": {"type": "keyword"},\n'
CASES = '''"""How people agreed to take part."""

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(("text", "expected"), [("Consent was opt-out.", "opt-out"), ("They agreed.", None)])
def test_consent(text: str, expected: str | None) -> None:
    assert value(record(description=text), "consent") == expected
'''
TABLE_END, MAPPED_BEFORE = ')  # fmt: skip\n"""The table,', '"num_sweeps":'


class Copy:
    """A copy of the project, and a catalogue of invented records that its command line indexes."""

    def __init__(self, folder: Path, elasticsearch_url: str) -> None:
        self.folder = folder
        for name in ("pipeline", "mappings", "docs", "tests"):
            unwanted = shutil.ignore_patterns("__pycache__", "fixtures")
            shutil.copytree(PROJECT / name, folder / name, symlinks=True, ignore=unwanted)
        shutil.copy(PROJECT / "pyproject.toml", folder)
        # Its index has a name of its own, as other tests use the template of the index at the same time.
        self.edit("pipeline/index/generations.py", 'ALIAS = "studies"', 'ALIAS = "copied"')
        self.edit("mappings/studies.json", '"studies.*"', '"copied.*"')
        self.env = {**os.environ, "PYTHONPATH": str(folder), "ELASTICSEARCH_URL": elasticsearch_url}
        for name in ("STUDY_INDEX_FOLDER", "STUDY_INDEX_CATALOGUES", "STUDY_INDEX_STAGING", "STUDY_INDEX_HOME"):
            self.env.pop(name, None)
        (folder / "study-index.toml").touch()
        self.catalogue = folder / "catalogues" / "consents.yaml"
        self.catalogue.parent.mkdir()
        self.catalogue.write_text(
            "name: consents\ntitle: Consents\nformat: json\nprotocol: {type: files, path: consents.json}\n"
            "fields: {id: id, name: name, description: text}\nmax_drift: 0.5\n"
        )

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that the file has once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def add_facet(self, *, module: bool = True, mapping: bool = True) -> None:
        """Take the steps that a new facet needs, or some of them."""
        self.edit("pipeline/model/facets.py", TABLE_END, ROW[1:] + TABLE_END)
        if module:
            (self.folder / "pipeline/enrich/consent.py").write_text(MODULE)
        if mapping:
            self.edit("mappings/studies.json", MAPPED_BEFORE, MAPPING + MAPPED_BEFORE)

    def write(self, text: str) -> None:
        """Write the records of the catalogue, all of them with this description."""
        records = [{"id": f"C{number}", "name": f"Survey {number}", "text": text} for number in range(20)]
        self.catalogue.with_name("consents.json").write_text("\n".join(map(json.dumps, records)))

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy."""
        return subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=self.env, check=False, text=True, capture_output=True
        )

    def call(self, *words: str, code: int = 0) -> str:
        """Call the copy's command line; its output, or its messages where another exit code than 0 is expected."""
        done = self.python("-m", "pipeline.cli", *words)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr if code in {1, 2} else done.stdout

    def found(self, *words: str) -> Any:
        """What the copy's `search` finds."""
        return json.loads(self.call("search", *words, "--json"))


@pytest.fixture
def copy(tmp_path: Path, elasticsearch_url: str) -> Copy:
    return Copy(tmp_path, elasticsearch_url)


@pytest.fixture
def indexed(copy: Copy) -> Iterator[Copy]:
    """The copy with a new facet and 20 records, which have it."""
    copy.add_facet()
    copy.write("Consent was opt-in.")
    report = json.loads(copy.call("run", "consents", "--json"))
    assert report["coverage"]["consent"] == 20
    yield copy
    copy.call("retire", "consents", "--yes")


def test_its_cases_run_and_the_docs_follow(copy: Copy) -> None:
    copy.add_facet()
    (copy.folder / "tests/enrich/test_consent.py").write_text(CASES)
    cases = copy.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/enrich/test_consent.py")
    assert cases.returncode == 0, cases.stdout
    assert copy.python("-m", "tests.model.facet_tables").returncode == 0
    facets, commands = ((copy.folder / "docs" / name).read_text() for name in ("facets.md", "commands.md"))
    assert "| `consent` | Consent | code | how people agreed to take part | `--consent`, counted |" in facets
    assert "| `consent` | the description | the title |" in facets
    assert "| `--consent CONSENT` |" in commands


def test_it_is_in_documents_search_corrections_and_the_gate(indexed: Copy) -> None:
    found = indexed.found("--consent", "opt-in", "--evidence")
    assert found["total"] == 20
    assert found["facets"]["consent"] == {"opt-in": 20}
    assert found["unknown"]["consent"] == 0
    assert found["hits"][0]["evidence"]["consent"][0]["words"] == "opt-in"
    assert indexed.found("--consent", "opt-out", "--or-unknown", "consent")["total"] == 0
    assert "Did you mean 'opt-in'?" in indexed.call("search", "--consent", "opt-inn", code=2)

    corrections = indexed.catalogue.with_name("consents.corrections.yaml")
    corrections.write_text(yaml.safe_dump({"consents/C1": {"consent": "opt-out", "reason": "see the form"}}))
    indexed.call("run", "consents")
    assert indexed.found()["facets"]["consent"] == {"opt-in": 19, "opt-out": 1}

    indexed.write("Consent was opt-out.")
    held = json.loads(indexed.call("run", "consents", "--json", code=3))
    assert [reason.partition(" went ")[0] for reason in held["gate"]["reasons"]] == [
        "max_drift: Consent: opt-in",
        "max_drift: Consent: opt-out",
    ]


def test_a_facet_that_no_row_has_is_no_fault_of_the_catalogue(copy: Copy) -> None:
    copy.add_facet()
    copy.edit("pipeline/enrich/consent.py", '{"consent": Found', '{"agreement": Found')
    copy.write("Consent was opt-in.")
    message = copy.call("run", "consents", code=1)
    assert "pipeline.enrich.consent derives 'agreement', and no row of pipeline.model.facets states it" in message


@pytest.mark.parametrize(
    ("forgotten", "expected"),
    [
        ("module", "The table of facets states that pipeline.enrich.consent derives consent: No module named"),
        ("mapping", "mappings/studies.json lacks consent: add a line for each field"),
    ],
)
def test_a_forgotten_step_is_no_fault_of_the_catalogue(copy: Copy, forgotten: str, expected: str) -> None:
    copy.add_facet(**{forgotten: False})
    copy.write("Consent was opt-in.")
    assert expected in copy.call("run", "consents", code=1)

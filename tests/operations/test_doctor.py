"""The doctor and catalogue files: each problem is stated once, and only where it is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.operations.doctor import findings
from pipeline.operations.status import catalogue_rows
from tests.support import Archive

FILES = ("catalogue files", "corrections", "every index has a catalogue file", "catalogues to be rebuilt")


@pytest.fixture
def folder(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogues folder, with an archive that has run."""
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(archive.folder))
    archive.put(1)
    archive.run()
    return archive.folder


def found(archive: Archive, *, variables_set: bool = True) -> dict[str, tuple[bool, str]]:
    every = findings(archive.client, None, variables_set=variables_set)
    return {finding.what: (finding.ok, finding.found) for finding in every if finding.what in FILES}


def test_each_file_that_cannot_be_used_is_named_and_by_one_check_alone(archive: Archive, folder: Path) -> None:
    for name in ("bay", "cove"):
        (folder / f"{name}.yaml").write_text(f"name: {name}\ntitle: x\nformatt: hdruk\n", encoding="utf-8")
    checks = found(archive)
    ok, words = checks.pop("catalogue files")
    assert not ok
    assert "bay.yaml: " in words
    assert "cove.yaml: " in words
    assert not any("formatt" in words for _, words in checks.values())
    assert checks["corrections"] == (True, "none")


def test_a_broken_file_makes_no_orphan_of_its_index(archive: Archive, folder: Path) -> None:
    (folder / f"{archive.name}.yaml").write_text("name: x\nformatt: hdruk\n", encoding="utf-8")
    assert archive.name not in found(archive)["every index has a catalogue file"][1]


def test_a_key_is_missed_only_where_it_has_to_be_set(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BAY_KEY", raising=False)
    (folder / "bay.yaml").write_text(
        "name: bay\ntitle: Bay\nformat: datacite\nprotocol: {type: json, url: 'https://u:${BAY_KEY}@bay.invalid'}\n",
        encoding="utf-8",
    )
    assert "BAY_KEY" in found(archive)["catalogue files"][1]
    assert found(archive, variables_set=False)["catalogue files"][0]

    def state(*, variables_set: bool) -> str:
        rows = catalogue_rows(archive.client, variables_set=variables_set)
        return next(row.state for row in rows if row.catalogue == "bay")

    assert "BAY_KEY" in state(variables_set=True)
    assert state(variables_set=False) == "never run"

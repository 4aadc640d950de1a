"""The catalogue files that come with the project: those of the demo, and those of real services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.show import demo_catalogues
from pipeline.catalogue import Catalogue, load
from pipeline.formats import format_of
from pipeline.operations.freshness import period
from pipeline.protocols import open_harvest
from tests.support import PROJECT

FILES = sorted((PROJECT / "catalogues").glob("*.yaml"))
WITHOUT_HOME = {"matilda"}
"""Catalogues of which no home page could be found; everything else names its own."""

REAL = [path for path in FILES if not path.stem.startswith("demo-")]


def named(path: Path) -> str:
    return path.stem


@pytest.fixture(params=REAL, ids=named)
def real(request: pytest.FixtureRequest) -> Catalogue:
    """The catalogue of a real service."""
    return load(request.param, variables_set=False)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_is_valid_and_a_harvest_of_it_can_be_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATACITE_CLIENT", "UKLLC_API_KEY"):
        monkeypatch.setenv(name, "invented")
    described = load(path)
    assert described.name == path.stem
    assert open_harvest(described, format_of(described)) is not None


def test_schedules_are_spread_so_that_no_two_real_services_are_asked_at_one_time() -> None:
    schedules = [load(path, variables_set=False).schedule for path in REAL]
    assert None not in schedules
    assert len({*schedules}) == len(schedules)


def test_a_real_service_is_asked_once_a_week(real: Catalogue) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert real.schedule is not None
    assert period(real.schedule, now) == timedelta(days=7)


def test_a_real_service_is_asked_over_https_and_has_a_home_page(real: Catalogue) -> None:
    assert urlsplit(getattr(real.protocol, "url", "https:")).scheme == "https"
    assert (real.home is None) == (real.name in WITHOUT_HOME)
    assert real.attribution is not None


def test_a_file_that_is_disabled_states_the_reason(real: Catalogue) -> None:
    comment = "".join(line for line in real.file.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert real.enabled or "Disabled" in comment


def test_the_demo_takes_the_catalogues_of_the_demo_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(PROJECT / "catalogues"))
    assert demo_catalogues() == [path.stem for path in FILES if path not in REAL]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_docs_list_each_file_with_its_protocol_and_format(path: Path) -> None:
    described = load(path)
    page = (PROJECT / "docs" / "catalogues.md").read_text(encoding="utf-8")
    page = page.partition("## Catalogues that come with the project")[2]
    (row,) = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| ") and f"`{path.stem}`" in line]
    assert ("no" not in row[2]) is described.enabled
    assert described.name.startswith("demo-") or f"{described.protocol.type}, {described.format}" in row[1]


def test_no_two_files_share_a_source_by_accident() -> None:
    sources = [load(path).id_source for path in FILES]
    assert len(sources) == len({*sources})

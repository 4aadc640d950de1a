"""Each DAG run has a folder of its own in staging, whatever its name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.staging.dag_runs import run_id_of, staged_run
from pipeline.staging.store import Staging

NAMES = [".", "..", "", " ", "/", "../other", "a/b", "a b", "a-b", "a:b", "Zählung", "x" * 300, "-x", "\0", "con."]


@pytest.mark.parametrize("name", ["manual__2025-01-31", "scheduled-1", "by.hand"])
def test_a_name_that_can_be_a_folder_is_kept(name: str) -> None:
    assert run_id_of(name) == name


def test_a_name_with_other_characters_stays_readable() -> None:
    assert re.fullmatch(
        r"scheduled__2025-01-31T03-00-00-00-00-[0-9a-f]{12}", run_id_of("scheduled__2025-01-31T03:00:00+00:00")
    )


def test_no_two_names_share_a_folder() -> None:
    made = [run_id_of(name) for name in NAMES]
    names = {*NAMES, *made}
    assert len({run_id_of(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_of_any_name_touches_no_other_run(tmp_path: Path, name: str) -> None:
    other = Staging("harbour", "run-1", tmp_path.as_uri())
    other.begin()
    place = Staging("harbour", run_id_of(name), tmp_path.as_uri())
    place.begin()
    place.remove()
    assert other.has_json("run")


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_every_name_gives_a_folder_name(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}", run_id_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_rebuild_shares_no_folder_with_an_ingest_of_the_same_name(name: str) -> None:
    ingest, rebuild = staged_run("ingest_harbour", name), staged_run("reprocess_harbour", name)
    assert ingest is not None
    assert rebuild is not None
    assert ingest[0] == rebuild[0] == "harbour"
    assert ingest[1] != rebuild[1]


def test_other_dags_have_no_staged_run() -> None:
    assert staged_run("maintain_index", "manual-1") is None

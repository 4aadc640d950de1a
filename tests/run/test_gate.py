"""What the gate holds, and what it lets pass."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.index import lifecycle
from pipeline.run.details import Distribution, RunDetails
from pipeline.run.fetch import fetch
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.staging.store import Staging
from tests.support import Archive, eventually, ids, segments

COUNTRIES = ("Finland", "Sweden", "Norway", "Denmark", "Iceland", "Estonia", "Latvia", "Lithuania", "Poland", "Germany",
             "France", "Spain", "Portugal", "Italy", "Greece", "Malta", "Cyprus", "Austria", "Switzerland", "Belgium",
             "Netherlands", "Luxembourg", "Ireland", "Czechia", "Slovakia", "Hungary", "Slovenia", "Croatia", "Romania",
             "Bulgaria", "Albania", "Serbia", "Ukraine", "Moldova", "Turkey", "Egypt", "Morocco", "Tunisia", "Algeria",
             "Kenya", "Uganda", "Ghana", "Nigeria", "Senegal", "Zambia", "Malawi", "Namibia", "Botswana", "Japan",
             "India", "Nepal", "Thailand", "Vietnam", "Indonesia", "Australia", "Canada", "Mexico", "Brazil", "Peru",
             "Chile")  # fmt: skip


def candidate(archive: Archive, report: dict[str, Any]) -> Distribution:
    """How the documents that a run judged are spread over the facets."""
    found = RunDetails.staged(Staging(archive.name, report["run_id"])).after
    assert found is not None
    return found


def reasons(report: dict[str, Any]) -> list[str]:
    return [reason.split(" ")[0] + " " + reason.split(" ")[1] for reason in report["gate"]["reasons"]]


@pytest.mark.parametrize("full", [False, True])
def test_a_facet_that_most_documents_lose_holds(archive: Archive, *, full: bool) -> None:
    archive.put(*range(40))
    assert archive.run()["coverage"]["country_codes"] == 40
    archive.put(*range(6), nation="somewhere")

    report = archive.run(full=full)

    assert "max_drift: Countries" in reasons(report)
    assert report["gate"]["verdict"] == "hold"
    assert report["coverage"]["country_codes"] == 34


def test_a_common_value_that_moves_holds(archive: Archive) -> None:
    archive.put(*range(40))
    archive.run()
    archive.put(*range(6), nation="Sweden")

    report = archive.run()

    assert report["gate"]["reasons"] == [
        "max_drift: Countries: Finland went from 100% to 85% of the documents; the limit is 10 points",
        "max_drift: Countries: Sweden went from 0% to 15% of the documents; the limit is 10 points",
    ]


def test_up_to_five_documents_may_move_in_any_catalogue(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(*range(5), nation="Sweden")

    assert archive.run()["gate"] == {"verdict": "pass", "reasons": []}


def test_up_to_five_documents_may_be_deleted_from_any_catalogue(archive: Archive) -> None:
    archive.put(*range(8))
    archive.run()
    archive.remove(*range(5))

    report = archive.run()

    assert (report["gate"]["verdict"], report["live"]) == ("pass", 3)


def test_deleting_all_documents_holds_even_a_small_catalogue(archive: Archive) -> None:
    archive.put(*range(3))
    archive.run()
    archive.remove(*range(3))
    archive.put(*range(10, 13))

    report = archive.run()

    assert report["gate"]["reasons"] == [
        "empty: the catalogue no longer lists any of its 3 live documents; 3 documents are new, so ids may have changed"
    ]
    assert (report["created"], report["deleted"], report["live"]) == (3, 3, 3)


def test_a_verdict_is_about_the_candidate_and_changes_nothing_else(archive: Archive) -> None:
    archive.roll_back()
    lifecycle.unpin(archive.client, archive.name)
    live, undone = archive.generations()
    archive.remove(*range(4, 21))

    assert archive.run()["gate"]["verdict"] == "hold"

    assert archive.states() == {1: "live", 2: "rolled_back", 3: "candidate"}
    *others, held = archive.generations()
    assert held.meta.state == "held"
    assert [item.meta for item in others] == [live.meta, undone.meta]


def test_limits_are_those_of_the_catalogue_file(archive: Archive) -> None:
    archive.put(*range(40))
    archive.run()
    archive.put(*range(10), nation="Sweden")
    archive.remove(*range(20, 30))
    archive.describe(max_drop=0.25, max_drift=0.35)

    assert archive.run()["gate"] == {"verdict": "pass", "reasons": []}


def test_values_of_equal_share_that_change_places_are_no_drift(archive: Archive) -> None:
    """Many countries, each in every record: which ones come first is chance."""
    for number in range(20):
        archive.put(number, nation=f"{', '.join(COUNTRIES)}")
    first = archive.run()
    assert len(candidate(archive, first).values["country_codes"]) == len(COUNTRIES)
    for number in range(20, 23):
        archive.put(number, nation=f"{', '.join(COUNTRIES[4:])}")

    report = archive.run()

    assert (report["gate"], report["created"]) == ({"verdict": "pass", "reasons": []}, 3)


def test_more_of_the_same_is_no_drift(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(*range(20, 100))

    assert archive.run()["gate"] == {"verdict": "pass", "reasons": []}


def test_drift_is_not_measured_against_a_limited_run(archive: Archive) -> None:
    archive.put(*range(12))
    archive.put(*range(12, 40), nation="Sweden")
    archive.run(limit=12)

    assert archive.run()["gate"] == {"verdict": "pass", "reasons": []}


def test_a_run_that_changes_nothing_passes_and_remembers_when_it_looked(archive: Archive) -> None:
    archive.put(*range(3))
    first = archive.run()
    before = archive.live.meta
    report = archive.run()

    assert (report["gate"]["verdict"], report["coverage"]) == ("pass", first["coverage"])
    meta = archive.live.meta
    assert meta.run_id == before.run_id == first["run_id"]
    assert meta.report is not None
    assert meta.report["run_id"] == report["run_id"]
    assert meta.watermark == report["watermark"]


def test_a_candidate_with_changes_has_few_segments(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(*range(20, 40))
    context = archive.context("run-2")
    parts = fetch(context, part_size=4).parts
    for part in parts:
        process(context, part)
    index = plan(context).index
    assert index
    for part in parts:
        load(context, part)
        archive.client.indices.refresh(index=index)
    assert segments(archive.client, index) > 3
    monkeypatch.setattr("pipeline.index.segments.FEW", 3)

    gate(context)

    eventually(lambda: segments(archive.client, index), 3)
    publish(context)
    assert set(archive.served()) == ids(*range(40))

"""What people see of links: what is below a study, and what may be one work."""

from __future__ import annotations

from pipeline.links.duplicates import duplicates
from pipeline.links.stage import link
from pipeline.search.children import children_of
from tests.links.shelves import Record, Shelves


def test_a_study_has_its_parts_by_name(shelves: Shelves) -> None:
    study = Record("quay/cohort", name="Harbour Birth Cohort", kind="study")
    waves = [Record(f"dock/{number}", name=f"Wave {number}", series="Harbour Birth Cohort") for number in (2, 1)]
    shelves.put([study, *waves])
    link(shelves.client)
    found = children_of(shelves.client, ["quay/cohort", "dock/1"])
    assert [child["name"] for child in found["quay/cohort"]] == ["Wave 1", "Wave 2"]
    assert found["dock/1"] == []


def test_records_of_one_title_that_nothing_joins_are_pairs(shelves: Shelves) -> None:
    whole = Record("port/all", name="Tide panel")
    part = Record("port/1", name="Tide Panel", relations=(("isPartOf", "port/all"),))
    shelves.put(
        [
            Record("quay/1", name="The Tide Panel (TP)", dois=("10.5072/a",)),
            Record("dock/1", name="Tide panel", dois=("10.5072/a",)),
            Record("dock/2", name="Gull census"),
            whole,
            part,
        ]
    )
    link(shelves.client)
    found = {(pair.first, pair.second) for pair in duplicates(shelves.client)}
    assert found == {("dock/1", "port/1"), ("dock/1", "port/all"), ("port/1", "quay/1"), ("port/all", "quay/1")}
    assert {pair[:2] for pair in duplicates(shelves.client, "dock")} == {("dock/1", "port/1"), ("dock/1", "port/all")}

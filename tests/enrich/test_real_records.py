"""Real records, where their folder is beside the project: the first one, and labels of many."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.score import HARVEST_YEAR, Score, scored
from pipeline.enrich import enrich
from pipeline.formats import FORMATS

DATA = Path(__file__).parents[3] / "shared" / "data"
GOLD = DATA / "gold" / "labels.jsonl"


@pytest.mark.skipif(not DATA.is_dir(), reason="no real records beside the project")
def test_the_first_record_asks_firms_in_british_regions() -> None:
    fmt = FORMATS["harmony"]
    of = fmt.read((DATA / "harmony" / "ukds-855557.page.txt").read_bytes())

    found = enrich(of, defaults={}, resource_type=fmt.resource_type, harvest_year=HARVEST_YEAR)

    assert "sex" not in found
    assert found["country_codes"].value == ["GB"]
    assert (found["start_year"].value, found["end_year"].value, found["years"].value) == (2019, 2020, [2019, 2020])


@pytest.mark.skipif(not GOLD.is_file(), reason="no labels beside the project")
def test_facets_agree_with_labels() -> None:
    score = Score()
    for label, _, facets, _ in scored(GOLD, DATA, ""):
        score.add(label, facets)

    share = {facet: score.right[facet] / counted for facet, counted in score.counted.items()}
    hit, wrong = score.codes["hit"], score.codes["extra"] + score.codes["missed"]
    assert share["sex"] >= 0.9
    assert share["both years"] >= 0.9
    assert share["ongoing"] >= 0.9
    assert min(share["age_lower"], share["age_upper"]) >= 0.9
    assert 2 * hit / (2 * hit + wrong) >= 0.95

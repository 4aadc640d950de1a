"""Facets of real records, in checkouts that have them beside the project: the first record, and labels of many.

Facets of invented records are compared with their correct values by `tests/demo/test_demo_truth.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.enrich import enrich
from pipeline.evaluation.records import LabelledRecords
from pipeline.evaluation.scores import Score
from pipeline.formats import FORMATS
from tests.support import PROJECT, REAL_RECORDS, needs_real_records

GOLD = REAL_RECORDS / "gold" / "labels.jsonl"
OWN = PROJECT / "tests" / "enrich" / "labels"
TRIALS = REAL_RECORDS / "gold" / "ctgov.jsonl"
LABELLED_IN = 2026
EVERY = {"all": 30, "female": 5, "male": 3}
"""One of this many trials of each sex is read: all take a minute, and few trials are of one sex."""


def test_an_item_of_harmony_with_default_values_has_the_facets_of_its_texts() -> None:
    extra = {"sex": "all", "country_codes": ["GB"], "geographic_coverage": "East Midlands, North West", "age_upper": 0}
    schema = {"name": "Firms of the harbour", "temporalCoverage": "2019-11-01/2020-10-31"}
    fmt = FORMATS["harmony"]
    of = fmt.read(json.dumps({"dataset_schema": schema, "extra_data": extra}).encode())

    found = enrich(of, defaults={}, resource_type=fmt.resource_type, harvest_year=LABELLED_IN)

    assert not found.keys() & {"sex", "age_upper"}
    assert found["country_codes"].value == ["GB"]
    assert (found["start_year"].value, found["end_year"].value, found["years"].value) == (2019, 2020, [2019, 2020])


@needs_real_records
def test_the_first_record_is_about_firms_in_british_regions() -> None:
    fmt = FORMATS["harmony"]
    of = fmt.read((REAL_RECORDS / "harmony" / "ukds-855557.page.txt").read_bytes())

    found = enrich(of, defaults={}, resource_type=fmt.resource_type, harvest_year=LABELLED_IN)

    assert "sex" not in found
    assert found["country_codes"].value == ["GB"]
    assert (found["start_year"].value, found["end_year"].value, found["years"].value) == (2019, 2020, [2019, 2020])


def score_of(gold: Path) -> Score:
    score = Score()
    for label, outcome in LabelledRecords(gold, REAL_RECORDS, harvest_year=LABELLED_IN):
        score.add(label, outcome)
    return score


@needs_real_records
def test_facets_agree_with_labels() -> None:
    score = score_of(GOLD)

    shares = {name: share.accuracy or 0 for name, share in score.fields().items()}
    assert shares["sex"] >= 0.95
    assert shares["both_years"] >= 0.95
    assert shares["ongoing"] >= 0.95
    assert shares["both_ages"] >= 0.95
    assert (score.countries().f1 or 0) >= 0.97
    assert score.rejected == [], "each labelled record becomes a study record"


@needs_real_records
def test_the_sex_of_trials_is_found_in_their_texts(tmp_path: Path) -> None:
    sample = tmp_path / "trials.jsonl"
    lines = TRIALS.read_text(encoding="utf-8").splitlines()
    of_sex = {sex: [line for line in lines if json.loads(line)["labels"]["sex"] == sex] for sex in EVERY}
    sample.write_text(
        "\n".join(line for sex, every in EVERY.items() for line in of_sex[sex][::every]), encoding="utf-8"
    )

    score = score_of(sample)

    assert (score.fields()["sex"].accuracy or 0) >= 0.92
    for sex in ("female", "male"):
        found = score.sex()[sex]
        assert min(found.precision or 0, found.recall or 0) >= 0.8, (sex, found)


@needs_real_records
def test_facets_agree_with_labels_of_records_chosen_for_their_words() -> None:
    score = score_of(OWN / "labels.jsonl")

    shares = {name: share.accuracy or 0 for name, share in score.fields().items()}
    assert shares["sex"] >= 0.93
    assert shares["both_years"] >= 0.97
    assert shares["both_ages"] >= 0.92
    assert (score.countries().f1 or 0) >= 0.9
    for sex in ("female", "male"):
        found = score.sex()[sex]
        assert min(found.precision or 0, found.recall or 0) >= 0.93, (sex, found)

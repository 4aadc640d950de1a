"""Numbers, instruments and genetic data, from fields for them."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.model.facets import MOST_COUNTED
from tests.enrich.records import facets, record, value


@pytest.mark.parametrize(
    ("role", "text", "number"),
    [
        ("sample_size", "1200", 1200),
        ("sample_size", "1,200 respondents", 1200),
        ("sample_size", "Number of Cases: 69 cases", 69),
        ("sample_size", "120 of 400", None),
        ("sample_size", "24 variables", None),
        ("sample_size", "0", None),
        ("sample_size", "1200.", 1200),
        ("sample_size", "1200, all of them adults", 1200),
        ("sample_size", "1200 - 1300", None),
        ("sample_size", "1.200", 1200),
        ("sample_size", "1.200.300", 1_200_300),
        ("sample_size", "12.50", None),
        ("sample_size", "1\u00a0200", 1200),
        ("sample_size", "1\u202f200\u202f300", 1_200_300),
        ("sample_size", "100\u00a0200", None),
        ("sample_size", "100 000 000", 100_000_000),
        ("sample_size", "100.200", 100_200),
        ("sample_size", "24 files", None),
        ("sample_size", "24 items", None),
        ("sample_size", "24 item", None),
        ("sample_size", "24 questions", None),
        ("sample_size", "24 waves", None),
        ("sample_size", "24 Variables", None),
        ("sample_size", "a 24 % share", None),
        ("sample_size", "24% of a village", None),
        ("sample_size", "24 Percent", None),
        ("sample_size", "1200 (24 percent)", 1200),
        ("sample_size", "24 percentiles", 24),
        ("sample_size", "24 filed cases", 24),
        ("sample_size", "24 profiles", 24),
        ("num_variables", "24 variables", 24),
        ("sample_size", "about a hundred", None),
        ("sample_size", "150 000", 150_000),
        ("sample_size", "12 500", 12_500),
        ("sample_size", "12.5 % of 400", 400),
        ("sample_size", "100 200 300", None),
        ("sample_size", "100 200 300 400 500 600 700", None),
        ("sample_size", "1,200.300", None),
        ("sample_size", "3000000000", None),
        ("sample_size", "9" * 5_000, None),
        ("num_variables", "9" * 20, None),
        ("num_variables", "573", 573),
        ("num_sweeps", "9", 9),
    ],
)
def test_a_field_for_a_number(role: str, text: str, number: int | None) -> None:
    assert value(record(**{role: text}), role) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(yes, True) for yes in ("true", "Yes", "1", "ja", "y", " yes ", "Oui", "sí", "igen", "はい")],
        *[(no, False) for no in ("false", "No", "0", "nein", "nee", "n", "Non", "não", "nem", "いいえ")],
        ("perhaps", None),
    ],
)
def test_genetic_data(text: str, expected: Any) -> None:
    assert value(record(genetic_data=text), "genetic_data_collected") is expected


def test_the_first_statement_that_states_a_measure_counts() -> None:
    study = record(sample_size=["many", "120", "130"], genetic_data=["perhaps", "no", "yes"])

    assert value(study, "sample_size") == 120
    assert value(study, "genetic_data_collected") is False


@pytest.mark.parametrize(("number", "expected"), [(MOST_COUNTED, MOST_COUNTED), (MOST_COUNTED + 1, None)])
def test_a_number_that_counts_nothing_real_is_left_out(number: int, expected: int | None) -> None:
    assert value(record(num_variables=str(number)), "num_variables") == expected


def test_each_instrument_is_named_once_with_its_evidence() -> None:
    found = facets(record(instrument=["Scale B", "Scale A", "Scale B"]))["instruments"]

    assert found.value == ["Scale A", "Scale B"]
    assert [evidence.words for evidence in found.evidence] == ["Scale B", "Scale A"]


def test_instruments_are_sorted() -> None:
    assert value(record(instrument=["Scale B", "Scale A"]), "instruments") == ["Scale A", "Scale B"]

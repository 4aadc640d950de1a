"""Numbers, instruments and genetic data, from fields for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("role", "text", "number"),
    [
        ("sample_size", "1200", 1200),
        ("sample_size", "1,200 respondents", 1200),
        ("sample_size", "Number of Cases: 69 cases", 69),
        ("sample_size", "120 of 400", None),
        ("sample_size", "24 variables", None),
        ("sample_size", "0", None),
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


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("No", False), ("perhaps", None)])
def test_genetic_data(text: str, expected: Any) -> None:
    assert value(record(genetic_data=text), "genetic_data_collected") is expected


def test_instruments_are_sorted() -> None:
    assert value(record(instrument=["Scale B", "Scale A"]), "instruments") == ["Scale A", "Scale B"]

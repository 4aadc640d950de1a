"""How pages write numbers, times, shares, values and differences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jinja2 import UndefinedError

from pipeline.operations.pages import charts, rendering
from pipeline.operations.pages.differences import LONGEST, difference
from pipeline.operations.pages.labels import evidence_texts, field_label, reason_text, value_label
from pipeline.run.details import FieldChange

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (rendering.number, 2950, "2,950"),
        (rendering.number, None, "–"),
        (rendering.signed, 14, "+14"),
        (rendering.signed, -3, "−3"),
        (rendering.signed, 0, "0"),
        (rendering.percent, 0.372, "37%"),
        (rendering.percent, 0.0, "0%"),
        (rendering.percent, 0.001, "<1%"),
        (rendering.percent, 0.999, ">99%"),
        (rendering.percent, 1.0, "100%"),
        (rendering.points, -0.44, "−44"),
        (rendering.points, 0.004, "+0.4"),
        (rendering.points, 0.0004, "0"),
        (rendering.duration, 0.42, "0.4 s"),
        (rendering.duration, 59.97, "1 min 0 s"),
        (rendering.duration, 75, "1 min 15 s"),
        (rendering.duration, 7384, "2 h 3 min"),
        (rendering.code, "run `study-index up` & wait", "run <code>study-index up</code> &amp; wait"),
    ],
)
def test_what_is_written(function: Any, value: Any, expected: str) -> None:
    assert function(value) == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=30), "30 h ago"),
        (timedelta(days=9), "9 days ago"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_times_are_told_in_words_with_the_exact_one_behind(passed: timedelta, expected: str) -> None:
    made = str(rendering.ago(NOW - passed, NOW))
    assert f">{expected}</time>" in made
    assert f'datetime="{(NOW - passed).isoformat()}"' in made


def test_a_time_that_is_none_stays_as_it_is() -> None:
    assert rendering.moment("never") == "never"
    assert rendering.moment(None) == "–"


def test_a_name_that_a_template_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendering.render("index.html.j2", index=None)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("country_codes", "GB", "United Kingdom"),
        ("language_codes", "fi", "Finnish"),
        ("regions", "150", "Europe"),
        ("sex", "female", "Women or girls only"),
        ("topics", "Health.GeneralHealthAndWellbeing", "Health: general health and wellbeing"),
        ("ongoing", True, "Yes"),
        ("ongoing", "false", "No"),
        ("start_year", 2001, "2001"),
        ("name", "GB", "GB"),
        ("translations", {"fi": {"name": "Satama"}}, '{"fi": {"name": "Satama"}}'),
        ("related", ["a"], '["a"]'),
    ],
)
def test_values_have_labels_for_people(field: str, value: Any, expected: str) -> None:
    assert value_label(field, value) == expected


def test_fields_and_reasons_have_labels_for_people() -> None:
    assert field_label("country_codes") == "Countries"
    assert field_label("geographic_coverage") == "Geographic coverage"
    assert field_label("dois") == "DOIs"
    assert reason_text("max_drop: 3 of 4") == "3 of 4"
    assert reason_text("another: reason") == "another: reason"


def test_evidence_is_a_phrase() -> None:
    pieces = [
        {"kind": "stated", "field": "universe", "words": "Women"},
        {"kind": "derived", "field": "years"},
        {"kind": "catalogue"},
        {"kind": "curator", "reason": "the archive's letter"},
    ]
    assert evidence_texts(pieces) == [
        "stated in universe: “Women”",
        "derived from years",
        "default of the catalogue file",
        "correction (the archive's letter)",
    ]


def test_a_long_text_is_cut_around_what_changed() -> None:
    start, end = "before the change " * 60, " and after it" * 60
    shown = difference(FieldChange(field="description", before=f"{start}one{end}", after=f"{start}two{end}"))
    texts = ["".join(piece.text for piece in side.pieces) for side in (shown.before, shown.after)]
    assert all(len(text) <= LONGEST for text in texts)
    assert [piece.text for piece in shown.after.pieces if piece.changed] == ["two"]


def test_values_of_a_list_are_compared_one_by_one() -> None:
    shown = difference(FieldChange(field="country_codes", before=["GB", "FI"], after=["GB", "IE", "FI"]))
    assert [piece.text for piece in shown.after.pieces if piece.changed] == ["Ireland"]
    assert not [piece for piece in shown.before.pieces if piece.changed]


def test_translations_are_compared_as_any_other_field() -> None:
    shown = difference(FieldChange(field="translations", before={"fi": {"name": "a"}}, after={"fi": {"name": "b"}}))
    assert [piece.changed for piece in (*shown.before.pieces, *shown.after.pieces)] == [True, True]


def test_a_field_that_is_new_is_not_marked_word_by_word() -> None:
    shown = difference(FieldChange(field="description", before=None, after="All of it"))
    assert shown.before.pieces == ()
    assert [(piece.text, piece.changed) for piece in shown.after.pieces] == [("All of it", False)]


def test_a_sparkline_needs_two_runs_and_does_not_dramatise() -> None:
    assert charts.sparkline([7]) is None
    small, large = charts.sparkline([10_000, 10_003]), charts.sparkline([100, 200])
    assert small is not None
    assert large is not None

    def height(line: charts.Sparkline) -> float:
        first, last = (float(point.split(",")[1]) for point in line.points.split())
        return first - last

    assert height(small) < 0.2
    assert height(large) > 15
    assert charts.sparkline([0, 0]) is not None


def test_a_histogram_of_centuries_has_steps_of_many_years() -> None:
    found = charts.histogram(None, dict.fromkeys(range(1500, 2020), 3))
    assert found is not None
    assert len(found.columns) <= 60
    assert found.columns[-1].label == "2010–2019"
    assert charts.histogram(None, {}) is None

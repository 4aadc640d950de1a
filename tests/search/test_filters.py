"""Which documents pass a filter: ranges, ongoing studies, broader topics, unknown values."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.search.finding import search
from pipeline.search.question import Question
from tests.search.shelf import Shelf

AGES = {
    "children": {"age_lower": 5, "age_upper": 12},
    "adults": {"age_lower": 18},
    "minors": {"age_upper": 17},
    "newborn": {"age_lower": 0, "age_upper": 0},
    "unknown": {},
}


@pytest.mark.parametrize(
    ("ages", "found"),
    [
        ((12, 18), {"children", "adults", "minors"}),
        ((13, 17), {"minors"}),
        ((0, 0), {"minors", "newborn"}),
        ((60, None), {"adults"}),
        ((None, 4), {"minors", "newborn"}),
        ((None, 200_000), {"children", "adults", "minors", "newborn"}),
    ],
)
def test_ranges_of_ages_overlap_and_an_open_end_has_no_limit(
    shelf: Shelf, ages: tuple[int | None, int | None], found: set[str]
) -> None:
    shelf.put(*({"name": name, **fields} for name, fields in AGES.items()))
    assert set(shelf.names(ranges={"age_lower": ages})) == found
    assert set(shelf.names(ranges={"age_lower": ages}, or_unknown=("age_lower",))) == found | {"unknown"}


@pytest.mark.parametrize(
    ("years", "found"),
    [
        ((1990, 1990), {"two waves"}),
        ((1991, 1994), set()),
        ((1991, 1995), {"two waves"}),
        ((None, -400), {"ancient"}),
        ((2030, None), set()),
    ],
)
def test_years_match_the_years_covered_and_not_the_gaps_between(
    shelf: Shelf, years: tuple[int | None, int | None], found: set[str]
) -> None:
    shelf.put({"name": "two waves", "years": [1990, 1995]}, {"name": "ancient", "years": [-400]}, {"name": "unknown"})
    assert set(shelf.names(ranges={"years": years})) == found
    assert set(shelf.names(ranges={"years": years}, or_unknown=("years",))) == found | {"unknown"}


def test_or_unknown_lets_documents_without_a_value_pass_that_filter_only(shelf: Shelf) -> None:
    shelf.put({"name": "neither"}, {"name": "no sex", "country_codes": ["FI"]}, {"name": "no country", "sex": "male"})
    asked = {"sex": ["male"], "country_codes": ["FI"]}
    assert set(shelf.names(filters=asked, or_unknown=("sex",))) == {"no sex"}
    assert set(shelf.names(filters=asked, or_unknown=("sex", "country_codes"))) == {"neither", "no sex", "no country"}


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2040])
def test_ongoing_studies_cover_every_year_up_to_now(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    monkeypatch.setattr("pipeline.search.ongoing.this_year", lambda: year)
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{shelf.name}")
    shelf.put(
        {"name": "ongoing", "start_year": 2023, "ongoing": True, "years": [2023, 2024, 2025]},
        {"name": "again, of later", "start_year": 2026, "ongoing": True, "years": [2026]},
        {"name": "ended", "start_year": 2023, "end_year": 2024, "years": [2023, 2024]},
        {"name": "planned to end", "start_year": 2023, "end_year": 2030, "ongoing": True, "years": [2023, 2030]},
        {"name": "start unknown", "ongoing": True},
        {"name": "superseded", "start_year": 2023, "ongoing": True, "years": [2023], "replaced_by": "another/1"},
    )
    covered = {
        "ongoing": {2023, 2024, 2025, *range(2026, year + 1)},
        "again, of later": {2026, *range(2027, year + 1)},
        "ended": {2023, 2024},
        "planned to end": {2023, 2030},
    }
    asked = (Question(), Question(filters={"source": [shelf.name]}), Question(ranges={"years": (2026, None)}))
    for question in asked:
        counts = Counter(each for years in covered.values() for each in years)
        assert search(shelf.client, question).facets["years"] == {str(each): counts[each] for each in sorted(counts)}
    for first, last in (
        (2023, 2023),
        (2025, 2025),
        (2026, 2026),
        (2027, 2027),
        (2027, 2029),
        (2041, None),
        (None, 2024),
    ):
        found = {
            name for name, years in covered.items() if any((first or 0) <= each <= (last or 9999) for each in years)
        }
        assert set(shelf.names(ranges={"years": (first, last)})) == found, (first, last)


def test_ongoing_and_ended_studies(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.search.ongoing.this_year", lambda: 2026)
    shelf.put(
        {"name": "ongoing", "ongoing": True, "genetic_data_collected": True},
        {"name": "ended", "end_year": 2026, "genetic_data_collected": False},
        {"name": "planned", "end_year": 2027},
        {"name": "unknown"},
    )
    assert shelf.names(filters={"ongoing": ["ongoing"]}) == ["ongoing"]
    assert shelf.names(filters={"ongoing": ["ended"]}) == ["ended"]
    assert set(shelf.names(filters={"ongoing": ["ended"]}, or_unknown=("ongoing",))) == {"ended", "unknown"}
    answer = shelf.ask(facets=("ongoing", "genetic_data_collected"), filters={"ongoing": ["ended"]})
    assert answer.facets == {"ongoing": {"ongoing": 1, "ended": 1}, "genetic_data_collected": {"no": 1}}
    assert answer.unknown["ongoing"] == 1


def test_keywords_are_counted_and_found_whatever_their_case_and_accents(shelf: Shelf) -> None:
    shelf.put(
        {"name": "a", "keywords": ["Élection", "Boats"], "funders": ["Fund"], "series": "Row"},
        {"name": "b", "keywords": ["election"], "funders": ["Fund", "Trust"]},
        {"name": "c"},
    )
    answer = shelf.ask(facets=("keywords", "funders", "series"))
    assert answer.facets == {
        "keywords": {"election": 2, "boats": 1},
        "funders": {"Fund": 2, "Trust": 1},
        "series": {"Row": 1},
    }
    assert answer.unknown == {"keywords": 1, "funders": 1, "series": 2}
    assert set(shelf.names(filters={"keywords": ["ELECTION"]})) == {"a", "b"}
    assert shelf.names(filters={"funders": ["Trust"]}) == ["b"]


def test_changes_in_the_catalogue_since_a_day(shelf: Shelf) -> None:
    shelf.put(
        {"name": "old", "source_modified": "2024-12-31T23:00:00Z"},
        {"name": "new", "source_modified": "2025-01-02"},
        {"name": "odd", "source_modified": "in spring"},
        {"name": "unknown"},
    )
    assert shelf.names(changed_since="2025-01-01") == ["new"]


def test_a_broader_topic_contains_the_narrower_ones(shelf: Shelf) -> None:
    shelf.put(
        {"name": "elections", "topics": ["Politics.Elections"]},
        {"name": "politics", "topics": ["Politics"]},
        {"name": "health", "topics": ["Health"]},
    )
    assert set(shelf.names(filters={"topics": ["Politics"]})) == {"elections", "politics"}
    answer = shelf.ask(filters={"topics": ["Politics.Elections"]})
    assert answer.facets["topics"] == {"Politics": 2, "Health": 1, "Politics.Elections": 1}
    assert answer.hits[0]["topics"] == ["Politics.Elections"]

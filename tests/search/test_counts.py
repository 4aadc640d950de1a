"""How many: documents and works, by facet, under all filters but a facet's own."""

from __future__ import annotations

import pytest
from elasticsearch import Elasticsearch

from pipeline.search.facet_counts import COUNTED
from pipeline.search.finding import search
from pipeline.search.question import Question
from tests.search.shelf import Fields, Shelf


def test_variables_count_only_where_a_filter_selects_them(shelf: Shelf) -> None:
    shelf.put({}, {"resource_type": "study"}, *({"resource_type": "variable"} for _ in range(3)))
    assert shelf.ask().total == 2
    assert shelf.ask().facets["resource_type"] == {"dataset": 1, "study": 1}
    asked = shelf.ask(filters={"resource_type": ["variable"]})
    assert (asked.total, asked.facets["resource_type"]) == (3, {"variable": 3, "dataset": 1, "study": 1})


def test_superseded_versions_never_count(shelf: Shelf) -> None:
    shelf.put({"sex": "all"}, {"sex": "all", "replaced_by": "another/1"})
    answer = shelf.ask()
    assert (answer.total, answer.facets["sex"], len(answer.hits)) == (1, {"all": 1}, 1)


def test_hits_are_works_and_counts_are_documents(shelf: Shelf) -> None:
    shelf.put({"work_id": "w"}, {"work_id": "w"}, {"work_id": "w", "sex": "male"}, {})
    answer = shelf.ask()
    assert (answer.total, answer.works, answer.works_exact, len(answer.hits)) == (4, 2, True, 2)
    assert shelf.ask(filters={"sex": ["male"]}).works == 1


def test_a_work_of_many_documents_leaves_room_for_other_works_among_the_hits(shelf: Shelf) -> None:
    shelf.put(*({"work_id": "w", "name": "Many"} for _ in range(30)), {"name": "Other"}, {"name": "Third"})
    assert shelf.names(sort="name", size=2) == ["Many", "Other"]
    assert shelf.names(sort="name", size=3) == ["Many", "Other", "Third"]


def test_the_number_of_works_is_exact_where_an_estimate_would_not_be(shelf: Shelf) -> None:
    shelf.put(*({"work_id": f"{shelf.name}/copies-of/{number // 2}"} for number in range(6000)))
    answer = shelf.ask(size=0)
    assert (answer.total, answer.works, answer.works_exact) == (6000, 3000, True)


def test_each_facet_ignores_its_own_filter_and_no_other(shelf: Shelf) -> None:
    shelf.put(
        {"sex": "female", "country_codes": ["FI"]},
        {"sex": "male", "country_codes": ["FI", "SE"]},
        {"sex": "male", "country_codes": ["SE"]},
        {"country_codes": ["FI"]},
    )
    answer = shelf.ask(filters={"sex": ["male"], "country_codes": ["FI"]})
    assert answer.total == 1
    assert answer.facets["sex"] == {"female": 1, "male": 1}
    assert answer.facets["country_codes"] == {"SE": 2, "FI": 1}
    assert answer.unknown["sex"] == 1
    assert answer.unknown["country_codes"] == 0


def test_without_text_and_filters_everything_counts_but_superseded_versions_and_variables(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{shelf.name}")
    shelf.put(
        {"years": [-400, 1990], "sex": "male", "publisher": "P", "topics": ["Demography", "Own words"]},
        {"years": [1990], "country_codes": ["FI", "SE"]},
        {"years": [1990], "sex": "male", "country_codes": ["FI"], "publisher": "P", "replaced_by": "another/1"},
        {"resource_type": "variable", "years": [1990], "sex": "female", "topics": ["Demography"]},
    )
    answer = search(shelf.client, Question())
    assert (answer.total, answer.works, len(answer.hits)) == (2, 2, 2)
    assert {name: counts for name, counts in answer.facets.items() if counts} == {
        "sex": {"male": 1},
        "resource_type": {"dataset": 2},
        "country_codes": {"FI": 1, "SE": 1},
        "years": {"-400": 1, "1990": 2},
        "topics": {"Demography": 1, "Own words": 1},
        "source": {shelf.name: 2},
        "catalogue": {shelf.name: 2},
        "publisher": {"P": 1},
    }
    assert answer.unknown["sex"] == answer.unknown["country_codes"] == answer.unknown["publisher"] == 1
    assert answer.unknown["years"] == answer.unknown["source"] == 0
    one_filter = search(shelf.client, Question(filters={"sex": ["male"]}))
    assert one_filter.facets["sex"] == {"male": 1}
    assert (one_filter.unknown["sex"], one_filter.facets["country_codes"]) == (1, {})


def test_of_open_facets_the_most_common_values_are_listed_and_the_rest_is_other(shelf: Shelf) -> None:
    documents = [{"publisher": f"Publisher {number:02d}"} for number in range(60) for _ in range(60 - number)]
    shelf.put(*documents, {})
    answer = shelf.ask(size=0)
    publishers = answer.facets["publisher"]
    assert len(publishers) == 51
    assert publishers["Publisher 00"] == 60
    assert publishers["other"] == sum(60 - number for number in range(50, 60))
    assert sum(publishers.values()) + answer.unknown["publisher"] == answer.total


def test_without_text_and_filters_names_of_excluded_documents_do_not_count(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{shelf.name}")
    shelf.put(
        {"publisher": "A", "instruments": ["Scale 1", "Scale 2"]},
        {"publisher": "A", "instruments": ["Scale 2"]},
        {"publisher": "B", "replaced_by": "another/1"},
        {"publisher": "C", "topics": ["Demography"]},
        {},
    )
    answer = search(shelf.client, Question())
    assert answer.facets["publisher"] == {"A": 2, "C": 1}
    assert answer.facets["instruments"] == {"Scale 2": 2, "Scale 1": 1}
    assert (answer.unknown["publisher"], answer.unknown["instruments"], answer.unknown["topics"]) == (1, 2, 3)


def test_hits_of_a_text_pass_all_filters_where_counts_pass_all_but_one(shelf: Shelf) -> None:
    shelf.put(
        {"name": "Boats", "sex": "male", "country_codes": ["FI"]},
        {"name": "Boats too", "sex": "female", "country_codes": ["FI"]},
        {"name": "More boats", "sex": "male", "country_codes": ["SE"]},
        {"name": "Other boats", "sex": "female", "country_codes": ["SE"]},
        {"name": "Cars", "sex": "male", "country_codes": ["FI"]},
    )
    asked = {"sex": ["male"], "country_codes": ["FI"]}
    assert shelf.names(text="boats", filters=asked) == ["Boats"]
    answer = shelf.ask(text="boats", filters=asked)
    assert (answer.total, answer.works) == (1, 1)
    assert answer.facets["sex"] == {"female": 1, "male": 1}
    assert answer.facets["country_codes"] == {"FI": 1, "SE": 1}


def test_works_beyond_those_counted_one_by_one_are_estimated(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.search.finding.COUNTED_ONE_BY_ONE", 10)
    shelf.put(*({"work_id": f"{shelf.name}/copies-of/{number // 2}"} for number in range(20)))
    answer = shelf.ask(size=0)
    assert (answer.total, answer.works, answer.works_exact) == (20, 10, False)


NUMBERS: list[Fields] = [
    {"name": "small", "sample_size": 99, "num_sweeps": 1, "duration_years": 0, "age_lower": 0, "age_upper": 4},
    {"name": "middle", "sample_size": 100, "num_variables": 250, "age_lower": 3, "age_upper": 11},
    {"name": "large", "sample_size": 100_000, "num_sweeps": 12, "duration_years": 30, "age_lower": 60},
    {"name": "unknown"},
]


def test_numbers_are_counted_in_ranges_by_which_one_can_filter(shelf: Shelf) -> None:
    shelf.put(*NUMBERS)
    asked = ("sample_size", "num_sweeps", "num_variables", "duration_years", "age_lower")
    answer = shelf.ask(facets=asked)
    assert answer.facets == {
        "sample_size": {"0..99": 1, "100..999": 1, "100000..": 1},
        "num_sweeps": {"1..1": 1, "10..19": 1},
        "num_variables": {"100..999": 1},
        "duration_years": {"0..0": 1, "20..49": 1},
        "age_lower": {"0..4": 2, "5..11": 1, "45..64": 1, "65..": 1},
    }
    assert answer.unknown == {
        "sample_size": 1, "num_sweeps": 2, "num_variables": 3, "duration_years": 2, "age_lower": 1,
    }  # fmt: skip
    filtered = shelf.ask(ranges={"age_lower": (0, 4)}, facets=asked)
    assert filtered.total == answer.facets["age_lower"]["0..4"]
    assert filtered.facets["age_lower"] == answer.facets["age_lower"], "a facet ignores its own filter"
    assert filtered.facets["sample_size"] == {"0..99": 1, "100..999": 1}
    assert shelf.names(ranges={"sample_size": (100_000, None)}) == ["large"]


def test_counts_are_of_one_state_of_what_is_live(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches that saw different generations are made again."""
    shelf.put({"sex": "male"})
    shelf.ask()  # what is live is known then
    seen = iter([False])
    monkeypatch.setattr("pipeline.search.facet_counts.of_one_state", lambda _answers: next(seen, True))
    assert shelf.ask().facets["sex"] == {"male": 1}
    assert next(seen, None) is None


def test_every_facet_of_search_is_a_field_that_can_be_counted(shared_client: Elasticsearch, shelf: Shelf) -> None:
    shelf.put({})
    counted = COUNTED
    found = shared_client.field_caps(index=f"studies.{shelf.name}.1", fields=list(counted))["fields"]
    assert found.keys() == counted.keys()
    assert all(kind["aggregatable"] for field in found.values() for kind in field.values())

"""Search over documents of any shape: counts, collapsing, ranking, and the ids by which documents are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import UsageError
from pipeline.index import lifecycle
from pipeline.index.bulk import Write, write
from pipeline.index.generations import create_empty, finalise, generations, swap
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.model.identity import uuid_of, work_number
from pipeline.model.search_fields import search_fields
from pipeline.search.facet_counts import COUNTED
from pipeline.search.finding import search
from pipeline.search.question import Answer, Question
from pipeline.search.showing import show

Fields = dict[str, Any]


class Shelf:
    """A live catalogue whose documents a test writes directly."""

    def __init__(self, client: Elasticsearch) -> None:
        self.client = client
        self.name = f"shelf-{uuid4().hex[:12]}"

    def put(self, *documents: Fields) -> None:
        """Make these documents live; each gets the fields that every document must have."""
        put_template(self.client)
        create_empty(self.client, self.name, 1, GenerationMeta())
        index = f"studies.{self.name}.1"
        whole = [self.document(number, **fields) for number, fields in enumerate(documents)]
        assert list(write(self.client, index, (Write(one["uuid"], orjson.dumps(one)) for one in whole))) == []
        finalise(self.client, index)
        (generation,) = generations(self.client, self.name)
        with working_on(self.client, self.name, "test"):
            swap(self.client, generation, None)

    def document(self, number: int, **fields: Any) -> Fields:
        identifier = f"{self.name}/{number}"
        made = {
            "harmony_id": identifier,
            "uuid": uuid_of(identifier),
            "source": [self.name],
            "record_id": f"{self.name}:{number}",
            "work_id": identifier,
            "work_number": work_number(fields.get("work_id", identifier)),
            "name": f"Study {number}",
            "resource_type": "dataset",
            "catalogue": self.name,
            "format": "invented",
            "harvested_at": "2025-01-31T00:00:00Z",
            **fields,
        }
        return made | search_fields(made, 2025)

    def ask(self, *, filters: dict[str, list[str]] | None = None, **question: Any) -> Answer:
        """The result of a search among these documents only."""
        return search(self.client, Question(filters={"source": [self.name], **(filters or {})}, **question))

    def names(self, **question: Any) -> list[str]:
        """Names of the hits, in order."""
        return [hit["name"] for hit in self.ask(**question).hits]

    def show(self, identifier: str) -> str:
        """Name of the document with that id, DOI, uuid or slug."""
        name: str = show(self.client, identifier)["name"]
        return name


@pytest.fixture(params=[1, 1_000_000], ids=["one search", "several searches"])
def shelf(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, shared_client: Elasticsearch
) -> Iterator[Shelf]:
    """Counts are the same whether one search counts or several do, as with many or few indices."""
    monkeypatch.setattr("pipeline.search.facet_counts.MANY_INDICES", request.param)
    made = Shelf(shared_client)
    yield made
    if generations(shared_client, made.name):
        lifecycle.retire(shared_client, made.name)


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


def test_a_word_in_the_name_outranks_one_in_the_description(shelf: Shelf) -> None:
    shelf.put(
        {"name": "About boats", "description": "Words on lighthouses and other things, and no more than words."},
        {"name": "Lighthouses"},
        {"name": "Nothing of the kind"},
    )
    assert shelf.names(text="lighthouses") == ["Lighthouses", "About boats"]


def test_each_hit_of_a_text_has_its_score_and_how_it_was_found(shelf: Shelf) -> None:
    shelf.put({"name": "Lighthouses", "work_id": "w"}, {"name": "Lighthouses", "work_id": "w"}, {"name": "About boats"})
    answer = shelf.ask(text="lighthouses")
    assert [(hit["name"], match.match_type) for hit, match in zip(answer.hits, answer.matches, strict=True)] == [
        ("Lighthouses", "text")
    ]
    assert answer.matches[0].score > 0
    assert answer.as_json()["hits"][0]["match"]["match_type"] == "text"
    by_name = shelf.ask(text="lighthouses", sort="name")
    assert by_name.matches[0].score > 0  # how rare a word is changes with what others index meanwhile


def test_what_has_more_of_the_words_comes_first_and_what_has_few_is_not_found(shelf: Shelf) -> None:
    shelf.put(
        {"name": "Lamps of harbours in winter"}, {"name": "Lamps of harbours"}, {"name": "Harbours"}, {"name": "Boats"}
    )
    assert shelf.names(text="lamps harbours winter storm") == ["Lamps of harbours in winter", "Lamps of harbours"]


def test_stopwords_of_a_question_do_not_count(shelf: Shelf) -> None:
    shelf.put({"name": "How is it that they have been about this"}, {"name": "Lamps"})
    assert shelf.names(text="how have they been about lamps") == ["Lamps"]


@pytest.mark.parametrize("field", ["creators", "funders", "series", "publisher"])
def test_people_and_series_are_found_by_their_names(shelf: Shelf, field: str) -> None:
    name = "Études Björnsdóttir"
    shelf.put({"name": "Found", field: name if field in {"series", "publisher"} else [name]}, {"name": "Other"})
    assert shelf.names(text="etudes bjornsdottir") == ["Found"]


@pytest.mark.parametrize("asked", ["10.5072/{name}", "https://doi.org/10.5072/{NAME}", "doi:10.5072/{name}"])
def test_an_identifier_in_any_spelling_puts_its_record_on_top(shelf: Shelf, asked: str) -> None:
    doi = f"10.5072/{shelf.name}"
    shelf.put(*({"name": doi, "description": f"Like {doi}"} for _ in range(3)), {"name": "It", "identifiers": [doi]})
    answer = shelf.ask(text=asked.format(name=shelf.name, NAME=shelf.name.upper()))
    assert (answer.hits[0]["name"], answer.matches[0].match_type) == ("It", "id")


@pytest.mark.parametrize("text", ["lighthuose", "lighthouse keppers", "Lihgthouse keepers"])
def test_typing_errors_are_corrected_where_nothing_good_is_found(shelf: Shelf, text: str) -> None:
    shelf.put({"name": "Lighthouse keepers"}, {"name": "Other keepers"})
    answer = shelf.ask(text=text)
    assert answer.hits[0]["name"] == "Lighthouse keepers"
    assert {match.match_type for match in answer.matches} == {"fuzzy"}
    assert answer.note
    assert "No study has" in answer.note


def test_what_is_spelled_right_is_not_corrected(shelf: Shelf) -> None:
    shelf.put({"name": "Lighthouse keepers"}, {"name": "Lighthouses", "description": "Of keepers."})
    answer = shelf.ask(text="keepers")
    assert answer.note is None
    assert {match.match_type for match in answer.matches} == {"text"}


def test_a_phrase_has_to_occur_and_an_excluded_word_must_not(shelf: Shelf) -> None:
    shelf.put({"name": "Deep sea fish"}, {"name": "Sea, deep"}, {"name": "Deep sea lamps"})
    assert set(shelf.names(text='"deep sea"')) == {"Deep sea fish", "Deep sea lamps"}
    assert shelf.names(text='"deep sea" -lamps') == ["Deep sea fish"]


def test_highlights_are_the_words_in_their_text(shelf: Shelf) -> None:
    texts = {"name": ["A study"], "description": ["We asked all <b>keepers</b> of lighthouses."]}
    shelf.put({"name": "A study", "translations": {"en": texts}, "series": "Lighthouse studies"})
    (match,) = shelf.ask(text="lighthouse").matches
    assert match.highlights == {
        "description": ["We asked all <b>keepers</b> of <em>lighthouses</em>."],
        "series": ["<em>Lighthouse</em> studies"],
    }


def test_without_a_text_there_is_nothing_to_say_of_a_hit(shelf: Shelf) -> None:
    shelf.put({})
    answer = shelf.ask()
    assert (len(answer.hits), len(answer.matches)) == (1, 0)
    assert "match" not in answer.as_json()["hits"][0]


def test_scores_of_two_catalogues_compare(shared_client: Elasticsearch) -> None:
    """A word is as rare as it is in all catalogues together: the same text has the same score in any of them."""
    small, large = Shelf(shared_client), Shelf(shared_client)
    small.put({"name": "Lighthouses"}, {"name": "Lamps"})
    large.put({"name": "Lighthouses"}, *({"name": f"Harbour {number}"} for number in range(50)))
    try:
        sources = {"source": [small.name, large.name]}
        answer = search(shared_client, Question(text="lighthouses", filters=sources))
        one, other = answer.matches
        assert one.score == pytest.approx(other.score)
    finally:
        for one_shelf in (small, large):
            lifecycle.retire(shared_client, one_shelf.name)


def test_words_are_found_by_their_stem_in_each_language(shelf: Shelf) -> None:
    shelf.put(
        {"name": "a", "translations": {"en": {"name": ["Families of a lone parent"]}}},
        {"name": "b", "translations": {"en": {"description": ["Asked of lone parents who fish."]}}},
        {"name": "c", "translations": {"nl": {"name": ["Verkiezingen en scholen"]}}},
        {"name": "d", "translations": {"fr": {"name": ["Les conditions de l'emploi"]}}},
    )
    assert set(shelf.names(text="lone parenting")) == {"a", "b"}
    assert shelf.names(text="verkiezing") == ["c"]
    assert shelf.names(text="school verkiezing") == ["c"]
    assert shelf.names(text="emploi") == ["d"]


def test_words_are_found_without_their_accents_and_in_translations_by_their_stem(shelf: Shelf) -> None:
    shelf.put(
        {"name": "Études sur les ménages"},
        {"name": "Households", "translations": {"de": {"name": ["Privater Haushalt"]}, "und": {"name": ["Ülke"]}}},
    )
    assert shelf.names(text="menages") == ["Études sur les ménages"]
    assert shelf.names(text="haushalte") == ["Households"]
    assert shelf.names(text="ulke") == ["Households"]


def test_names_sort_in_reading_order(shelf: Shelf) -> None:
    names = ["The Alpha study", "«Béta»", "beta, wave 2", "Beta, wave 10", f"Gamma {'long ' * 100}", "Ølen", "zeta"]
    shelf.put(*({"name": name} for name in reversed(names)), {"name": "Die Delphi-Studie", "name_language": "de"})
    assert shelf.names(sort="name") == [*names[:4], "Die Delphi-Studie", *names[4:]]


def test_projections_are_not_among_the_newest(shelf: Shelf) -> None:
    shelf.put(
        {"name": "projection", "start_year": 2000, "end_year": 2100, "years": [2000, 2024, 2100]},
        {"name": "this year", "start_year": 2025, "end_year": 2025, "years": [2025]},
        {"name": "ongoing", "start_year": 2020, "ongoing": True, "years": [2020, 2021]},
        {"name": "only projected", "start_year": 2090, "end_year": 2100, "years": [2090, 2100]},
    )
    assert shelf.names(sort="newest")[:3] == ["ongoing", "this year", "projection"]


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


def test_an_answer_has_the_labels_of_its_codes(shelf: Shelf) -> None:
    shelf.put({"country_codes": ["FI"], "topics": ["Health"], "publisher": "P"})
    labels = shelf.ask().labels
    assert labels["country_codes"]["FI"]["en"] == "Finland"
    assert labels["topics"].keys() == {"Health"}
    assert "publisher" not in labels


def pages(shelf: Shelf, **question: Any) -> list[list[str]]:
    """Names of the hits, by page."""
    found, after = [], None
    for _ in range(100):
        answer = shelf.ask(after=after, **question)
        found.append([hit["name"] for hit in answer.hits])
        after = answer.next
        if after is None:
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", ["relevance", "name", "newest", "oldest"])
@pytest.mark.parametrize("text", [None, "study"])
def test_pages_have_each_work_once_in_the_order_of_one_page(
    monkeypatch: pytest.MonkeyPatch, shelf: Shelf, sort: str, text: str | None
) -> None:
    # scores depend on all that is live, which other tests change
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{shelf.name}")
    years: list[Fields] = [{}, {"years": [1990]}, {"years": [2000, 2024]}, {"years": [1990]}]
    studies = [years[number % 4] | {"work_id": f"{shelf.name}/work-{number % 11}"} for number in range(40)]
    shelf.put(*studies, {"name": "A study without a key", "name_sort": None})
    (whole,) = pages(shelf, size=100, sort=sort, text=text)
    assert len(whole) == 12
    for size in (1, 3, 12):
        listed = pages(shelf, size=size, sort=sort, text=text)
        assert [name for page in listed for name in page] == whole
        assert all(len(page) == size for page in listed[:-1])


def test_a_page_follows_the_one_before_though_the_index_has_changed(shelf: Shelf) -> None:
    shelf.put(*({"name": name} for name in "abcdef"))
    first = shelf.ask(sort="name", size=2)
    index = f"studies.{shelf.name}.1"
    shelf.client.indices.put_settings(index=index, settings={"index.blocks.write": False})
    shelf.client.delete(index=index, id=first.hits[1]["uuid"], refresh=True)
    second = shelf.ask(sort="name", size=2, after=first.next)
    assert [hit["name"] for hit in second.hits] == ["c", "d"]


@pytest.mark.parametrize("token", ["nonsense!", "bm9uZQ", "WyJuYW1lIl0", "W1tdXQ"])
def test_a_token_that_is_none_is_refused(shelf: Shelf, token: str) -> None:
    shelf.put({})
    with pytest.raises(UsageError, match="token"):
        shelf.ask(after=token)


def test_a_token_of_another_order_is_refused(shelf: Shelf) -> None:
    shelf.put({}, {})
    with pytest.raises(UsageError, match="the order name, not newest"):
        shelf.ask(sort="newest", after=shelf.ask(sort="name", size=1).next)


def test_hits_have_evidence_and_translations_only_where_they_are_asked_for(shelf: Shelf) -> None:
    shelf.put({"evidence": {"sex": [{"kind": "format"}]}, "translations": {"de": {"name": ["Studie"]}}})
    assert not {"evidence", "translations"} & shelf.ask().hits[0].keys()
    assert {"evidence", "translations"} <= shelf.ask(evidence=True, translations=True).hits[0].keys()


def test_variables_lead_to_their_study(shelf: Shelf) -> None:
    second, third = (shelf.document(number)["harmony_id"] for number in (1, 2))
    shelf.put(
        {"name": "Sleep of sailors"},
        {"name": "Harbours"},
        {"name": "Others"},
        {"name": "hours of sleep", "resource_type": "variable", "parent": second},
        {"name": "sleep quality", "resource_type": "variable", "parent": second},
        {"name": "tides", "resource_type": "variable", "parent": third},
    )
    answer = shelf.ask(text="sleep")
    assert [hit["name"] for hit in answer.hits] == ["Sleep of sailors", "Harbours"]
    assert (answer.total, answer.facets["resource_type"]) == (2, {"dataset": 2})
    assert not answer.matches[0].variables
    assert {each["name"] for each in answer.matches[1].variables} == {"hours of sleep", "sleep quality"}
    matched = answer.as_json()["hits"][1]["match"]["variables_which_matched"]
    assert {each["harmony_id"] for each in matched} == {f"{shelf.name}/3", f"{shelf.name}/4"}


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


def test_an_ongoing_study_is_among_the_newest(shelf: Shelf) -> None:
    shelf.put(
        {"name": "ended", "start_year": 2000, "end_year": 2010, "years": [2000, 2010]},
        {"name": "ongoing", "start_year": 1990, "ongoing": True, "years": [1990, 2025]},
        {"name": "unknown"},
    )
    assert shelf.names(sort="newest") == ["ongoing", "ended", "unknown"]
    assert shelf.names(sort="oldest") == ["ongoing", "ended", "unknown"]


def test_a_document_is_found_by_each_of_its_ids_in_order_of_precedence(shelf: Shelf) -> None:
    first, second = shelf.document(0), shelf.document(1)
    shelf.put(
        {"name": "itself", "slug": f"slug-{shelf.name}"},
        {"name": "same work", "work_id": first["harmony_id"]},
        {"name": "of that name", "slug": second["harmony_id"], "same_as": [first["harmony_id"]]},
    )
    assert shelf.show(first["harmony_id"]) == "itself"
    assert shelf.show(first["uuid"]) == "itself"
    assert shelf.show(first["record_id"]) == "itself"
    assert shelf.show(f"slug-{shelf.name}") == "itself"
    assert shelf.show(second["harmony_id"]) == "same work"


def test_of_two_documents_with_one_doi_the_one_that_is_not_superseded_is_shown(shelf: Shelf) -> None:
    doi = f"10.5072/{shelf.name}"
    shelf.put(
        *({"name": "old", "dois": [doi], "replaced_by": "another/1"} for _ in range(4)), {"name": "new", "dois": [doi]}
    )
    assert shelf.show(f"https://doi.org/{doi.upper()}") == "new"


def test_an_unknown_id_is_a_usage_error(shelf: Shelf) -> None:
    shelf.put({})
    with pytest.raises(UsageError, match=re.escape("no document 'nobody/1'")):
        shelf.show("nobody/1")


def test_counts_are_of_one_state_of_what_is_live(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches that saw different generations are made again."""
    shelf.put({"sex": "male"})
    shelf.ask()  # what is live is known then
    seen = iter([False, True])
    monkeypatch.setattr("pipeline.search.facet_counts.of_one_state", lambda _answers: next(seen))
    assert shelf.ask().facets["sex"] == {"male": 1}
    assert next(seen, None) is None


def test_every_facet_of_search_is_a_field_that_can_be_counted(shared_client: Elasticsearch, shelf: Shelf) -> None:
    shelf.put({})
    counted = COUNTED
    found = shared_client.field_caps(index=f"studies.{shelf.name}.1", fields=list(counted))["fields"]
    assert found.keys() == counted.keys()
    assert all(kind["aggregatable"] for field in found.values() for kind in field.values())

"""What a text finds, in which order, and how it was found."""

from __future__ import annotations

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.search.finding import search
from pipeline.search.question import Question
from tests.search.shelf import Shelf


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

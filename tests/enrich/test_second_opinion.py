"""The second opinion: which values of sex it doubts, with which words, and that it does not overrule."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.enrich import second_opinion
from pipeline.enrich.second_opinion import ALWAYS, MOST_WORDS, Weight, opinion_of, with_doubt
from pipeline.enrich.second_opinion.signs import OTHER, signs_of, texts_of
from pipeline.enrich.text.bounds import bounded
from pipeline.enrich.text.data_files import rows
from pipeline.model.record import Evidence, Found
from tests.enrich.records import facets, record


def sex(**texts: Any) -> tuple[Any, Evidence]:
    """The sex of a record with these texts, and the first piece of its evidence."""
    found = facets(record(**texts))["sex"]
    return found.value, found.evidence[0]


@pytest.mark.parametrize(
    ("title", "description", "word"),
    [
        (
            "Women and work 1986",
            "A survey of households. Respondents were asked about work and income.",
            "households",
        ),
        (
            "Work of mothers 1986",
            "Respondents are adults and children. Background variables: age, gender, household.",
            "Respondents",
        ),
        (
            "Werk van vrouwen 1986",
            "De respondenten van dit onderzoek zijn ouders, kinderen en leerkrachten. Aan huishoudens werd gevraagd.",
            "respondenten",
        ),
        (
            "Arbeit von Frauen 1986",
            "Eine Befragung von Haushalten und Kindern. Die Befragten und ihre Familien antworteten.",
            "Haushalten",
        ),
        (
            "Naisten työ 1986",
            "Kyselyyn vastasivat opettajat, vanhemmat ja lapset. Kotitaloudet kertoivat työstä.",
            "opettajat",
        ),
    ],
)
def test_a_title_about_one_sex_is_doubted_where_the_record_speaks_of_people(
    title: str, description: str, word: str
) -> None:
    value, evidence = sex(title=title, description=description)
    assert value == "female"  # the rule's value stays
    assert evidence.doubt is not None
    would_be, _, against = evidence.doubt.partition(": ")
    assert would_be == "all"
    assert word in against.split(", ")
    assert 1 <= len(against.split(", ")) <= MOST_WORDS


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        ({"title": "Women of the harbour", "description": "Interviews with 40 women who pack fish."}, "female"),
        ({"title": "Men at sea", "description": "Diaries of 30 men on trawlers."}, "male"),
        ({"title": "Vrouwen in de haven", "description": "Enquête onder 300 vrouwen van 20 tot 49 jaar."}, "female"),
        ({"title": "Frauen im Hafen", "description": "Befragt wurden 300 Frauen."}, "female"),
        ({"title": "Naiset satamassa", "description": "Haastateltiin 300 naista."}, "female"),
        ({"title": "Pain after surgery", "population": "Women over 18"}, "female"),
    ],
)
def test_a_record_about_one_sex_alone_is_not_doubted(texts: dict[str, str], value: str) -> None:
    assert sex(**texts)[0] == value
    assert sex(**texts)[1].doubt is None


TOPICAL = {
    "title": "Women and work 1986",
    "description": "A survey of households. Respondents were asked about work and income.",
}


def test_what_a_field_or_a_label_about_sex_states_is_not_asked() -> None:
    assert sex(**TOPICAL)[1].doubt is not None
    assert sex(**TOPICAL, sex="Female")[1].doubt is None
    label = {**TOPICAL, "description": f"{TOPICAL['description']} Sex: Female."}
    assert sex(**label)[0] == "female"
    assert sex(**label)[1].doubt is None


def test_the_sex_of_a_single_interviewee_is_not_asked() -> None:
    told = "Interview with number 12. She speaks of households, families and children. She was born here."
    assert sex(title="The harbour and its people", description=told)[0] == "female"
    assert sex(title="The harbour and its people", description=told)[1].doubt is None


def test_what_both_sexes_may_be_in_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinion, "_weights", lambda: {ALWAYS: Weight(0, -100.0)})
    assert sex(title="Adults of the harbour")[1].doubt is None
    assert sex(title="Women of the harbour")[1].doubt == "all"


def test_the_other_sex_is_named_where_the_record_speaks_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {ALWAYS: Weight(0, -1.0), "title same": Weight(1, -1.0), "description same": Weight(1, 3.0)}
    monkeypatch.setattr(second_opinion, "_weights", lambda: weights)
    texts = texts_of(bounded(record(title="Women who wait", description="Stories of fathers and of other men.")))
    assert opinion_of(texts, "female").score == -2
    assert opinion_of(texts, "female").against == ("Women",)
    assert opinion_of(texts, "male").score == 2
    found = Found("female", (Evidence("stated", "field/title", "Women"),))
    doubted = with_doubt(bounded(record(title="Women who wait", description="Stories of fathers and men.")), found)
    assert (doubted.value, doubted.evidence[0].doubt) == ("female", "male: Women")


def test_the_words_against_a_value_occur_in_the_record() -> None:
    _, evidence = sex(**TOPICAL)
    everything = " ".join(TOPICAL.values()).lower()
    assert evidence.doubt is not None
    assert all(word.lower() in everything for word in evidence.doubt.partition(": ")[2].split(", "))


def test_a_sign_counts_for_less_beside_others_of_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {ALWAYS: Weight(0, 0.0), "title same": Weight(3, 1.0), "no population": Weight(4, 0.0)}
    monkeypatch.setattr(second_opinion, "_weights", lambda: weights)
    alone = texts_of(bounded(record(title="Women", population="All")))
    assert opinion_of(alone, "female").score == 1
    assert opinion_of(texts_of(bounded(record(title="Women"))), "female").score == pytest.approx(3 / 5)


def test_a_condition_of_one_sex_and_words_beside_words_for_people_are_signs() -> None:
    classes, words = signs_of(texts_of(bounded(record(title="Role of Women", description="Prostate cancer"))), "male")
    assert classes["condition is: prostate cancer"] == "Prostate cancer"
    assert words["words: of OTHER"] == "of women"
    assert words["title words: role"] == "role"
    assert "words: role of" not in words
    assert "title words: of SAME" in signs_of(texts_of(bounded(record(title="Role of Women"))), "female").words


def test_the_file_of_weights_has_each_sign_once_with_a_weight() -> None:
    signs = [sign for sign, _ in rows("second_opinion.txt")]
    assert ALWAYS in signs
    assert len(signs) == len({*signs}) > 50
    assert signs == sorted(signs)
    weights = {sign: Weight(*map(float, numbers.split("\t"))) for sign, numbers in rows("second_opinion.txt")}
    assert all(weight.rarity >= 1 for sign, weight in weights.items() if sign != ALWAYS)


def test_the_classes_in_the_file_of_weights_are_those_that_the_code_has() -> None:
    people = ("women and men", "18 years of age", "patients", "adults", "women", "men")
    of_each = [
        signs_of(texts_of(bounded(record(title=of, population=f"Exclusion Criteria:\n\n- {of}"))), sex).words
        for of in (*people, "ovarian cancer", "prostate cancer", "firms", "cells")
        for sex in OTHER.values()
    ]
    known = {word for words in of_each for sign in words for word in classes_in(sign)}
    signs = [sign for sign, _ in rows("second_opinion.txt")]
    assert {word for sign in signs for word in classes_in(sign)} <= known, "the weights are of other signs: renew them"


def classes_in(sign: str) -> set[str]:
    return {word for word in sign.partition("words: ")[2].split() if word.isupper()}

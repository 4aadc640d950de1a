"""Where the rules for ages begin and end to hold: texts on both sides, and words that only look like others."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import ages, facets, record, statement, value


@pytest.mark.parametrize(
    ("age", "lower", "upper"),
    [
        ("18-12, 13-15", 13, 15),
        ("120+", None, None),
        ("Over 125, 16-20", 16, None),
        ("Up to 120", None, None),
    ],
)
def test_ages_in_a_field(age: str, lower: int | None, upper: int | None) -> None:
    assert ages(age=age) == (lower, upper)


@pytest.mark.parametrize(
    ("population", "lower", "upper"),
    [
        ("Children 12 and under", 0, 12),
        ("Patients must be 7 years old or younger", 0, 7),
        ("Those who are 16 or older", 16, None),
        ("Those who smoked 20 or more cigarettes a day", None, None),
        ("Between the villages lived adults, 30 to 40 in each", None, None),
        ("Adults between 30 and 65 institutions", None, None),
        ("During the visit we asked pupils of 10 to 12 years", 10, 12),
        ("Mothers with babies; nurses aged 20 to 60 years", 20, 60),
        ("Help for any aged neighbour", None, None),
        ("WOMEN AGED 20-45", 20, 45),
        ("Adults of an average age of 40-50 years at the first visit to the clinic. Pupils aged 12-15 years", 12, 15),
        ("Grades 3 to 6, pupils aged 9-12 years", 9, 12),
        ("We asked 15 older men, and women over 60 years", 60, None),
        ("Rents under 5 pounds; children under 12 years", 0, 11),
        ("Adults 40-90+", 40, None),
        ("A stay of 5 years or more", None, None),
        ("Children aged 2,5 to 5 years", 2, 5),
        ("Pupils aged 11, 13 and 15", 11, 15),
        ("Pupils aged 11/13/15", 11, 15),
        ("Participants share an age\n\n1. Pupils aged 12 years", 12, 12),
        ("Children aged 1 to <5 years", 1, 4),
        ("Pupils aged 16-18 years and adults over 18 years", 16, None),
        ("Pupils aged 6-10 years, 12-16 years, adults over 11 years", 6, 16),
        ("Age ranging between 6 months and <16 years", 0, 15),
        ("Ages varying between the towns, 5-9 years", None, None),
        (
            (
                "Inclusion criteria:\n- aged 18 years or older\n- aged up to 65 years\n"
                "- lives with children aged 5-90 years"
            ),
            18,
            65,
        ),
        (
            (
                "Exclusion criteria:\n- aged 70-80 years\nInclusion criteria:\n- aged 18-65 years\n"
                "Exclusion criteria:\n- aged 5-9 years"
            ),
            18,
            65,
        ),
    ],
)
def test_ages_in_a_population(population: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=population) == (lower, upper)


@pytest.mark.parametrize(
    ("description", "lower", "upper"),
    [
        ("Pupils were followed until summer, among them 12-year-olds.", 12, 12),
        ("Multimedia use of pupils aged 12-15 years", 12, 15),
        ("The meaning of school for pupils aged 12-15 years", 12, 15),
        ("Parents of children aged 6, and 9-year-old pupils", 9, 9),
        ("Pupils aged 10-12 years / their parents", 10, 12),
        ("Reading / writing / work / school. Pupils aged 10-12 years.", 10, 12),
        ("Questions were asked of teachers; pupils aged 10-12 years answered.", 10, 12),
        ("At school pupils aged 10-12 years were asked.", 10, 12),
        ("A golfer aged 16 told of school.", None, None),
        ("In the heatwave a boy aged 16 went to sea.", None, None),
        ("This is wave 4. A boy aged 16 told of it.", None, None),
        ("Wave 4 at age 16 years.", 16, 16),
        (
            (
                "Adults, ages 21 - 75, were asked about the road, the well and the market, "
                "and later on about the harbour and the mill; 40 of 100 came."
            ),
            21,
            75,
        ),
        (
            (
                "Recruitment for the harbour cohort has been under way in the three towns and goes on there, "
                "with women aged 30-69."
            ),
            30,
            69,
        ),
    ],
)
def test_ages_in_a_description(description: str, lower: int | None, upper: int | None) -> None:
    assert ages(description=description) == (lower, upper)


def test_an_age_in_the_name_of_a_street_is_none() -> None:
    assert ages(title="The 45 and Upper Street Survey") == (None, None)


def test_who_is_excluded_has_no_say() -> None:
    study = record(
        statement(Role.POPULATION, "Pupils aged 5-7 years", excludes=True), population="Adults aged 18-65 years"
    )
    assert (value(study, "age_lower"), value(study, "age_upper")) == (18, 65)


def test_of_very_many_ages_the_first_are_read() -> None:
    assert ages(population="Pupils aged 5-7 years, aged 8-9 years. " * 200) == (5, 9)


@pytest.mark.parametrize(
    ("role", "text", "words"),
    [
        ("age", "42", "42"),
        ("age", "Pupils 6-10, adults 18-65 years", "6-10, adults 18-65 years"),
        (
            "population",
            "Pupils aged 6-10 years and adults aged 18-65 years",
            "aged 6-10 years and adults aged 18-65 years",
        ),
    ],
)
def test_the_evidence_is_all_words_about_ages(role: str, text: str, words: str) -> None:
    assert [one.words for one in facets(record(**{role: text}))["age_lower"].evidence] == [words]

"""Ages in lists of criteria: labels, two bounds apart, exclusions, and criteria for some participants alone."""

from __future__ import annotations

import pytest

from tests.enrich.records import ages

LISTED = "Inclusion criteria:\n- Harbour fever\n"


@pytest.mark.parametrize(
    ("population", "lower", "upper"),
    [
        ("CHARACTERISTICS:\n\nAge:\n\n- 18 and over\n\nStage:\n\n- 2 to 3", 18, None),
        ("Ages eligible\n 18 to 65\nStage\n 2", 18, 65),
        ("Criteria:\nAge: No greater than 21 at diagnosis Stage: 2-4 Weight: over 40", None, 21),
        ("Criteria:\n* Age:\n1. Sailors must be 18 to 75 years of age", 18, 75),
        ("Criteria:\n- Age 12 to 74\n\nAge:\n\n- 18 to 64", 18, 64),
        ("Age: 18-34, 35-54 and 55-70\nStage: 2", 18, 70),
        ("Age: 4 to 55 (4 to 60 for twins)\nStage: 2", 4, 55),
        ("Age: Any\nStage: 2", 0, None),
        ("Age: not specified\nStage: over 18", None, None),
        ("Exclusion criteria:\nAge: 70 and over\nInclusion criteria:\nAge: 18-65", 18, 65),
        ("Age: Under 18 but with at least 3 months of the fever\nStage: 2", None, 17),
    ],
)
def test_a_label_is_followed_by_its_value(population: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=population) == (lower, upper)


@pytest.mark.parametrize(
    ("criterion", "lower", "upper"),
    [
        ("Age >/= 18 years", 18, None),
        ("Age \\>/= 18 years", 18, None),
        ("Age \\>= 18 and \\<= 65", 18, 65),
        ("Patients be age \\>18 years and \\< 75 years", 18, 74),
        ("The patient is ≥18 years and ≤ 80 years", 18, 80),
        ("Age- ≥3 to <18 years", 3, 17),
        ("18 years < age < 50 years", 18, 49),
        ("18 ≤ age ≤ 70", 18, 70),
        ("18 years of age or older but no more than 75", 18, 75),
        ("Sailors at least 18 years old but not older than 75 years old", 18, 75),
        ("Age at least 18 years, but is not older than 65 years", 18, 65),
        ("Age equal to or less than 25 years", None, 25),
        ("Age older than or equal to 19", 19, None),
        ("Men and women aging 18-85 years", 18, 85),
        ("Sailors must be 18 years of age", 18, None),
        ("Sailors must be 18 years of age or younger", None, 18),
        ("Age at entry 60-75", 60, 75),
        ("Age at the time of enrolment ≥ 18", 18, None),
        ("Age 18 years", 18, None),
        ("Minimum age: 18 years", 18, None),
        ("Age over 1 to 21", 1, 21),
    ],
)
def test_a_criterion_has_bounds(criterion: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=f"{LISTED}- {criterion}\n- Stage 2") == (lower, upper)


@pytest.mark.parametrize(
    ("criteria", "lower", "upper"),
    [
        ("- Age over 18\n- Age below 66", 18, 65),
        ("- Age over 18\n- Fever of 3 months\n- no more than 65 years of age", 18, 65),
        ("- Stage 2\n- Age over 18\n- Women under 50 years must be tested", 18, None),
        ("- Fever for at least 2 months\n\n- age 18-70 years", 18, 70),
        ("- Men aged 18-30 years\n- Women aged 45-75 years", 18, 75),
        ("- Aged 18 to 60 years, or 61 years or above", 18, None),
        ("- Men 18 years of age or older\n- Women aged 16 years or older", 16, None),
        ("- Age over 18\n- Consent of a parent if under 20 years of age", 18, None),
        ("- Consent of a parent if under 18 years of age", None, None),
        ("- Age over 18\n- A test for sailors over 40 years of age", 18, None),
        ("- Age over 18\n- Score over 50 (over 60 years of age: 40)", 18, None),
        ("- Sailors (18-65 years)", 18, 65),
        ("- Fever before the age of 11", None, None),
        ("- At least 5 years\n- Stage 2", None, None),
        ("- Score (by age) ≥ 50", None, None),
    ],
)
def test_bounds_are_those_of_all_participants(criteria: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=LISTED + criteria) == (lower, upper)


@pytest.mark.parametrize(
    ("excluded", "lower", "upper"),
    [
        ("age < 18 or > 80", 18, 80),
        ("Age <18 or >35 years at screening", 18, 35),
        ("Under 21 years of age", 21, None),
        ("Patients less than age 18 or over 70 years of age.", 18, 70),
        ("Age younger than 18 and older than 80 years", 18, 80),
        ("80 years or older", None, 79),
        ("Age ≥ 80", None, 79),
        ("Younger than 6 months of age", 0, None),
        ("Sailors over 65 years with a fever", None, None),
        ("Sailors aged 18-30 years", None, None),
    ],
)
def test_ages_of_the_excluded_are_bounds_of_the_others(excluded: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=f"{LISTED}Exclusion criteria:\n- {excluded}\n- Pilots") == (lower, upper)


def test_what_is_excluded_gives_no_bound_that_is_stated() -> None:
    assert ages(
        population=f"{LISTED}- Age over 18\nExclusion criteria:\n- Children under 5\n- over 80 years of age"
    ) == (18, 80)

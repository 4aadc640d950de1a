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
        ("Age: Under 18 but with at least 3 months of the fever\nStage: 2", 0, 17),
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
        ("Sailors must be 18 years of age or younger", 0, 18),
        ("Age at entry 60-75", 60, 75),
        ("Age at the time of enrolment ≥ 18", 18, None),
        ("Age 18 years", 18, None),
        ("Minimum age: 18 years", 18, None),
        ("Age over 1 to 21", 1, 21),
        ("Men ≥18 years of age, ≤ 80 years of age", 18, 80),
        ("> or = to 21 years of age", 21, None),
        ("Age greater than or equal to (≥) 18 years", 18, None),
        ("Age equal or greater to 18", 18, None),
        ("30-60 years age", 30, 60),
        ("18 and over", 18, None),
        ("Men and women; ≥18 years at the time of screening", 18, None),
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
        ("- Age over 13\n- Patients under 18 years of age must have the consent of a parent", 13, None),
        ("- Age over 18\n- A test for sailors over 40 years of age", 18, None),
        ("- Age over 18\n- Score over 50 (over 60 years of age: 40)", 18, None),
        ("- Sailors (18-65 years)", 18, 65),
        ("- Fever before the age of 11", None, None),
        ("- The criteria for patients were age between 16 and 65 years", 16, 65),
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
        ("Below age 18 or above age 90 years", 18, 90),
        ("Age less than 20 years (not include 20 years)", 20, None),
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


@pytest.mark.parametrize(
    ("population", "lower", "upper"),
    [
        ("Критерии за включване:\n- Възраст: от 18 до 65 години\n- Стадий 2", 18, 65),
        ("Věk:\n- 18 až 65 let\nStadium: 2", 18, 65),
        ("Kriterier:\n- Alder: 18 år eller ældre, højst 65 år\n- Stadie 2", 18, 65),
        ("Einschlusskriterien:\n- Alter mindestens 18 Jahre, höchstens 65 Jahre\n- Stadium 2", 18, 65),
        ("Κριτήρια:\n- Ηλικία: 18 έως 65 ετών\n- Στάδιο 2", 18, 65),
        ("Criterios:\n- Edad: mayores de 18 años, pero no mayores de 65 años\n- Fase 2", 18, 65),
        ("Kriteeriumid:\n- Vanus: 18–65 aastat\n- Staadium 2", 18, 65),
        ("Kriteerit:\n- Ikä: 18–65 vuotta\n- Vaihe 2", 18, 65),
        ("Critères:\n- Âge : 18 à 65 ans\n- Stade 2", 18, 65),
        ("Kriteriji:\n- Dob: 18 do 65 godina\n- Stadij 2", 18, 65),
        ("Feltételek:\n- Életkor: 18–65 év\n- Stádium 2", 18, 65),
        ("Criteri:\n- Età: 18-65 anni\n- Stadio 2", 18, 65),
        ("基準\n年齢:\n18歳以上\n病期: 2", 18, None),
        ("Kriterijai:\n- Amžius: 18–65 metų\n- Stadija 2", 18, 65),
        ("Kritēriji:\n- Vecums: 18–65 gadi\n- Stadija 2", 18, 65),
        ("Criteria:\n- Leeftijd:\n18 tot 65 jaar\n- Stadium 2", 18, 65),
        ("Kriterier:\n- Alder: 18 til 65 år\n- Stadium 2", 18, 65),
        ("Kryteria:\n- Wiek: 18 do 65 lat\n- Stadium 2", 18, 65),
        ("Critérios:\n- Idade: 18 a 65 anos\n- Fase 2", 18, 65),
        ("Criterii:\n- Vârsta: 18-65 ani\n- Stadiul 2", 18, 65),
        ("Kritériá:\n- Vek: 18 až 65 rokov\n- Štádium 2", 18, 65),
        ("Merila:\n- Starost: 18 do 65 let\n- Stadij 2", 18, 65),
        ("Kriterier:\n- Ålder: 18 till 65 år\n- Stadium 2", 18, 65),
    ],
)
def test_criteria_in_many_languages(population: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=population) == (lower, upper)


@pytest.mark.parametrize(
    "population",
    [
        "Kriterien:\n- Stadium 2\n- Zustimmung der Eltern unter 18 Jahren",
        "Critères:\n- Stade 2\n- accord des parents pour les patients de moins de 18 ans",
        "Criterios:\n- Fase 2\n- permiso de los padres en menores de 18 años",
        "Criteria:\n- Stadium 2\n- toestemming van de ouders van kinderen jonger dan 18 jaar",
        "Kryteria:\n- Stadium 2\n- zgoda rodziców osób poniżej 18 lat",
    ],
)
def test_ages_at_which_parents_agree_are_no_bounds(population: str) -> None:
    assert ages(population=population) == (None, None)


@pytest.mark.parametrize(
    ("criterion", "lower", "upper"),
    [
        ("Sailors 18 (eighteen) years of age or older", 18, None),
        ("Age 6 to12 years", 6, 12),
        ("Age > or = 40 years", 40, None),
        ("Ages equal or superior to 18 years", 18, None),
        ("People of all ages from 16 years", 16, None),
        ("Age >60 years，≤85 years", 60, 85),
        ("whose age did not exceed 85 years", None, 85),
        ("postnatal age of <= 72 hrs", None, 0),
        ("Onset of fever before the age of 50", None, None),
        ("Diagnosis of fever prior to or at age 45", None, None),
        ("gestational age of 37-42 weeks", None, None),
        ("Related donor aged 16 to 60 years", None, None),
        ("An ulcer more than 18 years old", None, None),
        ("Weight for age below 85th percentile", None, None),
        ("Sailors at least 14 weeks from the fever", None, None),
        ("Survivors, at least 18 years beyond the fever", None, None),
    ],
)
def test_what_is_an_age_of_participants(criterion: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=f"{LISTED}- {criterion}\n- Stage 2") == (lower, upper)

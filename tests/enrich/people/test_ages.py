"""Ages that participants could have: fields, populations, descriptions, criteria."""

from __future__ import annotations

import pytest

from tests.enrich.records import ages


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("18-65", 18, 65),
        ("18 - 65 years", 18, 65),
        ("40-90+", 40, None),
        ("16 and over", 16, None),
        ("16+", 16, None),
        (">16 years", 16, None),
        ("≥ 18", 18, None),
        ("Under 18", 0, 17),
        ("up to 18 years", 0, 18),
        ("All ages", 0, None),
        ("Any Age", 0, None),
        ("0-150", 0, None),
        ("6 Months - 5 Years", 0, 5),
        ("birth to 4 years", 0, 4),
        ("Birth", 0, 0),
        ("18 years +\n\nFrom next year on, twins of any age can join.", 18, None),
        ("Not limited\n\n16 to 30", 16, 30),
        ("18 Years - 24 Months", None, None),
        ("42", 42, 42),
        ("Adults", None, None),
    ],
)
def test_a_field_about_age(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(age=text) == (lower, upper)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Women aged 15-45 attending a clinic", 15, 45),
        ("Persons aged between 60 and 74 years", 60, 74),
        ("Adults aged 16 and over", 16, None),
        ("Adults 18+", 18, None),
        ("People over 50 years of age", 50, None),
        ("Children under 16 years", 0, 15),
        ("6-year-old children", 6, 6),
        ("9-month-old infants", 0, 0),
        ("Personen van 16 jaar en ouder", 16, None),
        ("Kinderen tussen 8 en 12 jaar", 8, 12),
        ("Wahlberechtigte ab 18 Jahren", 18, None),
        ("Personnes âgées de 15 ans et plus", 15, None),
        ("Suomen 15 - 74-vuotias väestö", 15, 74),
        ("18-79-vuotiaat", 18, 79),
        ("Kvinnor och män i åldern 16-84 år", 16, 84),
        ("満20歳以上の男女", 20, None),
        ("Adults between 30 and 65 were invited", 30, 65),
        ("Volwassenen tussen 30 en 65 in Utrecht", 30, 65),
        ("Lycéens de 15 à 18 ans", 15, 18),
        ("Adults between 30 and 65 minutes from a hospital", None, None),
        ("Infants of 30 to 36 weeks gestation", None, None),
        ("Adults, elderly people", None, None),
        ("Patients followed for 5 years or more", None, None),
        ("Workers employed for 10 to 15 years", None, None),
        ("Patients with a mean age of 52 years", None, None),
        ("Firms with 10 to 50 employees", None, None),
    ],
)
def test_a_population(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=text) == (lower, upper)


def test_a_field_outranks_the_population_and_this_the_description() -> None:
    assert ages(age="18-65", population="Adults aged 20-30") == (18, 65)
    assert ages(population="Adults aged 20-30", description="Adults aged 40-50 were asked.") == (20, 30)
    assert ages(title="An inquiry", description="Adults aged 40-50 were asked.") == (40, 50)


def test_a_single_age_in_a_description_is_not_that_of_participants() -> None:
    assert ages(title="An inquiry", description="At the age of 16 he went to sea.") == (None, None)
    assert ages(title="An inquiry", description="We asked 12-year-olds about school.") == (12, 12)


def test_ages_in_exclusion_criteria_do_not_count() -> None:
    criteria = "Inclusion Criteria:\n\n- Age 18 to 70\n\nExclusion Criteria:\n\n- Aged 5 to 9 with fever"

    assert ages(population=criteria) == (18, 70)

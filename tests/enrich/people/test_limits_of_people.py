"""Where the rules for sex and ages begin and end to hold: a text on one side, and one on the other."""

from __future__ import annotations

import pytest

from tests.enrich.records import ages, record, value


def sex(**by_role: str | list[str]) -> str | None:
    found: str | None = value(record(**by_role), "sex")
    return found


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("Sex: Female adults", "female"),
        ("Gender: Male participants", "male"),
        ("Sex: unknown value", None),
        ("The study covers women.", "female"),
        ("The study covers women\u2019s work.", None),
        ("The study covers women's work.", None),
        ("Students at the school discuss women in politics.", "all"),
        ("The sample consists of 300 women.", "female"),
        ("Participants (all women) kept diaries.", "female"),
        ("Topics: health / work / 300 women in the army / pay / school / home / roads", None),
        ("Harbours were counted. Then 300 women were interviewed.", "female"),
        ("1,200 adults took part. Then 300 women were interviewed.", "all"),
        ("48 participants (12 women) took part.", "all"),
        ("48 participants (48 women) took part.", "female"),
        ("Men are at higher risk than women.", None),
        ("Adults were asked, excluding women in hospital.", "all"),
        ("Adults; women were excluded.", "all"),
        ("The harbour was photographed.", None),
        ("Respondents were asked about the harbour.", "all"),
    ],
)
def test_sex_in_a_description(description: str, found: str | None) -> None:
    assert sex(description=description) == found


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("300 patients in 20 hospitals", "all"),
        ("300 ships", None),
        ("300", None),
    ],
)
def test_a_sample_size_that_names_people_is_of_people(size: str, found: str | None) -> None:
    assert sex(sample_size=size) == found


@pytest.mark.parametrize(
    ("by_role", "found"),
    [
        ({"title": "Women in the harbour", "description": "300 men and women were interviewed."}, "all"),
        ({"title": "Women in the harbour", "description": "300 women were interviewed."}, "female"),
        ({"title": "Women in the harbour", "population": "Adults"}, "all"),
        ({"title": "Women in the harbour", "population": "Men"}, "male"),
        ({"title": "Ships in the harbour", "population": "Women"}, "female"),
        ({"title": "Ships in the harbour", "description": "Women are named."}, None),
        ({"title": "Mothers and babies", "population": "Mothers"}, "all"),
        ({"title": "Harbour cohort", "population": "Pregnant women and their newborns"}, "all"),
        ({"unit_of_analysis": "Organization", "description": "Adults were interviewed."}, None),
        ({"unit_of_analysis": "Individual", "description": "Adults were interviewed."}, "all"),
        ({"age": "16 and over"}, "all"),
    ],
)
def test_sex_of_several_fields(by_role: dict[str, str], found: str | None) -> None:
    assert sex(**by_role) == found


@pytest.mark.parametrize(
    ("population", "found"),
    [
        ("Inclusion criteria:\n- Women\n- Adults", "female"),
        ("Inclusion criteria:\n- Adults\nExclusion criteria:\n- Male patients", "female"),
        ("Inclusion criteria:\n- Adults\nExclusion criteria:\n- Female patients", "male"),
        ("Inclusion criteria:\n- Adults\nExclusion criteria:\n- Women who smoke", "all"),
        ("Exclusion criteria:\n- Women who smoke\nInclusion criteria:\n- Adults", "all"),
        ("Inclusion criteria:\n- If female, not pregnant\n- Adults", "all"),
        ("Inclusion criteria:\n- Women aged 18\n- Men aged 20", "all"),
    ],
)
def test_sex_in_criteria(population: str, found: str | None) -> None:
    assert sex(population=population) == found


@pytest.mark.parametrize(
    ("description", "lower", "upper"),
    [
        ("The study has two parts. Pupils aged 5-7 years and 9-11 years took part.", 5, 11),
        ("Pupils aged 5-7 years took part. Later their cousins aged 9-11 years did.", 5, 7),
        ("People aged 100 to 105 years were interviewed.", 100, 105),
        ("People aged 119 to 120 years were interviewed.", 119, None),
        ("Adults aged 16-120 years were interviewed.", 16, None),
        ("Adults aged 16-119 years were interviewed.", 16, 119),
        ("At the age of 16 she left.", None, None),
        ("16 year olds were interviewed.", 16, 16),
        ("Reading / writing at 10-12 years / income / work / school", None, None),
        ("The average age of 40-50 years", None, None),
        ("Only those aged 30-40 years were asked about work", 30, 40),
        ("Women when aged 20-30 years", None, None),
    ],
)
def test_ages_in_a_description(description: str, lower: int | None, upper: int | None) -> None:
    assert ages(description=description) == (lower, upper)


@pytest.mark.parametrize(
    ("population", "lower", "upper"),
    [
        ("Children aged 6 to 10 and adults over 18", 6, None),
        ("Adults aged 18 and over, of whom some 20-30 years", 18, None),
        ("Pupils aged 6-10, 12-14", 6, 14),
        ("Children under 5 years", 0, 4),
        ("Children aged 18 to 23 months", 1, 1),
        ("Infants aged 0-11 months", 0, 0),
        ("Infants up to 12 months", 0, 1),
        ("People in their 20s to 30s, aged 20-39 years", 20, 39),
        ("Inclusion criteria:\n- aged 18-65 years\nExclusion criteria:\n- aged 70-80 years", 18, 65),
        ("Exclusion criteria:\n- aged 70-80 years\nInclusion criteria:\n- aged 18-65 years", 18, 65),
    ],
)
def test_ages_in_a_population(population: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=population) == (lower, upper)


@pytest.mark.parametrize(
    ("population", "found"),
    [
        ("Mothers of boys", "female"),
        ("Fathers and sons", "male"),
        ("Patients who are women", "female"),
        ("Women and men", "all"),
    ],
)
def test_sex_of_a_population(population: str, found: str | None) -> None:
    assert sex(population=population) == found


def test_the_age_in_the_name_of_a_study() -> None:
    assert ages(title="45 and Up Study") == (45, None)
    assert ages(title="Harbour 50+") == (50, None)
    assert ages(title="Harbour 09+") == (None, None)

"""The second bound of ages needs a word or a sign of its own; it may be said to be included; and months."""

from __future__ import annotations

import pytest

from tests.enrich.records import ages

INCLUSIVE = [
    "Bakers from 21 to 34 years inclusive", "Cooks between 21 and 34 inclusive",
    "Jongens van 21 tot en met 34 jaar over hun werk",
    "Drenge fra 21 til og med 34 år svarede", "Gutter fra 21 til og med 34 år svarte",
    "Pojkar från 21 till och med 34 år svarade", "Pojkar från 21 t.o.m. 34 år svarade",
    "Männer im Alter von 21 bis einschließlich 34 Jahren", "Männer von 21 bis inkl. 34 Jahren",
    "Hommes de 21 ans jusqu'à 34 ans inclus", "Uomini da 21 fino a 34 anni compresi",
    "Hombres de 21 hasta 34 años inclusive",
    "Homens de 21 até 34 anos inclusive", "Bărbați de la 21 până la 34 de ani inclusiv",
    "Muži od 21 do 34 let včetně",
    "Muži od 21 do 34 rokov vrátane", "Moški, stari od 21 do vključno 34 let",
    "Muškarci od 21 do uključivo 34 godine",
    "Mężczyźni od 21 do 34 lat włącznie", "Мъже от 21 до 34 години включително", "Άνδρες από 21 έως και 34 ετών",
    "21 ja 34 aasta vanused mehed kaasa arvatud", "Vyrai nuo 21 iki 34 metų imtinai",
    "Vīrieši no 21 līdz 34 gadiem ieskaitot",
]  # fmt: skip


@pytest.mark.parametrize("text", INCLUSIVE)
def test_a_bound_that_is_said_to_be_included(text: str) -> None:
    assert ages(description=text) == (21, 34)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Adults over 30 years and 45 mills took part.", 30, None),
        ("Adults aged over 30 and 45 mills took part.", 30, None),
        ("Voksne over 30 år i 45 sogne.", 30, None),
        ("Voksne over 30 år og 45 sogne.", 30, None),
        ("Personer över 30 år och 45 kvarnar deltog.", 30, None),
        ("Adults over 30 years and under 45 took part.", 30, 44),
        ("Adults from 30 years to 45 took part.", 30, 45),
        ("Personas de 30 años a 45 años participaron.", 30, 45),
        ("Adults aged between 30 and 45 took part.", 30, 45),
    ],
)
def test_a_number_of_something_else_is_no_second_bound(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(description=text) == (lower, upper)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Household survey of girls aged 9-13 in a valley.", 9, 13),
        ("Households of girls aged 9-13 in a valley.", None, None),
        ("Fathers of 140 girls aged 9-13 years filled in a diary.", 9, 13),
        ("Fathers of 2 girls aged 9-13 years filled in a diary.", None, None),
        ("Vaders van 140 meisjes van 9-13 jaar hielden een dagboek bij.", 9, 13),
        ("Vaders van meisjes van 9-13 jaar hielden een dagboek bij.", None, None),
        ("Adults 21-64 with gout kept a diary.", 21, 64),
        ("Letters 21-64 with seals were read.", None, None),
        ("We read chapters 21-64 with care.", None, None),
    ],
)
def test_whose_ages_they_are(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(description=text) == (lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "Infants aged 4–17 months", "Деца на възраст 4–17 месеца", "Děti ve věku 4–17 měsíců",
        "Børn i alderen 4–17 måneder",
        "Kinder im Alter von 4–17 Monaten", "Παιδιά ηλικίας 4–17 μηνών", "Niños de 4 a 17 meses",
        "4–17-kuused lapsed",
        "4–17 kuukauden ikäiset lapset", "Enfants de 4 à 17 mois", "Djeca u dobi od 4 do 17 mjeseci",
        "4–17 hónapos csecsemők",
        "Bambini di età compresa tra 4 e 17 mesi", "生後4か月から17か月の子ども", "4–17 mėnesių kūdikiai",
        "Bērni vecumā no 4 līdz 17 mēnešiem", "Kinderen van 4 tot 17 maanden", "Barn i alderen 4–17 måneder",
        "Dzieci w wieku 4–17 miesięcy", "Crianças de 4 a 17 meses", "Copii cu vârsta între 4 și 17 luni",
        "Deti vo veku 4 až 17 mesiacov", "Otroci, stari od 4 do 17 mesecev", "Barn i åldern 4–17 månader",
    ],
)  # fmt: skip
def test_months_of_children(text: str) -> None:
    assert ages(description=text) == (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "4–17 hónapos program",
        "4–17 mėnesių kursas",
        "A course of 4–17 months",
        "4–17 kuukauden kurssi",
        "4–17 か月の講座",
    ],
)
def test_months_of_a_course_are_no_ages(text: str) -> None:
    assert ages(description=text) == (None, None)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Left-handed, non-smoking, 33-58 years in a row", None, None),
        ("Left-handed, non-smoking, 33-58 years, own teeth", 33, 58),
        ("Left-handed, non-smoking, 33-58 years; own teeth", 33, 58),
        ("Fishermen with gout, 7 to 9 years.", 7, 9),
        ("Gout for long, 7 to 9 years.", None, None),
        ("Firms, 33-58 years, of one valley", None, None),
        ("Residents of Ruritania over 16 years", 16, None),
        ("Residents of Ruritania for over 16 years", None, None),
        ("Residents of Ruritania over 16 years in post", None, None),
        ("Bevölkerung Ruritaniens ab 16 Jahren", 16, None),
        ("Inwoners van Ruritanië vanaf 16 jaar", 16, None),
        ("Population de la Ruritanie de plus de 16 ans", 16, None),
        ("Mieszkańcy Rurytanii powyżej 16 lat", 16, None),
        ("Obyvatelstvo Ruritánie od 16 let", 16, None),
    ],
)
def test_ages_apart_from_the_people(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=text) == (lower, upper)


@pytest.mark.parametrize("role", ["age", "population"])
def test_an_upper_bound_alone_of_children_leaves_no_age_out(role: str) -> None:
    assert ages(**{role: "Persons under 14 years"}) == (0, 13)
    assert ages(**{role: "Persons under 70 years"}) == (None, 69)


def test_what_is_no_age_of_people() -> None:
    assert ages(age="20 to 30 weeks gestation") == (None, None)
    assert ages(age="20 to 30 weeks") == (0, 0)
    assert ages(description="Beans were grown in 11-year-old compost.") == (None, None)

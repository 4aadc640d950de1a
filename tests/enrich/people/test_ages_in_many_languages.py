"""Kinds of ages in every language that has words for them: one age, short units, several groups, no people."""

from __future__ import annotations

import pytest

from tests.enrich.records import ages

NO_AGES = (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "14 years", "14 year olds", "14", "14.0", "Age 14", "age: 14 years", "14 yrs", "14 y", "14-year-old pupils",
        "14 jaar", "14-jarigen", "14 Jahre", "14-Jährige", "14 ans", "14 vuotta", "14-vuotiaat", "14 år",
        "14-åringar", "14-åringer", "14-årige", "14 años", "14 años de edad", "14 anni", "14 anos", "14 ετών", "14歳",
        "14 lat", "14 let", "14 éves", "14 godina", "14 χρονών",
    ],
)  # fmt: skip
def test_a_field_of_one_age(text: str) -> None:
    assert ages(age=text) == (14, 14)
    assert ages(age=text, population="Pupils aged 8-10 years") == (14, 14)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("1 Hour to 90 Minutes", 0, 0),
        ("0 Minutes to 48 Hours", 0, 0),
        ("0 Minutes - 2 Years", 0, 2),
        ("36 hours", 0, 0),
        ("12 weeks", 0, 0),
        ("6 months", 0, 0),
        ("30 months", 2, 2),
        ("up to 28 days", 0, 0),
        ("3 Months to 18 Years", 0, 18),
        ("2 uur tot 3 dagen", 0, 0),
        ("30 minuten tot 2 dagen", 0, 0),
        ("2 Stunden bis 3 Tage", 0, 0),
        ("10 Minuten bis 6 Wochen", 0, 0),
        ("de 2 heures à 3 jours", 0, 0),
        ("2 tuntia – 3 päivää", 0, 0),
        ("2 timmar till 3 dagar", 0, 0),
        ("2 timer til 3 døgn", 0, 0),
        ("2 timer til 3 dage", 0, 0),
        ("de 2 horas a 3 días", 0, 0),
        ("da 2 ore a 3 giorni", 0, 0),
        ("de 2 horas a 3 dias", 0, 0),
        ("2 ώρες έως 3 ημέρες", 0, 0),
        ("2時間~3日", 0, 0),
        ("2 godziny do 3 dni", 0, 0),
        ("2 hodiny až 3 dny", 0, 0),
        ("2 uri do 3 dni", 0, 0),
        ("2 óra – 3 nap", 0, 0),
        ("2 sata do 3 dana", 0, 0),
        ("6 miesięcy do 3 lat", 0, 3),
        ("6 měsíců až 3 roky", 0, 3),
        ("6 mesecev do 3 let", 0, 3),
        ("6 hónap – 3 év", 0, 3),
        ("6 mjeseci do 3 godine", 0, 3),
        ("30 miesięcy", 2, 2),
        ("30 maanden", 2, 2),
        ("Birth to 5", 0, 5),
        ("Newborn", 0, 0),
        ("0", 0, 0),
        ("18 Years to N/A", 18, None),
        ("18 Years and older", 18, None),
        ("N/A to 65 Years", None, 65),
        ("Child, Adult", None, None),
        ("20 až 40 let", 20, 40),
        ("od 20 do 40 lat", 20, 40),
        ("20 és 40 év között", 20, 40),
        ("18 let a více", 18, None),
        ("18 lat i więcej", 18, None),
        ("do 18 lat", 0, 18),
        ("poniżej 18 lat", 0, 17),
        ("mladší 18 let", 0, 17),
        ("mlajši od 18 let", 0, 17),
        ("18 éven aluli", 0, 17),
        ("mlađi od 18 godina", 0, 17),
    ],
)
def test_a_field_about_age(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(age=text) == (lower, upper)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Obyvatelé ve věku 20 až 40 let", 20, 40),
        ("Muži a ženy od 20 do 40 let", 20, 40),
        ("Žáci ve věku 11–15 let", 11, 15),
        ("Osoby starší než 65 let", 65, None),
        ("Respondenti ve věku 15+", 15, None),
        ("Uczniowie w wieku od 11 do 15 lat", 11, 15),
        ("Kobiety w wieku 20–40 lat", 20, 40),
        ("Osoby powyżej 65 lat", 65, None),
        ("Osoby, które ukończyły 18 lat", 18, None),
        ("Dzieci poniżej 5 roku życia", 0, 4),
        ("Učenci, stari od 11 do 15 let", 11, 15),
        ("Ženske med 20. in 40. letom", 20, 40),
        ("Otroci, mlajši od 5 let", 0, 4),
        ("11–15 éves diákok", 11, 15),
        ("20 és 40 év közötti nők", 20, 40),
        ("65 év feletti lakosok", 65, None),
        ("5 év alatti gyermekek", 0, 4),
        ("A 18. életévüket betöltött személyek", 18, None),
        ("Učenici u dobi od 11 do 15 godina", 11, 15),
        ("Žene između 20 i 40 godina", 20, 40),
        ("Osobe starije od 65 godina", 65, None),
        ("Djeca mlađa od 5 godina", 0, 4),
    ],
)
def test_a_population_in_other_languages(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=text) == (lower, upper)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Women 15-49, men 15-64 and children under 5", 0, 64),
        ("Women aged 15-49 years, men aged 15-64 years, and children under 5 years", 0, 64),
        ("All household members, women aged 15-49 years, and children under five years", 0, None),
        ("All household members; women aged 15-49 years; men aged 15-59 years", 0, None),
        ("It covered all de jure household members (usual residents), women aged 15-49 and men 15-59.", 0, None),
        ("Children under 5 years and their mothers aged 15-49", 0, 49),
        ("Women 15-49 and children aged 6-59 months", 0, 49),
        ("Vrouwen van 15-49 jaar, mannen van 15-64 jaar en kinderen onder 5 jaar", 0, 64),
        ("Frauen von 15 bis 49 Jahren, Männer von 15 bis 64 Jahren und Kinder unter 5 Jahren", 0, 64),
        ("Femmes de 15 à 49 ans, hommes de 15 à 64 ans et enfants de moins de 5 ans", 0, 64),
        ("Mujeres de 15 a 49 años, hombres de 15 a 64 años y niños menores de 5 años", 0, 64),
        ("Mulheres de 15 a 49 anos, homens de 15 a 64 anos e crianças menores de 5 anos", 0, 64),
        ("Donne di 15-49 anni, uomini di 15-64 anni e bambini di età inferiore a 5 anni", 0, 64),
        ("15–49-vuotiaat naiset, 15–64-vuotiaat miehet ja alle 5-vuotiaat lapset", 0, 64),
        ("Kvinnor 15–49 år, män 15–64 år och barn under 5 år", 0, 64),
        ("Kvinner 15–49 år, menn 15–64 år og barn under 5 år", 0, 64),
        ("Kvinder på 15-49 år, mænd på 15-64 år og børn under 5 år", 0, 64),
        ("Γυναίκες 15-49 ετών, άνδρες 15-64 ετών και παιδιά κάτω των 5 ετών", 0, 64),
        ("15~49歳の女性、15~64歳の男性、5歳未満の子ども", 0, 64),
        ("Kobiety w wieku 15–49 lat, mężczyźni w wieku 15–64 lat i dzieci poniżej 5 lat", 0, 64),
        ("Ženy ve věku 15–49 let, muži ve věku 15–64 let a děti mladší 5 let", 0, 64),
        ("Ženske, stare 15–49 let, moški, stari 15–64 let, in otroci, mlajši od 5 let", 0, 64),
        ("15–49 éves nők, 15–64 éves férfiak és 5 év alatti gyermekek", 0, 64),
        ("Žene u dobi 15–49 godina, muškarci u dobi 15–64 godina i djeca mlađa od 5 godina", 0, 64),
        ("Alle leden van het huishouden, vrouwen van 15-49 jaar", 0, None),
        ("Alle Haushaltsmitglieder, Frauen von 15 bis 49 Jahren", 0, None),
        ("Tous les membres du ménage, femmes de 15 à 49 ans", 0, None),
        ("Todos los miembros del hogar, mujeres de 15 a 49 años", 0, None),
        ("Todos os membros do agregado familiar, mulheres de 15 a 49 anos", 0, None),
        ("Tutti i componenti della famiglia, donne di 15-49 anni", 0, None),
        ("Alla hushållsmedlemmar, kvinnor 15–49 år", 0, None),
        ("All members of the household aged 15 and over", 15, None),
        ("All household members aged 15-64", 15, 64),
        ("Alle leden van het huishouden van 15 jaar en ouder", 15, None),
        ("Tous les membres du ménage âgés de 15 ans et plus", 15, None),
    ],
)
def test_several_groups_have_the_lowest_and_the_highest_bound(text: str, lower: int, upper: int | None) -> None:
    assert ages(population=text) == (lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "8-day-old lupine seedlings",
        "Seedlings of 8-day-old lupine were measured.",
        "12-week-old mice",
        "Mice aged 8 to 12 weeks",
        "Trees aged 40 to 60 years",
        "Pine stands 20-40 years old",
        "Buildings over 50 years old",
        "Wines aged 10 years",
        "Rats aged 6 months",
        "Soils 100 years old",
        "Muizen van 8 tot 12 weken oud",
        "Bomen van 40 tot 60 jaar oud",
        "8 bis 12 Wochen alte Mäuse",
        "40 bis 60 Jahre alte Bäume",
        "Souris âgées de 8 à 12 semaines",
        "Arbres âgés de 40 à 60 ans",
        "Ratones de 8 a 12 semanas de edad",
        "Árboles de 40 a 60 años de edad",
        "Topi di età compresa tra 8 e 12 settimane",
        "Árvores de 40 a 60 anos de idade",
        "40–60 år gamla träd",
        "40–60 år gamle trær",
        "40-60 år gamle træer",
        "Stromy ve věku 40 až 60 let",
        "Drzewa w wieku 40-60 lat",
        "The retirement age of 65 years",
        "The legal retirement age is 67",
        "Raising the pension age from 65 to 67",
        "Pensionable age 60-65",
        "De pensioenleeftijd van 65 jaar",
        "Das Rentenalter von 65 Jahren",
        "Erhöhung des Renteneintrittsalters von 65 auf 67 Jahre",
        "L'âge de la retraite à 62 ans",
        "La edad de jubilación de 65 años",
        "L'età pensionabile di 67 anni",
        "A idade de reforma de 66 anos",
        "Eläkeikä 63–68 vuotta",
        "Pensionsåldern 65 år",
        "Pensjonsalder 67 år",
        "Wiek emerytalny 60-65 lat",
        "Důchodový věk 65 let",
        "Voting age 16 or 18",
        "Age at first marriage 15-49",
    ],
)
def test_ages_of_animals_plants_things_and_pensions_are_none(text: str) -> None:
    assert ages(population=text) == NO_AGES
    assert ages(title="An inquiry", description=f"{text}.".replace("..", ".")) == NO_AGES


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("Pupils aged 11, 13", 11, 13),
        ("Pupils aged 12.", 12, 12),
        ("Pupils aged 11, 13.", 11, 13),
        ("Pupils aged 11, 13, 15.", 11, 15),
        ("Pupils aged 11 and 15.", 11, 15),
        ("Pupils aged 11 or 15.", 11, 15),
        ("Pupils (aged 12)", 12, 12),
        ("Mice and men aged 18 to 65 years", 18, 65),
        ("Dog owners aged 18 and over", 18, None),
        ("Zookeepers between 18 and 65 years of age", 18, 65),
        ("Beekeepers 18 to 65 years", 18, 65),
        ("Lighthouse keepers 18-65 years old", 18, 65),
        ("Lighthouse keepers of 18 to 65 years", 18, 65),
        ("Vuurtorenwachters van 18 tot 65 jaar", 18, 65),
        ("Leuchtturmwärter von 18 bis 65 Jahren", 18, 65),
        ("Gardiens de phare de 18 à 65 ans", 18, 65),
        ("Fareros de 18 a 65 años", 18, 65),
        ("Fyrvaktare 18–65 år", 18, 65),
    ],
)
def test_ages_of_people(text: str, lower: int | None, upper: int | None) -> None:
    assert ages(population=text) == (lower, upper)


@pytest.mark.parametrize(
    "text",
    [
        "School leavers 4 to 8 years after graduation",
        "Schoolverlaters 4 tot 8 jaar na afstuderen",
        "Absolventen 4 bis 8 Jahre nach dem Abschluss",
        "Diplômés de 4 à 8 ans après le diplôme",
        "Elever 4 till 8 år efter examen",
        "Elever 4 til 8 år etter eksamen",
        "Estudiantes de 4 a 8 años después del título",
        "Laureati da 4 a 8 anni dopo la laurea",
        "Estudantes de 4 a 8 anos após a formatura",
        "Uczniowie 4 do 8 lat po maturze",
        "Studenti 4 až 8 let po maturitě",
    ],
)
def test_years_after_something_are_no_ages(text: str) -> None:
    assert ages(population=text) == NO_AGES
    assert ages(title="An inquiry", description=f"We asked them all. {text}.") == NO_AGES


def test_an_age_at_which_something_was_is_none() -> None:
    assert ages(title="An inquiry", description="When respondent was 12 years old: books, boats.") == NO_AGES
    assert ages(title="An inquiry", description="Sailors who came at an age of 16 years or older.") == NO_AGES

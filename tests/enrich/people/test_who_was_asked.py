"""Who was asked wins over animals, topics, relatives and those left out, whom a record names too."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Goats and Debt", "Herders and their families. Families were visited and asked.", "all"),
        ("Ticks in the garden", "Volunteers kept a diary of bites.", "all"),
        ("Wolves near the village", "Villagers were interviewed about losses.", "all"),
        ("Cow-keeping", "Women traders in three towns were interviewed.", "female"),
        ("Goats and their kids", "Adults and subjects of two herds were weighed.", None),
        ("Wolves near the village", "A tale. They find, late in the tale and far from home, a doctor.", None),
    ],
)
def test_people_who_were_asked_in_a_study_of_animals(title: str, description: str, sex: str | None) -> None:
    assert value(record(title=title, description=description), "sex") == sex


@pytest.mark.parametrize(
    "description",
    [
        "Forty healthy men ran a mile. Women were not recruited.",
        "Vierzig gesunde Männer liefen eine Meile. Frauen wurden nicht rekrutiert.",
        "Veertig gezonde mannen liepen een mijl. Vrouwen zijn niet geworven.",
        "40 friska män sprang en mil. Kvinnor rekryterades inte.",
        "40 raske mænd løb en mil. Kvinder blev ikke inkluderet.",
        "40 friske menn løp en mil. Kvinner ble ikke rekruttert.",
    ],
)
def test_the_other_sex_is_named_as_left_out(description: str) -> None:
    assert value(record(title="Running", description=description), "sex") == "male"


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Thirst", "A population-based sample of 700 women.", "female"),
        ("Thirst", "A population-based study.", "all"),
        ("Twin sisters and sleep", "Saliva.", "female"),
        ("Thirst", "Interviews with 30 fathers on their sons and daughters.", "male"),
        ("Thirst", "Interviews with 30 fathers and their sons and daughters.", "all"),
        ("Thirst", "Ten participants, all female, told of hunger caused by husbands.", "female"),
        ("Thirst", "Interviews with 30 women about their husbands or sons.", "female"),
        ("Thirst", "Interviews of 30 wives and of husbands.", "all"),
        ("Thirst", "Gespräche mit 30 Müttern über ihre Söhne.", "female"),
        ("Sed", "Entrevistas a 30 madres sobre sus hijos e hijas.", "female"),
        ("Sete", "Interviste a ex pescatori, tutti uomini, di Bari.", "male"),
        ("Sede", "Entrevistas a pescadores portugueses, todos homens, de Faro.", "male"),
        ("Medals", "Rolls of a company with 612 enlisted men.", "male"),
        ("Thirst", "Young brides in two towns were interviewed on tea.", "female"),
        ("Törst", "Intervjuer med tjugo fiskarhustrur.", "female"),
        ("Tørst", "Interview med tyve fiskerkoner.", "female"),
        ("Durst", "Gespräche mit zwanzig Bergmannswitwen.", "female"),
        ("Szomjúság", "Interjúk hadiözvegyekkel.", "female"),
        ("Thirst", "Interview with 30 men in Malta.", "male"),
    ],
)
def test_the_sex_of_the_sample_beside_others(title: str, description: str, sex: str) -> None:
    assert value(record(title=title, description=description), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Why women vote less", "Voters were asked in Malta."),
        ("Do men sleep more?", "A diary kept by students."),
        ("Fathers' leave", "Telephone survey of adults."),
        ("Public opinion on women in the army", "Telephone survey of adults."),
        ("Warum Frauen seltener wählen", "Befragung von Erwachsenen."),
        ("Waarom vrouwen minder stemmen", "Enquête onder volwassenen."),
        ("Pourquoi les femmes votent moins", "Enquête auprès des adultes."),
        ("Por qué las mujeres votan menos", "Encuesta a adultos."),
        ("Perché le donne votano meno", "Sondaggio tra adulti."),
        ("Varför kvinnor röstar mindre", "Enkät till vuxna."),
        ("Hvorfor kvinder stemmer mindre", "Interview med borgere."),
        ("Dlaczego kobiety rzadziej głosują", "Badanie dorosłych."),
    ],
)
def test_a_topic_of_one_sex_is_asked_of_all(title: str, description: str) -> None:
    assert value(record(title=title, description=description), "sex") == "all"


@pytest.mark.parametrize(
    "title", ["Pamphlets of the Women's Union", "Bulletins de l'Union des femmes", "Index of a Mothers' Union"]
)
def test_an_organisation_with_a_sex_in_its_name_is_no_people(title: str) -> None:
    assert value(record(title=title, description="Scans."), "sex") is None


@pytest.mark.parametrize(
    "description",
    [
        "Haastatelluista 80 prosenttia oli miehiä.",
        "Vastanud 40 õpetajast 31 olid naised.",
        "Din 40 de elevi chestionați, 31 erau fete.",
        "Iš 40 mokytojų 31 buvo moterys.",
        "От 40 учители 31 са жени.",
    ],
)
def test_a_part_of_those_asked_is_of_one_sex(description: str) -> None:
    assert value(record(title="No. 7", description=description), "sex") == "all"


@pytest.mark.parametrize(
    ("title", "population", "sex"),
    [
        ("Prostate cancer", "Patients over 50; children fathered before are no bar", "male"),
        ("Cervical cancer", "Patients over 50. Patients of child-bearing potential must use contraception.", "female"),
        ("Prostate cancer in the family", "Patients over 50 and their children", "all"),
    ],
)
def test_children_in_a_rule_take_no_part(title: str, population: str, sex: str) -> None:
    assert value(record(title=title, population=population), "sex") == sex

"""Who was asked or counted, where a title names things, a text lists topics, or animals have a sex too."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Functions of newspapers", "We interviewed 300 adults.", "all"),
        ("Shares of a company", "The panel consists of approx. 2000 households, asked each week.", "all"),
        ("Plants in pots", "Gardening: 40 pupils were asked to water them.", "all"),
        ("Soil and health", "We interviewed 40 women in three villages.", "female"),
        ("T cells in arteries", "Blood of 30 patients was studied.", "all"),
        (
            "Functions of newspapers",
            "Time spent reading. Background variables: basic characteristics / household",
            "all",
        ),
        ("Newspapers of 1900", "They were read by people in all towns.", None),
        ("Newspapers of 1900", "In 1912 households had two of them.", None),
        ("Sleep: a meta-analysis", "Fifteen studies of 942 participants were included.", None),
        ("Schlaf: eine Metaanalyse", "15 Studien mit 942 Teilnehmern", None),
        ("Sommeil : une méta-analyse", "15 études portant sur 942 participants", None),
        ("Weight of rats", "40 individuals were fed.", None),
    ],
)
def test_people_who_were_asked_outrank_things_of_the_title(title: str, description: str, sex: str | None) -> None:
    assert value(record(title=title, description=description), "sex") == sex


_LIST = "loneliness / boredom / health / social contacts / attitude towards women / alienation / income"


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        (f"Inquiry among homeless men in hostels. Scales for {_LIST}", "male"),
        (f"Inquiry among retired men in hostels: {_LIST}", "male"),
        (f"Reasons for women to go out to work. Asked were: {_LIST}", "female"),
        (f"Inquiry on {_LIST} / experiences of men who were interviewed", "all"),
        (f"Statements about {_LIST} / 40 women", "all"),
    ],
)
def test_what_precedes_a_list_of_topics_states_the_sample(description: str, sex: str) -> None:
    found = value(
        record(title="No. 7", description=f"{description}. Background variables: basic characteristics"), "sex"
    )
    assert found == sex


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ("Forty villages: women have been interviewed.", "female"),
        ("In two hostels men have been asked for their memories.", "male"),
        ("In drei Dörfern wurden Frauen befragt, und Frauen sind befragt worden.", "female"),
        ("En tres aldeas las mujeres fueron entrevistadas.", "female"),
        ("In tre villaggi le donne sono state intervistate.", "female"),
        ("Em três aldeias as mulheres foram entrevistadas.", "female"),
        ("Dans trois villages, des femmes ont été interrogées.", "female"),
    ],
)
def test_women_or_men_who_were_asked(description: str, sex: str) -> None:
    assert value(record(title="No. 7", description=description), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description"),
    [
        (
            "Drosophila melanogaster, images of wings",
            "One wing of each individual (20 males and females of each line).",
        ),
        ("Wings", "Fruit flies were kept in vials. Males and females were weighed."),
        ("Island experiment", "Beetles on plants. Each island received ten adult females."),
        ("Mate choice in males and females", "Voles were caught in spring."),
        ("Größe der Flügel", "Käfer wurden gewogen: je 20 weibliche und männliche."),
        ("Taille des ailes", "Des coléoptères ont été pesés: 20 femelles."),
        ("Grootte van vleugels", "Kevers werden gewogen: twintig vrouwelijke."),
        ("A new parasite of African hominids", "It kills mainly infants, and was found in two chimpanzees."),
    ],
)
def test_animals_have_a_sex_too(title: str, description: str) -> None:
    assert value(record(title=title, description=description), "sex") is None


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Fear of spiders", "We asked 40 female students who keep beetles.", "female"),
        ("Dog owners", "Males and females were interviewed.", "all"),
        ("Smell", "Students (20 males) smelled of mice.", "all"),
    ],
)
def test_people_with_animals_have_a_sex(title: str, description: str, sex: str) -> None:
    assert value(record(title=title, description=description), "sex") == sex


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ('Data used in Sample and Other, "Mothers’ stress and their support in the long winter".', "female"),
        ('Data used in Sample and Other, "Attitudes to women at work in the long winter".', None),
        ('Data used in Sample and Other, "The support of adults in the long winter".', "all"),
    ],
)
def test_title_of_an_article_that_a_description_quotes(description: str, sex: str | None) -> None:
    assert value(record(title="Dataset of Sample and Other", description=description), "sex") == sex

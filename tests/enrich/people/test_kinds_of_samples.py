"""Who was asked or counted, where a title names things, a text lists topics, or animals have a sex too."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


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


@pytest.mark.parametrize(
    ("language", "description", "sex"),
    [
        ("en", "Diaries were kept by 212 fathers. Mothers were not asked to keep one.", "male"),
        (
            "en",
            "Structured interviews (by Sample's Checklist, the long form, revised) with adult male prisoners",
            "male",
        ),
        ("pl", "Relacje mężczyzn, którzy pracowali pod ziemią", "male"),
        ("sk", "Dvadsaťtri žien rozpráva o práci vo väzniciach.", "female"),
        ("it", "Tra il 2009 e il 2010 sono stati intervistati 140 uomini rientrati dalla costa.", "male"),
        (
            "nl",
            "In dit onderzoek werden jonge moeders uit de stad gevolgd. Over de kinderen is niets bekend.",
            "female",
        ),
        ("no", "Samlinga inneheld intervju med mannlege fiskarar.", "male"),
        ("de", "Die Männer erzählen von ihrer Arbeit.", "male"),
        ("fr", "Des femmes racontent leur vie au village.", "female"),
        ("es", "Testimonios de mujeres que trabajaron en el puerto", "female"),
        ("cs", "Vzpomínky žen, které pracovaly v přístavu", "female"),
        ("bg", "Спомени на жени, работили в пристанището", "female"),
    ],
)
def test_those_who_tell_and_those_who_were_followed(language: str, description: str, sex: str) -> None:
    described = statement(Role.DESCRIPTION, description)._replace(language=language)
    assert value(record(described, title="No. 7"), "sex") == sex


@pytest.mark.parametrize(
    ("title", "sex"),
    [
        ("Attitudes towards the participation of women in crews", None),
        ("Atitudes face à participação das mulheres na política", None),
        ("Einstellungen gegenüber der Arbeit von Frauen", None),
        ("Attitudes towards surgery among women", "female"),
        ("Houding tegenover werk onder vrouwen", "female"),
    ],
)
def test_those_whom_opinions_are_about(title: str, sex: str | None) -> None:
    assert value(record(title=title), "sex") == sex


@pytest.mark.parametrize(
    ("population", "sex"),
    [
        ("All subjects are outpatients.\n- Patients must be females aged 12.\n- Normal weight", "female"),
        ("- Recipients who are women of childbearing potential must use contraception.\n- Adult patients", "all"),
    ],
)
def test_criteria_that_name_people_and_then_a_sex(population: str, sex: str) -> None:
    assert value(record(title="No. 7", population=population), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Trade-union members on work", "", "all"),
        ("Vakbondsleden over werk", "", "all"),
        ("Birth certificates of a town", "", "all"),
        ("Beliefs", "The analysis is of 609 members of a church.", "all"),
        ("The league", "It has 27 members.", None),
        ("Mouse-tracking in a task", "Participants execute responses by clicks.", "all"),
        ("Tracking of mice", "Individuals were weighed.", None),
        ("An endometrium-on-chip", "Cells are grown on it.", None),
    ],
)
def test_words_for_those_who_are_studied(title: str, description: str, sex: str | None) -> None:
    assert value(record(title=title, description=description), "sex") == sex

"""Who could be in the study: restrictions, topics, exclusions and conditions of one sex, in several languages."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("Female", "female"),
        ("Women only", "female"),
        ("F", "female"),
        ("Male", "male"),
        ("M", "male"),
        ("All", "all"),
        ("Both", "all"),
        ("Male and female", "all"),
        ("mannen en vrouwen", "all"),
        ("Frauen", "female"),
        ("naiset", "female"),
        ("not recorded", None),
    ],
)
def test_a_field_about_sex(text: str, sex: str | None) -> None:
    assert value(record(sex=text), "sex") == sex


def test_two_different_fields_about_sex_mean_both() -> None:
    assert value(record(sex=["Male", "Female"]), "sex") == "all"


def test_a_field_that_excludes_men_leaves_women() -> None:
    assert value(record(statement(Role.SEX, "Male", excludes=True)), "sex") == "female"


@pytest.mark.parametrize(
    ("universe", "sex"),
    [
        # English
        ("Women aged 20 to 49 living in private households", "female"),
        ("Pregnant women who attended a first scan", "female"),
        ("Mothers of twins", "female"),
        ("Mothers and their babies", "all"),
        ("Mothers with their infants", "all"),
        ("Female nurses in public hospitals", "female"),
        ("A sample of 1,200 women", "female"),
        ("Respondents were women who had left school early", "female"),
        ("All participants are male", "male"),
        ("Men who served in the merchant navy", "male"),
        ("Schoolboys in their last year", "male"),
        ("Men without partners", "male"),
        ("Men and women aged 16 and over", "all"),
        ("Males or females, 40 years of age", "all"),
        ("Persons of both sexes", "all"),
        ("Adults resident in the country", "all"),
        ("Pupils in their first year", "all"),
        ("Parents of young children", "all"),
        ("Private households", "all"),
        ("Patients admitted to hospital", "all"),
        ("The population of Freedonia", "all"),
        ("Women whose husbands work abroad", "female"),
        ("Adults, and women aged 15 to 49 for the module on fertility", "all"),
        ("Children born to migrant mothers", "all"),
        ("Patients with ovarian cancer", "female"),
        ("Patients treated for prostate cancer", "male"),
        ("Patients treated for breast cancer", "all"),
        # words within words
        ("Businessmanship courses", None),
        ("Humane societies and their firms", None),
        # not about people
        ("Manufacturing firms with more than ten employees' representatives excluded", None),
        ("Air quality stations", None),
        ("Newspaper articles", None),
        ("Adult male rats", None),
        # Dutch
        ("Vrouwen van 18 jaar en ouder", "female"),
        ("Zwangere vrouwen", "female"),
        ("Mannen in vaste dienst", "male"),
        ("Mannen en vrouwen tussen 18 en 65 jaar", "all"),
        ("De Nederlandse bevolking van 16 jaar en ouder", "all"),
        ("Leerlingen in het voortgezet onderwijs", "all"),
        ("Dat kan men van de bedrijven niet zeggen", None),
        # German
        ("Frauen im Alter von 18 bis 40 Jahren", "female"),
        ("Männliche Jugendliche", "male"),
        ("Männer und Frauen ab 18 Jahren", "all"),
        ("Schülerinnen der achten Klasse", "female"),
        ("Lehrerinnen und Lehrer an Grundschulen", "all"),
        ("SchülerInnen der achten Klasse", None),
        ("Die Wohnbevölkerung ab 16 Jahren", "all"),
        ("Unternehmen des Handwerks", None),
        # French
        ("Femmes âgées de 15 à 49 ans", "female"),
        ("Les hommes de la région", "male"),
        ("Hommes et femmes de 18 ans et plus", "all"),
        ("Élèves du primaire", "all"),
        # Finnish
        ("Suomalaiset naiset", "female"),
        ("Suomalaiset sydänleikkauksesta toipuneet miehet", "male"),
        ("Miehet ja naiset", "all"),
        ("15-79-vuotiaat henkilöt", "all"),
        ("Yritykset", None),
        # Swedish, Norwegian, Danish
        ("Gravida kvinnor", "female"),
        ("Män i åldern 50-64 år", "male"),
        ("Kvinnor och män i åldern 16-84 år", "all"),
        ("Det gäller inte företagen, men kommunerna", None),
        ("Kvinner og menn", "all"),
        ("Norske menn", "male"),
        ("Danske kvinder", "female"),
        ("Børn og unge", "all"),
        # Spanish, Italian, Japanese
        ("Mujeres de 15 a 49 años", "female"),
        ("Ambos sexos, 18 años y más", "all"),
        ("Donne residenti", "female"),
        ("Uomini e donne", "all"),
        ("満20歳以上の男女", "all"),
        ("妊婦", "female"),
        ("全国の企業", None),
    ],
)
def test_a_population(universe: str, sex: str | None) -> None:
    assert value(record(population=universe), "sex") == sex


def test_a_wrong_language_label_is_ignored() -> None:
    study = statement(Role.POPULATION, "Grundgesamtheit: Frauen und Männer ab 15 Jahren", language="en")

    assert value(record(study), "sex") == "all"


def test_people_excluded_from_the_population_do_not_count() -> None:
    assert value(record(population="Women on maternity wards. Men were excluded."), "sex") == "female"
    assert value(record(population="Adults, excluding pregnant women"), "sex") == "all"
    assert value(record(statement(Role.POPULATION, "Men", excludes=True), population="Staff of the ward"), "sex") == (
        "female"
    )


@pytest.mark.parametrize(
    ("title", "sex"),
    [
        ("Survey of working mothers in Ruritania", "female"),
        ("Women's Wellbeing Survey 2004", "female"),
        ("Sleep quality in women with back pain", "female"),
        ("Attitudes to women's work, 1986", None),
        ("Violence against women: a survey of households", "all"),
        ("Long-term results of treatment of testicular cancer", "male"),
        ("Survey of young people", "all"),
        ("Male and female voters", "all"),
        ("River levels 1950-1960", None),
        ("Walking on the Isle of Man", None),
        ("The old boys network of companies", None),
        ("Loud males among songbirds", None),
        ("Kvinnor och män i arbetslivet", "all"),
    ],
)
def test_a_title(title: str, sex: str | None) -> None:
    assert value(record(title=title), "sex") == sex


def test_the_sex_of_animals_does_not_count() -> None:
    study = record(title="Counts of wild bees", description="Queens, workers and males were told apart.")

    assert value(study, "sex") is None


def test_the_population_outranks_the_topic_in_the_title() -> None:
    study = record(title="Attitudes to women's work", population="Adults aged 18 and over")

    assert value(study, "sex") == "all"


def test_a_population_of_both_outranks_a_title_of_one_sex() -> None:
    assert value(record(title="Fertility of women", population="Men and women aged 18 to 40"), "sex") == "all"


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ("We interviewed 40 women in three villages.", "female"),
        ("A sample of 25 male apprentices filled in a diary.", "male"),
        ("Both men and women were interviewed.", "all"),
        ("Respondents told of their working week.", "all"),
        ("The majority of respondents were women.", "all"),
        ("The questionnaire asked about the occupation of the father. Respondents were adults.", "all"),
        ("Interviews with firms on supply chains.", None),
        ("Interviews with grandmothers and grandfathers abroad.", "all"),
        ("Shepherds, men and women, tell of their year.", "all"),
        # staff are not the people studied
        ("Adults told of their year. All interviewers were women.", "all"),
        ("Adults told of their year. Sessions were led by a female assistant.", "all"),
        ("Rainfall from the cards of volunteer observers.", None),
        ("Female interviewers asked 40 men.", "male"),
        ("A survey conducted by the bureau among women aged 20 to 30.", "female"),
        ("Respondents agreed, with male respondents more likely to say so.", "all"),
        # no people, and people who did not take part
        ("Readings of noise; the data set holds no persons.", None),
        ("We interviewed 40 girls. The boys did not take part.", "female"),
        ("Mädchen wurden nach einem halben Jahr befragt. Jungen nahmen am Projekt nicht teil.", "female"),
        # only people answer
        ("The lamplighters answered questions on their hours.", "all"),
        ("Une enquête auprès des allumeurs de réverbères.", "all"),
        ("The register lists laws and treaties.", None),
        ("Sex: Female. Age: 40.", "female"),
        ("Reading / radio / emancipation of women / views of women / pay / rent. Background variables: age", "all"),
        ("geslacht: V; land van herkomst: Ruritanië", "female"),
        ("Er deden 30 vrouwen mee aan het onderzoek, allen geworven onder vrouwen met een baan.", "female"),
    ],
)
def test_a_description(description: str, sex: str | None) -> None:
    assert value(record(title="An inquiry", description=description), "sex") == sex


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ("De geïnterviewde vertelt over haar jeugd. Zij werkte later in een winkel.", "female"),
        ("De geïnterviewde vertelt over zijn jeugd. Hij voer op zee.", "male"),
        ("Mrs Example tells how she came to the island.", "female"),
        ("Mr Example tells how he came to the island and how his life was.", "male"),
        ("The interviewee tells of the war.", "all"),
    ],
)
def test_a_single_interviewee(description: str, sex: str) -> None:
    assert value(record(title="Voices of the Harbour, interview 12", description=description), "sex") == sex


def test_a_first_name_does_not_state_a_sex() -> None:
    assert value(record(title="Interview with Maria Example", description="On the war."), "sex") == "all"


CRITERIA = "Inclusion Criteria:\n\n- {}\n- Able to give informed consent\n\nExclusion Criteria:\n\n- {}"


@pytest.mark.parametrize(
    ("title", "included", "excluded", "sex"),
    [
        ("A trial of a diet", "Female, 18 years or older", "Smoking", "female"),
        ("A trial of a diet", "Healthy male volunteers", "Smoking", "male"),
        ("A trial of a diet", "Male or female, 18 years or older", "Pregnant women", "all"),
        ("A trial of a diet", "Men and non-pregnant women", "Smoking", "all"),
        ("A trial of a diet", "Women of childbearing potential must use contraception", "Smoking", "all"),
        ("A trial of a diet", "18 years or older", "Pregnant or breastfeeding women", "all"),
        ("A trial of a diet in adenocarcinoma of the prostate", "Stage II or III", "Smoking", "male"),
        ("A trial of a diet in ovarian cancer", "Stage II or III", "Smoking", "female"),
        ("A trial of a diet in cancers of the breast, ovary or prostate", "Stage II or III", "Smoking", "all"),
    ],
)
def test_criteria_of_a_trial(title: str, included: str, excluded: str, sex: str) -> None:
    assert value(record(title=title, population=CRITERIA.format(included, excluded)), "sex") == sex


def test_a_unit_of_analysis_other_than_people_has_no_sex() -> None:
    study = record(title="Power and population 1850-1900", unit_of_analysis="Country")

    assert value(study, "sex") is None


def test_a_field_about_age_shows_that_people_were_studied() -> None:
    assert value(record(title="A repository of samples", age="15-90+"), "sex") == "all"


def test_the_evidence_is_the_words_and_their_field() -> None:
    evidence = facets(record(population="Women aged 20 to 49"))["sex"].evidence[0]

    assert (evidence.kind, evidence.field, evidence.words) == ("stated", "field/population", "Women")

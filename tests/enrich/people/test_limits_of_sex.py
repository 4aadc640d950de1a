"""Where the rules for sex begin and end to hold: texts on both sides, and words that only look like others."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


@pytest.mark.parametrize(
    ("description", "found"),
    [
        # words inside other words
        ("The authors interviewed 30 women in three villages.", "female"),
        ("The study covers tooled old women.", "female"),
        ("The study discovers women.", None),
        ("Questionable studies include women.", "female"),
        ("Questionnaire surveyors came to the harbour.", None),
        ("Resurveyed villages.", None),
        ("Sleep in women", "female"),
        ("Sleep within women", None),
        ("We interviewed 30 women ordering men about.", "female"),
        ("We interviewed 30 women for men at sea.", "female"),
        ("Hot topics: 300 women in the army", None),
        ("Subtopics: 300 women in the army", "female"),
        # who was asked, and what about
        ("Health / work / pay / school / 300 women in the army", "female"),
        ("Health / work / pay / school / home / 300 women in the army", None),
        ("The questions include women at sea.", None),
        ("The study of harbours covers roads, and men met women.", None),
        ("The study covers women's shoes.", None),
        ("The study covers women’s shoes.", None),
        ("The study covers nuns' shoes.", None),
        ("The study covers nuns’ shoes.", None),
        ("Participants (women) kept diaries.", "female"),
        ("Participants were told that women had left.", "all"),
        ("We interviewed women from one village of the north coast and men.", "female"),
        ("12 roads, and adults. 300 women were interviewed.", "female"),
        ("Adults (12). 300 women were interviewed.", "female"),
        ("A sample of adults. A sample of firms.", "all"),
        ("Firms grow. In the far north of the old land adults live.", "all"),
        ("A sample of firms. 300 adults were interviewed.", "all"),
        ("No personal data of patients are kept.", None),
        ("40 boys were interviewed, but girls did not take part.", "male"),
        ("The majority of firms agreed. 30 women were interviewed.", "female"),
        ("Rainfall was recorded by some boys and the girls.", None),
        ("Approximately 50% of pregnant women report pain.", "female"),
        ("Children in relation to pregnancy and sociodemographic characteristics.", "all"),
        # conditions, animals and cells
        ("Ovarian cancer in surveys.", None),
        ("Ovarian cancer patients were asked.", "female"),
        (
            "The harbour is old, and many a book has been written on it. Patients with ovarian cancer were asked.",
            "female",
        ),
        (
            (
                "Patients were followed at home, and the costs of their care were compared with "
                "those of the women of the same villages, with cervical cancer."
            ),
            "all",
        ),
        ("Antibodies were tested in patients and in mice.", "all"),
        ("T cells in subjects with fever were counted.", "all"),
        # languages without spaces between words
        ("参加者の多くは、東京で働く若い女性を対象とした。", "female"),
        ("対象は二つの村。女性が住む。", None),
        ("調査員は三人。女性を対象とした。", "female"),
    ],
)
def test_a_description(description: str, found: str | None) -> None:
    assert value(record(description=description), "sex") == found


@pytest.mark.parametrize(
    ("population", "found"),
    [
        # words inside other words
        ("Awesome women of the harbour", "female"),
        ("Danseuses et femmes du port", "female"),
        ("Meals women cook", "female"),
        ("Other mothers of the ward", "female"),
        ("Decoders were women", "female"),
        ("Forms filled by women", "female"),
        ("Horse riders who are women", "female"),
        ("Utanför Uppsala boende kvinnor", "female"),
        ("Women and Danish men", "all"),
        ("Women at field staffing agencies", "female"),
        ("Women in Sudan, men in Egypt", "all"),
        # words that mean something else
        ("Det regnade i går, men det var varmt i hamnen och på torget", None),
        ("Il mare era mosso e il raccolto andava male per la regione", None),
        ("Les cases du village sont construites en terre", None),
        ("Los males del puerto y de la ciudad antigua", None),
        ("MEN", "male"),
        ("MEN type 1", None),
        ("Tumours of MEN type 1", "all"),
        ("Maternal and child health", None),
        ("Family names and women", "female"),
        ("Population density and women", "female"),
        # staff, partners, asides and parts
        ("Interviewers were old women", None),
        ("Interviewers who were women", None),
        ("Interviewers were all women", None),
        ("Interviewers, women", None),
        ("Weather logs recorded by women", None),
        ("Patients with female partners", "all"),
        ("Son village compte dix femmes", "female"),
        ("Wards in the north, mothers", "female"),
        ("Wards open when needed for women", "female"),
        ("Patients (20 nurses, 12 women)", "female"),
        ("Patients with a female sex partner", "all"),
        ("Patients with a female sexual partner", "all"),
        ("Clinics with male partners of patients", "all"),
        ("Bone loss (in women)", None),
        ("Bone loss, in men, is slow", None),
        ("Bone loss, in men is slow", "male"),
        ("For study 2, women", None),
        ("For study 2. Women", "female"),
        ("Most women", None),
        ("Most of the women", "female"),
        ("Firms came. Men without a wife", "male"),
        ("Women are taller than men", None),
        ("Patients at the clinic were seen by women", "all"),
        ("48 patients (50 % women)", "all"),
        ("48 patients (100 % women)", "female"),
        ("Suomalaiset potilaat, naiset", "all"),
        ("Personnes âgées enceintes", "female"),
        # people and things
        ("Company employees", "all"),
        ("Firms grow. Patients came.", None),
        ("In the far north of the old land firms grow. Patients came.", "all"),
        ("In the far north of the old land firms grow. In the far north of the old land patients came.", None),
        ("Firms grow. In the far north of the old land patients came.", None),
        ("Firms grow. 300 patients were interviewed.", "all"),
        ("Company's employees", "all"),
        ("Company’s employees", "all"),
        ("Companies' employees", "all"),
        ("Newborn baboons", None),
        ("Patients and their dogs", "all"),
        ("Mödrar med barn", "female"),
        ("Mödrar med barnmorskor", "all"),
        # labels
        ("Gender: unknown. Sex: Female", "female"),
        ("Sex: Female / Male", "all"),
        ("Sex: Female or Male", "all"),
        ("性別：女性", "female"),
        ("性別：男性。参加者は患者と女性。", "male"),
        # criteria
        ("Inclusion criteria:\n- Adults\nYou may not be eligible for this trial if you are:\n- Male", "female"),
        ("Inclusion criteria:\n- Adults\nYou will not be eligible for this trial if you are:\n- Male", "female"),
        ("Adults\nExclusions:\n- Male", "female"),
        ("Inclusion criteria:\n- Breastfeeding women\n- Adults", "all"),
        ("Inclusion criteria:\n- Cervical cancer\n- Women", "female"),
        ("Inclusion criteria:\n- If FEMALE, not pregnant\n- Men", "all"),
        ("Inclusion criteria:\n- If a woman, not pregnant\n- Men", "all"),
        ("Inclusion criteria:\n- If women, not pregnant\n- Men", "all"),
        ("Inclusion criteria:\n- If men, no condom\n- Women", "all"),
        ("Inclusion criteria:\n- If female, not pregnant\n- If male, uses a condom", "all"),
        ("Inclusion criteria:\n- Male\n- Not pregnant female\n- Aged 60 or over", "all"),
        ("Inclusion criteria:\n- Men must use condoms\n- Women must not be pregnant", "all"),
    ],
)
def test_a_population(population: str, found: str | None) -> None:
    assert value(record(population=population), "sex") == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        # titles
        ("A man-made harbour", None),
        ("Exercise and sleep in Man", None),
        ("APA 2020", None),
        ("Fant 7", None),
        ("MAM 3", None),
        ("MAME 2", None),
        ("Analysis of cervical cancer survival in patients", "female"),
        ("Lung cancer and ovarian cancer", None),
        ("Female choice in response to male pheromones in flies", None),
        ("Maternity leave for employed women", "female"),
        ("Mothers of infants", "female"),
        ("Survey of Wisconsin women", "female"),
        ("Patients: main worries of women", "all"),
        ("Patients who are cared for by women", "all"),
        ("Cells from patients", "all"),
        ("Cells of adults", "all"),
    ],
)
def test_a_title(title: str, found: str | None) -> None:
    assert value(record(title=title), "sex") == found


@pytest.mark.parametrize(
    ("by_role", "found"),
    [
        ({"title": "Growth of cells", "description": "Adults have fewer of them."}, None),
        ({"title": "A nonfacility survey", "description": "Adults were asked."}, "all"),
        ({"title": "Facility surveys", "description": "Adults were asked."}, "all"),
        ({"title": "Facility survey", "description": "Adults were asked."}, None),
        (
            {
                "title": "A trial in women",
                "population": "Inclusion criteria:\n- Men must use condoms\n- Women must not be pregnant",
            },
            "female",
        ),
        (
            {
                "title": "A trial in women",
                "population": "Inclusion criteria:\n- Men must use condoms\n- Women must not be pregnant\n- Adults",
            },
            "all",
        ),
        ({"title": "A trial in women", "population": "Inclusion criteria:\n- Men\n- Women"}, "all"),
        ({"title": "Crybabies", "population": "Mothers"}, "female"),
        ({"title": "Women and babies", "population": "Women"}, "female"),
        ({"title": "Women", "description": "Attitudes towards women."}, "all"),
        ({"title": "Women", "description": "Attitudes towards womenfolk."}, "female"),
        ({"sex": "Women; boys"}, "all"),
        ({"sex": "Adults"}, "all"),
        ({"title": "Women", "population": "Women", "description": "Attitudes towards women."}, "female"),
        ({"unit_of_analysis": "Organization", "population": "Women"}, "female"),
        ({"unit_of_analysis": "Organization", "population": "Adults"}, "all"),
        ({"population": "Adults", "description": "Sex: Female"}, "female"),
        ({"description": ["Firms.", "Sex: Female"]}, "female"),
        ({"description": ["300 women were asked.", "Harbours."]}, "female"),
        ({"title": "A harbour", "description": ["A story.", "Interview with a net maker."]}, "all"),
        ({"title": ["A harbour", "A port"], "description": "The narrator told of boats."}, "all"),
        ({"title": ["A harbour", "A port", "A quay"], "description": "The narrator is a net maker."}, None),
    ],
)
def test_several_fields(by_role: dict[str, str | list[str]], found: str | None) -> None:
    assert value(record(**by_role), "sex") == found


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("I was a girl of the harbour. I went to school, and my mother told me that I could sing.", "female"),
        ("I remember the war. I was a boy. I went to sea and I came back.", "male"),
        ("I remember the war, I went to the sea, I came back, and I left. He was there with the boats.", "all"),
        ("I remember the war, I went to the sea, and I left for the north. He was there with the boats.", "male"),
        ("I remember, I went, I came, I left. I was no businessman.", "all"),
        ("I remember, I went, I came, I left. I was no manager.", "all"),
        ("I remember, I went, I came, I left. I was my son at sea.", "all"),
        ("In Iowa, Ireland, India and Italy he was well known.", "male"),
        ("In the FBI, at RAI, in GUI and in HAWAII he was well known.", "male"),
        ("He went. He told her of it.", "male"),
        ("He went. He told her of it, and he left.", "male"),
        ("He went. He told her of it, and he left; she stayed.", "male"),
        ("He went. He told her of it, he sang and he left; she stayed and he stayed.", "male"),
        ("She told it. She went, her sister and he went.", "female"),
    ],
)
def test_a_single_interviewee(description: str, found: str) -> None:
    assert value(record(title="Interview 12", description=description), "sex") == found


def test_statements_on_who_is_excluded() -> None:
    assert value(record(statement(Role.SEX, "Female", excludes=True)), "sex") == "male"
    assert (
        value(record(statement(Role.POPULATION, "Men who had been to sea for ten years", excludes=True)), "sex") is None
    )
    assert value(record(statement(Role.POPULATION, "Adults", excludes=True)), "sex") is None
    assert value(record(statement(Role.POPULATION, "Sex: Female", excludes=True), population="Adults"), "sex") == "male"


@pytest.mark.parametrize(
    ("population", "words"),
    [
        ("Women came. Men came.", ["Women", "Men"]),
        ("Adults came. Women stayed.", ["Adults"]),
        ("Men and women came.", ["Men and women"]),
    ],
)
def test_the_evidence_of_all_is_who_came(population: str, words: list[str]) -> None:
    assert [one.words for one in facets(record(population=population))["sex"].evidence] == words

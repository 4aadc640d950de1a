"""Who could be in the study, by sentences of thirteen languages that are easily misread."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("universe", "sex"),
    [
        # English
        ("Wives of fishermen on the northern coast", "female"),
        ("Women and their husbands", "all"),
        ("Married women and their family members", "all"),
        ("Boys in foster care", "male"),
        ("Adolescent and young adult women", "female"),
        ("Nurses, both men and women", "all"),
        ("Daughters of coal miners", "female"),
        ("Men who have sex with men", "male"),
        ("Patients who gave birth by caesarean section", "female"),
        ("Businesses run by women", None),
        ("Male partners of pregnant women", "male"),
        ("Teachers, of whom 80% were women", "all"),
        # Dutch
        ("Alleenstaande moeders met een uitkering", "female"),
        ("Moeders en hun kinderen", "all"),
        ("Vrouwen en hun partners", "all"),
        ("Mannelijke verpleegkundigen", "male"),
        ("Jongens van twaalf tot zestien jaar", "male"),
        ("Vrouwen van wie de mannen op zee zijn", "female"),
        ("Huisartsen, zowel mannen als vrouwen", "all"),
        ("Zwangeren die bij een verloskundige komen", "female"),
        ("Alle inwoners van de gemeente", "all"),
        ("Verpleegsters in opleiding", "female"),
        ("Mannelijke en vrouwelijke studenten", "all"),
        ("Merries en hengsten op stoeterijen", None),
        # German
        ("Schwangere im letzten Drittel", "female"),
        ("Mütter und ihre Kinder", "all"),
        ("Ehefrauen von Bergleuten", "female"),
        ("Weibliche Auszubildende", "female"),
        ("Wehrpflichtige Männer", "male"),
        ("Mitarbeiterinnen und Mitarbeiter einer Klinik", "all"),
        ("Personen beiderlei Geschlechts ab 14 Jahren", "all"),
        ("Studentinnen der Medizin", "female"),
        ("Männliche Ratten", None),
        ("Bauernhöfe und Handwerksbetriebe", None),
        # French
        ("Femmes enceintes suivies en maternité", "female"),
        ("Mères et leurs nourrissons", "all"),
        ("Ouvrières du textile", "female"),
        ("Hommes de 50 à 70 ans", "male"),
        ("Personnes des deux sexes âgées de 18 ans et plus", "all"),
        ("Étudiants et étudiantes en médecine", "all"),
        ("Garçons de l'école primaire", "male"),
        ("Ménages ordinaires", "all"),
        ("Exploitations agricoles", None),
        ("Personnes retraitées vivant à domicile", "all"),
        ("Salariées d'une usine", "female"),
        # Finnish
        ("Raskaana olevat naiset", "female"),
        ("Äidit ja heidän lapsensa", "all"),
        ("Asevelvolliset miehet", "male"),
        ("Lukioikäiset tytöt", "female"),
        ("Sekä naisia että miehiä", "all"),
        ("Naisopiskelijat", "female"),
        ("Peruskoulun oppilaat", "all"),
        ("Kunnat ja kuntayhtymät", None),
        # Swedish
        ("Gravida kvinnor vid mödravården", "female"),
        ("Mödrar och deras barn", "all"),
        ("Pojkar i årskurs nio", "male"),
        ("Kvinnliga läkare", "female"),
        ("Manliga och kvinnliga rekryter", "all"),
        ("Änkor efter sjömän", "female"),
        ("Personer folkbokförda i landet", "all"),
        ("Hönor och tuppar", None),
        # Norwegian
        ("Gravide kvinner i tredje trimester", "female"),
        ("Jenter i videregående skole", "female"),
        ("Mødre og deres barn", "all"),
        ("Mannlige sykepleiere", "male"),
        ("Kvinnelige studenter", "female"),
        ("Menn født før krigen", "male"),
        ("Både kvinner og menn over 60 år", "all"),
        ("Husholdninger i byen", "all"),
        ("Kommuner og fylker", None),
        # Danish
        ("Gravide kvinder", "female"),
        ("Kvindelige ansatte i kommunen", "female"),
        ("Mødre og deres børn", "all"),
        ("Drenge på efterskole", "male"),
        ("Mænd mellem 40 og 60 år", "male"),
        ("Mænd og kvinder på arbejdsmarkedet", "all"),
        ("Borgere i kommunen", "all"),
        ("Virksomheder med over ti ansatte", None),
        # Spanish
        ("Mujeres embarazadas atendidas en el centro", "female"),
        ("Pacientes embarazadas", "female"),
        ("Alumnas de secundaria", "female"),
        ("Alumnos y alumnas de secundaria", "all"),
        ("Trabajadoras del hogar", "female"),
        ("Madres y sus hijos", "all"),
        ("Varones mayores de 50 años", "male"),
        ("Población de ambos sexos de 18 años y más", "all"),
        ("Empresas del sector textil", None),
        ("Personas mayores jubiladas", "all"),
        ("Población femenina de 15 a 49 años", "female"),
        # Italian
        ("Donne in gravidanza", "female"),
        ("Studentesse universitarie", "female"),
        ("Studenti e studentesse delle scuole superiori", "all"),
        ("Lavoratrici domestiche", "female"),
        ("Madri e i loro figli", "all"),
        ("Uomini di età superiore a 50 anni", "male"),
        ("Popolazione residente di ambo i sessi", "all"),
        ("Imprese manifatturiere", None),
        # Portuguese
        ("Mulheres grávidas acompanhadas no hospital", "female"),
        ("Raparigas do ensino secundário", "female"),
        ("Mães e os seus bebés", "all"),
        ("Homens com mais de 50 anos", "male"),
        ("Homens e mulheres residentes no país", "all"),
        ("Trabalhadoras domésticas", "female"),
        ("Indivíduos de ambos os sexos com 15 e mais anos", "all"),
        ("Agregados familiares", "all"),
        ("Empresas com mais de dez trabalhadores", None),
        ("Municípios do interior", None),
        # Greek
        ("Έγκυες γυναίκες στο τρίτο τρίμηνο", "female"),
        ("Μητέρες και τα παιδιά τους", "all"),
        ("Άνδρες και γυναίκες άνω των 18 ετών", "all"),
        ("Φοιτήτριες νοσηλευτικής", "female"),
        ("Άνδρες ηλικίας 50 έως 70 ετών", "male"),
        ("Μαθητές και μαθήτριες λυκείου", "all"),
        ("Κάτοικοι της πόλης", "all"),
        ("Ο γενικός πληθυσμός", "all"),
        ("Επιχειρήσεις μεταποίησης", None),
        # Japanese
        ("妊娠中の女性", "female"),
        ("全国の20歳以上の女性", "female"),
        ("高校の男子生徒", "male"),
        ("男性と女性の労働者", "all"),
        ("母親とその子ども", "all"),
        ("全国の満18歳以上の有権者", "all"),
        ("妻と夫", "all"),
        ("全国の中小企業", None),
    ],
)
def test_a_population(universe: str, sex: str | None) -> None:
    assert value(record(title="No. 7", population=universe), "sex") == sex


@pytest.mark.parametrize(
    ("description", "sex"),
    [
        ("De vrouwen vertellen over hun mannen en over de oorlog. Er werden 12 vrouwen geïnterviewd.", "female"),
        ("Enquête onder volwassenen over opvattingen over vrouwen met een baan.", "all"),
        ("Befragt wurden 300 Frauen; die Interviewerinnen waren geschult.", "female"),
        ("Die Befragung von Erwachsenen galt den Einstellungen zu Frauen im Beruf.", "all"),
        ("Enquête auprès de 200 femmes âgées de 20 à 40 ans.", "female"),
        ("Enquête auprès des ménages sur l'emploi des femmes.", "all"),
        ("Haastateltiin 40 naista. Haastattelijat olivat miehiä.", "female"),
        ("Kyselyyn vastasivat aikuiset; aiheena olivat asenteet naisten työhön.", "all"),
        ("Intervjuer med 20 kvinnor i hemtjänsten.", "female"),
        ("Enkät till vuxna om attityder till kvinnor i arbetslivet.", "all"),
        ("Vi intervjuet 15 kvinner om fødsel.", "female"),
        ("Der blev interviewet 30 mænd om deres arbejde.", "male"),
        ("Se entrevistó a 40 mujeres rurales.", "female"),
        ("Encuesta a adultos sobre la violencia contra las mujeres.", "all"),
        ("Sono state intervistate 25 donne.", "female"),
        ("Foram entrevistadas 30 mulheres.", "female"),
        ("Inquérito a adultos sobre a violência contra as mulheres.", "all"),
        ("Συνεντεύξεις με 20 γυναίκες.", "female"),
        ("Έρευνα σε ενήλικες για τη βία κατά των γυναικών.", "all"),
        ("女性20名に面接調査を行った。", "female"),
        ("The survey asked adults whether men should share housework.", "all"),
        ("Depression is more common in women than in men. We followed 200 adults.", "all"),
        ("We recruited 30 women and a control group of men.", "all"),
        ("Ages of 40 male mice at first litter.", None),
        ("The children wrote of their fathers.", "all"),
        ("Sixty fathers kept a diary about their sons.", "male"),
        ("Letters by women to newspapers, transcribed; the corpus has 3,000 texts.", None),
    ],
)
def test_a_description(description: str, sex: str | None) -> None:
    assert value(record(title="An inquiry", description=description), "sex") == sex


@pytest.mark.parametrize(
    ("title", "sex"),
    [
        ("Kvinnors hälsa 1990", "female"),
        ("Frauen in der DDR: Erwerbsverläufe", "female"),
        ("Gewalt gegen Frauen: eine Bevölkerungsbefragung", "all"),
        ("Violences envers les femmes, enquête ménages", "all"),
        ("Salud de las mujeres rurales", "female"),
        ("La salute delle donne immigrate", "female"),
        ("A saúde das mulheres trabalhadoras", "female"),
        ("Υγεία των γυναικών της υπαίθρου", "female"),
        ("農村女性の健康調査", "female"),
        ("男女共同参画に関する世論調査", "all"),
        ("Maaseudun naisten terveys", "female"),
        ("Mænds sundhed", "male"),
        ("Menns helse i Nord", "male"),
        ("Santé des hommes agriculteurs", "male"),
        ("The men and women of the mill", "all"),
        ("Women members of parliament and their voting, 1990-2000", "female"),
        ("Portraits of women in newspapers", None),
        ("Female labour force participation by country", None),
        ("Gender pay gap in firms", None),
        ("Boys' and girls' reading", "all"),
        ("Fathers and sons: a survey", "male"),
        ("Mothers and daughters on kinship", "female"),
        ("Effects of oxytocin on trust in healthy men", "male"),
        ("Emotion words in Greek tragedy", None),
        ("Excavation at the men's house of a Neolithic settlement", None),
        ("Burials of women and men at an Iron Age site", "all"),
    ],
)
def test_a_title(title: str, sex: str | None) -> None:
    assert value(record(title=title), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Naisten asema: väestökysely 1995", "Kyselyyn vastasi 1200 aikuista.", "all"),
        ("Women's suffrage petitions, 1900", "Transcripts of petitions.", None),
        ("Sex differences in memory", "We tested 60 students.", "all"),
        ("Effects of diet on weight", "Forty healthy male volunteers were recruited.", "male"),
        ("Effects of diet on weight", "Participants were 20 men and 22 women.", "all"),
        ("Effects of diet on weight", "Participants (52% female) kept a diary.", "all"),
        ("Effects of diet on weight", "Participants (all female) kept a diary.", "female"),
        ("Breast cancer screening uptake", "Women aged 50 to 69 invited to screening.", "female"),
        ("Birth weight register", "All live births in the region.", "all"),
        ("Hip fractures", "Hospital admissions for hip fracture.", "all"),
        ("Pig farm emissions", "Ammonia measured in barns with sows.", None),
        ("Old Norse sagas: a corpus", "Texts with lemmas.", None),
        (
            "Entrevista con una maestra rural",
            "La entrevistada cuenta su vida. Ella nació en un pueblo y ella fue maestra.",
            "female",
        ),
        (
            "Intervju med en fiskare",
            "Han berättar om sitt liv på havet och om hur han blev fiskare. Hans familj var från kusten.",
            "male",
        ),
        (
            "Interview 4",
            "Sie war Lehrerin. Die Interviewte erzählt von ihrer Jugend und ihrem Beruf in der Stadt.",
            "female",
        ),
    ],
)
def test_a_title_and_its_description(title: str, description: str, sex: str | None) -> None:
    assert value(record(title=title, description=description), "sex") == sex


@pytest.mark.parametrize(
    ("title", "rules", "sex"),
    [
        (
            "A trial of a drug",
            [
                "Inclusion Criteria:",
                "- Adults",
                "- Males must use condoms",
                "Exclusion Criteria:",
                "- Pregnant or nursing women",
            ],
            "all",
        ),
        (
            "A trial of a drug",
            ["Inclusion Criteria:", "- Postmenopausal women", "Exclusion Criteria:", "- Smoking"],
            "female",
        ),
        (
            "A trial of a drug",
            ["Inclusion Criteria:", "- Age 18-40", "- Male", "Exclusion Criteria:", "- Smoking"],
            "male",
        ),
        (
            "A trial of a drug",
            ["Inclusion Criteria:", "- Age 18-40", "- Stable angina", "Exclusion Criteria:", "- Women", "- Smoking"],
            "male",
        ),
        (
            "A trial of a drug",
            [
                "Inclusion Criteria:",
                "- Women of childbearing potential: negative pregnancy test",
                "- Heart failure",
                "Exclusion Criteria:",
                "- Smoking",
            ],
            "all",
        ),
        (
            "A trial of a drug",
            [
                "Inclusion Criteria:",
                "- Prior hysterectomy or contraception, if female",
                "- Heart failure",
                "Exclusion Criteria:",
                "- Pregnancy",
            ],
            "all",
        ),
        (
            "Pain relief after vasectomy",
            ["Inclusion Criteria:", "- Age over 18", "Exclusion Criteria:", "- Smoking"],
            "male",
        ),
        (
            "Critères",
            ["Critères d'inclusion :", "- Femmes de plus de 18 ans", "Critères d'exclusion :", "- Grossesse"],
            "female",
        ),
        (
            "Einschluss",
            ["Einschlusskriterien:", "- Männer und Frauen ab 18 Jahren", "Ausschlusskriterien:", "- Schwangere"],
            "all",
        ),
        (
            "Criterios",
            [
                "Criterios de inclusión:",
                "- Pacientes mayores de 18 años",
                "Criterios de exclusión:",
                "- Mujeres embarazadas",
            ],
            "all",
        ),
        ("基準", ["選択基準:", "- 20歳以上の患者", "除外基準:", "- 妊婦"], "all"),
    ],
)
def test_rules_for_taking_part(title: str, rules: list[str], sex: str) -> None:
    assert value(record(title=title, population="\n".join(rules)), "sex") == sex

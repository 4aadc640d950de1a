"""Kinds of statements that name women or men, but not only women or only men as those studied; and the reverse."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


@pytest.mark.parametrize(
    ("population", "sex"),
    [
        ("Lesbian, gay and bisexual people", "all"),
        ("Lesbian and bisexual people", "all"),
        ("Lesbians, gays and bisexuals over 50", "all"),
        ("Gay, bisexual and transgender people", "all"),
        ("LGBTQ+ adolescents and their friends", "all"),
        ("Lesbische, homoseksuele en biseksuele personen", "all"),
        ("Lesbiennes, homo's en biseksuelen", "all"),
        ("LHBTI-personen", "all"),
        ("Lesbische, schwule und bisexuelle Menschen", "all"),
        ("Lesben, Schwule und Bisexuelle", "all"),
        ("Personnes lesbiennes, gays et bisexuelles", "all"),
        ("Lesbiennes, gays et bisexuels", "all"),
        ("Personas lesbianas, gays y bisexuales", "all"),
        ("Lesbianas, gais y bisexuales", "all"),
        ("Persone lesbiche, gay e bisessuali", "all"),
        ("Lesbiche, gay e bisessuali", "all"),
        ("Pessoas lésbicas, gays e bissexuais", "all"),
        ("Lesbiska, homosexuella och bisexuella personer", "all"),
        ("Lesber, homofile og bifile", "all"),
        ("Lesbiske, bøsser og biseksuelle", "all"),
        ("Lesbot, homot ja biseksuaalit", "all"),
        ("Λεσβίες, γκέι και αμφιφυλόφιλα άτομα", "all"),
        ("Lezbijke, geji in biseksualne osebe", "all"),
        ("Lesbijki, geje i osoby biseksualne", "all"),
        ("Lesby, gayové a bisexuální lidé", "all"),
        ("Leszbikus, meleg és biszexuális emberek", "all"),
        ("Lezbijke, gejevi i biseksualne osobe", "all"),
        ("レズビアン、ゲイ、バイセクシュアルの人々", "all"),
        ("Lesbian women", "female"),
        ("Lesbian and bisexual women", "female"),
        ("Gay men", "male"),
        ("Lesbische en biseksuele vrouwen", "female"),
        ("Lesbische und bisexuelle Frauen", "female"),
        ("Femmes lesbiennes et bisexuelles", "female"),
        ("Mujeres lesbianas y bisexuales", "female"),
        ("Homoseksuele mannen", "male"),
    ],
)
def test_people_by_orientation(population: str, sex: str) -> None:
    assert value(record(title="No. 7", population=population), "sex") == sex


@pytest.mark.parametrize(
    "words",
    [
        "Mostly men in hostels",
        "Predominantly female patients",
        "Mainly women over 60",
        "Largely male inmates",
        "Voornamelijk mannen in opvanghuizen",
        "Overwegend vrouwelijke patiënten",
        "Überwiegend Frauen über 60",
        "Vor allem Männer in Heimen",
        "Principalement des femmes de plus de 60 ans",
        "Majoritairement des hommes",
        "Principalmente mujeres mayores de 60 años",
        "Mayoritariamente hombres",
        "Prevalentemente donne sopra i 60 anni",
        "Principalmente mulheres com mais de 60 anos",
        "Främst kvinnor över 60 år",
        "Hovedsakelig menn over 60 år",
        "Hovedsageligt kvinder over 60 år",
        "Enimmäkseen naisia",
        "Κυρίως γυναίκες άνω των 60 ετών",
        "Večinoma ženske, starejše od 60 let",
        "Głównie kobiety powyżej 60 lat",
        "Převážně ženy starší 60 let",
        "Többségében nők",
        "Pretežno žene starije od 60 godina",
        "主に高齢の女性",
    ],
)
def test_mostly_one_sex_is_both(words: str) -> None:
    assert value(record(title="No. 7", population=words), "sex") == "all"


@pytest.mark.parametrize(
    "words",
    [
        "Three of the fifteen clients are women.",
        "The fifteen clients were seen at home. Three of them are women.",
        "Drie van de vijftien cliënten zijn vrouwen.",
        "Drei der fünfzehn Klienten sind Frauen.",
        "Trois des quinze patients sont des femmes.",
        "Tres de los quince pacientes son mujeres.",
        "Tre dei quindici pazienti sono donne.",
        "Três dos quinze pacientes são mulheres.",
        "Tre av de femton patienterna är kvinnor.",
        "Tre av de femten pasientene er kvinner.",
        "Tre af de femten patienter er kvinder.",
        "Viidestätoista potilaasta kolme on naisia.",
        "Trije od petnajstih bolnikov so ženske.",
        "患者15人のうち3人は女性である。",
        "Participants: 61 (43 male, 70.5 %).",
        "We tested 61 people (43 male, 70.5%).",
        "Sample: N = 61, 43 women.",
        "The participants (n = 61; 43 women) kept a diary.",
        "Sixty-one participants took part, 43 of whom were women.",
        "61 deelnemers, waarvan 43 vrouwen, vulden een vragenlijst in.",
        "61 Teilnehmer, davon 43 Frauen, wurden befragt.",
        "61 participants, dont 43 femmes, ont été interrogés.",
        "Se entrevistó a 61 personas, de las cuales 43 mujeres.",
        "Sono state intervistate 61 persone, di cui 43 donne.",
        "Foram inquiridas 61 pessoas, das quais 43 mulheres.",
        "61 personer deltog, varav 43 kvinnor.",
        "A sample of 300 adults (84% women) kept a diary.",
        "The respondents were 300 teachers, 84 percent female.",
        "Two thirds of the participants were female.",
        "Participants were mainly women.",
        "The participants were largely male students.",
        "All but two of the participants were men.",
    ],
)
def test_a_share_in_a_description(words: str) -> None:
    assert value(record(title="An inquiry", description=words), "sex") == "all"


@pytest.mark.parametrize(
    "title",
    [
        "Male vs. female leaders",
        "Women versus men at the helm",
        "Girls vs boys: who reads more?",
        "Vrouwen versus mannen aan het roer",
        "Frauen vs. Männer am Ruder",
        "Femmes versus hommes au gouvernail",
        "Mujeres frente a hombres",
        "Donne contro uomini al timone",
        "Mulheres versus homens ao leme",
        "Kvinnor kontra män vid rodret",
        "Married couples: wives' answers and husbands' answers",
        "Women and their male partners",
        "Do men read less than women?",
        "Sleep in pregnant women and their partners",
    ],
)
def test_women_and_men_compared_in_a_title(title: str) -> None:
    assert value(record(title=title, description="A survey of adults."), "sex") == "all"
    assert value(record(title=title), "sex") in {"all", None}


@pytest.mark.parametrize(
    ("by_role", "sex"),
    [
        # records of mothers and babies
        ({"title": "Maternity records of Harbour Trust", "description": "Data on mothers and babies."}, "all"),
        ({"title": "Maternity services data", "description": "The mother's care and the birth of her baby."}, "all"),
        ({"title": "Maternity episodes", "description": "Hospital care. Has the weight of the baby at birth."}, "all"),
        ({"title": "Maternity leave for employed women", "description": "Women were asked."}, "female"),
        ({"title": "Kraamzorgregistratie", "description": "Gegevens over moeders en baby's."}, "all"),
        # devices
        ({"title": "Defects of intrauterine devices", "description": "Reports of faults of devices."}, None),
        ({"title": "Gynaecological implants: a register of devices"}, None),
        # those who were asked are not those with the condition
        ({"title": "Views of obstetricians on caesarean section", "description": "200 obstetricians answered."}, "all"),
        ({"title": "Gynaecologists on abortion", "description": "A postal survey among gynaecologists."}, "all"),
        ({"title": "Doctors on abortion and pregnancy"}, "all"),
        ({"title": "Midwives' care in pregnancy", "description": "Interviews with 30 midwives."}, "all"),
        ({"title": "Urologists on prostate cancer", "description": "An online survey among urologists."}, "all"),
        ({"title": "Verloskundigen over zwangerschap", "description": "Interviews met verloskundigen."}, "all"),
        ({"title": "Frauenärzte über Schwangerschaft", "description": "Befragung von Ärzten."}, "all"),
        # opinions of everybody
        ({"title": "Breastfeeding in public: opinions of adults"}, "all"),
        ({"title": "Attitudes to breastfeeding", "description": "A survey of 1,000 adults."}, "all"),
        ({"title": "Opinions on abortion 1974", "description": "1,000 adults were asked."}, "all"),
        ({"title": "Knowledge of the menopause", "description": "Men and women were asked."}, "all"),
        ({"title": "Knowledge of cervical screening", "description": "Participants were 200 students."}, "all"),
        ({"title": "Meningen over abortus", "description": "Enquête onder volwassenen."}, "all"),
        ({"title": "Einstellungen zur Schwangerschaft", "description": "Befragung von Erwachsenen."}, "all"),
        ({"title": "Opinions sur la grossesse", "description": "Enquête auprès d'adultes."}, "all"),
        ({"title": "Interpreting smiles of women with covered faces", "description": "Two samples."}, None),
        ({"title": "Faces of women rated by adults"}, "all"),
        ({"title": "Cells on a chip: a model of the endometrium", "description": "Epithelial cells in culture."}, None),
    ],
)
def test_a_topic_is_not_the_sample(by_role: dict[str, str], sex: str | None) -> None:
    assert value(record(**by_role), "sex") == sex


@pytest.mark.parametrize(
    "title",
    [
        "Man versus machine: translations of novels",
        "Man against machine in chess",
        "Man and machine",
        "Man and nature: essays",
        "Man and the sea",
        "Early man in the Old Valley",
        "Homme et machine: traductions",
        "The old man and the mill: a stylometric edition",
        "The founding fathers in print",
        "Church fathers: an edition",
        "Father Christmas in postcards",
        "Mother Goose rhymes",
        "Mother tongue and spelling",
        "Moedertaal en spelling",
        "Muttersprache und Rechtschreibung",
        "Langue maternelle et orthographe",
        "Lengua materna y ortografía",
        "Lingua madre e ortografia",
        "Mother Earth in hymns",
        "Sister cities of Ruritania",
        "Boys' Own weekly: issues",
        "The Wise Woman, a novel: text and notes",
        "Tale of the fox and the girl",
        "Sprookje van het meisje en de wolf",
        "Märchen vom Mädchen und dem Wolf",
        "Conte de la fille et du loup",
    ],
)
def test_words_that_name_no_person_who_was_studied(title: str) -> None:
    assert value(record(title=title), "sex") is None


@pytest.mark.parametrize(
    ("by_role", "sex"),
    [
        ({"title": "Working men of the port, 1950", "description": "People told of work and pay."}, "male"),
        ({"title": "Working men of the port, 1950", "population": "Workers"}, "male"),
        ({"title": "Working women of the port, 1950", "population": "Employees of three mills"}, "female"),
        ({"title": "Women in large firms"}, "female"),
        ({"title": "Vrouwen in grote bedrijven"}, "female"),
        ({"title": "Frauen in großen Unternehmen"}, "female"),
        ({"title": "Femmes dans les grandes entreprises"}, "female"),
        ({"title": "Women in firms owned by men"}, "female"),
        ({"population": "Women in firms owned by men"}, "female"),
        ({"population": "Men with wives"}, "male"),
        ({"population": "Men with a wife at home"}, "male"),
        ({"population": "Men whose female partner is pregnant"}, "male"),
        ({"population": "Men whose wives are pregnant"}, "male"),
        ({"population": "Mannen met een vrouw die werkt"}, "male"),
        ({"population": "Women with husbands abroad"}, "female"),
        ({"title": "Depression in prison", "description": "Interviews were held with adult male prisoners."}, "male"),
        ({"title": "Homeless people", "description": "Inquiry of homeless men in institutions."}, "male"),
        (
            {"description": "The women who had left the villages of the north in the dry years were interviewed."},
            "female",
        ),
        ({"description": "Men, who had all worked at sea before the war, were asked about their pay."}, "male"),
        ({"description": "De vrouwen die na de storm het dorp hadden verlaten, zijn geïnterviewd."}, "female"),
        ({"description": "Frauen, die nach dem Sturm das Dorf verlassen hatten, wurden befragt."}, "female"),
        ({"description": "Les femmes qui avaient quitté le village ont été interrogées."}, "female"),
        ({"description": "Se entrevistó en casa a las mujeres que dejaron el pueblo."}, "female"),
        ({"description": "Kvinnor som hade lämnat byn efter stormen intervjuades."}, "female"),
    ],
)
def test_one_sex_that_is_easily_missed(by_role: dict[str, str], sex: str) -> None:
    assert value(record(**by_role), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description", "sex"),
    [
        ("Interview 12", "He tells of his mother. She sang to her children, and she kept the shop.", "male"),
        (
            "Interview 12",
            "The interviewee tells of her father. He was at sea. He came home when she was ten.",
            "female",
        ),
        ("Interview 12", "The narrator tells how his wife left. She came back; she told her sister.", "male"),
        ("Interview 12", "De geïnterviewde vertelt over haar vader. Hij voer op zee. Hij kwam terug.", "female"),
        ("Interview 12", "De geïnterviewde vertelt over zijn moeder. Ze had een winkel en ze zong.", "male"),
        ("Voices", "Respondent K12 has two brothers. She left school early.", "female"),
        ("Voices", "Respondent K12 grew up in a mill town. He left school early.", "male"),
        ("Voices", "Informant 7 was born on the coast. He left school early.", "male"),
        ("Voices", "Respondente 7 heeft twee broers en een huis in de stad.", "female"),
    ],
)
def test_a_single_interviewee_beside_relatives(title: str, description: str, sex: str) -> None:
    assert value(record(title=title, description=description), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Land cover maps", "The maps help managers to plan."),
        ("Land cover maps", "Users of the maps can choose a scale."),
        ("Soil maps", "Intended for farmers and policy makers."),
        ("Flood plains", "Population exposed to floods by grid cell."),
        ("Slopes", "The model gives the population exposed to landslides."),
        ("Quakes", "People at risk by grid cell, from a model of slopes."),
        ("Ward boundaries", "Boundaries by the Census Bureau."),
        ("Ward boundaries", "Shapefiles of the Ruritanian Census Office."),
        ("Worms", "Growth of worms at population level."),
        ("Seedlings", "A cohort of seedlings was marked."),
        ("Stars in a cohort", "Brightness of stars."),
        ("Tree stands", "Growth by cohort."),
        ("Bogs", "Populations of sundew were mapped."),
        ("Corpus of speeches", "Users can search the corpus."),
        ("A toolbox", "Software for researchers."),
        ("Women's Institute minutes", "Scans of minutes."),
        ("Men's Shed, a building", "Floor plans."),
    ],
)
def test_records_that_are_not_about_people(title: str, description: str) -> None:
    assert value(record(title=title, description=description), "sex") is None


CRITERIA = "Inclusion Criteria:\n\n- {}\n- Able to give informed consent\n\nExclusion Criteria:\n\n- {}"


@pytest.mark.parametrize(
    ("title", "included", "excluded", "sex"),
    [
        ("A trial of a diet", "Italian mother tongue", "Smoking", "all"),
        ("A trial of a diet", "Italian mother-tongue", "Smoking", "all"),
        ("A trial of a diet", "Pregnant women may enrol", "Smoking", "all"),
        ("A trial of a diet", "Pregnant women may be enrolled", "Smoking", "all"),
        ("A trial of a diet", "Females only: post-menopausal or using a barrier", "Smoking", "all"),
        ("A trial of a diet", "For females only: negative test", "Smoking", "all"),
        ("A trial of a diet", "Women: postmenopausal or surgically sterile", "Smoking", "all"),
        ("A trial of a diet in NON-TESTICULAR germ cell tumours", "Stage II", "Smoking", "all"),
        ("A trial of a diet in non-prostate cancer", "Stage II", "Smoking", "all"),
        ("A trial of a diet", "Has had sex with men in the last year", "Smoking", "all"),
        ("A trial of a diet", "Reports sex with women or men", "Smoking", "all"),
        ("A trial of a diet", "Men who have sex with men", "Smoking", "male"),
        ("A trial of a diet", "Women who have sex with men", "Smoking", "female"),
        ("A trial of a diet", "Women only", "Smoking", "female"),
        ("A trial of a diet", "Females only", "Smoking", "female"),
        ("A trial of a diet", "Adults", "Men with fever at home", "all"),
        ("A trial of a diet", "Adults", "Men", "female"),
    ],
)
def test_criteria_of_a_trial(title: str, included: str, excluded: str, sex: str) -> None:
    assert value(record(title=title, population=CRITERIA.format(included, excluded)), "sex") == sex


@pytest.mark.parametrize(
    ("excluded", "sex"),
    [
        ("Men", "female"),
        ("All men", "female"),
        ("Male patients", "female"),
        ("Men with fever at home", "all"),
        ("Men over 60", "all"),
        ("Pregnant women", "all"),
        ("Mannen", "female"),
        ("Mannen met koorts", "all"),
    ],
)
def test_a_criterion_of_exclusion_with_a_condition_excludes_only_those(excluded: str, sex: str) -> None:
    study = record(statement(Role.POPULATION, excluded, excludes=True), population="Patients")

    assert value(study, "sex") == sex


@pytest.mark.parametrize(
    ("role", "words", "sex"),
    [
        (
            "population",
            "All household members, all women aged between 15-49 years and all children under 5 living there.",
            "all",
        ),
        (
            "population",
            "All de jure household members (usual residents), women age 15-49 years and men age 15-54 years",
            "all",
        ),
        ("population", "Women aged 15-49 years, children under 5", "all"),
        ("population", "Ever-married women age 15-49", "female"),
        ("population", "Women aged 18-59 resident in Great Britain", "female"),
        ("population", "Wives and mothers in three towns", "female"),
        ("population", "Men in paid employment", "male"),
        ("population", "Male manual workers", "male"),
        ("population", "Girls attending secondary schools", "female"),
        ("population", "Deutsche Frauen ab 16 Jahren", "female"),
        ("population", "Weibliche Wohnbevölkerung ab 14 Jahren", "female"),
        ("population", "Mütter von Kindern unter drei Jahren", "female"),
        ("population", "verheiratete Frauen", "female"),
        ("population", "männliche Jugendliche", "male"),
        ("population", "Ehepaare", "all"),
        ("population", "Hausfrauen", "female"),
        ("population", "Väter in Elternzeit", "male"),
        ("population", "Männer und ihre Ehefrauen", "all"),
        ("population", "Paare, bei denen die Frau schwanger ist", "all"),
        ("population", "Naispuoliset opiskelijat", "female"),
        ("population", "Miesvangit", "male"),
        ("population", "Äidit, joilla on alle 3-vuotias lapsi", "female"),
        ("population", "Suomessa asuvat naiset", "female"),
        ("population", "Synnyttäneet naiset", "female"),
        ("population", "Isät", "male"),
        ("population", "Kvinnor 18-79 år", "female"),
        ("population", "Mammor till små barn", "female"),
        ("population", "Pappor", "male"),
        ("population", "Kvinnliga chefer", "female"),
        ("population", "Manliga fångar", "male"),
        ("population", "有配偶女性", "female"),
        ("population", "20代の既婚女性", "female"),
        ("population", "男性労働者", "male"),
        ("population", "女子学生", "female"),
        ("population", "主婦", "female"),
        ("population", "夫婦", "all"),
        ("population", "父親", "male"),
        ("population", "母親", "female"),
        ("population", "0歳から6歳の子どもを持つ母親", "female"),
        ("population", "Vdané ženy", "female"),
        ("population", "Matky dětí do tří let", "female"),
        ("population", "Otcové", "male"),
        ("population", "Muži ve výkonu trestu", "male"),
        ("population", "Matki małych dzieci", "female"),
        ("population", "Ojcowie", "male"),
        ("population", "Kisgyermekes anyák", "female"),
        ("population", "Apák", "male"),
        ("population", "Očevi", "male"),
        ("population", "Matere z majhnimi otroki", "female"),
        ("population", "Očetje", "male"),
        ("population", "Femmes ayant accouché en 2010", "female"),
        ("population", "Pères de jeunes enfants", "male"),
        ("population", "Couples hétérosexuels", "all"),
        ("population", "Détenus de sexe masculin", "male"),
        ("population", "Population féminine âgée de 15 à 49 ans", "female"),
        ("population", "Femmes en couple et leurs conjoints", "all"),
        ("population", "Mujeres víctimas de violencia", "female"),
        ("population", "Padres varones", "male"),
        ("population", "Mujeres con hijos menores", "female"),
        ("population", "Parejas", "all"),
        ("population", "Hombres que tienen sexo con hombres", "male"),
        ("population", "Donne vittime di violenza", "female"),
        ("population", "Padri", "male"),
        ("population", "Detenuti maschi", "male"),
        ("population", "Mulheres vítimas de violência", "female"),
        ("population", "Pais (homens)", "male"),
        ("population", "Vrouwelijke ondernemers", "female"),
        ("population", "Vaders met jonge kinderen", "male"),
        ("population", "Mannen die seks hebben met mannen", "male"),
        ("population", "Mannelijke gedetineerden", "male"),
        ("population", "Getrouwde vrouwen tussen 20 en 40 jaar", "female"),
        ("population", "Vrouwen met borstkanker en hun partners", "all"),
        ("population", "Echtparen waarvan de vrouw zwanger is", "all"),
        ("population", "Samenwonende mannen en vrouwen", "all"),
        ("population", "Moeders van leerlingen", "female"),
        ("population", "Leerlingen en hun moeders", "all"),
        ("population", "Enceintes", "female"),
        ("population", "Women and girls", "female"),
        ("population", "Men and boys", "male"),
        ("population", "Women, girls and boys", "all"),
        ("population", "Nurses (mainly women)", "all"),
        ("population", "Midwives", "all"),
        ("population", "Housewives and their husbands", "all"),
        ("population", "Trans women", "female"),
        ("population", "Non-binary people and women", "all"),
        ("population", "Women of colour", "female"),
        ("population", "Women and non-binary people", "all"),
        ("population", "Women MPs", "female"),
        ("population", "Female sex workers and their clients", "all"),
        ("population", "Female sex workers", "female"),
        ("population", "Males only", "male"),
        ("title", "Women in prison", "female"),
        ("title", "Men and masculinity in firms", "male"),
        ("title", "Fatherhood in Ruritania: interviews with fathers", "male"),
        ("title", "Motherhood and work", None),
        ("title", "The Women's Library", None),
        ("title", "Women's football clubs", None),
        ("title", "Women, work and the family, 1970", "female"),
        ("title", "Women and the vote", "female"),
        ("title", "The image of women in advertising", None),
        ("title", "Images of men", None),
        ("title", "Women in films", None),
        ("title", "Number of women in parliament", None),
        ("title", "Girls' education project", "female"),
        ("title", "Boys into nursing", "male"),
        ("title", "Gender and science", None),
        ("title", "Gender differences in pay", None),
        ("title", "Men at work: lives of miners", "male"),
        ("title", "Male violence against women", None),
        ("title", "Sons and daughters of emigrants", "all"),
        ("title", "Prostate cancer screening: a trial", "male"),
        ("title", "Pregnancy loss: interviews", "female"),
        ("title", "Cervical cancer registry", "female"),
        ("title", "Sperm whales of the Atlantic", None),
        ("title", "Maternal effects in great tits", None),
        ("title", "Male contraception: attitudes of couples", "all"),
        ("title", "Queen bees", None),
        ("title", "Kingsmen of Harbour: a pub's ledgers", None),
        ("title", "Old Wives' Tales: a corpus", None),
        ("title", "Mens en machine", None),
        ("title", "Mannen en macht", "male"),
        ("title", "Vrouwen aan de top", None),
        ("title", "Moederschap en arbeid", None),
        ("title", "Vrouwenbeweging in archieven", None),
        ("title", "Meisjes en techniek", "female"),
        ("title", "Jongens in het onderwijs", "male"),
        ("title", "Vaders over opvoeding", "male"),
        ("title", "Frauenbild in Schulbüchern", None),
        ("title", "Frauen in Führungspositionen", None),
        ("title", "Mädchen und Technik", "female"),
        ("title", "Väter in Elternzeit", "male"),
        ("title", "Femmes dans la presse", None),
        ("title", "Les femmes au foyer", "female"),
        ("title", "La femme et la loi", None),
        ("title", "Mujeres rurales y trabajo", "female"),
        ("title", "Mujeres en el cine", None),
        ("title", "Naiset politiikassa", "female"),
        ("title", "Naiskuva mainoksissa", None),
        ("title", "Kvinnor i medier", None),
        ("title", "Kvinnor och arbete", "female"),
        ("title", "Widows' pensions", None),
        ("title", "Ladies' dress, 1850-1900", None),
        ("title", "Men's suits", None),
        ("title", "Salaries of women professors", "female"),
        ("description", "Data on the position of women in Ruritania since 1990 more and more women work.", None),
        ("description", "In 3 villages the role of women was looked at.", None),
        ("description", "The interviews were held with mothers about their daughters.", "female"),
        ("description", "We asked 40 fathers about their sons.", "male"),
        ("description", "A survey among female students about male teachers.", "female"),
        ("description", "Respondents rated photographs of 40 women.", "all"),
        ("description", "Participants saw 40 male faces.", "all"),
        ("description", "40 participants rated the faces of 20 men.", "all"),
        ("description", "We counted 30 women in 20 films.", None),
        ("description", "Interviews with experts on violence against women.", "all"),
        ("description", "Twelve midwives were interviewed about pregnant women.", "all"),
        ("description", "The data set covers 300 men and women.", "all"),
        ("description", "The cohort consists of 300 girls.", "female"),
        ("description", "The children were followed; mothers filled in questionnaires.", "all"),
        ("description", "Pupils and their fathers were interviewed.", "all"),
        ("description", "Women were asked whether their husbands help.", "female"),
        ("description", "Half of the sample was female.", "all"),
        ("description", "Both mothers and fathers answered.", "all"),
        ("description", "The patients' wives were interviewed.", "female"),
        ("description", "We recruited couples; the women were pregnant.", "all"),
        ("description", "Users: women and men.", "all"),
        ("description", "Interviews with the women of a village (n = 24).", "female"),
        ("description", "Life stories of ten nuns.", "female"),
        ("description", "The study was funded by the Men's Guild. Adults were asked.", "all"),
    ],
)
def test_words_of_one_sex_beside_others(role: str, words: str, sex: str | None) -> None:
    titles = {} if role == "title" else {"title": "An inquiry"}

    assert value(record(**titles, **{role: words}), "sex") == sex

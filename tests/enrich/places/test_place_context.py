"""Words around a country that show that the people studied are elsewhere, in the languages of catalogues.

Each word is tried in a sentence, and each sentence also with other words: then its country counts.
"""

from __future__ import annotations

import pytest

from tests.enrich.places.sentences import Row, counting, countries_of, sentence

COMPARED = [
    Row(
        "The results were {} a Danish survey.",
        "those of",
        "compared with, compared to, compared against, compare with, comparable with, comparable to, similar to, "
        "comparison with, comparisons to, same design as, same question as, same questions as, same questionnaire as, "
        "same items as, same method as, modeled on, modelled after, adapted from, inspired by, patterned on, "
        "patterned after, in a questionnaire based on, in a design based on, in an instrument based on, "
        "in items based on, in questions based on, in a scale based on, in a methodology based on, "
        "in a protocol based on, in a sampling based on, in a design that was based upon, "
        "in a design based closely on, in a design based largely on",
    ),
    Row(
        "De uitkomsten zijn {} een Deense studie.",
        "die van",
        "vergeleken met, een vergelijking met, vergelijkingen met, vergelijkbaar met, gemodelleerd naar, "
        "naar het voorbeeld van, naar voorbeeld van, naar het model van, geïnspireerd op, ontleend aan, "
        "gebaseerd op de vragenlijst van",
    ),
    Row(
        "Die Ergebnisse sind {} einer dänischen Studie.",
        "die aus",
        "im Vergleich mit, im Vergleich zu, verglichen mit, verglichen zu, vergleichbar mit, nach dem Vorbild, "
        "nach dem Muster, angelehnt an, in Anlehnung an, orientiert sich an",
    ),
    Row(
        "Les résultats sont {} enquêtes danoises.",
        "ceux de deux",
        "comparés à des, comparables aux, comparés avec des, inspirés par des, inspirés de deux, inspirées de deux, "
        "adaptés de deux, adaptées de deux, sur le modèle de deux, à l’instar de deux, à l'instar de deux, "
        "appuyés sur des, appuyées sur les, appuyée sur les, comparés ensuite au",
    ),
    Row(
        "Les résultats sont {}enquêtes danoises.",
        "deux ",
        "inspirés d’, inspirées d', adaptés d’, adaptées d', sur le modèle d’, sur le modèle d', à l’instar d’, "
        "à l'instar d'",
    ),
    Row(
        "Los resultados son {} una encuesta francesa.",
        "los de",
        "comparados con, comparables con, adaptados de, inspirados en, siguiendo el modelo de",
    ),
    Row(
        "I risultati sono {} una indagine danese.",
        "quelli di",
        "confrontati con, sul modello di, ispirati a, adattati da",
    ),
    Row(
        "Os resultados são {} um inquérito dinamarquês.",
        "os de",
        "comparados com, comparáveis com, inspirados em, inspirados no, inspirados nas, semelhante a",
    ),
    Row(
        "Resultaten är {} en dansk undersökning.",
        "från",
        "jämförda med, jämförbara i stort sett med, efter samma modell som, efter modell från, "
        "efter förebild av, efter mönster av, samma upplägg som, inspirerade av",
    ),
    Row(
        "Resultatene er {} en svensk undersøkelse.",
        "fra",
        "sammenlignet med, sammenlignbare i det store med, samme opplegg som, opplegg som, etter modell av, "
        "etter samme mønster som, etter mal fra, inspirert av",
    ),
    Row(
        "Resultaterne er {} en svensk undersøgelse.",
        "fra",
        "efter samme model som, efter forbillede af, inspireret af",
    ),
    Row(
        "Kysely oli {} ruotsalainen tutkimus.",
        "uusi",
        "vertailussa, vertailtiin, verrattiin, esikuvana, mallina",
    ),
    Row("Τα αποτελέσματα είναι σε {} γαλλική έρευνα.", "μια", "σύγκριση με, συγκριτικά με"),
    # the comparison after the country
    Row("Die Daten einer dänischen Studie wurden dann {}.", "gelesen", "verglichen"),
    Row("De cijfers van de Deense studie zijn {}.", "gelezen", "vergeleken"),
    Row(
        "Ruotsalaisen tutkimuksen {} tehtiin kysely.",
        "vuonna",
        "verrattiin, verrattuna, vertailtiin, mallin mukaan, pohjalta",
    ),
    # what it is compared with
    Row(
        "The results were compared with Danish {}.",
        "villages",
        "study, studies, survey, surveys, research, figures, data, findings, results, norms, cohort, cohorts, poll, "
        "polls, questionnaire, questionnaires, instrument, instruments, model, models, project, projects",
    ),
    Row(
        "The results were compared with {} Denmark.",
        "villages in",
        "a survey in, two earlier surveys in, figures on the whole of, a survey of adults in",
    ),
    Row(
        "De uitkomsten zijn vergeleken met Deense {}.",
        "dorpen",
        "onderzoeken, enquêtes, studie, studies, cijfers, gegevens, uitkomsten",
    ),
    Row(
        "Verglichen mit dänischen {}.",
        "Dörfern",
        "Studien, Untersuchungen, Erhebungen, Umfragen, Befragungen, Daten, Zahlen, Ergebnissen, Forschungen",
    ),
    Row(
        "Comparés aux {} au Danemark.",
        "villages",
        "travaux, enquêtes, études, recherches, données, chiffres, résultats",
    ),
    Row(
        "Comparados con {} en Dinamarca.",
        "pueblos",
        "estudios, encuestas, investigaciones, datos, cifras, trabajos",
    ),
    Row("Confrontati con {} in Danimarca.", "villaggi", "indagini, una indagine, studi, ricerche, dati, sondaggi"),
    Row("Comparados com {} na Dinamarca.", "aldeias", "estudos, inquéritos, dados, pesquisas"),
    Row(
        "Jämförda med danska {}.",
        "byar",
        "undersökningar, studier, studien, forskning, forskningar, siffror",
    ),
    Row("Sammenlignet med svenske {}.", "landsbyer", "undersøkelser, tall, tallene, tal"),
    Row("Sammenlignet med svenske {} fra i fjor.", "landsbyer", "undersøgelser, tallet"),
    Row("Verrattiin ruotsalaisia {}.", "kyliä", "tutkimuksia, aineistoja, lukuja, tuloksia"),
    Row("Σε σύγκριση με γαλλικές {}.", "πόλεις", "έρευνες, μελέτες, στοιχεία"),
    # a study of the same kind
    Row(
        "{} in Denmark.",
        "Farms exist",
        "A comparable study exists, A similar survey exists, The related survey was held, Parallel cohorts have begun, "
        "The sister project has begun, An equivalent survey took place, A corresponding survey is held, "
        "Similar studies are held, Similar studies also exist, Similar surveys were held, Similar research had begun, "
        "Similar surveys from towns, Comparable projects",
    ),
    Row("It was used {} comparable studies in Denmark.", "in", "to, with, by, as, like, than"),
    Row(
        "{} in Denemarken.",
        "Boerderijen",
        "Vergelijkbaar onderzoek, Een vergelijkbare studie, Vergelijkbare onderzoeken, Soortgelijke enquêtes, "
        "Soortgelijk onderzoek",
    ),
    Row(
        "{} in Dänemark.",
        "Bauernhöfe",
        "Eine vergleichbare Studie, Ähnliche Studien, Ähnliche Untersuchungen, Eine ähnliche Untersuchung, "
        "Vergleichbare Erhebungen, Eine vergleichbare Erhebung",
    ),
    Row(
        "{} au Danemark.",
        "Des fermes",
        "Des enquêtes comparables, Une enquête comparable, Une étude similaire, Des études semblables, "
        "Des travaux similaires",
    ),
    Row(
        "{} en Dinamarca.",
        "Granjas",
        "Estudios similares, Un estudio similar, Encuestas comparables, Estudos semelhantes, Inquéritos comparáveis",
    ),
    Row("{} in Danimarca.", "Fattorie", "Studi simili, Indagini simili, Indagini analoghe, Studi analoghi"),
    Row(
        "{} i Danmark.",
        "Gårdar",
        "Liknande undersökningar, Jämförbara studier, Motsvarande undersökning, Lignende studie, "
        "Tilsvarende undersøkelser, Sammenlignbare undersøkelser, Sammenlignelige undersøgelser",
    ),
    Row("{} Tanskassa.", "Maatiloja", "Vastaava tutkimus"),
]


@pytest.mark.parametrize("row", COMPARED, ids=sentence)
def test_a_country_of_a_study_that_this_one_is_compared_with_does_not_count(row: Row) -> None:
    assert counting(row) == []


ASKED_ABOUT = [
    Row(
        "Adults gave their {} Russia.",
        "answers in",
        "attitude to, attitudes toward, attitudes towards, views about, view on, opinion regarding, "
        "opinions concerning, feelings with, feeling about, perceptions on, perception on, belief about, beliefs on, "
        "sympathy with, sympathies with, stance on",
    ),
    Row(
        "Volwassenen gaven hun {} Rusland.",
        "antwoord in",
        "houding tegenover, houdingen ten opzichte van, mening over, meningen ten aanzien van, opvatting over, "
        "opvattingen over, oordeel over, houding jegens, houding met, houding tegenover Japan en, "
        "houding tegenover Japan,",
    ),
    Row(
        "Erwachsene nannten ihre {} Russland.",
        "Antworten in",
        "Einstellung zu, Einstellungen zur, Einstellung zum, Haltung gegenüber, Haltungen gegenüber, Meinung über, "
        "Meinungen über, Ansicht über, Ansichten über, Sympathie für, Sympathien für, Sympathie mit",
    ),
    Row(
        "Les adultes ont donné leur {} Russie.",
        "réponse en",
        "attitude envers la, opinion à l’égard de la, opinions vis-à-vis, sympathie avec la, opinion sur la, "
        "attitudes à propos de la",
    ),
    Row(
        "Los adultos dieron su {} Rusia.",
        "respuesta en",
        "actitud hacia, actitudes hacia, opinión sobre, opinion con, opiniones ante, simpatía respecto a",
    ),
    Row(
        "Gli adulti hanno dato {} Russia.",
        "risposte in",
        "un atteggiamento verso la, atteggiamenti nei confronti della, una opinione su, opinioni sul, "
        "simpatia sulla, opinioni sugli, simpatia con la",
    ),
    Row(
        "Os adultos deram {} Rússia.",
        "respostas na",
        "atitude em relação à, atitudes face à, opinião perante a, opiniões sobre a, opinião com a, atitudes face",
    ),
    Row(
        "Vuxna gav sin {} Ryssland.",
        "svar i",
        "inställning till, inställningen till, inställningar till, attityder om, åsikter på, syn på, synen mot, "
        "attityder gentemot, attityder med",
    ),
    Row(
        "Voksne ga sin {} Russland.",
        "svar i",
        "holdning til, holdninger til, meninger om, syn på, synet på, holdning overfor, holdning over for, "
        "holdning mot, holdning med",
    ),
    Row(
        "Οι ενήλικες έδωσαν {} Ρωσία.",
        "απαντήσεις στη",
        "στάση προς την, στάσεις απέναντι στη, γνώμη έναντι, γνώμες για τη, απόψεις με τη",
    ),
    # relations with it
    Row(
        "Questions cover {} Russia.",
        "life in",
        "relations with, a relation with, relationship with, relationships with, ties with, trade with, trading with, "
        "cooperation with",
    ),
    Row("Vragen gaan over {} Rusland.", "het leven in", "betrekkingen met, handel met, relatie met, relaties met"),
    Row(
        "Es geht um {} Russland.",
        "das Leben in",
        "Beziehung zu, Beziehungen zur, Beziehungen zum, Handel mit, Beziehungen mit",
    ),
    Row("Il s’agit {} Russie.", "de la vie en", "des relations avec la, du commerce avec la"),
    Row("Se trata de {} Rusia.", "la vida en", "relaciones con, comercio con"),
    Row("Si tratta di {} Russia.", "vita in", "relazioni con la, rapporti con la"),
    Row("Trata de {} Rússia.", "vida na", "relações com a"),
    Row(
        "Frågorna gäller {} Ryssland.",
        "livet i",
        "relation till, relationer till, relationen till, handel med, handeln med",
    ),
    Row(
        "Spørsmålene gjelder {} Russland.",
        "livet i",
        "forhold til, forholdet til, handelen med",
    ),
    Row("Πρόκειται για {} Ρωσία.", "τη ζωή στη", "σχέσεις με τη"),
    # what is known or thought of it
    Row(
        "Questions cover {} Russia.",
        "adults of",
        "views of, opinion of, opinions of, perception of, perceptions of, knowledge of, "
        "which were asked about the role of, answers on the influence of",
    ),
    Row(
        "Les questions portent sur {} Russie.",
        "la vie en",
        "la connaissance de la, les connaissances de la, l’image de la, l’image du pays des",
    ),
    Row(
        "Preguntas sobre {} Rusia.",
        "la vida en",
        "el conocimiento de, la imagen de, la valoración de",
    ),
    Row(
        "Domande su {} Russia.",
        "vita in",
        "conoscenza di, conoscenza della, immagine del, immagine degli",
    ),
    Row(
        "Perguntas sobre {} Rússia.",
        "vida na",
        "conhecimento da, conhecimento do, conhecimento de, imagem das",
    ),
    # several countries
    Row(
        "Adults gave their opinions on Kenya {} Russia.",
        "while in",
        "the, former, voormalige, ehemaliges, ex, and, or, und, oder, et, ou, la, le, les, el, los, las, y, e, o, og, "
        "och, eller, ja, gli, lo, il, de, du, des, del, della, dalla, di, den, der, die, het, da, do, das, dos, "
        "countries, neighbouring countries, other countries, such as, like, länder, landen, pays, países, "
        "paesi, lande, τη, την, τις, τον, το, τους, και, d’Ukraine et, l’Ukraine et, dell’Ukraine et, all’Ukraine et",
    ),
    Row("Les opinions {}Ukraine.", "en ", "sur l’, sur d', sur dell’, sur all’"),
]


@pytest.mark.parametrize("row", ASKED_ABOUT, ids=sentence)
def test_a_country_that_people_were_asked_about_does_not_count(row: Row) -> None:
    assert counting(row) == []


WORKED_ON = [
    Row(
        "The {} is based in Estonia.",
        "village",
        "survey company, research firm, polling agency, panel provider, software vendor, fieldwork contractor, "
        "data institute, marketing company, laboratory, laboratories, publisher, server, servers, author, authors, "
        "researchers, principal investigator, principal investigators, research team, coordinating centre, "
        "coordinating center",
    ),
    Row(
        "The publisher {} Estonia.",
        "asked people in",
        "is based in, was based in, are based in, were based in, based in, is located in, is headquartered in, "
        "is registered in, is hosted in",
    ),
    Row("The publisher is based in {}.", "a house, and people in the Netherlands were asked", "the Netherlands"),
    Row(
        "The data were {} at Invented University in Estonia.",
        "given to pupils",
        "cleaned, analysed, analyzed, processed, coded, digitised, digitized, archived, stored, hosted, approved, "
        "maintained, prepared, curated, harmonised, harmonized, transcribed, sequenced, assayed, entered, developed, "
        "designed, programmed",
    ),
    Row(
        "The data were coded at the {} in Estonia.",
        "Mill",
        "University, Universities, Institute, Institut, Centre, Center, Academy, College, Laboratory, Laboratories, "
        "School, Hospital",
    ),
    Row("The data were coded {} Invented School in Estonia.", "after", "at, by, in, with"),
    Row("The data were coded at Invented School {} Estonia.", "by people of", "in, in the"),
    Row("The data were coded at Invented School, {}.", "and pupils of Estonia came", "Estonia, the Netherlands"),
    Row(
        "The interviews were {} by a Danish company.",
        "answered",
        "carried out, conducted, fielded, collected, performed, undertaken, commissioned, provided, produced, "
        "manufactured, administered, executed, transcribed",
    ),
    Row("The interviews were conducted by {} Danish companies.", "workers in", "the, one, two, a, an"),
    Row(
        "There was {} of a Danish university.",
        "a choir",
        "an ethics board, an ethics committee, an ethics commission, ethics approval, ethical approval, "
        "ethical review, ethical clearance, an institutional review board",
    ),
    Row("Ethics approval {} a Danish university.", "excluded", "by, from, at, of, was given early by"),
    Row(
        "It was conducted by a Danish {}.",
        "family",
        "foundation, university, ministry, company, agency, institute, institution, research council, charity, firm, "
        "publisher, manufacturer, research centre, research center, market research agency",
    ),
    Row(
        "It was conducted by Danish {}.",
        "families",
        "universities, companies, agencies, institutes, institutions, foundations, ministries, charities, firms, "
        "publishers, manufacturers, research councils, research centres, research centers",
    ),
    Row(
        "A Danish foundation {} the module.",
        "described",
        "funded, funds, cofunded, co-funded, financed, co-financed, sponsored, sponsors, paid, supported, "
        "of good name then funded",
    ),
    Row(
        "It was rated with a chart ({} Tokyo, Japan).",
        "people in",
        "Example Inc, Example Ltd, Example GmbH, Example Corp, Example Corporation, Example LLC, Example AG, "
        "Example Systems, Example Software, Example Technologies, Example Instruments, Example Scientific, "
        "Example Biosciences, Example Biosystems, Example Diagnostics, Example Electronics, "
        "Example Pharmaceutical, Example Pharmaceuticals, MathWorks",
    ),
    Row("It was rated with a chart (Example Ltd, Leiden, {}).", "and people in Kenya", "the Netherlands"),
    Row(
        "It was rated with {} (IBM, Japan).",
        "friends",
        "SPSS, Stata, SAS, MATLAB, NVivo, Qualtrics, EPrime, E-Prime, GraphPad, software, version 2, a scanner, "
        "an analyser, an analyzer, a camera, a microscope, a spectrometer, a sensor, an eyetracker, an eye tracker, "
        "an eye-tracker, a toolbox, an assay",
    ),
]


@pytest.mark.parametrize("row", WORKED_ON, ids=sentence)
def test_a_country_of_those_who_worked_on_a_study_does_not_count(row: Row) -> None:
    assert counting(row) == []


ORIGIN = [
    Row(
        "Polish {} were interviewed.",
        "farmers",
        "migrants, migrant women, immigrants, emigrants, immigrant families, refugees, refugee women, diaspora "
        "members, roots, origin stories",
    ),
    Row("Pupils of Polish {} were interviewed.", "schools", "origin, origins, descent, background, heritage, ancestry"),
    Row(
        "Polish{} were interviewed.",
        " families",
        "-born pupils,  family origin,  ethnic origin",
    ),
    Row(
        "Jongeren van Poolse {} werden bevraagd.",
        "scholen",
        "herkomst, afkomst, achtergrond, migranten, vluchtelingen",
    ),
    Row(
        "Jugendliche polnischer {} wurden befragt.",
        "Schulen",
        "Herkunft, Abstammung, Wurzeln, Migrationshintergrund, Migranten, Migrantinnen, Flüchtlinge",
    ),
    Row("Unga med polsk {} deltog.", "skola", "bakgrund, ursprung, härkomst, rötter"),
    Row("Unge med polsk {} deltok.", "skole", "bakgrunn, opprinnelse, baggrund, oprindelse"),
    Row("Νέοι γαλλικής {} ερωτήθηκαν.", "πόλης", "καταγωγής"),
    Row("Enfants {} polonaise ont répondu.", "de famille", "d’origine, d'origine, d’origines"),
    Row("Enfants {} polonaise ont répondu.", "de famille", "di origine, de origen, de origem"),
    Row("Des enfants d’origine italienne {} polonaise.", "dans une famille", "et, ou"),
    # several peoples
    Row(
        "Polish {} Danish descent.",
        "farmers gave pupils of",
        "and, or, en, of, und, oder, et, ou, och, eller, og, y, e, o, u, ja, tai",
    ),
    Row("Polish{}Danish descent.", " farmers gave pupils of ", "/, / ,  / , and "),
    # countries that people came from
    Row(
        "Women {} Somalia were interviewed.",
        "of",
        "who are migrants from, immigrants from, emigrants from, a migrant from, refugees from, a refugee from, "
        "originating from, descended from, who emigrated from, who emigrated to, who fled, who fled from, "
        "who originate from, "
        "with a background in, with roots in, with a background from, with origins in, of origin from, "
        "of origin in",
    ),
    Row(
        "Vrouwen {} Somalië werden bevraagd.",
        "van",
        "afkomstig uit, gevlucht uit, migranten uit, vluchtelingen uit, van vluchtelingenlanden Irak en, "
        "met wortels in, afkomstig uit Irak en, afkomstig uit Irak en voormalig",
    ),
    Row(
        "Frauen {} Somalia wurden befragt.",
        "von",
        "stammend aus, geflüchtet aus, zugewandert aus, als Migranten aus, mit Wurzeln in",
    ),
    Row(
        "Des femmes {} Somalie ont répondu.",
        "de",
        "immigrées de, immigrés de, immigrée du, immigré des, "
        "originaire de, originaires du, originaires de la, originaires des, originaires d’",
    ),
    Row(
        "Kvinnor {} Somalia deltog.",
        "i",
        "som är invandrare från, som är flyktingar från, med bakgrund i, med bakgrund från, med rötter i",
    ),
    Row(
        "Kvinner {} Somalia deltok.",
        "i",
        "som er innvandrere fra, som er flyktninger fra, med bakgrunn fra, med bakgrunn i, med røtter i",
    ),
    Row(
        "Kvinder {} Somalia deltog.",
        "i",
        "som er indvandrere fra, som er flygtninge fra, med baggrund i, med baggrund fra, med rødder i",
    ),
    Row(
        "Mujeres {} Somalia respondieron.",
        "en",
        "inmigrantes de, procedente de, procedentes de, con origen en, natural de, naturales de",
    ),
    Row(
        "Donne {} Somalia hanno risposto.",
        "in",
        "immigrate e immigrati dalla, immigrati dal, immigrati da, provenienti dalla, provenienti dal, provenienti da",
    ),
    Row("Mulheres {} Somália responderam.", "na", "imigrantes da, imigrantes do, imigrantes de"),
]


@pytest.mark.parametrize("row", ORIGIN, ids=sentence)
def test_a_country_that_people_came_from_does_not_count(row: Row) -> None:
    assert counting(row) == []


@pytest.mark.parametrize("row", [*COMPARED, *ASKED_ABOUT, *WORKED_ON, *ORIGIN], ids=sentence)
def test_with_other_words_the_same_country_counts(row: Row) -> None:
    assert countries_of(row.sentence.format(row.other_words)) is not None


@pytest.mark.parametrize(
    "among",
    ["among", "amongst", "under", "onder", "unter", "bland", "blant", "blandt", "hos", "parmi", "auprès", "entre",
     "tra", "with"],
)  # fmt: skip
def test_the_people_whom_this_study_asked_like_another_one_count(among: str) -> None:
    assert countries_of(f"The survey is similar to a survey {among} Irish teachers.") == ["IE"]


@pytest.mark.parametrize(
    "words",
    ["in", "living in", "residing in", "resident in", "working in", "studying in", "families who live in", "i", "en",
     "au", "aux", "à", "em", "no", "na", "στην", "in the", "in de", "in het", "in der", "in den"],
)  # fmt: skip
def test_a_people_that_lives_elsewhere_counts_there(words: str) -> None:
    assert countries_of(f"Polish students {words} Germany were interviewed.") == ["DE"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # an interval between words that belong together, and the next sentence
        ("Adults gave opinions on taxes. In Russia they were asked.", ["RU"]),
        ("Adults gave opinions on taxes; Russia came first.", ["RU"]),
        ("Adults gave opinions on taxes! Russia came first.", ["RU"]),
        ("Adults gave opinions on taxes? Russia came first.", ["RU"]),
        ("Adults gave opinions on\nRussia and others.", ["RU"]),
        ("Adults gave opinions on。 Russia came first.", ["RU"]),
        ("Adults gave opinions on Russia's villages.", ["RU"]),
        ("Adults gave opinions on Russia’s villages.", ["RU"]),
        ("Adults gave opinions on Kenya (e.g., Russia).", None),
        ("Adults gave opinions on Russian villages.", ["RU"]),
        ("Adults gave opinions on taxes in Russia.", ["RU"]),
        ("Adults gave opinions on Kenya and on (other things that are) old as well as in Russia.", ["RU"]),
        ("Adults listed their reviews on Russia.", ["RU"]),
        # a comparison of what is in one country
        ("Compared with earlier years, in Danish data there are few.", ["DK"]),
        ("It was compared with many of the very long Danish studies.", ["DK"]),
        ("Compared with others of Danish studies.", ["DK"]),
        ("Comparedwith a Danish survey.", ["DK"]),
        ("A Danish surveyor compared with care.", ["DK"]),
        ("The results were compared with Danish surveyors.", ["DK"]),
        ("The results were compared with those of old surveys that few of the many people in Denmark read.", ["DK"]),
        ("Eine dänische Studie die man verglichene nannte.", ["DK"]),
        ("It was held like similar surveys inside Denmark.", ["DK"]),
        ("It was held unlike similar surveys in Denmark.", ["DK"]),
        (f"Similar studies were held {'and held again ' * 8}in Denmark.", ["DK"]),
        # workers whose country is not named
        ("The publisher based in Leiden asked people of Estonia.", ["EE"]),
        ("Copublisher based in Estonia.", ["EE"]),
        ("Notes decoded at a school in Estonia.", ["EE"]),
        ("Notes were coded at a school in Estonia.", ["EE"]),
        ("Notes were coded at Preschool in Estonia.", ["EE"]),
        ("Notes were coded at PreSchool in Estonia.", ["EE"]),
        ("Notes were coded at Schoolhouse in Estonia.", ["EE"]),
        ("Notes were coded at Invented School in towns all over Estonia.", ["EE"]),
        ("Notes were coded at Invented School by pupils. Later, Estonia came.", ["EE"]),
        ("Notes decoded by a Danish company.", ["DK"]),
        ("Notes were coded by all of a Danish company.", ["DK"]),
        ("Notes were coded by Danish firmware.", ["DK"]),
        ("Notes were coded by Danish-company workers.", ["DK"]),
        ("It was rated in a bioassay (IBM, Japan).", ["JP"]),
        ("It was rated by Saskia (IBM, Japan).", ["JP"]),
        ("It was rated with SPSS (IBM, Leiden) in Japan.", ["JP"]),
        ("It was rated with SPSS (a program of old and new that few people of many in Leiden like, Japan).", ["JP"]),
        ("It was rated with a chart (Example SAG, Tokyo, Japan).", ["JP"]),
        ("It was rated with a chart (Example Incense, Tokyo, Japan).", ["JP"]),
        ("It was rated with a chart (Example Inc, Tokyo) in Japan.", ["JP"]),
        ("It was rated with a chart (Example Inc, Tokyo and Japan).", ["JP"]),
        # institutions that take part
        ("A Danish foundation funded by members was studied.", ["DK"]),
        ("A Danish choir was founded by a foundation.", ["DK"]),
        ("A Danish company sponsorship was studied.", ["DK"]),
        ("A school (Chennai, India).", ["IN"]),
        # backgrounds that are variables
        ("Polish background variables were asked for.", ["PL"]),
        ("Polish background information was asked for.", ["PL"]),
        ("Polish background characteristics were asked for.", ["PL"]),
        ("Polish background data were asked for.", ["PL"]),
        ("Polish background questions were asked.", ["PL"]),
        ("Polish farmers and migrants were interviewed.", ["PL"]),
        ("Polish originals were read.", ["PL"]),
        ("Polish families were asked, and migrants too.", ["PL"]),
        ("Polish/Danish families.", ["DK", "PL"]),
        ("Des femmes d’origine modeste ont aidé une fille polonaise.", ["PL"]),
        ("Women who were refugees from war in Somalia.", ["SO"]),
        # a people and a country that is not where it lives
        ("Polish students like Germany.", ["DE", "PL"]),
        ("Polish students of an old school that is in Germany.", ["DE", "PL"]),
        ("Polish students in Poland were interviewed.", ["PL"]),
    ],
)
def test_what_only_looks_like_such_a_context(text: str, expected: list[str] | None) -> None:
    assert countries_of(text) == expected

"""Each word by which a year in prose is that of the data, or is not."""

from __future__ import annotations

import pytest

from tests.enrich.period.prose import described, each
from tests.enrich.records import record, value, years

LONG = "of all the boats that lay at anchor in the old harbour of the town on the north coast, in sun and rain,"
"""Words that make a sentence long, and state nothing of data."""


@each("""
    also in|rebuilt in|newborn in|unpublished in|Mayday 3,
""")
def test_other_words_before_a_year_leave_it(word: str) -> None:
    assert described(f"Data were collected in 2001, {word} 1995.") == [1995, 2001]


@each("""
    born|born in|born between|born on|born after|born before|geboren|geboren rond|geboren in|geboren tussen
    né en|née en|nés en|nées en|syntyneet|syntyneet vuonna|syntynyt|syntynyt vuonna|födda|född
    født|født i|fødd|fødte|nacido en|nacida en|nacidos en|nacidas|nacido|nacieron en|nato nel|nata nel|nati nel|nate nel
    nascido em|nascida em|nascidos em|nascidas|nasceram em|γεννήθηκαν το|γεννήθηκε|γεννημένοι το|γεννημένη
    ©|copyright|published|publicación|release|released|version|versie|v.|deposit|deposited
    staatsblad|stb.|bgbl.|bgbl|grant|funded|act|act of|law|law of|grondwet|wet|grundgesetz|gesetz|directive|regulation
    isbn|issn|doi|accessed|retrieved|loi|laki|lag|lov|ley|legge|lei|decreto|décret|νόμος|richtlijn|verordnung
    agenda|horizon|vision|strategy|et al.|et al|et al.,|interview|interviews|respondent|nummer|number|part|deel|no.|nr.
    iso|established|established in|founded|founded in|built in|opened|opened in|opgericht in|gegründet|fondé|fondée en
    fondés en|perustettu|perustettu vuonna|grundad|fundado en|fundada en|fondato nel|fondata nel
    coronavirus disease|corona virus disease|novel coronavirus|novel corona virus|last update|updated|revised|amended
    modified|census|icd|dsm|hg|windows|office|stata|spss
    January 3,|Jan 3,|Jan. 3,|February 12,|Feb. 12,|published (|published [|published: |© :
""")
def test_a_word_before_a_year_that_is_not_of_data(word: str) -> None:
    assert described(f"Data were collected in 2001, {word} 1995.") == [2001]


@each("January|February|March|April|May|June|July|August|September|October|November|December")
def test_a_month_before_a_year_is_no_author(word: str) -> None:
    assert described(f"Interviews (the last in {word}, 1995) were held.") == [1995]
    assert described(f"Interviews (the last of {word}s, 1995) were held.") is None


@each("recruitment opened|enrolment opened|enrollment opened")
def test_the_opening_of_recruitment_is_of_data(word: str) -> None:
    assert years(title="An inquiry", description=f"For data, {word} in 1995.") == (1995, None, None)


@each("""
    was published|were published|is published|are published|have been published|was first published
    was also published|was later published|was then published|to be published|was released|was issued|was printed
    was deposited|appeared|verscheen|verschenen|werd gepubliceerd|werden uitgegeven|is eerst gepubliceerd
    zijn later gepubliceerd|erschien|erschienen|wurde veröffentlicht|wurden veröffentlicht|ist veröffentlicht
    sind veröffentlicht|wurde erstmals veröffentlicht|wurde zuerst veröffentlicht|paru|parue|parus|parues
    a été publié|est publiée|sont publiées|julkaistiin|ilmestyi|publicerades|publiceras|publicerats|kom ut|utkom
    ble publisert|blev udgivet|ble utgitt|publicó|publicaron|publicado|publicada|publicados|pubblicato|pubblicata
    pubblicati|pubblicate|δημοσιεύθηκε|εκδόθηκε
    digitised|digitized|digitalised|digitalized|gedigitaliseerd|digitalisiert|numérisé|numérisées|digitaliseret
    digitalisert|digitaliserad|digitaliserade|digitaliserades|digitalizzato|digitalizzata|digitalizzati|digitalizzate
    digitalizada|digitalizado|digitalisado|digitoitiin|ψηφιοποιήθηκε|digitisation|digitization
""")
def test_a_word_for_publication_before_a_year(word: str) -> None:
    assert described(f"The survey {word} in the town, 1995.") is None
    assert described(f"The survey x{word.replace(' ', ' x')} in the town, 1995.") == [1995]
    assert described(f"The survey {word}x in the town, 1995.") in ([1995], None)


@each("was publishedx|unappeared|kom utan|was firstly published|xparu|parux")
def test_other_words_before_a_year_are_not_of_publication(word: str) -> None:
    assert described(f"The survey {word} in the town, 1995.") == [1995]


@each("""
    gepubliceerd|uitgegeven|verschenen|veröffentlicht|erschienen|publicerades|publiceras|verscheen|geboren|publicado
    publicada|publicados|publicadas
""")
def test_a_word_for_publication_after_a_year(word: str) -> None:
    assert described(f"The survey, 1995 {word}.") is None
    assert described(f"The survey, 1995 at long last {word}.") is None
    assert described(f"The survey, 1995 at the very last {word}.") == [1995]
    assert described(f"The survey, 1995 x{word}.") == [1995]
    assert described(f"The survey, 1995 {word}x.") == [1995]
    assert described(f"The survey, 1995,  {word}.") == [1995]


@each("""
    criteria|prices|dollars|usd|constant prices|current dollars|real prices|us dollars|constant us dollars
    release|update|version|edition|novel coronavirus|novel corona virus|guideline|guidelines|classification criteria
    recommendations|consensus|town guidelines|of the very old town council guidelines
    euro|euros|pounds|km|kg|mg|ml|mm|cm|hours|minutes|days|weeks|uur|dagen|stunden|heures|tuntia
    is deposited separately|which is deposited separately|and are archived elsewhere|that was available separately
    but were stored separately|these have been catalogued separately|has been now deposited elsewhere
    die is apart|dat is afzonderlijk|deze zijn apart|die separat archiviert|die gesondert abgelegt
    déposé séparément|déposées séparément|archivée séparément|depositado por separado|depositadas separadamente
    archivado por separado
""")
def test_words_after_a_year_that_is_not_of_data(word: str) -> None:
    assert described(f"The survey, 1995 {word}.") is None


@each("criteriax|pricesx|releasex|kmx|deposited|guidelinesx|of the very very old town council guidelines|old prices")
def test_other_words_after_a_year_leave_it(word: str) -> None:
    assert described(f"The survey, 1995 {word}.") == [1995]


@each("which is deposited separately|is archived elsewhere|die is apart|die separat archiviert|déposé séparément")
def test_words_after_a_comma_after_a_year_that_is_not_of_data(word: str) -> None:
    assert described(f"The survey, 1995, {word}.") is None


@each("人|世帯|名|件|年に生まれ|年生まれ|年に刊行|年に発行|年に出版|年に公表|年に発表|年に公開")
def test_words_after_a_year_that_is_not_of_data_in_japanese(word: str) -> None:
    assert described(f"調査、1995{word}。") is None


COUNTED = """
    respondents|participants|persons|people|individuals|adults|children|patients|interviews|cases|households|women|men
    students|pupils|questionnaires|residents|inhabitants|citizens|voters|employees|workers|teachers|families|births
    deaths|records|firms|readings|companies|schools|villages|articles|papers|texts|tweets|words|items|variables|samples
    files|observations|images|species|trees|plants|birds
    respondenten|personen|deelnemers|huishoudens|mensen|leerlingen|inwoners|bedrijven|scholen
    befragte|haushalte|teilnehmer|einwohner|betriebe|ménages|personnes|individus|répondants
    vastaajaa|henkilö|henkilöä|kotitaloutta|personer|hushåll|husholdninger|respondenter
    personas|hogares|entrevistas|encuestados|persone|famiglie|intervistati|pessoas|indivíduos|inquiridos
    άτομα|νοικοκυριά
"""


@each(COUNTED)
def test_what_is_counted(word: str) -> None:
    assert described(f"The survey, 1995 {word}.") is None
    assert described(f"The survey, 1995 old Dutch {word}.") is None
    assert described(f"The survey, 1995 rather old Dutch {word}.") == [1995]
    assert described(f"The survey, 1995x {word}.") is None  # a code, and no year
    assert described(f"The survey, 1995, {word}.") == [1995]
    assert described(f"The survey, 1995 x{word}.") == [1995]


@each("menu|childrens|peopled|birdsong")
def test_what_is_not_counted(word: str) -> None:
    assert described(f"The survey, 1995 {word}.") == [1995]
    assert described(f"The survey, 1995  ({word} of birds).") == [1995]


@each("""
    of|in|by|for|from|on|with|and|the|to|among|at|were|was|than|about|van|onder|bij|door|met|en|die|von|der|bei|mit
    und|unter|durch|de|des|du|auprès|chez|parmi|et|av|bland|blant|blandt|och|og|med|ja|entre|a|con|y|tra|di|su|e|com
    dos|σε|των
""")
def test_a_year_before_people_who_are_not_counted(word: str) -> None:
    assert described(f"The survey, 1995 {word} respondents.") == [1995]
    assert described(f"The survey, 1995 {word}x respondents.") is None


@each("""
    started|began|begun|commenced|launched|initiated|set up|gestart|begonnen|begon|startte|opgezet|begann
    gestartet|a commencé|débuté|lancé|lancée|lancées|alkoi|aloitettiin|käynnistyi|startade|började|inleddes|startet
    begynte|startede|begyndte|comenzó|empezó|se inició|iniziato|iniziata|avviato|avviata|começou|teve início|iniciou-se
    ξεκίνησε|άρχισε
""")
def test_a_year_in_which_a_study_started(word: str) -> None:
    started = (1995, None, None)
    assert years(title="An inquiry", description=f"The survey {word} in 1995.") == started
    assert years(title="An inquiry", description=f"The survey {word} late in May 1995.") == started
    assert years(title="An inquiry", description=f"The survey {word} rather late in May 1995.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey x{word} in 1995.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey {word}x in 1995.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey was 1995 {word}.") == started
    assert years(title="An inquiry", description=f"The survey was 1995 at last {word}.") == started
    assert years(title="An inquiry", description=f"The survey was 1995 at long last {word}.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey was 1995 {word}x.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey was 1995, {word}.") == (1995, 1995, None)
    assert years(title="An inquiry", description=f"The survey was 1995 x{word}.") == (1995, 1995, None)


@each("""
    data|dataset|datasets|covers|coverage|period|periods|collects|fieldwork|field work|interviewer|surveys|sample
    samples|recruits|enrolls|records|registers|observed|measured|wave|waves|sweep|sweeps|followup|follow-up|baseline|between
    during|from|over|until|held|took place|study|studied|cohort|timeframe|time frame|time span|timeline
    admitted|discharged|discharge|extracted|extract
    gegevens|periode|onderzoek|tussen|tijdens|enquête|peiling|erhebungen|daten|zeitraum|untersuchungszeitraum|zwischen
    données|entre|aineisto|aineistot|kerätyt|haastateltu|kyselyt|vuosi|vuosina|insamling|undersökning|perioden|mellan
    undersøkelse|undersøgelse|mellom|mellem|datos|dati|encuesta|indagine|inquérito|dados|tra
    δεδομένα|έρευνα|περίοδος|μεταξύ|από
""")
def test_a_long_sentence_with_a_word_for_data_may_state_a_period(word: str) -> None:
    assert described(f"The {word} {LONG} 1995-1997.") == [1995, 1997]


@each("boats|xdata|datax|xsurvey")
def test_a_long_sentence_without_one_states_none(word: str) -> None:
    assert described(f"The {word} {LONG} 1995-1997.") is None


COLLECTION = """
    was held|were held|been held|was also held|was first mailed|were all posted|was distributed|were administered
    questionnaire was completed|questionnaires were completed|form was completed|forms were completed
    survey was completed|diaries were completed|sent out|mailed in|mailed out on|mailed to|met with|met in|met during
    round followed|rounds took place|waves of talks were held|waves took place|rounds were held
    verspreid|verstuurd|toegestuurd|versandt|verschickt|ausgefüllt|ont eu lieu|a eu lieu|avaient eu lieu|avait eu lieu
    s'est tenu|s'est tenue|se sont tenus|se sont tenues|rencontré|rencontrée|rencontrées|effectué|effectuée|envoyés
    lähetettiin|täytettiin|järjestettiin|pidettiin|hölls|skickades|fylldes i|ble holdt|blev holdt|ble avholdt
    blev afholdt|sendt ut|sendte ut|sendt ud|udsendt|celebró|celebraron|llevó a cabo|llevaron a cabo|cumplimentó
    cumplimentaron|cumplimentado|cumplimentadas|rellenaron|ha luogo|hanno avuto luogo|ebbe luogo|ebbero luogo
    somministrato|somministrati|compilato|compilata|compilati|compilate|tenuto|tenuta|tenuti|tenute
    realizado|realizada|realizados|realizadas|preenchido|tiveram lugar|teve lugar|efetuado|συμπληρώθηκαν|έγιναν
    στάλθηκαν|data were collected|data collected|data gathered|data was recorded|data are obtained|data is from
    data have been covering|data for|data span|data from|data spanned
    collected|captured|gathered|conducted|carried out|fieldwork|field work|interview|interviewed|survey|surveyed
    recruited|enrolled|covers|covered|covering|coverage|wave|took place|time frame|time span|time period|period
    commenced|admission|admissions|patients|essays|letters|log|logs|diary|diaries|forms|cards|notes|recordings
    photos|photographs|count|counts|measurement|measurements|readings|visits|was written|were kept|were filled in
    were taken|were made|was visited|were asked|were counted|were measured|were observed|were weighed|were photographed
    verzameld|afgenomen|gehouden|uitgevoerd|ondervraagd|geïnterviewd|ingevuld|bijgehouden|periode|gestart
    veldwerk|dataverzameling|vond plaats|vonden plaats|ondervraging|feldphase|erhoben|durchgeführt|befragt|zeitraum
    erhebungszeitraum|erhebung|feldzeit|feldarbeit|fand|fanden|gesammelt|réalisé|réalisée|réalisées|recueilli
    recueillies|interrogé|interrogées|rempli|remplie|remplies|période|collecté|collectées|mené|menées|déroulé
    déroulées|collecte|kerättiin|kerätty|haastateltiin|vastattiin|kirjoitettiin|toteutettiin|tehtiin|toteutettu
    tehty|aineistonkeruu|enkät|enkäten|insamlad|genomfördes|intervjuades|tillfrågades|gjordes|datainsamling
    datainsamlingen|samlades in|ägde rum|samlet inn|gjennomført|innsamlet|fant sted|datainnsamling|intervjuet|utført
    indsamlet|gennemført|fandt sted|dataindsamling|interviewet|recogió|recogieron|recogido|recogidos|recogida|recogidas
    realizó|realizaron|trabajo de campo|tuvo lugar|entrevistó|período|raccolti|condotta|svolte|realizzata|intervistati
    effettuate|rilevazione|periodo|recolhidos|coletados|trabalho de campo|decorreu|realizou|aplicado|inquiridos
    συλλέχθηκαν|συλλογή|διεξήχθη|διεξαγωγή|πραγματοποιήθηκε|διενεργήθηκε|συνεντεύξεις
"""


@each(COLLECTION)
def test_a_word_for_the_collection_of_data(word: str) -> None:
    assert described(f"Boats, {word} at night, in 1995.") == [1995]


@each("started|began|opened")
def test_a_word_for_the_beginning_of_collection(word: str) -> None:
    assert described(f"Boats, {word} at night, in 1995.") == ([1995] if word != "opened" else None)


@each("調査|収集|実施|行われ|行った|観測|測定")
def test_a_word_for_the_collection_of_data_in_japanese(word: str) -> None:
    assert described(f"1995年に{word}ました。") == [1995]


@each("painted|xcollected|collectedx|xwave|wavex|was holding|data")
def test_other_words_do_not_state_collection(word: str) -> None:
    assert described(f"Boats, {word} at night, in 1995.") is None


@each("year|years|jaar|jahr|jahre|jahren|année|années|año|años|anno|anni|ano|anos")
def test_a_year_that_is_named_so_in_a_sentence_about_data(word: str) -> None:
    assert described(f"Data of {word} 1995 {LONG}.") == [1995]
    assert described(f"Data of x{word} 1995 {LONG}.") is None
    assert described(f"Data of {word}1995 {LONG}.") is None
    assert described(f"Boats of {word} 1995 {LONG}.") is None


def test_a_named_year_has_four_digits() -> None:
    assert described(f"Data of year 19955 and 1996 {LONG}.") is None
    assert described(f"Data of year 1495 and 1996 {LONG}.") is None


@each("""
    recruited|enrolled|invited|geworven|uitgenodigd|rekrutiert|eingeladen|recrutés|reclutados|rekryterades|rekruttert
    kutsuttiin|inbjudna|inviterede
""")
def test_a_period_of_recruitment_is_not_that_of_the_data(word: str) -> None:
    described = f"Between 1989 and 1993, members were {word} for data."
    assert years(period="1989/", description=described) == (1989, None, None)
    described = f"Between 1989 and 1993, members were x{word} for data."
    assert years(period="1989/", description=described) == (1989, 1993, None)


def test_the_end_in_prose_counts_for_one_start_only() -> None:
    text = "Data were collected from 1989 to 1993."
    assert years(period="1989/", description=text) == (1989, 1993, None)
    assert years(period=["1989/", "1995/"], description=text) == (1989, None, None)
    assert years(period="1989/1990", description=text) == (1989, 1990, None)
    assert years(period="1989/Live", description=text) == (1989, None, True)
    assert years(period="1989/", description="Data were collected in 1989.") == (1989, None, None)
    assert years(period="1989/", description=["Old data.", text]) == (1989, 1993, None)
    repeated = "From 1989 to 1993 members were recruited. Data were collected from 1989 to 1993."
    assert years(period="1989/", description=repeated) == (1989, None, None)


@each("""
    continuous|daily|weekly|semiweekly|biweekly|monthly|semimonthly|bimonthly|quarterly|annual|annually|biannual
    semiannual|semi-annually|bi-annual|yearly|biennial|triennial
""")
def test_a_regular_rhythm(word: str) -> None:
    assert years(update_rhythm=word) == (None, None, True)
    assert years(update_rhythm=f"{word.upper()} (updated)") == (None, None, True)
    assert years(update_rhythm=f"not at all {word}") == (None, None, None)
    assert years(update_rhythm=f"x{word}") == (None, None, None)
    assert years(update_rhythm=f"{word}x") == (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Interviews of Example, Sample & Miller (1995) were held.", None),
        ("Interviews, see Miller, A. 1995, were held.", None),
        ("Interviews, see Miller, A., 1995) were held.", None),
        ("Interviews, see Miller et al., 1995; they were held.", None),
        ("Interviews, see O'Neil, 1995a, were held.", None),
        ("Interviews, see miller, 1995, were held.", [1995]),
        ("Interviews, see McA, 1995, were held.", None),
        ("Interviews, see a A, 1995, were held.", [1995]),
        ("Interviews, see xA., 1995, were held.", [1995]),
        ("Interviews, see Miller, 1995 were held.", [1995]),
        ("Interviews, see Miller 1995, were held.", [1995]),
        ("Old surveys (1995), were held.", [1995]),
        ("Interviews were held. In the crisis (1995) nothing.", None),
        ("Interviews, in a crisis for all in the town (1995).", None),
        ("Interviews, in a crisis for all in the town (1995-1997).", [1995, 1997]),
        ("Interviews, in a crisis for all in the town (in 1995).", [1995]),
        ("Interviews, in a crisis for all in the town (1995 or so).", [1995]),
        ("Interviews, see http://example.org/harbour/1995, were held.", None),
        ("Interviews, see https://example.org/harbour/1995, were held.", None),
        ("Interviews, see www.example.org/1995, were held.", None),
        ("Interviews, see doi:harbour-1995, were held.", None),
        ("Interviews, see 10.1234/harbour-1995, were held.", None),
        ("Interviews, see 10.12/harbour-1995, were held.", [1995]),
        ("Interviews, see www.example.org of 1995, were held.", [1995]),
        ("Interviews with A1995 were held.", None),
        ("Interviews with #1995 were held.", None),
        ("Interviews with # 1995 were held.", None),
        ("Interviews with #s of 1995 were held.", [1995]),
        ("Interviews with 1995A were held.", None),
        ("Interviews with STI-1558 were held.", None),
        ("Interviews with Sti-1558 were held.", [1558]),
        ("Interviews with AB-s 1558 were held.", [1558]),
        ("Interviews with STI-x of 1558 were held.", [1558]),
        ("Interviews with PISA-1900 were held.", [1900]),
        ("Interviews in the 1950s were held.", [1950, 1959]),
        ("Interviews in room 00123 on AD 1 were held.", None),
        ("Interviews in room 00123 on AD 99 were held.", None),
        ("Interviews on AD 100 were held.", [100]),
        ("Interviews on 500 BC were held.", [-500]),
        ("Interviews on the 1st century were held.", [1, 100]),
        ("Interviews on the sixties were held.", [1960, 1969]),
        ("Interviews were held on 3/4/05.", None),
        ("From 1995 to 1997 patients were recruited.", [1995, 1997]),
        ("From May 1995 to June 1997 patients were recruited.", [1995, 1997]),
        ("Van 1995 t/m 1997 personen van een panel, voor een enquête.", [1995, 1997]),
        ("Van 1995 tot en met 1997 personen van een panel, voor een enquête.", [1995, 1997]),
        ("From 1995 up to 1997 patients were recruited.", [1995, 1997]),
        ("From 1 May 1995 to 30 June 1997 patients were recruited.", [1995, 1997]),
        ("Interviews on the time from August 2, 1990 - January 15, 1991 were held.", [1990, 1991]),
        ("Interviews on the period 1170-1800 were held.", [1170, 1800]),
        ("Interviews on the period 1170-1300 were held.", None),
        ("Interviews of 1995-1997, and 1999 release.", [1995, 1997]),
        ("Interviews of 1995-1997 version 2.", [1995, 1997]),
        ("Interviews were held in June, 1995 (with more in July, 1997).", [1995, 1997]),
        ("Interviews were held in June, 1995 (with more of Marchand, 1997).", [1995]),
        ("From 1995-1997 patients were recruited.", [1995, 1997]),
        ("Between 1995 and 1997 patients were recruited.", [1995, 1997]),
        ("Between May 1995 and June 1997 patients were recruited.", [1995, 1997]),
        ("Between 1995 and 1997 or in 2000 patients were recruited.", [1995, 1997]),
        ("In 1995 also 1997 patients were recruited.", [1995]),
        ("In May 1995 and from 1997 patients were recruited.", [1995]),
        ("Interviews in 1995 by A. B. of those. Interviews in 1996.", [1995, 1996]),
    ],
)
def test_years_that_are_and_are_not_of_data(text: str, expected: list[int] | None) -> None:
    assert described(text) == expected


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("Data were collected in 2001-2002, 2004 and 2006-2007.", [2001, 2002, 2004, 2006, 2007]),
        ("Data were collected in 2001 to be published in 2004.", [2001]),
        ("Data were collected in 2001 and between 2003 and 2005.", [2001, 2003, 2004, 2005]),
        ("Data of 2001-2002 and of 2004-2005 in the old harbour.", [2001, 2002]),
        ("Data of 2001-2002 in the harbour.\nData of 2004-2005 in the town.", [2001, 2002]),
        (f"Data were collected in 2001,{' in the harbour' * 4} and in 2004.", [2001, 2004]),
        ("Data were collected in 2023\nuntil today in 2024.", [2023, 2024]),
        ("Data were collected in 2023 until today.", [2023, 2024, 2025]),
        (f"Data were collected in 2023, {'in rain ' * 5}, today.", [2023]),
        ("Data were collected in 2023 and ongoing\nnow.", [2023]),
        ("2001 was cold. Data were collected in 2004.", [2004]),
        ("Data were collected in 2001. Boats burned in 2004.", [2001]),
        ("Boats burned in 1990-1991.", [1990, 1991]),
        (f"Boats burned, {LONG} in 1990-1991.", None),
        (f"{'x' * 64} 1990-1991 burned.", None),
        (f"{'x' * 63} 1990-1991 burnt.", None),
        ("Data were collected at 4/1/05 to 2007, and in 2009.", [2007, 2009]),
        (f"{'x' * 62} 1990-1991 burnt.", [1990, 1991]),
    ],
)
def test_the_years_of_several_periods_in_a_description(text: str, covered: list[int] | None) -> None:
    assert value(record(description=text), "years") == covered


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harbour (2001) and town 2004", (2004, 2004, None)),
        ("Harbour letters 1828-1921 Version 1.0", (1828, 1921, None)),
        ("2001 harbour", (2001, 2001, None)),
        ("Sleep after Miller (1995)", (None, None, None)),
        ("(Harbour 2001)", (2001, 2001, None)),
        ("Harbour) 2001 (2004)", (2001, 2001, None)),
        (") 2001 (2004)", (2001, 2001, None)),
        ("(a) 2001 (2004)", (2001, 2001, None)),
    ],
)
def test_years_in_brackets_in_a_title(title: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(title=title) == expected

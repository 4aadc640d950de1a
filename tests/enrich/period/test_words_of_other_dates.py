"""Each word by which a year in prose is that of another study, of an event or of a birth."""

from __future__ import annotations

from tests.enrich.period.prose import described, each


@each("""
    earlier survey|an earlier survey|another earlier survey|the previous study|two prior surveys|three prior studies
    some former polls|preceding census|previous national survey|previous similar study|previous large project
    former investigation|former inquiry|former inquiries|previous project
    eerder enquête|eerdere enquêtes|vorige onderzoek|vorig onderzoek|voorgaande onderzoeken|eerdere peiling
    eerdere peilingen|eerdere studie|eerdere studies|frühere Befragung|früheren Befragungen|vorheriger Erhebungen
    vorangegangene Studie|vorangegangenen Studien|frühere Umfrage|frühere Umfragen|frühere Untersuchung
    enquête antérieure|enquêtes antérieures|étude précédente|études précédentes|précédente enquête
    précédentes études|aiempi tutkimus|aikaisempi kysely|edellinen tutkimus|tidigare undersökning
    tidligere undersøkelse|föregående enkät|forrige undersøgelse|tidigare studie
    encuesta anterior|encuestas anteriores|estudio previo|indagine precedente|indagine previa|studio precedente
    studio precedenti|inquérito anterior|estudo anterior|ricerca precedente|προηγούμενη έρευνα|προηγούμενη μελέτη
    same questions as an old survey|modelled on the survey|comparable to a study|comparable with an old Dutch poll
    samme design som i en undersøkelse|samma frågor som den enkät|samme design som ett undersökning
    samme form som et undersøgelse|samme form som en stor dansk studie
    vergelijkbaar met een onderzoek|vergelijkbaar met het grote onderzoek|vergleichbar mit einer Studie
    vergleichbar mit einer großen Befragung|vergleichbar mit einer Erhebung
    digitalisierung|digitalisering|digitaliseringen|numérisation|digitalizzazione
    digitalización|digitalisación|digitalização|digitointi
""")
def test_words_for_another_study(word: str) -> None:
    assert described(f"Interviews were held as in {word} of 1995.") is None
    assert described(f"Interviews were held as in {word}, of 1995.") == [1995]
    assert described(f"Interviews were held as in {word} of 5, 6 and 1995.") is None


@each("digitisation|digitization")
def test_a_word_for_a_copy(word: str) -> None:
    assert described(f"The {word} of interviews of 1995.") is None


@each("earlier surveyx|xearlier survey|earlier meals|earlier survey; late|earlier survey: late")
def test_other_words_are_not_of_another_study(word: str) -> None:
    assert described(f"Interviews were held as in {word} of 1995.") == [1995]


@each("""
    repeated|replicated|followed up|follow-up|follow up|followup|herhaald|herhaling|wiederholt|répétée|repetida|repite
    gjentatt|gentaget|toistettiin
""")
def test_another_study_that_was_repeated(word: str) -> None:
    assert described(f"The earlier survey was {word} in 1995.") == [1995]
    assert described(f"The earlier survey was x{word} in 1995.") is None


@each("""
    event|events|crisis|referendum|war|revolution|coup|uprising|earthquake|tsunami|election|elections|olympics
    great war|great civil war
""")
def test_an_event_of_a_year(word: str) -> None:
    assert described(f"Interviews were held in 2001 on the 1995 {word}.") == [2001]
    assert described(f"Interviews were held on the 1995 {word}.") == [1995]
    assert described(f"Interviews were held in 2001 on 1995 {word}.") == [1995, 2001]
    assert described(f"Interviews were held in 2001 on the 1995 {word}x.") == [1995, 2001]
    assert described(f"Interviews were held in 2001 on the 1995 rather great and {word}.") in ([1995, 2001], [2001])


@each("""
    crisis of|crisis in|crisis in May|referendum of|war in|revolution of|election of|elections of May|uprising of
    krise von|krise im jahr|wahl von|wahlen im jahr|krieg von|elecciones de|elecciones generales de|crisis de
    referéndum de|guerra de|golpe de estado de|élection de|élections de|élections de mai de|crise de
    guerre de|elezioni del|elezioni politiche del|crisi del|eleições de|eleições gerais de|verkiezingen van|crisis van
    oorlog van|valet|valet i|krisen|krisen i
""")
def test_a_year_of_an_event(word: str) -> None:
    assert described(f"Interviews were held in 2001 on the {word} 1995.") == [2001]
    assert described(f"Interviews were held in 2001 on the x{word} 1995.") == [1995, 2001]
    assert described(f"Interviews were held in 2001 on the {word} x1, 1995.") == [1995, 2001]


@each("1995-1997|1995–1997|1995/1997|1995 to 1997|1995 tot 1997|1995 bis 1997|1995-97")
def test_an_event_of_several_years_is_a_period(word: str) -> None:
    assert described(f"Interviews were held in 2001 on the election of {word}.") == [1995, 2001]
    assert described(f"Interviews were held in 2001 on the {word} crisis.") == [1995, 2001]


@each("cohort|Birth cohort|birth cohort|Harbour Town cohort|geborene|syntyneet|syntyneiden")
def test_a_year_of_birth(word: str) -> None:
    assert described(f"Interviews were held in 2001 with the 1995 {word}.") == [2001]


@each("census|regeborene|geborenx|Old Harbour Town cohort")
def test_what_is_no_year_of_birth(word: str) -> None:
    assert described(f"Interviews were held in 2001 with the 1995 {word}.") == [1995, 2001]

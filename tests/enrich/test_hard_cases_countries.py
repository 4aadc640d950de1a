"""Countries and regions as catalogues name them in thirteen languages, and names of countries that are no place."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


def countries(**told: str) -> list[str] | None:
    found: list[str] | None = value(record(**told), "country_codes")
    return found


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        # English
        ("England, Wales and Northern Ireland", ["GB"]),
        ("Northern Ireland", ["GB"]),
        ("Ireland", ["IE"]),
        ("Great Britain and the Channel Islands", ["GB", "GG", "JE"]),
        ("Georgia (Atlanta)", ["US"]),
        ("Atlanta, Georgia", ["US"]),
        ("Georgia; Armenia", ["AM", "GE"]),
        ("New Mexico", ["US"]),
        ("Guinea", ["GN"]),
        ("Equatorial Guinea", ["GQ"]),
        ("Niger", ["NE"]),
        ("Nigeria", ["NG"]),
        ("Dominica", ["DM"]),
        ("Dominican Republic", ["DO"]),
        ("Republic of the Congo", ["CG"]),
        ("Democratic Republic of the Congo", ["CD"]),
        ("North Korea and South Korea", ["KP", "KR"]),
        ("Swaziland", ["SZ"]),
        ("Burma", ["MM"]),
        ("Federal Republic of Germany (1949-1990)", ["DE"]),
        ("GDR", ["DD", "DE"]),
        ("former Soviet Union", ["SU"]),
        ("former Yugoslavia", ["YU"]),
        ("Hong Kong SAR", ["HK"]),
        ("Kingdom of Denmark", ["DK"]),
        ("Republic of Moldova", ["MD"]),
        ("Tanzania, United Republic of", ["TZ"]),
        ("Timor-Leste", ["TL"]),
        ("U.S.A.", ["US"]),
        ("Eastern Finland", ["FI"]),
        ("Southern England", ["GB"]),
        ("Rural Kenya", ["KE"]),
        # Dutch
        ("Nederland en Vlaanderen", ["BE", "NL"]),
        ("Nederlands-Indië", ["ID"]),
        ("Duitsland; Frankrijk; Oostenrijk", ["AT", "DE", "FR"]),
        ("Zuid-Afrika", ["ZA"]),
        ("Kaapverdië", ["CV"]),
        ("West-Duitsland", ["DE"]),
        ("Oost-Duitsland", ["DD", "DE"]),
        # German
        ("Bundesrepublik Deutschland", ["DE"]),
        ("Schweiz und Liechtenstein", ["CH", "LI"]),
        ("Ostdeutschland", ["DE"]),
        ("Nordrhein-Westfalen", ["DE"]),
        ("Vereinigtes Königreich", ["GB"]),
        ("Deutschland (DE), Österreich (AT)", ["AT", "DE"]),
        # French
        ("France métropolitaine", ["FR"]),
        ("Royaume-Uni", ["GB"]),
        ("Corée du Sud", ["KR"]),
        ("Suisse romande", ["CH"]),
        ("République tchèque", ["CZ"]),
        ("Île-de-France", ["FR"]),
        # Finnish
        ("Suomi", ["FI"]),
        ("Ruotsi ja Norja", ["NO", "SE"]),
        ("Etelä-Suomi", ["FI"]),
        ("Yhdysvallat", ["US"]),
        ("Iso-Britannia", ["GB"]),
        ("Neuvostoliitto", ["SU"]),
        # Swedish, Norwegian, Danish
        ("Sverige; Finland; Norge", ["FI", "NO", "SE"]),
        ("Förenta staterna", ["US"]),
        ("Västra Götalands län", ["SE"]),
        ("Østerrike", ["AT"]),
        ("Storbritannia", ["GB"]),
        ("Tyskland og Frankrig", ["DE", "FR"]),
        ("Grønland", ["GL"]),
        ("Færøerne", ["FO"]),
        # Spanish, Italian, Portuguese
        ("España y Portugal", ["ES", "PT"]),
        ("Comunidad de Madrid", ["ES"]),
        ("Estados Unidos", ["US"]),
        ("Reino Unido", ["GB"]),
        ("Regno Unito; Germania", ["DE", "GB"]),
        ("Stati Uniti d'America", ["US"]),
        ("Lombardia", ["IT"]),
        ("Portugal continental", ["PT"]),
        ("Brasil", ["BR"]),
        ("Reino Unido e Irlanda", ["GB", "IE"]),
        # Greek
        ("Ελλάδα", ["GR"]),
        ("Κύπρος", ["CY"]),
        ("Γερμανία, Γαλλία", ["DE", "FR"]),
        ("Ηνωμένο Βασίλειο", ["GB"]),
        ("Περιφέρεια Αττικής, Ελλάδα", ["GR"]),
        # Japanese
        ("日本全国", ["JP"]),
        ("韓国", ["KR"]),
        ("アメリカ合衆国", ["US"]),
        ("東京都", ["JP"]),
        ("中国、台湾", ["CN", "TW"]),
        ("英国", ["GB"]),
    ],
)
def test_a_field_about_places(place: str, expected: list[str]) -> None:
    assert countries(geography=place) == expected


@pytest.mark.parametrize(
    ("place", "regions"),
    [
        ("Europa", ["150"]),
        ("Europe de l'Ouest", ["155"]),
        ("EU-27", ["EU"]),
        ("Euroopan unioni", ["EU"]),
        ("Unione europea", ["EU"]),
        ("União Europeia", ["EU"]),
        ("Ευρωπαϊκή Ένωση", ["EU"]),
        ("Ευρώπη", ["150"]),
        ("Afrique subsaharienne", ["202"]),
        ("América Latina", ["419"]),
        ("Aasia", ["142"]),
        ("Asia", ["142"]),
        ("アジア", ["142"]),
        ("ヨーロッパ", ["150"]),
        ("アフリカ", ["002"]),
        ("South-East Asia", ["035"]),
        ("Östeuropa", ["151"]),
        ("Noord-Amerika", ["003"]),
        ("世界", ["001"]),
        ("Etelä-Amerikka", ["005"]),
        ("África", ["002"]),
    ],
)
def test_a_region_is_no_country(place: str, regions: list[str]) -> None:
    assert value(record(geography=place), "regions") == regions
    assert countries(geography=place) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Living in England and Wales", ["GB"]),
        ("Youth in Northern Ireland", ["GB"]),
        ("Farmers of New Zealand", ["NZ"]),
        ("Niger Delta households in Nigeria", ["NG"]),
        ("Survey of Dutch caravan dwellers", ["NL"]),
        ("Veteranen in Nederlands-Indië", ["ID"]),
        ("Ouderen in Nederland", ["NL"]),
        ("Vlaamse jongeren en hun vrije tijd", ["BE"]),
        ("Belgische kiezers", ["BE"]),
        ("Wahlen in Österreich", ["AT"]),
        ("Schweizer Jugend", ["CH"]),
        ("Deutsche Haushalte im Wandel", ["DE"]),
        ("Les ménages en France", ["FR"]),
        ("Les Français et la lecture", ["FR"]),
        ("La jeunesse belge", ["BE"]),
        ("Asuminen Suomessa", ["FI"]),
        ("Suomalaisten liikuntatottumukset", ["FI"]),
        ("Ruotsalaisten äänestäminen", ["SE"]),
        ("Nuoret Virossa", ["EE"]),
        ("Eläkeläiset Norjassa ja Tanskassa", ["DK", "NO"]),
        ("Svenska folkets hälsa", ["SE"]),
        ("Väljare i Finland", ["FI"]),
        ("Norske ungdommers fritid", ["NO"]),
        ("Boforhold i Norge", ["NO"]),
        ("Danske husstande", ["DK"]),
        ("Danskernes læsevaner", ["DK"]),
        ("Jóvenes en España", ["ES"]),
        ("Hábitos de los españoles", ["ES"]),
        ("Hogares mexicanos", ["MX"]),
        ("Elettori in Italia", ["IT"]),
        ("Le famiglie italiane", ["IT"]),
        ("Hábitos de leitura dos portugueses", ["PT"]),
        ("Trabalho em Portugal", ["PT"]),
        ("Famílias brasileiras", ["BR"]),
        ("Νέοι στην Ελλάδα", ["GR"]),
        ("Οι ψηφοφόροι της Ελλάδας", ["GR"]),
        ("Έλληνες καταναλωτές", ["GR"]),
        ("Νοικοκυριά της Κύπρου", ["CY"]),
        ("日本人の生活時間", ["JP"]),
        ("韓国と日本の若者", ["JP", "KR"]),
    ],
)
def test_a_title(title: str, expected: list[str]) -> None:
    assert countries(title=title) == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("The sample covers adults living in Scotland.", ["GB"]),
        ("Een steekproef onder de Nederlandse bevolking.", ["NL"]),
        ("Die Befragten leben in Österreich oder in der Schweiz.", ["AT", "CH"]),
        ("L'enquête porte sur les habitants de la Belgique.", ["BE"]),
        ("Aineisto käsittelee Suomessa asuvia nuoria.", ["FI"]),
        ("Undersökningen omfattar personer bosatta i Sverige.", ["SE"]),
        ("Utvalget er trukket blant personer bosatt i Norge.", ["NO"]),
        ("Undersøgelsen omfatter voksne i Danmark.", ["DK"]),
        ("Personas de 18 y más años residentes en España.", ["ES"]),
        ("Popolazione residente in Italia.", ["IT"]),
        ("Indivíduos residentes em Portugal.", ["PT"]),
        ("Άτομα που κατοικούν στην Ελλάδα.", ["GR"]),
        ("日本に住む成人を対象とした調査。", ["JP"]),
    ],
)
def test_a_description(description: str, expected: list[str]) -> None:
    assert countries(title="An inquiry", description=description) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The turkey and the geese were weighed.",
        "A bone china factory's letters.",
        "Guinea pigs kept as pets.",
        "The data can be ordered from the UK Data Archive.",
        "Deposited with the Finnish Social Science Data Archive.",
        "Funded by the Research Council of Norway.",
        "Supported by the Swedish Research Council.",
        "Analysed at the University of Georgia.",
        "Collected by the National Bank of Belgium.",
        "The questionnaire is in French and in German.",
        "Translated from Italian into Spanish.",
        "Speakers of Japanese read the sentences.",
        "De vragenlijst is in het Duits.",
        "Gefinancierd door de Nationale Bank van België.",
        "Mr Jordan and Ms Israel were the interviewers.",
        "The Journal of the Royal Society of Canada printed it.",
        "Suicidal thoughts and suicide were asked about.",
        "Printed in the Proceedings of the Academy of Sciences of the United States of America.",
        "Example University, Leiden, the Netherlands",
        "The French, German and Dutch literature was read.",
        "Teams spoke through a Chinese-English interpreter.",
        "A survey among refugees from Iraq, Iran and Somalia.",
        "Enquête onder migranten uit Marokko en Turkije.",
        "Polish immigrants told their stories.",
        "Man and his island: Island biogeography.",
        "Processed under the laws of a European state.",
    ],
)
def test_names_that_are_no_place_of_study(text: str) -> None:
    assert countries(title="An inquiry", description=text) is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"geography": "Scotland", "title": "Tourists from France"}, ["GB"]),
        ({"title": "Schools in Kenya", "description": "Made by researchers in Japan."}, ["KE"]),
    ],
)
def test_what_outranks_what(told: dict[str, str], expected: list[str] | None) -> None:
    assert countries(**told) == expected

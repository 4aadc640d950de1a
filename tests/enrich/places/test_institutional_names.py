"""Countries as institutions write them: names, codes, addresses of authority tables, lists with codes."""

from __future__ import annotations

import pytest

from pipeline.enrich.places.build_institutional_names import forms
from pipeline.enrich.text.data_files import rows
from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


def countries(place: str) -> list[str] | None:
    """The countries of a record with this text in its field about places."""
    found: list[str] | None = value(record(geography=place), "country_codes")
    return found


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        ("CD", "Congo, Dem. Rep. | Congo, Democratic Republic of the | Dem. Rep. Congo | Congo, DR | DR Congo"),
        ("CG", "Congo, Rep. | Congo | Congo, Republic of the | Republic of Congo | Congo (Brazzaville)"),
        ("KR", "Korea, Rep. | Korea, Republic of | Korea (Republic of) | Rep. of Korea | Korea, South | S. Korea"),
        ("KP", "Korea, Dem. People's Rep. | Korea, Dem. Rep. | DPR Korea | Dem. People's Republic of Korea"),
        (
            "KP",
            "Korea (the Democratic People's Republic of)",
        ),
        ("LA", "Lao PDR | Lao People's Democratic Republic | Lao People's Dem. Rep."),
        ("VC", "St. Vincent and the Grenadines | Saint Vincent and the Grenadines | St. Vincent & Grenadines"),
        ("TW", "Taiwan, China | Taiwan (China) | Taiwan, Province of China | Chinese Taipei | China, Taiwan"),
        ("HK", "Hong Kong SAR, China | China, Hong Kong SAR | Hong Kong (China) | China - Hong Kong"),
        ("MO", "China, P.R.: Macao | Macao SAR, China | China, Macao Special Administrative Region"),
        ("CC", "Cocos (Keeling) Islands | Cocos (Keeling) Is."),
        ("MF", "St. Martin (French part) | Saint Martin (French Part)"),
        ("SX", "Sint Maarten (Dutch part)"),
        ("EG", "Egypt, Arab Rep."),
        ("FM", "Micronesia, Fed. Sts. | Micronesia (Federated States of)"),
        ("MK", "Macedonia, FYR | North Macedonia"),
        ("PS", "West Bank and Gaza | State of Palestine | Palestine, State of"),
        ("VE", "Venezuela, RB | Venezuela (Bolivarian Republic of)"),
        ("VI", "Virgin Islands (U.S.) | United States Virgin Islands"),
        ("XK", "Kosovo (under UNSC Resolution 1244/99)"),
        ("AW", "Aruba (Netherlands)"),
        ("PG", "Papua N. Guinea"),
        ("NR", "Naoero"),
        ("SU", "USSR (former)"),
        ("ME RS", "Yugoslavia, FR"),
        ("CN TW", "Taiwan; China"),
        ("CN JP TW", "Japan, Taiwan, China"),
        ("CW NL", "Curaçao, Nederland"),
    ],
)
def test_a_name_of_an_institution(codes: str, names: str) -> None:
    found = {name: countries(name) for name in names.split(" | ")}

    assert found == dict.fromkeys(found, codes.split())


def test_names_count_in_titles_too() -> None:
    study = record(title="Harvests in Saint Kitts and Nevis, and in the Congo, Dem. Rep.")

    assert value(study, "country_codes") == ["CD", "KN"]


def test_all_made_names_but_those_of_larger_places_stand_for_their_country() -> None:
    of_larger_places = {"Granada", "Guadalupe", "Santa Elena", "Santa Lucía"}
    wrong = {name for name, code in rows("institutional_names.txt") if countries(name) != [code]}

    assert wrong == of_larger_places


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Republic of Utopia", "Utopia, Rep."),
        ("Republic of Utopia", "Utopia (Republic of)"),
        ("Utopia (Islamic Republic of)", "Islamic Rep. of Utopia"),
        ("Saint Utopia and Nowhere", "St. Utopia & Nowhere"),
        ("Utopia Islands", "Utopia Is."),
    ],
)
def test_the_forms_that_catalogues_of_statistics_use(name: str, form: str) -> None:
    assert form in set(forms(name))


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("LVA", ["LV"]),
        ("428", ["LV"]),
        ("NL33", ["NL"]),
        ("DE212", ["DE"]),
        ("EL30", ["GR"]),
        ("UKI", ["GB"]),
        ("UKD3; FR10", ["FR", "GB"]),
        ("AT, BE, DE", ["AT", "BE", "DE"]),
        ("040 056", ["AT", "BE"]),
        ("CA, NY", None),
        ("1A0", ["XK"]),
        ("WBG", ["PS"]),
        ("DDR", ["DD", "DE"]),
        ("810", ["SU"]),
        ("E12000007", ["GB"]),
        ("XX33", None),
    ],
)
def test_a_code(code: str, codes: list[str] | None) -> None:
    assert countries(code) == codes


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("http://publications.europa.eu/resource/authority/country/LVA", ["LV"]),
        ("http://publications.europa.eu/resource/authority/country/1A0", ["XK"]),
        ("http://publications.europa.eu/resource/authority/place/GBR_LON", ["GB"]),
        ("http://data.europa.eu/nuts/code/DE212", ["DE"]),
        ("http://data.europa.eu/nuts/code/EL", ["GR"]),
        ("https://sws.geonames.org/2750405/", ["NL"]),
        ("http://sws.geonames.org/2673730", ["SE"]),
        ("http://www.wikidata.org/entity/Q55", ["NL"]),
        ("https://en.wikipedia.org/wiki/Czech_Republic", ["CZ"]),
        ("https://lexvo.org/id/iso3166/FI", ["FI"]),
        ("http://dcat-ap.de/def/politicalGeocoding/stateKey/08", ["DE"]),
        ("https://maps.example.org/places/1234567", None),
        ("https://statistics.scotland.example/data", None),
        ("Finland, see https://www.norway.example/atlas", ["FI"]),
    ],
)
def test_an_address(address: str, codes: list[str] | None) -> None:
    assert countries(address) == codes


@pytest.mark.parametrize(
    ("place", "regions"),
    [
        ("https://joint-research-centre.europa.eu/atlas", None),
        ("http://publications.europa.eu/resource/authority/country/LVA", None),
        ("http://publications.europa.eu/resource/authority/continent/EUROPE", ["150"]),
        ("http://www.wikidata.org/entity/Q46", ["150"]),
        ("150", ["150"]),
        ("419", ["419"]),
        ("EU27_2020", ["EU"]),
    ],
)
def test_a_region_by_its_code_or_address(place: str, regions: list[str] | None) -> None:
    assert value(record(geography=place), "regions") == regions


def test_an_address_given_as_the_code_decides() -> None:
    study = record(
        statement(Role.GEOGRAPHY, "The Republic", code="http://publications.europa.eu/resource/authority/country/IRL")
    )

    assert value(study, "country_codes") == ["IE"]


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("Ausztria (AT), Belgium (BE), Németország (DE), Erewhon (FI)", ["AT", "BE", "DE", "FI"]),
        ("AT - Ausztria; DE - Németország", ["AT", "DE"]),
        ("LV: Erewhon", ["LV"]),
        ("Greece (EL), United Kingdom (UK)", ["GB", "GR"]),
        ("St. Martin (MF)", ["MF"]),
        ("Springfield (IL)", ["US"]),
        ("Norfolk (NF)", ["NF"]),
    ],
)
def test_a_code_beside_a_name(place: str, codes: list[str]) -> None:
    assert countries(place) == codes


@pytest.mark.parametrize("place", ["Norfolk County", "Victoria West"])
def test_a_part_that_is_the_beginning_of_another_name_does_not_count(place: str) -> None:
    assert countries(place) is None
    assert value(record(title=f"Mills in {place}"), "country_codes") is None

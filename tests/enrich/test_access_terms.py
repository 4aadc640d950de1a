"""Access by terms of many languages, by codes of catalogues, by addresses, and by links to licences."""

from __future__ import annotations

import pytest

from pipeline.enrich import enrich
from pipeline.enrich.text.language_files import of_each
from tests.enrich.records import record, value


def access(*texts: str) -> list[str] | None:
    """The access of a record that states these texts on it, one after the other."""
    found: list[str] | None = value(record(access=list(texts)), "access")
    return found


@pytest.mark.parametrize(
    ("expected", "terms"),
    [
        (
            "open",
            (
                "public | Public use files | open | Öffentlich | Accès ouvert | Openbaar | avoin | Öppen tillgång "
                "| åpen | åben | Acceso abierto | accesso aperto | acesso aberto | ανοικτή πρόσβαση | dostęp otwarty "
                "| otevřený přístup | odprt dostop | nyílt hozzáférés | otvoreni pristup | Direct access "
                "| unrestricted | acces deschis | date deschise | avatud juurdepääs | отворен достъп "
                "| otvorený prístup | atvira prieiga | viešai prieinama | atvērta piekļuve | publiski pieejams "
                "| オープンアクセス | 公開"
            ),
        ),
        (
            "registered",
            (
                "Registration required | Login required | Registrierung erforderlich | inscription requise "
                "| Registratie vereist | Rekisteröityminen vaaditaan | Registrering krävs | Registrering kreves "
                "| Registrering påkrævet | Registro requerido | Registrazione richiesta | Registo obrigatório "
                "| απαιτείται εγγραφή | Wymagana rejestracja | Vyžaduje registraci | Potrebna registracija "
                "| Regisztráció szükséges | Obvezna registracija | Access: registration required, free of charge "
                "| Necesită înregistrare | Registreerimine vajalik | Изисква се регистрация | Vyžaduje sa registrácia "
                "| Reikalinga registracija | Nepieciešama reģistrācija | 要登録"
            ),
        ),
        (
            "controlled",
            (
                "Restricted | Restricted. Ask the harbour office | Accès restreint | Eingeschränkter Zugang "
                "| Beperkte toegang "
                "| Rajoitettu | Begränsad åtkomst | Begrenset tilgang | Begrænset adgang | Acceso restringido "
                "| Accesso limitato | Acesso restrito | περιορισμένη πρόσβαση | Dostęp ograniczony | Omezený přístup "
                "| omejen dostop | Korlátozott hozzáférés | Ograničen pristup | Licensed data files "
                "| Acces restricționat | La cerere | Piiratud juurdepääs | Taotluse alusel | Ограничен достъп "
                "| Obmedzený prístup | Na vyžiadanie | Ribota prieiga | Gavus leidimą | Ierobežota piekļuve | 制限公開"
            ),
        ),
        (
            "closed",
            (
                "closed | Closed; kept in the harbour | Not available | Geschlossen | Accès fermé | Gesloten "
                "| suljettu | Stängd | Lukket | Acceso cerrado | Accesso chiuso | Acesso fechado | κλειστή πρόσβαση "
                "| Dostęp zamknięty "
                "| Acces închis | Suletud | Затворен достъп | Uzavretý prístup | Uždara prieiga | Slēgta piekļuve "
                "| 非公開 | Sub embargo | Pod embargom "
                "| Uzavřený přístup | Zaprt dostop | Zárt hozzáférés | Zatvoren pristup | Embargoed | sous embargo "
                "| Embargoed until 2031-05-01"
            ),
        ),
        (
            None,
            (
                "Opening hours of the harbour | the public was asked | Restricted mean | closed questions were asked "
                "in all waves | remote | no embargo | Embargoed until 2019-05-01 | NORMAL"
            ),
        ),
    ],
)
def test_a_term_states_an_access(expected: str | None, terms: str) -> None:
    found = {term: access(term) for term in terms.split(" | ")}

    assert found == dict.fromkeys(found, [expected] if expected else None)


@pytest.mark.parametrize("kind", ["closed", "embargo", "controlled", "registered", "open"])
def test_every_language_with_terms_has_some_of_each_kind(kind: str) -> None:
    assert of_each("access", f"{kind}_terms").keys() == of_each("access", "open_terms").keys()


@pytest.mark.parametrize(
    ("expected", "codes"),
    [
        # NADA
        ("open", "direct | direct_access | public | public_use | open"),
        ("controlled", "licensed | data_enclave"),
        ("closed", "data_na"),
        # DCAT-US
        ("controlled", "restricted public"),
        ("closed", "non-public"),
        # the Publications Office of the EU
        ("open", "http://publications.europa.eu/resource/authority/access-right/PUBLIC"),
        (
            "controlled",
            (
                "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
                " | http://publications.europa.eu/resource/authority/access-right/SENSITIVE"
            ),
        ),
        (
            "closed",
            (
                "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"
                " | http://publications.europa.eu/resource/authority/access-right/CONFIDENTIAL"
            ),
        ),
        (None, "http://publications.europa.eu/resource/authority/access-right/NORMAL"),
        # COAR and info:eu-repo
        ("open", "http://purl.org/coar/access_right/c_abf2 | info:eu-repo/semantics/openAccess"),
        ("controlled", "http://purl.org/coar/access_right/c_16ec | info:eu-repo/semantics/restrictedAccess"),
        (
            "closed",
            (
                "http://purl.org/coar/access_right/c_f1cf | http://purl.org/coar/access_right/c_14cb"
                " | info:eu-repo/semantics/embargoedAccess"
            ),
        ),
        # CKAN
        ("open", "isopen: true"),
        ("closed", "private: true"),
        (None, "isopen: false | private: false | other-closed | notspecified"),
    ],
)
def test_a_code_of_a_catalogue(expected: str | None, codes: str) -> None:
    found = {code: access(code) for code in codes.split(" | ")}

    assert found == dict.fromkeys(found, [expected] if expected else None)


@pytest.mark.parametrize(
    "licence",
    [
        "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        "http://creativecommons.org/publicdomain/zero/1.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        "https://www.govdata.de/dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/cc-zero",
        "https://www.gnu.org/licenses/gpl-3.0.html",
        "https://spdx.org/licenses/CC-BY-4.0.html",
        "http://publications.europa.eu/resource/authority/licence/CC_BYNCND_3_0",
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        "http://publications.europa.eu/resource/authority/licence/COM_REUSE",
        "http://www.usa.gov/publicdomain/label/1.0/",
        "cc-zero",
        "cc-by-sa",
        "cc-nc",
        "odc-pddl",
        "odc-odbl",
        "uk-ogl",
        "gfdl",
        "other-open",
        "nlod",
    ],
)
def test_a_licence_that_is_only_a_link_or_an_id_counts_as_its_name(licence: str) -> None:
    assert access(licence) == ["open"]


@pytest.mark.parametrize(
    "text", ["https://licences.example.org/own", "account cc: by hand", "ccby1 of the file", "gplus"]
)
def test_other_links_and_words_are_no_licence(text: str) -> None:
    assert access(text) is None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["public"], ["open"]),
        (["public", "Registration required"], ["registered"]),
        (["Embargoed", "Files are on request."], ["controlled"]),
        (["Restricted", "https://creativecommons.org/licenses/by/4.0/"], ["controlled"]),
        (["Embargoed until 2019-05-01", "CC0"], ["open"]),
        (["open", "restricted"], ["controlled", "open"]),
    ],
)
def test_what_qualifies_what(texts: list[str], expected: list[str]) -> None:
    assert access(*texts) == expected


def test_what_the_record_states_outranks_the_default_of_the_catalogue() -> None:
    def read(text: str) -> tuple[list[str], str]:
        found = enrich(record(access=text), defaults={"access": ["open"]}, resource_type="dataset", harvest_year=2025)[
            "access"
        ]
        return found.value, found.evidence[0].kind

    assert read("Registration required") == (["registered"], "stated")
    assert read("Restricted") == (["controlled"], "stated")
    assert read("Ask at the harbour") == (["open"], "catalogue")

"""Access: files, classes of archives, words, licences."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


@pytest.mark.parametrize(
    ("texts", "access"),
    [
        (["restricted: false"], ["open"]),
        (["restricted: true", "CC-BY-4.0"], ["controlled"]),
        (["restricted: true", "restricted: false"], ["controlled", "open"]),
        (["CC0-1.0"], ["open"]),
        (["The dataset is (A) openly available for all users without registration."], ["open"]),
        (["The dataset is (B) available for research, teaching and study."], ["registered"]),
        (["The dataset is (D) available only by permission from the data depositor."], ["controlled"]),
        (["A - Data and documents are released for academic research and teaching."], ["registered"]),
        (["0 - Data and documents are released for everybody."], ["open"]),
        (["C - Data and documents are only released with authorization."], ["controlled"]),
        (["Available to registered users. All requests are subject to the permission of the owner."], ["controlled"]),
        (["The depositor has specified that registration is required."], ["registered"]),
        (["The depositor has specified that registration is not required."], ["open"]),
        (["Safeguarded"], ["registered"]),
        (["Metadata only"], ["closed"]),
        (["info:eu-repo/semantics/restrictedAccess"], ["controlled"]),
        (["Restricted public access due to privacy.", "CC BY 4.0"], ["controlled"]),
        (["Zugang mit Vertrag"], None),
        (["Licensed under the MIT license"], ["open"]),
        (["Please contact the publisher."], None),
        (["Example Archive Licence"], None),
    ],
)
def test_access(texts: list[str], access: list[str] | None) -> None:
    assert value(record(access=texts), "access") == access


def test_that_access_can_be_requested_states_nothing() -> None:
    button = statement(Role.ACCESS, "fileAccessRequest: true")._replace(field="fileAccessRequest")

    assert value(record(button), "access") is None


@pytest.mark.parametrize(
    ("access", "texts"),
    [
        # classes of archives
        (
            "open",
            (
                "Class (A) for all | A | 0 - data for all | 0- data for all | 0 - Daten für alle | 0 | open "
                "| Open | info:eu-repo/semantics/openAccess "
                "| https://vocabularies.example.org/access_right/c_abf2 | Files are openly available for all"
            ),
        ),
        (
            "registered",
            (
                "Class (B) for members | Class (C) for members | A - Data for members | A - Daten für alle "
                "| safeguarded | Registered"
            ),
        ),
        ("closed", "info:eu-repo/semantics/closedAccess | https://vocabularies.example.org/access_right/c_14cb"),
        (
            "controlled",
            (
                "Class (D) for members | B - Data for members | C - Daten für alle | controlled "
                "| info:eu-repo/semantics/restrictedAccess | https://vocabularies.example.org/access_right/c_16ec "
                "| special licence | Secure Access"
            ),
        ),
        # words about the data
        (
            "closed",
            (
                "metadata only | a metadata-only record | closed access | Not available in this data station. "
                "| Not available in this dataverse. | Not available in this data repository. "
                "| The data are not available | The dataset is not available. "
                "| The files are not publicly available. | There is no access. | メタデータのみ"
            ),
        ),
        (
            "controlled",
            (
                "restricted access | restricted public access | with permission | after approval "
                "| approved researcher | approved researchers | approved projects | approved project "
                "| approved users | approved user | a data access committee | a data access request "
                "| a data access process | a data access agreement | by application | those who apply "
                "| on request | upon request | requests are read | a request is read | request access "
                "| a trusted research environment | a safe haven | a secure lab | secure access to files "
                "| secure data | secure research | a data sharing agreement | a data transfer agreement "
                "| a data use agreement | met toestemming | op aanvraag | mit Genehmigung | auf Anfrage "
                "| avec autorisation | sur demande | lupamenettely | luvalla | med tillstånd | efter beställning "
                "| by order | case by case | case-by-case | authorised access | authorized access "
                "| with authorisation | with authorization"
            ),
        ),
        (
            "open",
            (
                "registration is not required | without registration | open access | openly available "
                "| freely available | available to any user | public available | publicly available | オープンアクセス "
                "| vrij toegankelijk | frei zugänglich | accès libre | vapaasti | fritt tillgänglig "
                "| fritt tillgängligt"
            ),
        ),
        (
            "registered",
            (
                "registration is required | registered user | registered users | users registered here "
                "| safeguarded data | an end user licence | an end user license | after registration | by login "
                "| please log in | geregistreerde gebruikers | nach Registrierung | nach der Registrierung "
                "| après inscription | rekisteröityneille | for academic research and teaching "
                "| für akademische Forschung und Lehre | opetuskäyttöön | opetukseen | opetus "
                "| for research, teaching and study"
            ),
        ),
        # licences
        (
            "open",
            (
                "CC0 | CC-BY | CC BY | CCBY | Creative Commons | public domain | ODbL | ODC-By | ODC By | PDDL "
                "| MIT | Apache 2.0 | Open Government Licence | Open Government License | OGL | dl-de/by-2-0 "
                "| Etalab | GPL | GPLv3 | LGPL-3.0 | AGPLv3"
            ),
        ),
        # neither
        (
            None,
            (
                "Class A | An A | 10 - 0 | 20 - data | opened | reopened files | unregistered | uncontrolled "
                "| special licences | mit freundlichen Grüßen | to commit | Summit | reordered | a trust "
                "| semantics/openAccessory | CC | ogling | openly"
            ),
        ),
    ],
)
def test_each_text_states_an_access(access: str | None, texts: str) -> None:
    stated = {text: value(record(access=text), "access") for text in texts.split(" | ")}

    assert stated == dict.fromkeys(stated, [access] if access else None)


def test_the_words_that_state_the_access_are_its_evidence() -> None:
    assert facets(record(access="Files are on request, please."))["access"].evidence[0].words == "on request"
    assert facets(record(access="restricted: true"))["access"].evidence[0].words == "restricted: true"


@pytest.mark.parametrize(
    ("texts", "access"),
    [
        (["open access on request"], ["controlled"]),
        (["closed access on request"], ["closed"]),
        (["open access after registration"], ["registered"]),
        (["open access", "Registration is required."], ["registered"]),
        (["Open access, no registration required"], ["open"]),
        (["on request", "A"], ["open"]),
        (["CC BY", "on request"], ["controlled"]),
        (["please ask", "on request, by letter", "open access to some"], ["controlled"]),
        (["restricted", "open"], ["controlled", "open"]),
        (["open access to some", "Safeguarded"], ["registered"]),
        (["closed access to some", "Secure access"], ["controlled"]),
        (["on request", "Files are openly available for all"], ["open"]),
    ],
)
def test_what_outranks_what(texts: list[str], access: list[str]) -> None:
    assert value(record(access=texts), "access") == access

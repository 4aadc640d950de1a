"""Access: files, classes of archives, words, licences."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


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

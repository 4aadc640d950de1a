"""The documents of the demo's studies have the correct facets, and each facet has evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from demo.studies import CATALOGUES, studies, truths
from pipeline.model.facets import NAMES
from pipeline.model.record import Role, StudyRecord
from tests.demo_documents import outcomes

KNOWN = ("sex", "country_codes", "start_year", "end_year", "ongoing", "age_lower", "age_upper", "resource_type")
"""Facets whose correct values are known."""

SHOWN = 400
"""Characters of a record that the message of a failure quotes."""


_READ = (Role.TITLE, Role.POPULATION, Role.SEX, Role.AGE, Role.PERIOD, Role.GEOGRAPHY, Role.DESCRIPTION)


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[StudyRecord, dict[str, Any]]]:
    """Records and documents by harmony_id."""
    return {
        one.document["harmony_id"]: (one.record, one.document)
        for one in outcomes()
        if one.record is not None and one.document is not None
    }


def test_every_study_has_a_document_with_its_id(read: dict[str, tuple[StudyRecord, dict[str, Any]]]) -> None:
    assert read.keys() == truths().keys()


@pytest.mark.parametrize("facet", KNOWN)
def test_a_facet_has_the_correct_value(read: dict[str, tuple[StudyRecord, dict[str, Any]]], facet: str) -> None:
    wrong = [
        f"{name}: {facet}: want {want!r}, got {got!r} by {_words(document, facet)!r} in {_text(record)!r}"
        for name, truth in truths().items()
        for record, document in [read[name]]
        for want, got in [(getattr(truth, facet), _value(document, facet))]
        if want != got
    ]
    if wrong:
        pytest.fail(f"{len(wrong)} of {len(read)}\n" + "\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("name", CATALOGUES)
def test_records_are_rejected_with_the_right_code(name: str) -> None:
    want = Counter(study.reject for study in studies(name) if study.reject)
    got = Counter(one.reject for one in outcomes() if one.catalogue == name and one.reject)
    assert want == got


def test_the_evidence_of_every_facet_quotes_the_record(read: dict[str, tuple[StudyRecord, dict[str, Any]]]) -> None:
    unfounded = [
        f"{name}: {facet}: {problem}"
        for name, (record, document) in read.items()
        for facet in NAMES
        if facet in document
        for problem in _unfounded(record, document, facet)
    ]
    if unfounded:
        pytest.fail("\n".join(unfounded), pytrace=False)


def _value(document: dict[str, Any], facet: str) -> Any:
    """A facet in the form of `Truth`: absent countries are an empty tuple, an absent `ongoing` is False."""
    value = document.get(facet)
    if facet == "country_codes":
        return tuple(value or ())
    return bool(value) if facet == "ongoing" else value


def _words(document: dict[str, Any], facet: str) -> list[str]:
    return [item.get("words", item["kind"]) for item in document["evidence"].get(facet, ())]


def _text(record: StudyRecord) -> str:
    return " | ".join(f"{statement.field}: {statement.text}" for statement in record.having(*_READ))[:SHOWN]


def _unfounded(record: StudyRecord, document: dict[str, Any], facet: str) -> Iterator[str]:
    """What is wrong with the evidence of a facet: there is none, or its words do not occur in its field."""
    evidence = document["evidence"].get(facet, ())
    if not evidence:
        yield "no evidence"
    for item in evidence:
        if item["kind"] == "stated":
            texts = [statement.text for statement in record.statements if statement.field == item["field"]]
            if not any(item["words"] in text for text in texts):
                yield f"{item['words']!r} is not in {item['field']} {texts!r}"[:SHOWN]

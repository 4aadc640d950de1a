"""Facets that follow tables: resource type, access, languages, coded values, numbers, instruments."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


def test_the_records_own_type_outranks_the_catalogue_and_that_the_format() -> None:
    silent, typed = record(title="An inquiry"), record(title="An inquiry", resource_type="Cohort study")

    assert facets(silent)["resource_type"].evidence[0].kind == "format"
    assert facets(silent, defaults={"resource_type": "study"})["resource_type"].value == "study"
    assert facets(typed, defaults={"resource_type": "source"})["resource_type"].value == "study"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Dataset", "dataset"),
        ("study", "study"),
        ("Variable", "variable"),
        ("Biobank", "source"),
        ("csv, pdf", "dataset"),
    ],
)
def test_a_type_in_the_catalogues_words(words: str, kind: str) -> None:
    assert value(record(resource_type=words), "resource_type") == kind


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


def test_a_request_button_proves_nothing() -> None:
    button = statement(Role.ACCESS, "fileAccessRequest: true").model_copy(update={"field": "fileAccessRequest"})

    assert value(record(button), "access") is None


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["Dutch", "English"], ["en", "nl"]),
        (["en-GB"], ["en"]),
        (["eng"], ["en"]),
        (["Nederlands"], ["nl"]),
        (["suomi"], ["fi"]),
        (["Deutsch"], ["de"]),
        (["Spanish, Castilian"], ["es"]),
        (["Javanese"], ["jv"]),
        (["und"], None),
        (["not known"], None),
    ],
)
def test_languages(texts: list[str], codes: list[str] | None) -> None:
    assert value(record(language=texts), "language_codes") == codes


@pytest.mark.parametrize(
    ("role", "text", "codes"),
    [
        ("study_design", "Cross-sectional survey", ["CrossSection"]),
        ("study_design", "Poikkileikkausaineisto", ["CrossSection"]),
        ("study_design", "Longitudinal: Trend/Repeated cross-section", ["Longitudinal.TrendRepeatedCrossSection"]),
        ("study_design", "as the case may be", None),
        ("unit_of_analysis", "Individuals", ["Individual"]),
        ("unit_of_analysis", "Families/households", ["Family", "Household"]),
        ("collection_mode", "Telephone interview: CATI", ["Interview.Telephone.CATI"]),
        ("collection_mode", "Puhelinhaastattelu", ["Interview.Telephone"]),
        ("collection_mode", "Postikysely", ["SelfAdministeredQuestionnaire.Paper"]),
    ],
)
def test_terms_that_catalogues_use(role: str, text: str, codes: list[str] | None) -> None:
    assert value(record(**{role: text}), role) == codes


def test_a_code_beside_the_words_is_taken_where_the_vocabulary_has_it() -> None:
    coded = statement(Role.STUDY_DESIGN, "Paneeli", code="Longitudinal.Panel")

    assert value(record(coded), "study_design") == ["Longitudinal.Panel"]


CESSDA, NARCIS, SUBJECT, ZA = (
    "CESSDA Topic Classification",
    "NARCIS classification",
    "Dataverse subject",
    "ZA-Categories",
)


@pytest.mark.parametrize(
    ("text", "code", "vocabulary", "topic"),
    [
        ("Voting", "Politics.Elections", CESSDA, "Politics.Elections"),
        (
            "Voting",
            "https://vocabularies.example.org/TopicClassification#Politics.Elections",
            None,
            "Politics.Elections",
        ),
        ("Demography", None, CESSDA, "Demography"),
        ("Leisure, tourism and sport", None, CESSDA, "SocietyAndCulture.LeisureTourismAndSport"),
        ("HEALTH - physical fitness and exercise", None, CESSDA, "Health.PhysicalFitnessAndExercise"),
        ("HEALTH - health of invented people", None, CESSDA, "Health"),
        ("Lapset", "Lapset", CESSDA, "SocialStratificationAndGroupings.Children"),
        ("Freizeit, Tourismus und Sport", None, CESSDA, "SocietyAndCulture.LeisureTourismAndSport"),
        ("Vaalit", None, CESSDA, "Politics.Elections"),
        ("人口", None, CESSDA, "Demography"),
        ("Transport, travel (and mobility)", None, CESSDA, "TransportAndTravel"),
        ("Health (CESSDA Topic Classification) https://vocabularies.example.org", None, None, "Health"),
        ("Health.InventedLater", "Health.InventedLater", CESSDA, "Health.InventedLater"),
        ("Sorcery.Spells", "Sorcery.Spells", CESSDA, None),
        ("Pottery", None, CESSDA, None),
        ("Other", None, CESSDA, None),
        ("Health", None, None, None),
        ("Health", None, "Invented keywords", None),
        ("Psychologie", "D51000", NARCIS, "Psychology"),
        ("Middeleeuwen", "D34200", NARCIS, "History"),
        ("Sociale wetenschappen", "D60000", NARCIS, None),
        ("Psychology", None, NARCIS, None),
        ("Law", None, SUBJECT, "LawCrimeAndLegalSystems"),
        ("Social Sciences", None, SUBJECT, None),
        ("Political Issues", None, ZA, "Politics"),
    ],
)
def test_a_topic_by_its_code_or_label_or_by_a_class_within_it(
    text: str, code: str | None, vocabulary: str | None, topic: str | None
) -> None:
    told = statement(Role.TOPIC, text, code=code, vocabulary=vocabulary)

    assert value(record(told), "topics") == (None if topic is None else [topic])


def test_of_a_topic_and_a_narrower_one_the_narrower() -> None:
    told = record(
        statement(Role.TOPIC, "Politics", vocabulary=CESSDA), statement(Role.TOPIC, "Elections", vocabulary=CESSDA)
    )

    assert value(told, "topics") == ["Politics.Elections"]


@pytest.mark.parametrize(
    ("role", "text", "number"),
    [
        ("sample_size", "1200", 1200),
        ("sample_size", "1,200 respondents", 1200),
        ("sample_size", "Number of Cases: 69 cases", 69),
        ("sample_size", "120 of 400", None),
        ("sample_size", "24 variables", None),
        ("sample_size", "0", None),
        ("num_variables", "573", 573),
        ("num_sweeps", "9", 9),
    ],
)
def test_numbers(role: str, text: str, number: int | None) -> None:
    assert value(record(**{role: text}), role) == number


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("No", False), ("perhaps", None)])
def test_genetic_data(text: str, expected: Any) -> None:
    assert value(record(genetic_data=text), "genetic_data_collected") is expected


def test_instruments_as_stated() -> None:
    assert value(record(instrument=["Scale B", "Scale A"]), "instruments") == ["Scale A", "Scale B"]

"""Study design, unit of analysis and collection mode, by terms and codes."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


@pytest.mark.parametrize(
    ("role", "text", "codes"),
    [
        ("study_design", "Cross-sectional survey", ["CrossSection"]),
        ("study_design", "Poikkileikkausaineisto", ["CrossSection"]),
        ("study_design", "Longitudinal: Trend/Repeated cross-section", ["Longitudinal.TrendRepeatedCrossSection"]),
        ("study_design", "as the case may be", None),
        ("study_design", "Longitudinal.Panel", ["Longitudinal.Panel"]),
        ("study_design", " longitudinal.panel ", ["Longitudinal.Panel"]),
        ("study_design", "A panel of a longitudinal survey", ["Longitudinal.Panel"]),
        ("study_design", "A longitudinal survey and time series", ["Longitudinal", "TimeSeries"]),
        ("study_design", "Cross-sectional ad-hoc follow-up", ["CrossSectionAdHocFollowUp"]),
        ("unit_of_analysis", "Individuals", ["Individual"]),
        ("unit_of_analysis", "Families/households", ["Family", "Household"]),
        ("collection_mode", "Telephone interview: CATI", ["Interview.Telephone.CATI"]),
        ("collection_mode", "Puhelinhaastattelu", ["Interview.Telephone"]),
        ("collection_mode", "Postikysely", ["SelfAdministeredQuestionnaire.Paper"]),
    ],
)
def test_terms_of_catalogues(role: str, text: str, codes: list[str] | None) -> None:
    assert value(record(**{role: text}), role) == codes


def test_a_code_of_the_vocabulary_outranks_the_words() -> None:
    coded = statement(Role.STUDY_DESIGN, "Paneeli", code="Longitudinal.Panel")

    assert value(record(coded), "study_design") == ["Longitudinal.Panel"]


@pytest.mark.parametrize(
    ("text", "code", "codes"),
    [
        ("Time series", " longitudinal.PANEL ", ["Longitudinal.Panel"]),
        ("Time series", "an unknown code", ["TimeSeries"]),
        ("TimeSeries", "CrossSection", ["CrossSection"]),
        ("Something else", "an unknown code", None),
    ],
)
def test_a_code_beside_words(text: str, code: str, codes: list[str] | None) -> None:
    assert value(record(statement(Role.STUDY_DESIGN, text, code=code)), "study_design") == codes


def test_of_a_code_and_a_narrower_one_in_any_statements_the_narrower_is_kept() -> None:
    study = record(collection_mode=["Interview", "Telephone interview", "Interviewing by nobody", "Focus group"])

    assert value(study, "collection_mode") == ["FocusGroup", "Interview.Telephone"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Telephone interview", "Telephone interview"),
        ("One telephone interview a week", "telephone interview"),
        ("Interview.Telephone", "Interview.Telephone"),
    ],
)
def test_the_words_that_name_a_code_are_its_evidence(text: str, words: str) -> None:
    found = facets(record(collection_mode=[text, "Telephone interviews"]))["collection_mode"]

    assert [evidence.words for evidence in found.evidence] == [words]

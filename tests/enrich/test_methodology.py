"""Study design, unit of analysis and collection mode, by terms and codes."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value


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
def test_terms_of_catalogues(role: str, text: str, codes: list[str] | None) -> None:
    assert value(record(**{role: text}), role) == codes


def test_a_code_of_the_vocabulary_outranks_the_words() -> None:
    coded = statement(Role.STUDY_DESIGN, "Paneeli", code="Longitudinal.Panel")

    assert value(record(coded), "study_design") == ["Longitudinal.Panel"]

"""Every value has evidence, and nothing is made up where a record states nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.record import Access, Role, Sex, Statement, StudyRecord
from tests.enrich.records import facets, record, statement

TEXT = """women men boys and girls aged 18-65 16+ years old jaar en ouder adults pupils firms 1990s 2004-2008 since 2010
ongoing heden 400 BCE Netherlands Nederland UK Scotland North West Georgia Paris Europe Dutch suomalaiset naiset
interview 12 she hij haar restricted: false CC-BY-4.0 Sex: Female all ages were interviewed in excluded of the
prostate cancer not / - , . ; : ( ) 日本 女性 20歳以上 é İ ß"""
WORDS = ["\n", *TEXT.split()]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), min_size=1, max_size=14).map(" ".join)
STATEMENTS = st.builds(
    lambda role, text, excludes: statement(role, text or "x", excludes=excludes),
    st.sampled_from(list(Role)),
    TEXTS.map(str.strip),
    st.booleans(),
)


def holds_the_words(of: StudyRecord, field: str | None, words: str | None) -> bool:
    return any(study.field == field and words and words in study.text for study in of.statements)


@given(st.lists(STATEMENTS, max_size=6))
def test_evidence_quotes_the_record_and_values_are_well_formed(statements: list[Statement]) -> None:
    of = record(*statements)

    for facet, found in facets(of).items():
        assert found.value is not None, facet
        assert found.value not in ([], ""), facet
        assert found.evidence, facet
        for evidence in found.evidence:
            if evidence.kind == "stated":
                assert holds_the_words(of, evidence.field, evidence.words), (facet, evidence)


@given(st.lists(STATEMENTS, max_size=6))
def test_values_agree_with_each_other(statements: list[Statement]) -> None:
    found = {facet: value.value for facet, value in facets(record(*statements)).items()}

    if "start_year" in found and "end_year" in found:
        assert found["start_year"] <= found["end_year"]
        assert found["duration_years"] == found["end_year"] - found["start_year"]
    assert not ("ongoing" in found and "end_year" in found)
    assert found.get("years", []) == sorted(set(found.get("years", [])))
    if "age_lower" in found and "age_upper" in found:
        assert found["age_lower"] <= found["age_upper"]
    assert found.get("sex") in {None, *get_args(Sex)}
    assert set(found.get("access", [])) <= set(get_args(Access))
    assert all(len(code) == 2 and code.isupper() for code in found.get("country_codes", []))


@given(st.lists(STATEMENTS, max_size=4))
def test_the_same_record_gives_the_same_facets(statements: list[Statement]) -> None:
    assert facets(record(*statements)) == facets(record(*statements))


def test_a_record_that_states_nothing_has_only_a_type() -> None:
    assert set(facets(record(title="Untitled", description="No description."))) == {"resource_type"}


def test_a_study_of_firms_has_no_sex() -> None:
    study = record(
        title="Renewal of Workshops: Firm Interviews and Survey, 2019-2020",
        description="Interview transcripts with a sample of tool-making firms, and business organisations, in the "
        "East Midlands and the North West. A postal survey of firms follows; local people live there too.",
        geography="East Midlands, North West, Central Scotland",
        period="2019-11-01/2020-10-31",
    )

    found = facets(study)

    assert "sex" not in found
    assert found["country_codes"].value == ["GB"]
    assert found["years"].value == [2019, 2020]


@pytest.mark.parametrize("words", ["women and men in 1990 ", "2019-", "1990 to ", "aged 5 ", "\n- ", "UK, ", "(", "a-"])
def test_very_long_texts_do_not_hang(words: str) -> None:
    text = (words * 20_000).strip()

    for role in Role:
        assert "resource_type" in facets(record(statement(role, text)))

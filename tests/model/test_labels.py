"""Labels and broader terms of codes: what is published, and nothing else."""

from __future__ import annotations

import pytest

from pipeline.model.facets import FACETS
from pipeline.model.labels import SOURCES, label, labels_of, vocabularies

TERMS = {term.id: term for each in vocabularies() for term in each.terms}


def test_every_facet_with_codes_has_a_vocabulary() -> None:
    assert [each.name for each in vocabularies()] == [facet.name for facet in FACETS if facet.vocabulary]
    assert all(each.terms for each in vocabularies())


def test_every_term_has_an_id_of_its_own_and_an_english_label() -> None:
    assert len(TERMS) == sum(len(each.terms) for each in vocabularies())
    assert all(term.labels.get("en") for term in TERMS.values())


def test_broader_terms_exist_and_lead_to_the_top() -> None:
    for term in TERMS.values():
        assert {*term.broader, *term.ancestors} <= TERMS.keys(), term
        assert term.id not in term.ancestors
        assert set(term.broader) <= set(term.ancestors)
        assert all(set(TERMS[above].ancestors) <= set(term.ancestors) for above in term.broader)


@pytest.mark.parametrize(
    ("term", "language", "text"),
    [
        ("country_codes:FI", "sv", "Finland"),
        ("country_codes:DE", "no", "Tyskland"),
        ("country_codes:SU", "en", "USSR, Union of Soviet Socialist Republics"),
        ("country_codes:CS", "en", "Czechoslovakia, Czechoslovak Socialist Republic"),
        ("regions:150", "fr", "Europe"),
        ("language_codes:fi", "ja", "フィンランド語"),
        ("language_codes:aac", "en", "Ari"),
        ("study_design:Longitudinal.Panel", "de", "Längsschnitt: Panel"),
        ("sex:female", "en", "women or girls only"),
    ],
)
def test_labels(term: str, language: str, text: str) -> None:
    assert TERMS[term].labels[language] == text


def test_a_language_without_a_label_is_absent() -> None:
    assert TERMS["language_codes:aac"].labels.keys() == {"en"}
    assert TERMS["country_codes:CS"].labels.keys() == {"en"}
    assert TERMS["access:open"].labels.keys() == {"en"}


def test_a_label_in_another_language_falls_back_to_english() -> None:
    assert label("country_codes", "FI", "fi") == "Suomi"
    assert label("country_codes", "FI", "xx") == "Finland"
    assert labels_of("sample_size", "1") == {}
    assert label("sample_size", "1") is None


def test_regions_above() -> None:
    assert TERMS["country_codes:FI"].ancestors == ("regions:154", "regions:EU", "regions:150", "regions:001")
    assert TERMS["country_codes:CS"].broader == ("regions:151",)
    assert TERMS["topics:Health.PublicHealth"].broader == ("topics:Health",)
    assert TERMS["regions:001"].broader == ()


def test_published_vocabularies_have_an_address() -> None:
    own = {"sex", "resource_type", "access"}
    assert {each.name for each in vocabularies()} - own == SOURCES.keys()

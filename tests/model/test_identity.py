"""The readable part of a study's link."""

from __future__ import annotations

import pytest

from pipeline.model.identity import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Harbour Towns Cohort: sweep 3 (2001-2004)", "harbour-towns-cohort-sweep-3-2001-2004"),
        ("Tides, piers and people", "tides-piers-and-people"),
        ("1,200 islanders, 2 tides", "1200-islanders-2-tides"),
        ("The sailor's diary", "the-sailor-s-diary"),
        ("Île d'étude", "ile-d-etude"),
        ("Fish &amp; ships", "fish-ships"),
        ("(...)", None),
    ],
)
def test_a_slug_has_the_words_of_the_name(name: str, slug: str | None) -> None:
    assert slug_of(name) == slug


def test_a_long_slug_ends_with_a_whole_word() -> None:
    slug = slug_of("lighthouse keepers " * 20) or ""
    assert 100 < len(slug) <= 120
    assert slug.endswith(("lighthouse", "keepers"))

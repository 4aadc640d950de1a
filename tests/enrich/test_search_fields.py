"""Fields that follow from others: the key by which names sort."""

from __future__ import annotations

import pytest

from pipeline.enrich.search_fields import name_key


@pytest.mark.parametrize(
    ("name", "language", "key"),
    [
        ("The Harbour Study", "en", "harbour study"),
        ("The Harbour Study", None, "harbour study"),
        ("Theory of Harbours", "en", "theory of harbours"),
        ("«L'École» 2", "fr", "ecole 000000002"),
        ("L\u2019École", "fr", "ecole"),
        ("Un'isola", "it", "isola"),
        ("De haven", "nl", "haven"),
        ("Ærø i tal", "da", "aero i tal"),
        ("Το λιμάνι", "el", "λιμανι"),
        ("Die", "de", "die"),
        ("A casa", "hu", "a casa"),
    ],
)
def test_names_sort_without_their_article(name: str, language: str | None, key: str) -> None:
    assert name_key(name, language) == key

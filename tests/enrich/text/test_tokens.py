"""Tokens of a text, and where they are."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.tokens import fold_phrase, spans, tokens

TEXTS = [
    ("The old-harbour_town, 1995!", ["the", "old", "harbour", "town", "1995"]),
    (" Élève à l'École ", ["eleve", "a", "l", "ecole"]),
    ("Straße von Mölln: Maß", ["strasse", "von", "molln", "mass"]),
    ("Ÿvonne ÿ", ["yvonne", "y"]),
    ("Œuvre Æon", ["œuvre", "æon"]),
    ("ŁÓDŹ Harbour 大阪 X", ["łodz", "harbour", "大阪", "x"]),
    ("a\nb\tc", ["a", "b", "c"]),
    ("", []),
    ("!", []),
]


@pytest.mark.parametrize(("text", "folded"), TEXTS)
def test_the_tokens_of_a_text(text: str, folded: list[str]) -> None:
    assert list(tokens(text)) == folded
    assert fold_phrase(text) == " ".join(folded)


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_where_tokens_are_in_whatever_order_they_are_asked_for(text: str) -> None:
    number = len(tokens(text))
    orders = [
        [*range(number)],
        [*reversed(range(number))],
        [*range(number), *range(number)],
        [*range(1, number, 2), *range(0, number, 2)],
        [*range(number)[-1:], *range(number)],
    ]
    for order in orders:
        places = spans.__wrapped__(text)
        for at in order:
            start, end = places[at]
            assert fold_phrase(text[start:end]) == tokens(text)[at]
            assert text[start:end].isalnum()


@pytest.mark.parametrize("text", ["Old harbour", "Old 大阪"])
def test_there_is_no_token_after_the_last(text: str) -> None:
    with pytest.raises(IndexError):
        spans(text)[2]

"""Words that no message may contain."""

from __future__ import annotations

import pytest

from pipeline.model.secret_words import SecretWords


@pytest.mark.parametrize("text", ["open sesame", "open%20sesame", "open+sesame"])
def test_a_word_is_hidden_in_each_form_of_an_address(text: str) -> None:
    assert SecretWords(["", "open sesame"]).hide(f"https://harbour.invalid/{text}/1") == "https://harbour.invalid/…/1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("HTTP 410", "HTTP 410"),
        ("10 of 110 records", "10 of 110 records"),
        ("https://harbour.invalid/v10/list?size=10", "https://harbour.invalid/v10/list?size=…"),
        ("https://harbour.invalid/?size=10&page=100: HTTP 410", "https://harbour.invalid/?size=…&page=100: HTTP 410"),
        ('{"size": "10", "count": 10}', '{"size": "…", "count": 10}'),
    ],
)
def test_a_short_word_is_hidden_only_as_a_whole_value(text: str, shown: str) -> None:
    assert SecretWords(["10"]).hide(text) == shown

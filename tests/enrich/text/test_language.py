"""The language that a text is probably written in."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.language import MOST_TOKENS, detect_language


@pytest.mark.parametrize(
    ("text", "labelled", "language"),
    [
        ("the boats", None, None),  # too few words
        ("the boats of towns", None, "en"),
        ("the boats of towns", "xx", None),  # a label takes more words to be outvoted
        ("the boats of a town with sails", "xx", "en"),
        ("the boats of a town with sails", "nl", "en"),
        ("the boats", "en", "en"),
        ("the boats", "EN-gb", "en"),
        ("the boats", "eng", "en"),
        ("the boats", "nl", None),
        ("boats", "en", None),
        ("the boats of towns, and het tij er de", None, None),  # as many words of each
        ("the boats of towns, and het tij er de", "de", "de"),
        ("the boats of towns, zijn het tij er", None, "nl"),
        ("le navire est dans le port pour une nuit", None, "fr"),
        ("das Schiff ist mit dem Wind", None, "de"),
        ("", None, None),
        ("", "en", None),
        (f"the of {'tide ' * MOST_TOKENS} het zijn er", None, "en"),
        (f"the {'tide ' * (MOST_TOKENS - 2)} of", None, "en"),
        (f"the {'tide ' * (MOST_TOKENS - 1)} of", None, None),
    ],
)
def test_the_language_of_a_text(text: str, labelled: str | None, language: str | None) -> None:
    assert detect_language(text, labelled) == language

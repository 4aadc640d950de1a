"""The language that a text is in, by its letters and words; what the catalogue says of it counts for much."""

from __future__ import annotations

from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("en", "nl", "de", "fr", "fi", "sv", "no", "da", "es", "it", "pt", "el", "ja")
"""Languages that have their own analyzer in `translations`; texts in any other are under `und`."""

OTHERS = ("bg", "cs", "et", "hr", "hu", "id", "lt", "lv", "pl", "ro", "ru", "sk", "sl", "tr", "uk", "zh")
"""Other languages that are told from these."""

STATED_WEIGHT = 5.0
"""How many times as probable the language is that the record states: another one has to be clear."""

LEAST = 0.4
"""Probability of a language from which on a text is taken to be in it, whatever is stated."""

LOOKED_AT = 120
"""Characters of a text that are looked at. More cost time and hardly change the result."""


def language_of(text: str, stated: str | None = None) -> str | None:
    """ISO 639-1 code of the language that a text is in; None where that is not clear.

    Args:
        text: a title, a description, or keywords.
        stated: the language that the record gives for it, or else that of the texts around it. A language that has no
            analyzer is not doubted.
    """
    if stated and stated not in LANGUAGES:
        return stated
    return _of_beginning(text[:LOOKED_AT], stated)


@lru_cache(maxsize=256)  # waves of a study have texts in common
def _of_beginning(text: str, stated: str | None) -> str | None:
    best: str
    best, probability = _model().classify(text)
    if stated is None or best == stated:
        return best if stated or probability >= LEAST else None
    if probability > (1 - probability) * STATED_WEIGHT:
        return best  # whatever share of the rest the stated one has
    probable = dict(_model().rank(text))
    probable[stated] *= STATED_WEIGHT
    best = max(probable, key=lambda language: probable[language])
    return best if probable[best] >= LEAST else stated


@cache
def _model() -> LanguageIdentifier:
    """The model of py3langid: Bayes on sequences of bytes, so the same text has the same language anywhere."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*LANGUAGES, *OTHERS])
    return identifier

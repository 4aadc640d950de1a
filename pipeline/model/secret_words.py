"""Words that no message may contain, such as keys and passwords."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

_HIDDEN = "…"


class SecretWords:
    """Hides words, in each form in which an address may write them.

    Args:
        words: the words; an empty one counts as none.
    """

    def __init__(self, words: Iterable[str]) -> None:
        forms = {form for word in words for form in _forms(word)}
        self._forms = sorted(forms - {""}, key=len, reverse=True)  # a word may contain another one

    def hide(self, text: str) -> str:
        """The text without the words in it."""
        for form in self._forms:
            text = text.replace(form, _HIDDEN)
        return text


def _forms(word: str) -> tuple[str, ...]:
    return word, quote(word), quote(word, safe=""), quote_plus(word), unquote(word)

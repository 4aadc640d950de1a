"""Words that no message may contain, such as keys and passwords."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

SHORT = 6
"""Words of fewer characters are hidden only as a value: `10` is part of many numbers that a message needs."""
_HIDDEN = "…"
_VALUE = r"""(?<=[="]){}(?![\w%+-])"""
"""A whole value of a query string (`size=10`) or a JSON text (`"10"`)."""


class SecretWords:
    """Hides words, in each form in which an address may write them.

    A word shorter than `SHORT` is hidden only where it is a whole value of a query string or of a JSON text.

    Args:
        words: the words; an empty one counts as none.
    """

    def __init__(self, words: Iterable[str]) -> None:
        forms = {form: len(word) < SHORT for word in words if word for form in _forms(word)}
        self._patterns = [
            re.compile(_VALUE.format(re.escape(form)) if is_short else re.escape(form))
            for form, is_short in sorted(forms.items(), key=lambda each: -len(each[0]))  # one may contain another
        ]

    def hide(self, text: str) -> str:
        """The text without the words in it."""
        for pattern in self._patterns:
            text = pattern.sub(_HIDDEN, text)
        return text


def _forms(word: str) -> tuple[str, ...]:
    return word, quote(word), quote(word, safe=""), quote_plus(word), unquote(word)

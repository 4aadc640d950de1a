"""How the text of a question is read: as it stands, with typing errors corrected, or by any of its words.

Elsewhere than as it stands only where nothing good is found so; the pages that follow read it in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.search.spelling import corrected
from pipeline.search.text import ANY, ENOUGH


@dataclass(frozen=True)
class Reading:
    """A way to read a text: by word of it, `right` has what it is corrected to; `any_word`: one of its words is enough.

    Both are absent where the text is read as it stands.
    """

    right: Mapping[str, str] = field(default_factory=dict)
    any_word: bool = False

    def of(self, text: str) -> str:
        """The text as it is read."""
        return corrected(text, self.right) if self.right else text

    @property
    def enough(self) -> str:
        """How many of its words have to occur."""
        return ANY if self.any_word else ENOUGH

    @property
    def note(self) -> str | None:
        """Says to people how it is read, where not as it stands."""
        if self.right:
            return f"No study has {_listed(self.right)}. Shown is what is found with {_listed(self.right.values())}."
        return "No study has most of these words. Shown is what has any of them." if self.any_word else None

    def as_json(self) -> Any:
        """What `reading_of` makes the same reading of."""
        return {**self.right} if self.right else self.any_word


AS_IT_STANDS = Reading()


def reading_of(found: Any) -> Reading:
    """The reading that a token has.

    Raises:
        ValueError: it is none.
    """
    if isinstance(found, bool):
        return Reading(any_word=found)
    if isinstance(found, dict) and all(isinstance(word, str) for word in found.values()):
        return Reading(right=found)
    raise ValueError(f"{found!r} tells no way to read a text")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)

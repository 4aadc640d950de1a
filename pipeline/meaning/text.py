"""The text of a study that stands for its meaning: what it is called, what it belongs to, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.model.labels import label
from pipeline.model.text import unique

RECIPE = 2
"""Changes with what is made of the same document: then all vectors are made anew."""

FIELDS = ("name", "translations", "series", "keywords", "topics", "description")
"""Fields of a document of which the text is made."""

MAX_DESCRIPTION = 800
"""Characters of the description that count. A model takes the longer, the more it reads."""
MAX_NAMES = 3
"""Names in other languages that count."""
MAX_TRANSLATED = 300
"""Characters of a description in another language, where the document has none of its own."""
MAX_KEYWORDS = 30
FEWEST_WORDS = 3
"""Different words without which a text says too little for a vector: "Dataset 12"."""
FEWEST_LETTERS = 6
"""The same, of letters beyond ASCII: some languages have no blanks between words."""


def text_of(document: Mapping[str, Any]) -> str | None:
    """The text of a document; None where it says too little."""
    text = "\n".join(_parts(document))
    words = {word for word in text.casefold().split() if any(map(str.isalpha, word))}
    others = sum(not sign.isascii() and sign.isalpha() for sign in text)
    return text if len(words) >= FEWEST_WORDS or others >= FEWEST_LETTERS else None


def names_in(text: str) -> str:
    """The names in a text that `text_of` made."""
    return text.partition("\n")[0]


def _parts(document: Mapping[str, Any]) -> Iterator[str]:
    translations: Mapping[str, Mapping[str, list[str]]] = document.get("translations") or {}
    names = unique([document["name"], *_translated(translations, "name")])
    yield ". ".join(names[: 1 + MAX_NAMES])
    if series := document.get("series"):
        yield series if isinstance(series, str) else ", ".join(series)
    if description := document.get("description"):
        yield _cut(description, MAX_DESCRIPTION)
    elif others := [*_translated(translations, "description")]:
        yield _cut(others[0], MAX_TRANSLATED)
    keywords = unique([*(document.get("keywords") or ()), *_translated(translations, "keywords")])
    topics = (label("topics", code) for code in document.get("topics") or ())
    if about := unique([*keywords[:MAX_KEYWORDS], *filter(None, topics)]):
        yield ", ".join(about)


def _translated(translations: Mapping[str, Mapping[str, list[str]]], field: str) -> Iterable[str]:
    return (text for language in sorted(translations) for text in translations[language].get(field, ()))


def _cut(text: str, size: int) -> str:
    """The beginning of a text, without the half word at its end."""
    return text if len(text) <= size else text[:size].rpartition(" ")[0] or text[:size]

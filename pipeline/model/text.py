"""Cleaning of words as catalogues send them: markup, entities, white space."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9:]*(?:\s[^<>]*|/)?|!--.*?--)>", re.DOTALL)
_BREAKING_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|blockquote)(?:\s[^<>]*|/)?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_UNUSUAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\xad\u200b\u2028\u2029\ufeff]")
_PARAGRAPHS = re.compile(r"\n{3,}")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(
    r"\b(?:(?:tele)?(?:phone|fax|fon|foon)|tel|tél|tlf|puh) ?[.:]+ *(?!(?:1[5-9]|20)\d\d\b)\+?\(?\d[\d ()/.-]{4,}\d"
    r"|(?<!\d)\+\d{1,3}[\d ()/.-]{7,}\d",
    re.IGNORECASE,
)
_NUMBER_SAID = re.compile(r"[.:] *\(?\d")
"""Without one of these, or a plus sign, there is no telephone number: looking for them is fast."""
_HOLLOW = re.compile(r" ?(?:\( ?\)|\[ ?\]|< ?>)")
"""Brackets around what was left out."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\ufeff]")


def clean(words: str) -> str:
    """The words without markup, entities (also doubly escaped ones) and superfluous white space.

    Paragraphs stay: block tags and line ends become line ends, at most one blank line in a row. May be empty.
    """
    # Most words are clean, or need no more than their white space folded: the rest is tried where it can be needed.
    if words.isprintable() and "<" not in words and "&" not in words and "  " not in words:
        return words.strip(" ")
    if "&" in words:
        for _ in range(3):  # catalogues escape up to twice
            if not _ENTITY.search(words):
                break
            words = html.unescape(words)
    if "<" in words:
        words = _TAG.sub("", _BREAKING_TAG.sub("\n", words))
    if _UNUSUAL.search(words):
        words = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
        words = words.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\u0085", "\n")
    words = "\n".join([" ".join(row.split()) for row in words.split("\n")])
    return (_PARAGRAPHS.sub("\n\n", words) if "\n\n\n" in words else words).strip("\n")


def line(words: str) -> str:
    """The words cleaned and on one line: for names, keywords and codes. May be empty."""
    text = clean(words)
    return " ".join(text.split()) if "\n" in text else text


def without_contacts(words: str) -> str:
    """The words without e-mail addresses and telephone numbers: contact data of people stay out of the index.

    A number is a telephone number where a word such as `Tel.:` stands before it, or a country prefix (`+44 …`).
    """
    kept = _EMAIL.sub("", words) if "@" in words else words
    if "+" in words or _NUMBER_SAID.search(words):
        kept = _TELEPHONE.sub("", kept)
    return words if kept == words else clean(_HOLLOW.sub("", kept))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """The word without case and diacritics."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def unique(values: Iterable[T]) -> list[T]:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))

"""Cleans texts of catalogues: markup, entities, white space, contact data."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]*(?:\s[^<>]*|/)?>")
_BREAKING_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|table|blockquote)(?:\s[^<>]*|/)?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_UNUSUAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\xad\u200b\u2028\u2029\ufeff]")
_PARAGRAPHS = re.compile(r"\n{3,}")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]+(?:\.[\w-]+)+")
_COUNTRY_AND_NUMBER = r"(?<!\d)\+\d{1,3}[\d ()/.-]{7,}\d"
_TELEPHONE = re.compile(
    r"\b(?:(?:tele)?(?:phone|fax|fon|foon)|tel|tél|tlf|puh) ?[.:]+ *(?!(?:1[5-9]|20)\d\d\b)\+?\(?\d[\d ()/.-]{4,}\d"
    rf"|{_COUNTRY_AND_NUMBER}",
    re.IGNORECASE,
)
_WITH_COUNTRY = re.compile(_COUNTRY_AND_NUMBER)
_TELEPHONE_WORDS = ("tel", "fax", "phone", "fon", "foon", "tél", "tlf", "puh")
_SIGN_AND_NUMBER = re.compile(r"[.:] *+\+?\(?\d")
_NUMBER_AHEAD = re.compile(r" ?[.:]++ *+\+?\(?\d")
"""What follows such a word before a number. The words and this are found fast, a telephone number is not."""
_EMPTY_BRACKETS = re.compile(r" ?(?:\( ?\)|\[ ?\]|< ?>)")
"""Brackets whose content was removed."""
_LONGEST_FOLDED = 2_000
"""Characters; the order of the diacritics of a longer word may take long to find, and it is no word."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b\ufeff]")


def clean(words: str) -> str:
    """The text without markup, entities (doubly escaped ones too) and superfluous white space; it may be empty.

    Paragraphs are kept: block tags and line ends become line ends, with at most one blank line in a row.
    """
    # Most texts are clean, or need only their white space folded. The slow steps run only where they can matter.
    if words.isprintable() and "<" not in words and "&" not in words and "  " not in words:
        return words.strip(" ")
    if "&" in words:
        for _ in range(3):  # catalogues escape up to twice
            if not _ENTITY.search(words):
                break
            words = html.unescape(words)
    if "<" in words:
        words = _TAG.sub("", _without_comments(_BREAKING_TAG.sub("\n", words)))
    if not words.replace("\n", " ").isprintable() and _UNUSUAL.search(words):
        words = _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
        words = words.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\u0085", "\n")
    words = "\n".join([" ".join(row.split()) for row in words.split("\n")])
    return (_PARAGRAPHS.sub("\n\n", words) if "\n\n\n" in words else words).strip("\n")


def _without_comments(words: str) -> str:
    """The text without the comments of HTML; one that does not end is text."""
    kept, at = [], 0
    while (start := words.find("<!--", at)) >= 0 and (end := words.find("-->", start + 4)) >= 0:
        kept.append(words[at:start])
        at = end + 3
    return "".join([*kept, words[at:]])


def line(words: str) -> str:
    """The text cleaned and on one line, for names, keywords and codes; it may be empty."""
    text = clean(words)
    return " ".join(text.split()) if "\n" in text else text


def without_contacts(words: str) -> str:
    """The text without e-mail addresses and telephone numbers: the index has no contact data of people.

    A number is a telephone number where a word such as `Tel.:` precedes it, or a country prefix (`+44 …`).
    """
    kept = _EMAIL.sub("", words) if "@" in words else words
    if _may_have_number(kept):
        kept = _TELEPHONE.sub("", kept)
    return words if kept == words else clean(_EMPTY_BRACKETS.sub("", kept))


def _may_have_number(words: str) -> bool:
    """Whether it is worth looking for telephone numbers in a text."""
    if "+" in words and _WITH_COUNTRY.search(words):
        return True
    if not _SIGN_AND_NUMBER.search(words):
        return False
    lower = words.lower()
    for word in _TELEPHONE_WORDS:
        end = lower.find(word) + len(word)
        while end >= len(word):
            if _NUMBER_AHEAD.match(lower, end):
                return True
            end = lower.find(word, end) + len(word)
    return False


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """The word without case and diacritics."""
    if word.isascii():
        return word.lower()
    if len(word) > _LONGEST_FOLDED:
        return word.casefold()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def unique(values: Iterable[T]) -> list[T]:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))

"""Forms of a place's name in a sentence, by the endings that the file of its language lists.

An ending is taken off and others are put in its place: of `"ka": [ce, ki]`, Polska gives Polsce and Polski. The longest
ending that fits counts. Case and diacritics do not matter, as names are looked up without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product

from pipeline.enrich.text.language_files import section

_SHORTEST, _SHORTEST_IN_EUROPE = 6, 5
"""Letters of a name whose forms count in texts of any language: those of shorter names are also other words
("Butane")."""
EUROPE = re.compile(
    "A[LT]|B[AEGY]|C[HYZ]|D[EK]|E[ES]|F[IR]|G[BR]|H[RU]|I[EST]|L[TUV]|M[DEK]|N[LO]|P[LT]|R[OSU]|S[EIK]|TR|UA|XK"
)
_SHORTEST_WORD = 4
"""Letters of a word of a name that is inflected."""
_MOST_FORMS = 200
"""Forms of one name of several words."""
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS_ARE_CLEAR = frozenset({"sv", "nb", "nn", "da", "de", "el", "fi"})
"""Languages whose forms are no words of others, however short they are."""
_FILES = {"nb": "no", "nn": "no"}
"""Languages of CLDR that share a file."""


def inflected(tag: str, name: str, code: str) -> list[str]:
    """Inflected forms of a country's name that count in texts of any language; none if it has several words.

    Args:
        tag: a language of CLDR.
        name: of the country, in that language.
        code: ISO 3166-1 alpha-2.

    >>> inflected("sl", "Slovenija", "SI")
    ['Sloveniji', 'Slovenije', 'Slovenijo']
    """
    shortest = _SHORTEST_IN_EUROPE if EUROPE.fullmatch(code) else _SHORTEST
    if not name.isalpha() or (len(name) < shortest and tag not in _ENDINGS_ARE_CLEAR):
        return []
    return _forms(name, _FILES.get(tag, tag), "endings")


def forms(language: str, name: str) -> Iterator[str]:
    """All forms of a place's name in texts of its own language: of several words, any of them inflected or not.

    >>> "Velké Británii" in forms("cs", "Velká Británie")
    True
    """
    words = _WORD.findall(name)
    several = len(words) > 1
    between = [*_WORD.split(name)[1:-1], ""]
    of_words = [[word, *_forms_of_word(word, language, several=several)] for word in words]
    for chosen in islice(product(*of_words), 1, _MOST_FORMS):
        yield "".join(word + sign for word, sign in zip(chosen, between, strict=True))


def _forms_of_word(word: str, language: str, *, several: bool) -> list[str]:
    found = _forms(word, language, "endings") if len(word) >= _SHORTEST_WORD else []
    return list(dict.fromkeys([*found, *_forms(word, language, "adjective_endings")])) if several else found


def _forms(word: str, language: str, key: str) -> list[str]:
    endings = _endings(language, key)
    ending = next((ending for ending in endings if word.endswith(ending)), None)
    return [word[: len(word) - len(ending)] + other for other in endings[ending]] if ending is not None else []


@cache
def _endings(language: str, key: str) -> Mapping[str, Sequence[str]]:
    """Endings, the longest first, and those of other cases that take their place."""
    listed: Mapping[str, Sequence[str]] = section(language, "places").get(key, {})
    return {ending: listed[ending] for ending in sorted(listed, key=len, reverse=True)}

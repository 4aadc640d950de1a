"""Forms of a country's name in a sentence, by the endings of its language; only `build_gazetteer` needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_SHORTEST, _SHORTEST_IN_EUROPE = 6, 5
"""Letters of a name that is inflected by a table: forms of shorter names are also other words ("Butane")."""
_EUROPE = re.compile(
    "A[LT]|B[AEGY]|C[HYZ]|D[EK]|E[ES]|F[IR]|G[BR]|H[RU]|I[EST]|L[TUV]|M[DEK]|N[LO]|P[LT]|R[OSU]|S[EIK]|TR|UA|XK"
)
_SOFTENED = (("kk", "k"), ("tt", "t"), ("pp", "p"), ("nt", "nn"), ("lt", "ll"), ("nk", "ng"))
"""Consonant gradation of Finnish: consonants before the last vowel in an open and in a closed syllable (Irlanti,
Irlannissa)."""
_GENITIVE_S = frozenset({"sv", "nb", "nn", "da", "de"})
_BACK_VOWELS = frozenset("aáoóuú")

ENDINGS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "el": (
        ("ία", ("ίας",)),
        ("δα", ("δας",)),
        ("α", ("ας",)),
        ("η", ("ης",)),
        ("ος", ("ου", "ο")),
        ("ο", ("ου",)),
    ),
    "pl": (
        ("ja", ("ji", "ję", "ją")),
        ("ia", ("ii", "ię", "ią")),
        ("ka", ("ce", "ki", "kę", "ką")),
        ("twa", ("twie", "twy", "twę", "twą")),
        ("na", ("nie", "ny", "nę", "ną")),
        ("a", ("ie", "y", "ę", "ą")),
        ("o", ("u", "a", "ie")),
        ("k", ("ku", "kiem")),
        ("t", ("cie", "tu", "tem")),
        ("", ("u", "ie", "em")),
    ),
    "cs": (
        ("ko", ("ku", "ka", "kem")),
        ("ie", ("ii", "ií")),
        ("a", ("y", "ě", "u", "ou")),
        ("", ("u", "ě", "em")),
    ),
    "sk": (
        ("ko", ("ku", "ka", "kom")),
        ("ia", ("ii", "ie", "iu", "iou")),
        ("a", ("y", "e", "u", "ou")),
        ("", ("u", "e", "om")),
    ),
    "sl": (
        ("ška", ("ški", "ške", "ško", "škem", "škega")),
        ("ska", ("ski", "ske", "sko", "skem", "skega")),
        ("a", ("i", "e", "o")),
        ("", ("u", "a", "om")),
    ),
    "hr": (
        ("ska", ("skoj", "ske", "sku", "skom")),
        ("čka", ("čkoj", "čke", "čku", "čkom")),
        ("ška", ("škoj", "ške", "šku", "škom")),
        ("a", ("i", "e", "u", "om")),
        ("", ("u", "a", "om")),
    ),
    "ro": (("ia", ("iei",)), ("a", ("ei",)), ("ța", ("ței",))),
    "et": (
        ("maa", ("maal", "maalt")),
        ("a", ("as", "ast")),
        ("i", ("is", "ist")),
        ("o", ("os", "ost")),
        ("e", ("es",)),
    ),
    "lv": (("a", ("ā", "as", "u")), ("e", ("ē", "es"))),
    "lt": (("a", ("oje", "os", "ą")), ("ė", ("ėje", "ės", "ę")), ("as", ("e", "o", "ą")), ("is", ("yje", "io"))),
}
"""Language → endings of a name, and the endings of its other cases; the first ending that fits counts."""


def inflected(tag: str, name: str, code: str) -> list[str]:
    """Regular inflected forms of a country's name, if it is one word of a language that inflects it in a sentence.

    >>> inflected("sl", "Slovenija", "SI")
    ['Sloveniji', 'Slovenije', 'Slovenijo']
    """
    if not name.isalpha():
        return []
    if tag in _GENITIVE_S:
        return [] if name.endswith("s") else [name + "s"]
    if tag == "fi" and name[-1] in "aeiouyäö":
        stem = next((name[:-3] + weak + name[-1] for strong, weak in _SOFTENED if name[-3:-1] == strong), name)
        a = "ä" if not set(name.lower()) & set("aou") else "a"
        return [stem + case + a for case in ("ss", "st", "ll")]
    if tag != "el" and len(name) < (_SHORTEST_IN_EUROPE if _EUROPE.fullmatch(code) else _SHORTEST):
        return []
    if tag == "hu":
        return list(_hungarian(name))
    ending, forms = next((pair for pair in ENDINGS.get(tag, ()) if name.endswith(pair[0])), ("", ()))
    return [name.removesuffix(ending) + form for form in forms]


def _hungarian(name: str) -> Iterable[str]:
    """Its forms in, from and of: "Ausztriában", "Németországban"."""
    stem = name[:-1] + {"a": "á", "e": "é"}.get(name[-1], name[-1])
    back = any(letter in _BACK_VOWELS for letter in name[-5:].lower())
    for suffix in ("ban", "ból", "ra", "ról", "nak") if back else ("ben", "ből", "re", "ről", "nek"):
        yield stem + suffix
    if name.endswith("ország"):
        yield name + "on"

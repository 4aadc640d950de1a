"""The lexicons of words for people and for what else is studied, made from the files of languages."""

from __future__ import annotations

import re
from functools import cache

from pipeline.enrich.people.who import CONDITIONS, GENERAL, ONE_SEX, Who
from pipeline.enrich.text.language_files import ANY, ENGLISH, languages, section, terms
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.model.text import fold

_PRECEDENCE = ("both", "female", "male", "implied", "neutral", "people", "things", "animals", "matter", "none")
"""Classes of words in the order in which they win where a term is in several."""
_SECTION = "words_for_people"


@cache
def lexicon(language: str | None) -> Lexicon[Who]:
    """The words for people and things to look for in a text of a language.

    These are the words of the language itself and of similar ones, and the English words that are no false friends in
    it (`not_in_other_languages`). Where the language is unknown (None) or has no file, these are the words of all
    languages, without those that read like words of another (`only_where_known`); a word that names people in general
    in any of them then never counts as a word of one sex.
    """
    if language is None or language not in languages():
        tables = _of_all_languages(language)
    else:
        codes = (language, *section(language, "language").get("similar", ()), ENGLISH)
        tables = [_without(code, "not_in_other_languages" if code != language else None) for code in codes]
    found: dict[str, Who] = {}
    for words in (*tables, _without(ANY)):
        for group in _PRECEDENCE:
            for term in words.get(group, ()):
                found.setdefault(term, Who(group))
    for condition in CONDITIONS:
        for term in terms(_SECTION, condition.value):
            found.setdefault(term.lower(), condition)
    return Lexicon(found.items())


def _of_all_languages(language: str | None) -> list[dict[str, list[str]]]:
    """The words of each language by class, as they are looked for in a text of an unknown language."""
    general = frozenset(map(str.lower, terms(_SECTION, "people")))
    tables = [
        _without(code, "only_where_known", "not_in_other_languages" if language else None) for code in languages()
    ]
    for words in tables:
        words |= {sex: [term for term in words[sex] if term not in general] for sex in ONE_SEX if sex in words}
    return tables


def _without(code: str, *keys: str | None) -> dict[str, list[str]]:
    """The words of a language by class, in lower case, without those that its file lists under these keys."""
    words = section(code, _SECTION)
    left_out = {term for key in keys if key for term in words.get(key, ())}
    return {
        group: [term for term in map(str.lower, words[group]) if term not in left_out]
        for group in _PRECEDENCE
        if group in words
    }


@cache
def units_of_analysis() -> Lexicon[Who]:
    """Terms for units of analysis, as people or things."""
    return Lexicon((term, who) for who in (Who.PEOPLE, Who.THINGS) for term in terms("units_of_analysis", who.value))


def sex_of_value(words: str) -> str | None:
    """`female`, `male` or `all` as a short value names it: `Female`, `M`, `Both`, `mannen en vrouwen`; else None."""
    folded = " ".join(re.findall(r"\w+", fold(words)))
    for sex in ("all", "female", "male"):
        if folded in map(fold, terms("sex_values", sex)):
            return sex
    named = {match.value for match in lexicon(None).find(words)}
    if Who.BOTH in named or named >= ONE_SEX:
        return "all"
    if Who.FEMALE in named:
        return "female"
    if Who.MALE in named:
        return "male"
    return "all" if named & GENERAL else None

"""The lexicons of words for people and for what else is studied, made from `data/words_for_people.yaml`."""

from __future__ import annotations

import re
from functools import cache

from pipeline.enrich.people.who import CONDITIONS, GENERAL, ONE_SEX, Who
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.model.text import fold

_PRECEDENCE = ("both", "female", "male", "implied", "neutral", "people", "things", "animals", "matter", "none")
"""Classes of words in the order in which they win where a term is in several."""
_SIMILAR_LANGUAGES = (("sv", "no", "da"), ("es", "pt"), ("sl", "hr", "cs", "pl"))
"""Languages that are easily confused in short texts: a text in one of them is searched for words of all."""
_FALSE_FRIENDS = frozenset({"men", "man", "male", "mens", "males", "cases"})
"""English words that mean something else in other languages (Dutch and Swedish "men", French "cases")."""
_ONLY_IN_THEIR_LANGUAGE = frozenset({"nő", "apa", "žen", "fant", "mame", "mam"})
"""Words that read like words of other languages once diacritics are dropped ("no", "Zen"). They are looked for only
where the text is known to be in their language."""


@cache
def lexicon(language: str | None) -> Lexicon[Who]:
    """The words for people and things to look for in a text of a language.

    These are the words of the language itself and of similar ones, and the English words that are no false friends in
    it. Where the language is unknown (None) or has no table, these are the words of all languages; a word that names
    people in general in any of them then never counts as a word of one sex.
    """
    by_language: dict[str, dict[str, list[str]]] = table("words_for_people")["languages"]
    if language in by_language:
        similar = next((group for group in _SIMILAR_LANGUAGES if language in group), ())
        tables = [by_language[name] for name in (language, *similar, "en")]
    else:
        tables = [by_language["en"], *by_language.values()]
    terms: dict[str, Who] = {}
    general = frozenset() if language in by_language else _general_in_any_language()
    left_out = frozenset() if language in by_language else _ONLY_IN_THEIR_LANGUAGE
    for groups in tables:
        false_friends = _FALSE_FRIENDS if groups is by_language["en"] and language not in {None, "en"} else frozenset()
        for group in _PRECEDENCE:
            for term in map(str.lower, groups.get(group, ())):
                if term not in false_friends | left_out and not (term in general and group in ONE_SEX):
                    terms.setdefault(term, Who(group))
    for condition in CONDITIONS:
        for term in table("words_for_people")[condition.value]:
            terms.setdefault(term.lower(), condition)
    return Lexicon(terms.items())


@cache
def _general_in_any_language() -> frozenset[str]:
    """Words for people in general in any language; another language may have them for one sex."""
    languages = table("words_for_people")["languages"].values()
    return frozenset(term.lower() for groups in languages for term in groups.get("people", ()))


@cache
def units_of_analysis() -> Lexicon[Who]:
    """Terms for units of analysis, as people or things."""
    return Lexicon((term, Who(group)) for group, terms in table("words_for_people")["units"].items() for term in terms)


def sex_of_value(words: str) -> str | None:
    """`female`, `male` or `all` as a short value names it: `Female`, `M`, `Both`, `mannen en vrouwen`; else None."""
    folded = " ".join(re.findall(r"\w+", fold(words)))
    for sex, values in table("words_for_people")["values"].items():
        if folded in values:
            return str(sex)
    named = {match.value for match in lexicon(None).find(words)}
    if Who.BOTH in named or named >= ONE_SEX:
        return "all"
    if Who.FEMALE in named:
        return "female"
    if Who.MALE in named:
        return "male"
    return "all" if named & GENERAL else None

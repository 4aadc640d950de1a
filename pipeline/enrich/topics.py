"""`topics`: codes of the CESSDA Topic Classification.

A code or label of that classification counts, and a class of another vocabulary that lies within one of its topics
(`data/topics.yaml`). Free keywords never count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from pipeline.enrich.code_list import code_list, narrowest
from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.lexicon import longest_beginning
from pipeline.enrich.text.remembered import remembered
from pipeline.model import codes
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, stated
from pipeline.model.text import fold

_CESSDA = re.compile(r"cessda|topic ?classification", re.IGNORECASE)
_BEFORE_CODE = re.compile(r"\A.*[#/]")
"""The address of a vocabulary before a code: `https://example.org/topics#Health`."""
_VOCABULARY_AFTER = re.compile(r"\s*\([^()]*(?:cessda|topic classification)[^()]*\).*", re.IGNORECASE | re.DOTALL)
_NARROWER = re.compile(r"\s-\s|:")


@remembered
def _topic(text: str, code: str, vocabulary: str) -> str | None:
    if _CESSDA.search(vocabulary) or _CESSDA.search(code) or _CESSDA.search(text):
        return _of_cessda(text, code)
    vocabulary = vocabulary.lower()
    return next((topic_of(text, code) for name, topic_of in _MAPPED.items() if vocabulary.startswith(name)), None)


def _of_cessda(text: str, given_code: str) -> str | None:
    """The topic by its code, else by its label; of `HEALTH - health policy` by the narrower label, else the broad."""
    words = _VOCABULARY_AFTER.sub("", text)
    broad_and_narrower = _NARROWER.split(words, maxsplit=1)
    code_given = _BEFORE_CODE.sub("", given_code)
    for given in (code_given, _BEFORE_CODE.sub("", words), words, *reversed(broad_and_narrower)):
        if code := _labels().get(_letters(given)):
            return code
    given = _BEFORE_CODE.sub("", given_code or words).strip()
    # a later version of the classification may have narrower topics that the table lacks
    known = re.fullmatch(r"[A-Za-z]+\.[A-Za-z]+", given) and given.split(".")[0] in codes.terms("topics")
    return given if known else None


@cache
def _labels() -> Mapping[str, str]:
    """Letters of codes and labels → code."""
    labels: dict[str, str] = {}
    for code in codes.terms("topics"):
        labels[_letters(code)] = labels[_letters(code.rpartition(".")[2])] = code
    for code, terms in codes.terms("topics").items():
        labels |= {_letters(term): code for term in terms}
    return labels


def _letters(label: str) -> str:
    """The folded letters and digits of a label, by which labels are compared."""
    return "".join(filter(str.isalnum, fold(label)))


def _of_narcis(_: str, code: str) -> str | None:
    """The topic of the class with this code, else of the nearest broader class in the table."""
    classes: dict[str, str] = table("topics")["mapped"]["narcis"]
    return longest_beginning(classes, code, max(map(len, classes)))


def _by_label(vocabulary: str) -> Callable[[str, str], str | None]:
    return lambda label, _: table("topics")["mapped"][vocabulary].get(label)


_MAPPED: dict[str, Callable[[str, str], str | None]] = {
    "narcis": _of_narcis,
    "dataverse subject": _by_label("dataverse subject"),
    "za": _by_label("za"),
}
"""What maps the words and the code of a class in each other vocabulary, by the beginning of its name."""


def _of_field(record: RecordByRole) -> dict[str, Found]:
    found: dict[str, Evidence] = {}
    for statement in record.having(Role.TOPIC):
        if code := _topic(statement.text, statement.code or "", statement.vocabulary or ""):
            found.setdefault(code, stated(statement))
    return {"topics": code_list(narrowest(dict(sorted(found.items()))))} if found else {}


RULES = (
    Rule(
        name="topics of a vocabulary",
        facet="topics",
        reads="fields of topics that name their vocabulary",
        decides="the topic that a code or label stands for; of a topic and a narrower one the narrower",
        example=Example({"topic": "Health (CESSDA Topic Classification)"}, ["Health"]),
        counter=Example({"keyword": "Health"}),
        find=_of_field,
    ),
)


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`topics`: sorted codes (`Health`, `Politics.Elections`); of a topic and a narrower one the narrower."""
    return first(RULES, record)

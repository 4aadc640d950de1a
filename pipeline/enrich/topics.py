"""Topics, as codes of the CESSDA Topic Classification.

A code or label of that classification counts, and a class of another vocabulary that lies within one of its topics
(`data/topics.yaml`); free keywords never do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from pipeline.enrich.text.data_files import table
from pipeline.model import codes
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated
from pipeline.model.text import fold

_CESSDA = re.compile(r"cessda|topic ?classification", re.IGNORECASE)
_LOCATOR = re.compile(r"\A.*[#/]")
_VOCABULARY_AFTER = re.compile(r"\s*\([^()]*(?:cessda|topic classification)[^()]*\).*", re.IGNORECASE | re.DOTALL)
_NARROWER = re.compile(r"\s+-\s+|:")


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`topics`: sorted codes (`Health`, `Politics.Elections`), of a topic and a narrower one the narrower."""
    found: dict[str, Evidence] = {}
    for statement in record.having(Role.TOPIC):
        if code := _topic(statement):
            found.setdefault(code, stated(statement))
    narrowest = sorted(code for code in found if not any(other.startswith(f"{code}.") for other in found))
    if not narrowest:
        return {}
    return {"topics": Found(narrowest, tuple(dict.fromkeys(found[code] for code in narrowest)))}


def _topic(statement: Statement) -> str | None:
    vocabulary = (statement.vocabulary or "").lower()
    if _CESSDA.search(vocabulary) or _CESSDA.search(statement.code or "") or _CESSDA.search(statement.text):
        return _of_cessda(statement)
    return next((meant(statement) for name, meant in _MAPPED.items() if vocabulary.startswith(name)), None)


def _of_cessda(statement: Statement) -> str | None:
    """By code, else by label; of `HEALTH - health policy` by the narrower label, else the broad one."""
    words = _VOCABULARY_AFTER.sub("", statement.text)
    broad = _NARROWER.split(words, maxsplit=1)
    for given in (_LOCATOR.sub("", statement.code or ""), _LOCATOR.sub("", words), words, *reversed(broad)):
        if code := _labels().get(_letters(given)):
            return code
    given = _LOCATOR.sub("", statement.code or words).strip()
    # a later version of the classification may have narrower topics that the table lacks
    known = re.fullmatch(r"[A-Za-z]+\.[A-Za-z]+", given) and given.split(".")[0] in codes.terms("topics")
    return given if known else None


@cache
def _labels() -> Mapping[str, str]:
    labels: dict[str, str] = {}
    for code in codes.terms("topics"):
        labels[_letters(code)] = labels[_letters(code.rpartition(".")[2])] = code
    for code, terms in codes.terms("topics").items():
        labels |= {_letters(term): code for term in terms}
    return labels


def _letters(label: str) -> str:
    return "".join(filter(str.isalnum, fold(label)))


def _of_narcis(statement: Statement) -> str | None:
    """By the code, or the nearest class above it."""
    classes: dict[str, str] = table("topics")["mapped"]["narcis"]
    code = statement.code or ""
    return next((classes[code[:length]] for length in range(len(code), 2, -1) if code[:length] in classes), None)


def _of_label(vocabulary: str) -> Callable[[Statement], str | None]:
    return lambda statement: table("topics")["mapped"][vocabulary].get(statement.text)


_MAPPED: dict[str, Callable[[Statement], str | None]] = {
    "narcis": _of_narcis,
    "dataverse subject": _of_label("dataverse subject"),
    "za": _of_label("za"),
}

"""Labels of codes in several languages, and the broader terms of each code.

A label is never made up: names of places and languages are those of CLDR, ISO 639-3 and ISO 3166-3; labels of the DDI
and CESSDA vocabularies are those that these publish. Where a language is missing, it is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.model.codes import language_names, place_names
from pipeline.model.digest import digest
from pipeline.model.facets import BY_NAME, FACETS, Facet
from pipeline.model.package_data import package_json

Labels = Mapping[str, str]
"""By language (ISO 639-1)."""

SOURCES = {
    "country_codes": "https://www.iso.org/iso-3166-country-codes.html",
    "regions": "https://unstats.un.org/unsd/methodology/m49/",
    "language_codes": "https://iso639-3.sil.org/",
    "study_design": "https://vocabularies.cessda.eu/vocabulary/TimeMethod",
    "topics": "https://vocabularies.cessda.eu/vocabulary/TopicClassification",
    "unit_of_analysis": "https://vocabularies.cessda.eu/vocabulary/AnalysisUnit",
    "collection_mode": "https://vocabularies.cessda.eu/vocabulary/ModeOfCollection",
}
"""Where each vocabulary is published; the others are this project's own."""

BROADER_IN = {"country_codes": "regions"}
"""The vocabulary that the broader terms of another are in, if it is not the same."""


class Term(NamedTuple):
    """A code of a vocabulary. `broader` are ids of the terms directly above it, `ancestors` of all above it."""

    vocabulary: str
    code: str
    labels: Labels
    broader: tuple[str, ...] = ()
    ancestors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Of all terms of all vocabularies."""
        return term_id(self.vocabulary, self.code)


class TermList(NamedTuple):
    """A vocabulary: the facet that it is of, which is its name, and its terms."""

    name: str
    label: str
    means: str
    closed: bool
    """Whether documents have no other codes."""
    source: str | None
    terms: tuple[Term, ...]


def term_id(vocabulary: str, code: str) -> str:
    """The id of a term: `country_codes:GB`."""
    return f"{vocabulary}:{code}"


@cache
def vocabularies() -> tuple[TermList, ...]:
    """The vocabulary of each facet that has one, in the order of the facets."""
    return tuple(
        TermList(facet.name, facet.label, facet.means, facet.closed, SOURCES.get(facet.name), _terms(facet))
        for facet in FACETS
        if facet.vocabulary
    )


@lru_cache(maxsize=4096)
def labels_of(vocabulary: str, code: str) -> Labels:
    """The labels of a code by language; none for a code that the vocabulary does not list."""
    facet = BY_NAME[vocabulary]
    return _labels_of(facet, code) if facet.vocabulary else {}


def label(vocabulary: str, code: str, language: str = "en") -> str | None:
    """The label of a code in a language, else in English; None where neither is known."""
    found = labels_of(vocabulary, code)
    return found.get(language) or found.get("en")


def as_json() -> dict[str, Any]:
    """All vocabularies, as `vocabularies.json` has them; what is unknown is absent."""
    return {"digest": vocabularies_digest(), "vocabularies": [_list_as_json(each) for each in vocabularies()]}


def term_as_json(term: Term) -> dict[str, Any]:
    """A term, as `vocabularies.json` has it."""
    above = {"broader": list(term.broader), "ancestors": list(term.ancestors)} if term.broader else {}
    return {"id": term.id, "code": term.code, "labels": dict(term.labels), **above}


def _list_as_json(each: TermList) -> dict[str, Any]:
    source = {"source": each.source} if each.source else {}
    about = {"name": each.name, "label": each.label, "means": each.means, "closed": each.closed, **source}
    return about | {"terms": [term_as_json(term) for term in each.terms]}


@cache
def vocabularies_digest() -> str:
    """A digest of all that the vocabularies are made of: files of this package, and libraries with names in them.

    To make the vocabularies themselves takes longer.
    """
    here = Path(__file__).parent
    made_of = [Path(__file__), here / "codes.py", here / "facets.py", *sorted((here / "data").iterdir())]
    return digest([
        *(path.read_text(encoding="utf-8") for path in made_of),
        *(version(name) for name in ("babel", "langcodes", "pycountry")),
    ])  # fmt: skip


def _terms(facet: Facet) -> tuple[Term, ...]:
    assert facet.vocabulary  # noqa: S101 - the caller asks for those that have one
    above = _direct(facet.name)
    return tuple(
        Term(
            facet.name,
            code,
            _labels_of(facet, code),
            tuple(above(code)),
            tuple(_all_above(facet.name, code)),
        )
        for code in facet.vocabulary.codes()
    )


def _labels_of(facet: Facet, code: str) -> Labels:
    return named(code) if (named := _LABELS.get(facet.name)) else _published(facet, code)


_LABELS: dict[str, Callable[[str], Labels]] = {
    "country_codes": place_names,
    "regions": place_names,
    "language_codes": language_names,
}


def _published(facet: Facet, code: str) -> Labels:
    """The published labels; the English words of a code where there are none."""
    assert facet.vocabulary  # noqa: S101
    found: Labels | None = package_json("pipeline.model", "labels").get(facet.name, {}).get(code)
    return found or {"en": facet.vocabulary.name(code)}


def _direct(vocabulary: str) -> Callable[[str], list[str]]:
    """The ids of the terms directly above a code of a vocabulary."""
    within = BROADER_IN.get(vocabulary, vocabulary)
    return lambda code: [term_id(within, each) for each in _codes_above(vocabulary, code)]


def _codes_above(vocabulary: str, code: str) -> list[str]:
    if vocabulary in {"country_codes", "regions"}:
        found: list[str] = package_json("pipeline.model", "broader").get(code, [])
        return found
    parent = code.rpartition(".")[0]
    return [parent] if parent else []


def _all_above(vocabulary: str, code: str) -> list[str]:
    """The ids of all terms above a code, the nearest first, each once."""
    within = BROADER_IN.get(vocabulary, vocabulary)
    found: dict[str, None] = {}
    waiting = _codes_above(vocabulary, code)
    while waiting:
        found |= dict.fromkeys(waiting)
        waiting = [each for below in waiting for each in _codes_above(within, below)]
    return [term_id(within, each) for each in found]

"""Invented documents in any number, and how often each value occurs in them: what a search has to count.

A document is drawn by its number, so a number gives the same document whatever the catalogues are. Facets are those of
one of `KINDS` kinds of study; some values are common and most are rare, as in real catalogues. Texts are made-up words,
and beside these the words of `MARKERS`, each in a known share of the documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

import pycountry

from benchmarks.invented_texts import MARKERS, MODEL, some_words, vector
from pipeline.enrich.search_fields import name_key, search_fields, with_broader
from pipeline.meaning.vectors import numbers_of, vector_of
from pipeline.model.codes import terms
from pipeline.model.document import Document
from pipeline.model.facet_kinds import MostCommon
from pipeline.model.facets import NAMES
from pipeline.model.identifiers import identifiers_of
from pipeline.model.identity import uuid_of, work_number
from pipeline.search.facet_counts import COUNTED, RANGES
from pipeline.search.ongoing import this_year
from pipeline.search.question import Question

KINDS = 5000
"""Combinations of facet values."""
SUPERSEDED, VARIABLES, FURTHER = 0.05, 0.02, 0.08
"""Shares of documents: superseded versions; variables; further documents of the work of the document before."""
TRANSLATED = 0.15
"""Share of documents that have their texts in English beside those in another language."""
ABBREVIATED = 0.05
"""Share of documents that state an acronym."""
HARVEST_YEAR = 2025
TEXTS = {
    "en": 40,
    "de": 20,
    "fi": 8,
    "nl": 8,
    "fr": 6,
    "sv": 5,
    "no": 3,
    "da": 2,
    "es": 2,
    "it": 1,
    "pt": 1,
    "el": 1,
    "und": 2,
}
"""Languages that texts are marked with, and how common each is."""
LANGUAGES = ("en", "de", "fr", "nl", "fi", "sv", "no", "da", "es", "it", "pt", "el", "pl", "cs", "hu")
COMMON_PLACES = ("GB", "US", "DE", "FI", "NL", "FR", "SE")
PLACES = [*COMMON_PLACES, *sorted({country.alpha_2 for country in pycountry.countries} - {*COMMON_PLACES})][:80]

Kind = dict[str, Any]


class Draw(NamedTuple):
    """What decides which documents a search finds and counts; many documents have the same draw."""

    kind: int
    catalogue: str
    superseded: bool
    markers: tuple[str, ...]


@cache
def kinds() -> tuple[Kind, ...]:
    """The facets and the publisher of each kind."""
    return tuple(_kind(Random(number)) for number in range(KINDS))


def catalogues(number: int, documents: int) -> dict[str, range]:
    """The numbers of the documents of each of so many catalogues: a few large ones, and many small ones."""
    weights = [1 / rank for rank in range(1, number + 1)]
    ends = [round(documents * part / sum(weights)) for part in accumulate(weights)]
    return {
        f"invented-{place:03d}": range(first, last)
        for place, (first, last) in enumerate(zip([0, *ends], ends, strict=False))
    }


def draw(number: int, catalogue: str) -> Draw:
    """What decides about the document of that number."""
    random = Random(number)
    kind = int(random.random() * KINDS)
    superseded = random.random() < SUPERSEDED
    return Draw(kind, catalogue, superseded, tuple(word for word, share in MARKERS.items() if random.random() < share))


def document(number: int, drawn: Draw, *, vectors: bool = False) -> dict[str, Any]:
    """The document of that number, as the pipeline writes it, and with a vector if that is wanted."""
    random = Random(f"text {number}")
    identifier = f"{drawn.catalogue}/{number}"
    work = number
    while work and Random(f"work {work}").random() < FURTHER:
        work -= 1
    words = some_words(random, random.randint(20, 200))
    for marker in drawn.markers:
        words.insert(random.randrange(len(words)), marker)
    title = words[: random.randint(4, 12)]
    texts = {"name": " ".join(title), "description": " ".join(words[len(title) :])}
    keywords = some_words(random, random.randint(0, 6))
    population = " ".join(some_words(random, 8))
    content_hash = f"{random.getrandbits(128):032x}"
    (language,) = random.choices([*TEXTS], [*TEXTS.values()])
    record_id, dois = f"oai:{drawn.catalogue}.invalid:{number}", [f"10.5072/{number}"]
    urls = [f"https://{drawn.catalogue}.invalid/{number}"]
    translations = {language: {name: [text] for name, text in texts.items() if text}}
    if keywords:
        translations[language]["keywords"] = keywords
    if language != "en" and random.random() < TRANSLATED:
        translations["en"] = translations[language]
    return {
        "harmony_id": identifier,
        "uuid": uuid_of(identifier),
        "source": [drawn.catalogue],
        "slug": "-".join(title),
        "record_id": record_id,
        "dois": dois,
        "urls": urls,
        "identifiers": identifiers_of(identifier, record_id, None, dois, urls),
        "work_id": f"10.5072/work-{work}",
        "work_number": work_number(f"10.5072/work-{work}"),
        **({"replaced_by": f"{drawn.catalogue}/{number + 1}"} if drawn.superseded else {}),
        **texts,
        **({"name_language": language} if language != "und" else {}),
        "keywords": keywords,
        "population": population,
        "translations": translations,
        **(_acronym(random) if random.random() < ABBREVIATED else {}),
        **kinds()[drawn.kind],
        "name_sort": name_key(texts["name"], language),
        "catalogue": drawn.catalogue,
        "format": "ddi-codebook",
        "harvested_at": "2026-03-01T00:00:00Z",
        "content_hash": content_hash,
        "schema_version": "1",
        "evidence": _evidence(drawn.kind),
        **(_vector(words, kinds()[drawn.kind].get("topics", ())) if vectors else {}),
    }


def _acronym(random: Random) -> Kind:
    name = " ".join(some_words(random, 3))
    short = "".join(word[0] for word in name.split()) + str(random.randint(1, 99))
    return {"acronyms": [short], "acronym_names": [f"{name}: {short}"]}


def _vector(words: list[str], topics: Sequence[str]) -> Kind:
    """Texts about a topic are alike: each topic has words of its own."""
    of_topics = [word for topic in topics[:2] for word in some_words(Random(topic), 6)]
    text = " ".join([*of_topics, *words])
    return {"vector": numbers_of(vector(text)), "vector_of": vector_of(text, MODEL), "vector_model": MODEL}


def check() -> None:
    """Make sure that documents are such as the pipeline allows.

    Raises:
        pydantic.ValidationError: one is not.
    """
    for number in range(0, 1000, 10):
        Document.model_validate(document(number, draw(number, "invented"), vectors=True))


def true_counts(
    documents: Mapping[Draw, int], question: Question, near: Mapping[Draw, int] | None = None
) -> tuple[int, dict[str, dict[str, int]], dict[str, int]]:
    """What a search has to count: documents, documents by value of each facet, and those without a value.

    `near` has the documents that are found by their meaning, as numbers of documents of each draw.
    """
    total = 0
    values: dict[str, Counter[Any]] = {name: Counter() for name in COUNTED}
    unknown = dict.fromkeys(COUNTED, 0)
    asked = [*question.filters, *question.ranges]
    for drawn, number in documents.items():
        fields = kinds()[drawn.kind] | {"source": [drawn.catalogue], "catalogue": drawn.catalogue}
        if not _in_base(drawn, fields, question):
            continue
        if not _has_words(drawn, question):
            number = near.get(drawn, 0) if near else 0  # noqa: PLW2901 - of documents without the words, these count
        if not number:
            continue
        failed = [name for name in asked if not _passes(fields, name, question)]
        total += 0 if failed else number
        for name in COUNTED if not failed else COUNTED.keys() & failed if len(failed) == 1 else ():
            found = _values(fields, name)
            for value in found if isinstance(found, list) else [found] if found else ():
                values[name][value] += number
            unknown[name] += 0 if found else number
    return total, {name: _listed(name, counts) for name, counts in values.items()}, unknown


def _values(fields: Kind, name: str) -> Any:
    """The values of a facet; a topic is within each broader one, and an ongoing study covers the years up to now."""
    if name == "topics":
        return with_broader(fields.get(name, ()))
    if name == "years" and "ongoing" in fields:
        return [*fields[name], *range(fields[name][-1] + 1, this_year() + 1)]
    return fields.get(name, [])


def _in_base(drawn: Draw, fields: Kind, question: Question) -> bool:
    if drawn.superseded:
        return False
    return fields["resource_type"] != "variable" or "variable" in question.filters.get("resource_type", ())


def _has_words(drawn: Draw, question: Question) -> bool:
    """Whether a document has half of the words of a text, which is enough."""
    words = (question.text or "").split()
    return len({*words} & {*drawn.markers}) >= max(len(words) // 2, min(len(words), 1))


def _passes(fields: Kind, name: str, question: Question) -> bool:
    """Whether a document passes the filter on a field."""
    if name in question.filters:
        found = _values(fields, name)
        passes = not set(question.filters[name]).isdisjoint(found if isinstance(found, list) else [found])
        return passes or (not found and name in question.or_unknown)
    option, (first, last) = RANGES[name], question.ranges[name]
    start, end = (-(10**6) if first is None else first), (10**6 if last is None else last)
    if option.lower == option.upper:
        found = _values(fields, name)
        return any(start <= value <= end for value in found) or (not found and name in question.or_unknown)
    if option.lower not in fields and option.upper not in fields:
        return name in question.or_unknown
    return bool(fields.get(option.lower, start) <= end and fields.get(option.upper, end) >= start)


def _listed(name: str, counts: Counter[Any]) -> dict[str, int]:
    """The counts of a facet as `search` lists them: of some facets the most common values, and the rest as `other`."""
    counted = COUNTED[name]
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if isinstance(counted, MostCommon) and len(ordered) > counted.size:
        rest = sum(number for _, number in ordered[counted.size :])
        ordered = [*ordered[: counted.size], ("other", rest)]
    return {str(value): number for value, number in ordered}


def _kind(random: Random) -> Kind:
    def one(chance: float, values: list[str]) -> str | None:
        return random.choices(values, _skewed(len(values)))[0] if random.random() < chance else None

    def some(chance: float, values: list[str], most: int) -> list[str]:
        if random.random() >= chance:
            return []
        return sorted(set(random.choices(values, _skewed(len(values)), k=min(random.randint(1, most), len(values)))))

    lower = random.choice([None, 0, 5, 16, 18, 18, 50, 65])
    found: Kind = {
        "sex": one(0.9, ["all"] * 8 + ["female", "male"]),
        "resource_type": "variable" if random.random() < VARIABLES else random.choices(["dataset", "study"], [4, 1])[0],
        "country_codes": some(0.92, PLACES, random.choice([1, 1, 1, 1, 1, 4, 30])),
        "regions": some(0.1, list(terms("regions")), 2),
        **_period(random),
        "age_lower": lower,
        "age_upper": lower + random.randint(1, 60) if lower is not None and random.random() < 0.4 else None,
        "access": some(0.7, ["registered", "open", "controlled", "closed"], 2),
        "language_codes": some(0.8, [*LANGUAGES], 2),
        "study_design": some(0.6, list(terms("study_design")), 2),
        "topics": some(0.8, list(terms("topics")), 10),
        "instruments": some(0.04, [f"Scale of Invention {place}" for place in range(500)], 3),
        "unit_of_analysis": some(0.6, list(terms("unit_of_analysis")), 2),
        "collection_mode": some(0.6, list(terms("collection_mode")), 3),
        "sample_size": random.randint(10, 50_000) if random.random() < 0.3 else None,
        "creators": some(0.9, [f"Inventor {place}" for place in range(2000)], 3),
        "publisher": one(0.95, [f"Archive of Inventions {place}" for place in range(3000)]),
    }
    known = {name: value for name, value in found.items() if value not in (None, [])}
    return known | search_fields({"name": "Invented", **known}, HARVEST_YEAR)


def _period(random: Random) -> Kind:
    if random.random() < 0.15:
        return {}
    start = 2025 - min(125, int(random.expovariate(1 / 20)))
    end = min(2026, start + int(random.expovariate(1 / 3)))
    if end > HARVEST_YEAR:
        return {"start_year": start, "ongoing": True, "years": list(range(start, HARVEST_YEAR + 1))}
    years = list(range(start, end + 1))
    return {"start_year": start, "end_year": end, "years": years, "duration_years": end - start}


@cache
def _skewed(number: int) -> list[float]:
    return [1 / (rank + 1) for rank in range(number)]


@cache
def _evidence(kind: int) -> dict[str, list[dict[str, str]]]:
    random = Random(f"evidence {kind}")
    stated = {"kind": "stated", "field": "sumDscr/universe"}
    return {name: [stated | {"words": " ".join(some_words(random, 3))}] for name in kinds()[kind] if name in NAMES}


def counted(blocks: Iterator[tuple[str, range]]) -> Counter[Draw]:
    """How many documents have each draw."""
    return Counter(draw(number, catalogue) for catalogue, numbers in blocks for number in numbers)

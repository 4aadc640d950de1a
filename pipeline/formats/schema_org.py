"""schema.org: a Dataset in JSON-LD, bare or in an HTML page.

Of a page or document with several nodes the record is the Dataset that a page has as its `mainEntity`, else the first
that stands nearest to the top: a page is one record. What has other types only is `not_a_study`.

Order of ids: the first `identifier` that is no DOI, URN, Handle or URL; the DOI, the first there is of `identifier`,
`@id` and `url`; then the protocol's record id (`pipeline.model.identity`). `sameAs` names the same dataset elsewhere.
`typicalAgeRange` and `audience` are about readers, not about participants, and are not read; nor are contact points.
`isAccessibleForFree` tells of money, not of who gets access. Source: https://schema.org/Dataset, and Google's guide
for datasets (temporalCoverage `2015-11/..` goes on).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.errors import RejectError
from pipeline.formats.base import Format
from pipeline.formats.datacite_terms import is_topic_list
from pipeline.formats.json_ld import Graph, Node, documents, types
from pipeline.formats.licenses import license_in
from pipeline.formats.shapes import (
    Relations,
    Statements,
    identifier_in,
    interval,
    items,
    name,
    urls,
    year,
)
from pipeline.formats.shapes import words as cleaned
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset(
    {"n/a", "none", "null", "not available", "not applicable", "unknown", "undefined", "untitled", "-", "."}
)
"""What templates write where they have nothing, in lower case."""

_DATASETS = frozenset({"Dataset", "DataFeed", "CompleteDataFeed"})
"""Dataset, and the types below it."""

_TITLES = ("name", "alternateName", "headline")
_DESCRIPTIONS = ("description", "abstract")
_PLACES = ("spatialCoverage", "spatial", "contentLocation")
_PERIODS = ("temporalCoverage", "temporal")
_CREATORS = ("creator", "author", "producer")
_PUBLISHERS = ("publisher", "provider", "includedInDataCatalog")
_FUNDERS = ("funder", "sponsor")
_RELATED = ("isPartOf", "hasPart", "isBasedOn", "isBasedOnUrl", "citation", "subjectOf", "workExample", "exampleOfWork")
_ADDRESS = ("addressLocality", "addressRegion", "addressCountry")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}")
_LETTER = re.compile(r"[^\W\d_]")
_KEYWORD_SEPARATOR = re.compile(r"[,;]")
_PERSON_IDS = re.compile(r"orcid\.org|viaf\.org", re.IGNORECASE)


class SchemaOrg(Format):
    """`schema-org`."""

    name = "schema-org"
    syntax = "text"
    resource_type = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one dataset.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (no JSON-LD, or nodes without a type), `not_a_study` (no
                Dataset among the nodes) or `no_title`.
        """
        graph = Graph(documents(payload))
        dataset = _dataset(graph)
        statements = Statements(NOTHING)
        for field in _TITLES:
            for words in graph.words(dataset.get(field)):
                statements.add(Role.TITLE, field, name(words.text), language=words.language)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The Dataset has no name", "name")
        _texts(statements, graph, dataset)
        _coverage(statements, graph, dataset)
        _facets(statements, graph, dataset)
        identifiers = list(_identifiers(graph, dataset.get("identifier")))
        own_urls = urls(dataset.get("url"), dataset.get("@id"), dataset.get("mainEntityOfPage"))
        dois = _dois([*identifiers, name(dataset.get("@id")), name(dataset.get("url"))])
        same_as = _same_as(graph, dataset, [*dois, *own_urls])
        own_numbers = (each for each in identifiers if not is_persistent_identifier(each) and bare_doi(each) is None)
        return StudyRecord(
            format=self.name,
            study_number=next(own_numbers, None) or next(iter(dois), None),
            dois=dois,
            urls=own_urls,
            same_as=same_as,
            version=_version(graph, dataset.get("version")),
            statements=statements.found,
            creators=_people(graph, dataset, statements, _CREATORS),
            publisher=next(iter(_people(graph, dataset, statements, _PUBLISHERS)), None),
            funders=_funders(graph, dataset, statements),
            series=_series(graph, dataset),
            license=_license(graph, dataset),
            published_year=next(filter(None, map(year, _lines(graph, dataset.get("datePublished")))), None),
            related=_related(graph, dataset, [*dois, *own_urls, *same_as]).found,
            source_modified=next(iter(_lines(graph, dataset.get("dateModified"))), None),
        )

    def key(self, value: Any) -> str | None:
        """The study number of a Dataset in a JSON list."""
        if not isinstance(value, dict):
            return None
        graph = Graph([value])
        dataset = graph.resolved(value)
        identifiers = list(_identifiers(graph, dataset.get("identifier")))
        own = (each for each in identifiers if not is_persistent_identifier(each) and bare_doi(each) is None)
        dois = _dois([*identifiers, name(dataset.get("@id")), name(dataset.get("url"))])
        return next(own, None) or next(iter(dois), None)

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is JSON-LD, rather than Datasets by key."""
        if not value or any(key.startswith("@") for key in value):
            return True
        return not all(isinstance(each, dict) and "@type" in each for each in value.values())


def _dataset(graph: Graph) -> Node:
    """The Dataset that the JSON-LD is about."""
    main = [each for of in graph.nodes for each in graph.objects(of.get("mainEntity")) if _is_dataset(each)]
    found = main or [each for each in graph.nodes if _is_dataset(each) and each.keys() - {"@id", "@type"}]
    if found:
        return found[0]
    kinds = dict.fromkeys(kind for each in graph.nodes for kind in types(each))
    if not kinds:
        raise RejectError("wrong_format", "The payload is no JSON-LD of schema.org: nothing in it has a type", "@type")
    raise RejectError("not_a_study", f"There is no Dataset, but: {', '.join(kinds)[:200]}", "@type")


def _is_dataset(of: Node) -> bool:
    return not _DATASETS.isdisjoint(types(of))


def _texts(statements: Statements, graph: Graph, dataset: Node) -> None:
    for field in _DESCRIPTIONS:
        for words in graph.words(dataset.get(field)):
            statements.add(Role.DESCRIPTION, field, cleaned(words.text), language=words.language)
    keywords = dataset.get("keywords")
    for field, value in (("keywords", keywords), ("about", dataset.get("about"))):
        for words in graph.words(value):
            # one text may hold several keywords: schema.org has them delimited by commas
            each = [words.text] if isinstance(value, list) else _KEYWORD_SEPARATOR.split(words.text)
            statements.add_each(Role.KEYWORD, field, each, language=words.language)
        for of in graph.objects(value):
            _term(statements, graph, field, of)


def _term(statements: Statements, graph: Graph, field: str, of: Node) -> None:
    """A DefinedTerm or another Thing that the dataset is about."""
    in_set = of.get("inDefinedTermSet")
    vocabulary = next(iter([*graph.names(in_set), *urls(*(each.get("@id") for each in graph.objects(in_set)))]), "")
    codes = (name(of.get(part)) for part in ("termCode", "@id", "url"))
    role = Role.TOPIC if is_topic_list(vocabulary) else Role.KEYWORD
    code = next(filter(None, codes), None)
    for words in graph.words(of.get("name")):
        text = name(words.text)
        statements.add(role, field, text, language=words.language, code=code, vocabulary=vocabulary or None)


def _coverage(statements: Statements, graph: Graph, dataset: Node) -> None:
    for field in _PLACES:
        for text in _lines(graph, dataset.get(field)):
            if _LETTER.search(text):  # coordinates alone name no place
                statements.add(Role.GEOGRAPHY, field, text)
        for place in graph.objects(dataset.get(field)):
            _place(statements, graph, field, place)
    for field in _PERIODS:
        statements.add_each(Role.PERIOD, field, _lines(graph, dataset.get(field)))
        for period in graph.objects(dataset.get(field)):
            start, end = (next(iter(_lines(graph, period.get(side))), "") for side in ("startDate", "endDate"))
            statements.add(Role.PERIOD, field, interval(start, end))


def _place(statements: Statements, graph: Graph, field: str, place: Node) -> None:
    """A place by its name, and by the parts of its address that name places; streets are not read."""
    for text in graph.names(place.get("name")):
        statements.add(Role.GEOGRAPHY, f"{field}/name", text)
    for text in _lines(graph, place.get("address")):
        statements.add(Role.GEOGRAPHY, f"{field}/address", text)
    for address in graph.objects(place.get("address")):
        parts = [graph.names(address.get(part)) for part in _ADDRESS]
        country = next(iter(parts[-1]), "")
        text = ", ".join(part for found in parts for part in found)
        code = country if _COUNTRY_CODE.fullmatch(country) else None
        statements.add(Role.GEOGRAPHY, f"{field}/address", text, code=code)


def _facets(statements: Statements, graph: Graph, dataset: Node) -> None:
    statements.add_each(Role.RESOURCE_TYPE, "additionalType", _lines(graph, dataset.get("additionalType")))
    languages = dataset.get("inLanguage")
    for text in _lines(graph, languages):
        statements.add(Role.LANGUAGE, "inLanguage", text)
    for of in graph.objects(languages):
        code = next(iter(_lines(graph, of.get("alternateName"))), None)
        statements.add(Role.LANGUAGE, "inLanguage", next(iter(graph.names(of.get("name"))), code or ""), code=code)
    measured = dataset.get("variableMeasured")
    if not isinstance(measured, str) and (count := len(items(measured))):
        statements.add(Role.NUM_VARIABLES, "variableMeasured", str(count))
    for field in ("measurementTechnique", "measurementMethod"):
        for text in graph.names(dataset.get(field)):
            statements.add(Role.COLLECTION_MODE, field, text)
    for field in ("conditionsOfAccess", "usageInfo"):
        for words in graph.words(dataset.get(field)):
            statements.add(Role.ACCESS, field, cleaned(words.text), language=words.language)
    for text in _license_words(graph, dataset):
        statements.add(Role.ACCESS, "license", text)
    free = dataset.get("isAccessibleForFree")
    told = str(free).rsplit("/", 1)[-1].casefold() if isinstance(free, bool | str) else ""
    if told in {"true", "false"}:
        statements.add(Role.ACCESS, "isAccessibleForFree", f"isAccessibleForFree: {told}")


def _license_words(graph: Graph, dataset: Node) -> list[str]:
    """Links and names of licences, in the record's order."""
    value = dataset.get("license")
    found = _lines(graph, value)
    for of in graph.objects(value):
        found += [*urls(of.get("url"), of.get("@id")), *graph.names(of.get("name"))]
    return list(dict.fromkeys(filter(Statements(NOTHING).says, found)))


def _license(graph: Graph, dataset: Node) -> str | None:
    """The licence that is known as such, else the first that is named."""
    found = _license_words(graph, dataset)
    return license_in(found) or next(iter(found), None)


def _lines(graph: Graph, value: Any) -> list[str]:
    """The texts of a value, each on one line and once."""
    return list(dict.fromkeys(text for words in graph.words(value) if (text := name(words.text))))


def _identifiers(graph: Graph, value: Any) -> Iterator[str]:
    """Texts, and the values of PropertyValues."""
    yield from _lines(graph, value)
    for of in graph.objects(value):
        kind = " ".join(graph.names(of.get("propertyID")))
        found = [text for part in ("value", "@id", "url") for text in _lines(graph, of.get(part))]
        if found:
            bare = bare_doi(found[0]) if "doi" in kind.casefold() else None
            yield bare or found[0]


def _dois(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(doi for text in texts if (doi := bare_doi(text))))


def _same_as(graph: Graph, dataset: Node, own: list[str]) -> list[str]:
    value = dataset.get("sameAs")
    stated = [*_lines(graph, value), *(name(of.get("@id")) or name(of.get("url")) for of in graph.objects(value))]
    found = (bare_doi(text) or text for text in stated if is_persistent_identifier(text) and " " not in text)
    return [each for each in dict.fromkeys(found) if each not in own]


def _version(graph: Graph, value: Any) -> str | None:
    """A version, also where it is written as a number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else next(iter(_lines(graph, value)), None)


def _people(graph: Graph, dataset: Node, statements: Statements, fields: tuple[str, ...]) -> list[str]:
    """Names in the first of the fields that has any."""
    for field in fields:
        found = [each for each in graph.names(dataset.get(field)) if statements.says(each) and "@" not in each]
        if found:
            return found
    return []


def _funders(graph: Graph, dataset: Node, statements: Statements) -> list[str]:
    grants = [grant.get(field) for grant in graph.objects(dataset.get("funding")) for field in _FUNDERS]
    stated = [dataset.get(field) for field in _FUNDERS]
    found = [text for value in (*stated, *grants) for text in graph.names(value) if statements.says(text)]
    return list(dict.fromkeys(each for each in found if "@" not in each))


def _series(graph: Graph, dataset: Node) -> str | None:
    """The work that the dataset is part of; a catalogue of data is no series."""
    for of in graph.objects(dataset.get("isPartOf")):
        if "DataCatalog" not in types(of) and (found := graph.names(of.get("name"))):
            return found[0]
    return None


def _related(graph: Graph, dataset: Node, own: list[str]) -> Relations:
    relations = Relations(own)
    for field in _RELATED:
        for text in _lines(graph, dataset.get(field)):
            relations.add(identifier_in(text), field)
        for of in graph.objects(dataset.get(field)):
            stated = [name(of.get("@id")), *_identifiers(graph, of.get("identifier")), name(of.get("url"))]
            stated += [text for part in ("name", "headline") for text in graph.names(of.get(part))]
            found = (identifier_in(each) for each in stated if not _PERSON_IDS.search(each))
            relations.add(next(filter(None, found), None), field)
    return relations

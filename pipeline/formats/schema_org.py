"""schema.org: a Dataset in JSON-LD, alone or in an HTML page.

Of a page or document with several nodes the record is the Dataset that a page has as its `mainEntity`, else the first
Dataset from the top: a page is one record. Pages with other types only are rejected as `not_a_study`.

Order of ids: the first `identifier` that is no DOI, URN, Handle or URL; the first DOI of `identifier`, `@id` and `url`;
then the protocol's record id (`pipeline.model.identity`). `sameAs` names the same dataset elsewhere.

Not read: `typicalAgeRange` and `audience`, which are about readers and not about participants, and contact points.
`isAccessibleForFree` is about money, not about who gets access. Source: https://schema.org/Dataset, and Google's guide
for datasets (a temporalCoverage `2015-11/..` is ongoing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.agents import Agent, kinds_of
from pipeline.formats.base import Format
from pipeline.formats.datacite_terms import is_topic_list
from pipeline.formats.json_ld import Graph, Node, Words, documents, types
from pipeline.formats.licenses import license_in
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import dois, identifier_in, items, name, number_or_name, urls, year
from pipeline.formats.shapes import words as cleaned
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.model.text import unique

_DATASETS = frozenset({"Dataset", "DataFeed", "CompleteDataFeed"})
"""Dataset, and its subtypes."""

_TITLES = ("name", "alternateName", "headline")
_DESCRIPTIONS = ("description", "abstract")
_PLACES = ("spatialCoverage", "spatial", "contentLocation")
_PERIODS = ("temporalCoverage", "temporal")
_ACCESS = ("conditionsOfAccess", "usageInfo")
_MODES = ("measurementTechnique", "measurementMethod")
_CREATORS = ("creator", "author", "producer")
_PUBLISHERS = ("publisher", "provider", "includedInDataCatalog")
_IDENTIFIERS = ("@id", "identifier", "sameAs", "url")
_ORGANISATIONS = frozenset({
    "Organization", "EducationalOrganization", "CollegeOrUniversity", "GovernmentOrganization", "NGO",
    "ResearchOrganization", "FundingAgency", "Corporation",
})  # fmt: skip
"""schema.org's types of organisations that fund and make data."""
_FUNDERS = ("funder", "sponsor")
_RELATED = ("isPartOf", "hasPart", "isBasedOn", "isBasedOnUrl", "citation", "subjectOf", "workExample", "exampleOfWork")
_ADDRESS = ("addressLocality", "addressRegion", "addressCountry")
_COUNTRY_CODE = re.compile(r"[A-Z]{2}")
_LETTER = re.compile(r"[^\W\d_]")
_KEYWORD_SEPARATOR = re.compile(r"[,;]")
_PERSON_IDS = re.compile(r"orcid\.org|viaf\.org", re.IGNORECASE)


class SchemaOrg(Format):
    """Datasets of schema.org."""

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
        return _Dataset(self.name, graph, _dataset(graph)).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The study number of a Dataset."""
        graph = Graph([value])
        return _Dataset(self.name, graph, graph.resolved(value)).study_number

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is JSON-LD, rather than Datasets by key."""
        return any(key.startswith("@") for key in value) or super().is_record(value)

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object has a type."""
        return "@type" in value


def _dataset(graph: Graph) -> Node:
    """The Dataset that the JSON-LD is about."""
    main = [each for of in graph.nodes for each in graph.objects(of.get("mainEntity")) if _is_dataset(each)]
    found = main or [each for each in graph.nodes if _is_dataset(each) and each.keys() - {"@id", "@type"}]
    if found:
        return found[0]
    kinds = unique(kind for each in graph.nodes for kind in types(each))
    if not kinds:
        raise RejectError("wrong_format", "The payload is no JSON-LD of schema.org: no node has a type", "@type")
    raise RejectError("not_a_study", f"The payload has no Dataset; its types are {', '.join(kinds)[:200]}", "@type")


def _is_dataset(of: Node) -> bool:
    return not _DATASETS.isdisjoint(types(of))


class _Dataset(Reading):
    """One dataset while it is read."""

    title_field = "name"

    def __init__(self, format_name: FormatName, graph: Graph, dataset: Node) -> None:
        super().__init__(format_name)
        self._graph = graph
        self._dataset = dataset

    def state(self) -> None:
        for field in _TITLES:
            for words in self._words(field):
                self.add(Role.TITLE, field, name(words.text), language=words.language)
        self._prose(Role.DESCRIPTION, _DESCRIPTIONS)
        for field in ("keywords", "about"):
            self._keywords(field)
        for field in _PLACES:
            self._places(field)
        for field in _PERIODS:
            self._periods(field)
        self.add_each(Role.RESOURCE_TYPE, "additionalType", self._lines("additionalType"))
        self._languages()
        self._variables()
        for field in _MODES:
            self.add_each(Role.COLLECTION_MODE, field, self._graph.names(self._dataset.get(field)))
        self._prose(Role.ACCESS, _ACCESS)
        for text in self._licenses:
            self.add(Role.ACCESS, "license", text)
        self._free()

    def _words(self, field: str) -> Iterator[Words]:
        return self._graph.words(self._dataset.get(field))

    def _lines(self, field: str) -> list[str]:
        return self._graph.lines(self._dataset.get(field))

    def _objects(self, field: str) -> Iterator[Node]:
        return self._graph.objects(self._dataset.get(field))

    def _prose(self, role: Role, fields: tuple[str, ...]) -> None:
        for field in fields:
            for words in self._words(field):
                self.add(role, field, cleaned(words.text), language=words.language)

    def _keywords(self, field: str) -> None:
        is_list = isinstance(self._dataset.get(field), list)
        for words in self._words(field):
            # one text may hold several keywords: schema.org has them delimited by commas
            each = [words.text] if is_list else _KEYWORD_SEPARATOR.split(words.text)
            self.add_each(Role.KEYWORD, field, each, language=words.language)
        for of in self._objects(field):
            self._term(field, of)

    def _term(self, field: str, of: Node) -> None:
        """A DefinedTerm or another Thing that the dataset is about."""
        in_set = of.get("inDefinedTermSet")
        ids = (each.get("@id") for each in self._graph.objects(in_set))
        vocabulary = next(iter([*self._graph.names(in_set), *urls(*ids)]), "")
        code = next(filter(None, (name(of.get(part)) for part in ("termCode", "@id", "url"))), None)
        role = Role.TOPIC if is_topic_list(vocabulary) else Role.KEYWORD
        for words in self._graph.words(of.get("name")):
            text = name(words.text)
            self.add(role, field, text, language=words.language, code=code, vocabulary=vocabulary or None)

    def _places(self, field: str) -> None:
        for text in self._lines(field):
            if _LETTER.search(text):  # coordinates alone name no place
                self.add(Role.GEOGRAPHY, field, text)
        for place in self._objects(field):
            self.add_each(Role.GEOGRAPHY, f"{field}/name", self._graph.names(place.get("name")))
            self.add_each(Role.GEOGRAPHY, f"{field}/address", self._graph.lines(place.get("address")))
            for address in self._graph.objects(place.get("address")):
                self._address(f"{field}/address", address)

    def _address(self, field: str, address: Node) -> None:
        """The parts of an address that name places; streets are not read."""
        parts = [self._graph.names(address.get(part)) for part in _ADDRESS]
        country = next(iter(parts[-1]), "")
        text = ", ".join(part for found in parts for part in found)
        self.add(Role.GEOGRAPHY, field, text, code=country if _COUNTRY_CODE.fullmatch(country) else None)

    def _periods(self, field: str) -> None:
        self.add_each(Role.PERIOD, field, self._lines(field))
        for period in self._objects(field):
            start, end = (next(iter(self._graph.lines(period.get(side))), "") for side in ("startDate", "endDate"))
            self.add_period(Role.PERIOD, field, start, end)

    def _languages(self) -> None:
        self.add_each(Role.LANGUAGE, "inLanguage", self._lines("inLanguage"))
        for of in self._objects("inLanguage"):
            code = next(iter(self._graph.lines(of.get("alternateName"))), None)
            text = next(iter(self._graph.names(of.get("name"))), code or "")
            self.add(Role.LANGUAGE, "inLanguage", text, code=code)

    def _variables(self) -> None:
        measured = self._dataset.get("variableMeasured")
        if not isinstance(measured, str) and (count := len(items(measured))):
            self.add(Role.NUM_VARIABLES, "variableMeasured", str(count))

    def _free(self) -> None:
        """Free of charge: a boolean, or the URL of schema.org's True or False."""
        value = self._dataset.get("isAccessibleForFree")
        free = str(value).rsplit("/", 1)[-1].casefold() if isinstance(value, bool | str) else ""
        if free in {"true", "false"}:
            self.add(Role.ACCESS, "isAccessibleForFree", f"isAccessibleForFree: {free}")

    @cached_property
    def _licenses(self) -> list[str]:
        """Links and names of licences, in the record's order."""
        found = self._lines("license")
        for of in self._objects("license"):
            found += [*urls(of.get("url"), of.get("@id")), *self._graph.names(of.get("name"))]
        return self.names(found)

    @property
    def license(self) -> str | None:
        """The licence that is known as such, else the first that is named."""
        return license_in(self._licenses) or next(iter(self._licenses), None)

    @cached_property
    def _identifiers(self) -> list[str]:
        return list(self._identifiers_in(self._dataset.get("identifier")))

    def _identifiers_in(self, value: Any) -> Iterator[str]:
        """Texts, and the values of PropertyValues."""
        yield from self._graph.lines(value)
        for of in self._graph.objects(value):
            kind = " ".join(self._graph.names(of.get("propertyID")))
            found = [text for part in ("value", "@id", "url") for text in self._graph.lines(of.get(part))]
            if found:
                bare = bare_doi(found[0]) if "doi" in kind.casefold() else None
                yield bare or found[0]

    @property
    def study_number(self) -> str | None:
        own = (each for each in self._identifiers if not is_persistent_identifier(each) and bare_doi(each) is None)
        return next(own, None) or next(iter(self.dois), None)

    @cached_property
    def dois(self) -> list[str]:
        return dois([*self._identifiers, name(self._dataset.get("@id")), name(self._dataset.get("url"))])

    @cached_property
    def urls(self) -> list[str]:
        return urls(*(self._dataset.get(field) for field in ("url", "@id", "mainEntityOfPage")))

    @cached_property
    def same_as(self) -> list[str]:
        ids = (name(of.get("@id")) or name(of.get("url")) for of in self._objects("sameAs"))
        found = [each for each in (*self._lines("sameAs"), *ids) if is_persistent_identifier(each) and " " not in each]
        return [each for each in unique(bare_doi(text) or text for text in found) if each not in self.dois + self.urls]

    @property
    def version(self) -> str | None:
        """The version, also where it is a number."""
        return number_or_name(self._dataset.get("version")) or next(iter(self._lines("version")), None)

    def _people(self, values: list[Any]) -> list[str]:
        found = [each for value in values for each in self._graph.names(value)]
        return [each for each in self.names(found) if "@" not in each]

    def _first_people(self, fields: tuple[str, ...]) -> list[str]:
        """Names in the first of the fields that has any."""
        return next(filter(None, (self._people([self._dataset.get(field)]) for field in fields)), [])

    @property
    def creators(self) -> list[str]:
        return self._first_people(_CREATORS)

    def agents(self) -> Iterable[Agent]:
        """Nodes of the type Organization, and those with an ORCID; Person is a default of Dataverse and others."""
        grants = [grant.get(field) for grant in self._objects("funding") for field in _FUNDERS]
        stated = [self._dataset.get(field) for field in (*_CREATORS, *_PUBLISHERS, *_FUNDERS)]
        for node in (node for value in (*stated, *grants) for node in self._graph.objects(value)):
            of_node = [
                text for term in ("@id", "identifier", "sameAs", "url") for text in self._graph.lines(node.get(term))
            ]
            is_organisation = any(kind in _ORGANISATIONS for kind in types(node))
            for each in self._graph.names(node):
                yield from kinds_of(each, [("", text) for text in of_node], organisation=is_organisation)

    @property
    def publisher(self) -> str | None:
        return next(iter(self._first_people(_PUBLISHERS)), None)

    @property
    def funders(self) -> list[str]:
        grants = [grant.get(field) for grant in self._objects("funding") for field in _FUNDERS]
        return self._people([*(self._dataset.get(field) for field in _FUNDERS), *grants])

    @property
    def series(self) -> str | None:
        """The work that the dataset is part of; a catalogue of data is no series."""
        works = (of for of in self._objects("isPartOf") if "DataCatalog" not in types(of))
        return next((found[0] for of in works if (found := self._graph.names(of.get("name")))), None)

    @property
    def published_year(self) -> int | None:
        return next(filter(None, map(year, self._lines("datePublished"))), None)

    @property
    def source_modified(self) -> str | None:
        return next(iter(self._lines("dateModified")), None)

    @property
    def related(self) -> list[Related]:
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for field in _RELATED:
            for text in self._lines(field):
                yield identifier_in(text), field
            for of in self._objects(field):
                texts = [name(of.get("@id")), *self._identifiers_in(of.get("identifier")), name(of.get("url"))]
                texts += [text for part in ("name", "headline") for text in self._graph.names(of.get(part))]
                found = (identifier_in(each) for each in texts if not _PERSON_IDS.search(each))
                yield next(filter(None, found), None), field

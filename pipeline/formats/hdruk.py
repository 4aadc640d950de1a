"""HDR UK: a dataset of the HDR UK Gateway, by the HDR UK dataset schema 2 (and what 3, 4 and GWDM share with it).

Study number, the first of these that the record has:

1. `pid` (GWDM: `required/gatewayPid`), which all versions of a dataset share;
2. the last part of the URL of the lowest version in `revisions`: `identifier` changes with each version;
3. the last part of `identifier`, where nothing was revised yet.

`accessibility/access/jurisdiction` is the law that governs access, no geography. Contact points are not read.
`summary/doiName` is a DOI of the record, except for journals' DOIs: these are of a paper about the dataset, and are in
`related`. Source: github.com/HDRUK/schemata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.agents import Agent
from pipeline.formats.base import Format, json_object
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import (
    ages,
    identifier_in,
    items,
    mapping,
    name,
    names,
    objects,
    urls,
    whole_number,
    words,
    year,
)
from pipeline.model.identity import bare_doi
from pipeline.model.record import Related, Role, StudyRecord

JOURNALS = frozenset(
    {"10.1001", "10.1002", "10.1007", "10.1016", "10.1038", "10.1056", "10.1080", "10.1093", "10.1097", "10.1101"}
    | {"10.1111", "10.1136", "10.1161", "10.1164", "10.1177", "10.1183", "10.1186", "10.1212", "10.1302", "10.1371"}
    | {"10.2196", "10.3389", "10.3390", "10.12688"}
)
"""DOI prefixes of publishers of journals and preprints: their DOIs are of papers."""

_PEOPLE = frozenset({"person", "persons", "people", "participant", "participants", "patient", "patients"})
_LONGEST_CREATOR = 120
"""Longer texts are paragraphs of acknowledgements."""
_VERSION_PART = re.compile(r"\d+")
_KEYWORD_SEPARATOR = re.compile(r"[,;]+")
_URL_ONLY = re.compile(r"https?://\S+")


class HdrUk(Format):
    """Datasets of the HDR UK Gateway."""

    name = "hdruk"
    syntax = "json"
    resource_type = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one dataset.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (no `summary`) or `no_title`.
        """
        dataset = _dataset(json_object(payload))
        if not mapping(dataset.get("summary")):
            raise RejectError("wrong_format", "The payload is no HDR UK dataset: it has no summary", "summary")
        return _Dataset(self.name, dataset).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The study number of a dataset."""
        return _number(_dataset(value))

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object has a summary."""
        return "summary" in value


def _dataset(value: dict[str, Any]) -> dict[str, Any]:
    """The dataset itself; GWDM answers wrap it in `metadata`."""
    while "summary" not in value and isinstance(value.get("metadata"), dict):
        value = value["metadata"]
    return value


def _number(dataset: dict[str, Any]) -> str | None:
    pid = name(dataset.get("pid")) or name(mapping(dataset.get("required")).get("gatewayPid"))
    if pid:
        return pid
    revisions = [
        (version, url)
        for revision in objects(dataset.get("revisions"))
        if (version := _version_key(revision.get("version"))) and (url := name(revision.get("url")))
    ]
    identifier = min(revisions)[1] if revisions else name(dataset.get("identifier"))
    return identifier.rstrip("/").rsplit("/", 1)[-1] or None


def _version_key(value: Any) -> tuple[int, ...]:
    return tuple(int(part) for part in _VERSION_PART.findall(name(value)[:40]))


def _count(values: dict[str, Any], field: str) -> int | None:
    """A number of the record; the schema has -1 for unknown."""
    number = whole_number(values.get(field))
    return number if number is not None and number >= 0 else None


class _Dataset(Reading):
    """One dataset while it is read."""

    title_field = "summary/title"

    def __init__(self, format_name: FormatName, dataset: dict[str, Any]) -> None:
        super().__init__(format_name)
        self._dataset = dataset
        self._summary = mapping(dataset.get("summary"))
        self._documentation = mapping(dataset.get("documentation"))
        self._required = mapping(dataset.get("required"))
        self._accessibility = mapping(dataset.get("accessibility"))
        self._usage = mapping(self._accessibility.get("usage"))
        self._linkage = mapping(dataset.get("linkage"))

    def state(self) -> None:
        self.add(Role.TITLE, self.title_field, name(self._summary.get("title")))
        self._descriptions()
        self._keywords()
        coverage = mapping(self._dataset.get("coverage"))
        self._people(coverage)
        self._periods()
        self._access()
        self._languages()
        self._sample_size()

    def _descriptions(self) -> None:
        abstract = words(self._summary.get("abstract"))
        self.add(Role.DESCRIPTION, "summary/abstract", abstract)
        description = words(self._documentation.get("description"))
        if description != abstract and not _URL_ONLY.fullmatch(description):
            self.add(Role.DESCRIPTION, "documentation/description", description)

    def _keywords(self) -> None:
        keywords = self._summary.get("keywords")
        each = _KEYWORD_SEPARATOR.split(keywords) if isinstance(keywords, str) else keywords
        self.add_each(Role.KEYWORD, "summary/keywords", each)

    def _people(self, coverage: dict[str, Any]) -> None:
        """Places, ages and sexes of the people in the data."""
        for place in items(coverage.get("spatial")):
            self.add(Role.GEOGRAPHY, "coverage/spatial", words(place))
        self.add_each(Role.AGE, "coverage/typicalAgeRange", coverage.get("typicalAgeRange"))
        range_of_ages = ages(_count(coverage, "typicalAgeRangeMin"), _count(coverage, "typicalAgeRangeMax"))
        self.add(Role.AGE, "coverage/typicalAgeRangeMin,typicalAgeRangeMax", range_of_ages)
        for field in ("gender", "biologicalSex"):
            self.add_each(Role.SEX, f"coverage/{field}", coverage.get(field))

    def _periods(self) -> None:
        temporal = mapping(mapping(self._dataset.get("provenance")).get("temporal"))
        start, end = name(temporal.get("startDate")), name(temporal.get("endDate"))
        self.add_period(Role.PERIOD, "provenance/temporal", start, end)
        for field in ("accrualPeriodicity", "publishingFrequency"):
            self.add(Role.UPDATE_RHYTHM, f"provenance/temporal/{field}", name(temporal.get(field)))

    def _access(self) -> None:
        access = mapping(self._accessibility.get("access"))
        rights = words(access.get("accessRights"))
        self.add(Role.ACCESS, "accessibility/access/accessRights", rights)
        of_publisher = words(mapping(self._summary.get("publisher")).get("accessRights"))
        if of_publisher != rights:
            self.add(Role.ACCESS, "summary/publisher/accessRights", of_publisher)
        for field in ("accessServiceCategory", "accessService"):
            self.add(Role.ACCESS, f"accessibility/access/{field}", words(access.get(field)))

    def _languages(self) -> None:
        languages = mapping(self._accessibility.get("formatAndStandards")).get("language")
        for language in [part for each in names(languages) for part in names(each.split(","))]:
            self.add(Role.LANGUAGE, "accessibility/formatAndStandards/language", language, code=language)

    def _sample_size(self) -> None:
        """Numbers of people; other things that are counted (scans, events) are no sample."""
        for observation in objects(self._dataset.get("observations")):
            counted = _count(observation, "measuredValue")
            if counted and name(observation.get("observedNode")).casefold() in _PEOPLE:
                self.add(Role.SAMPLE_SIZE, "observations/measuredValue", str(counted))
        if size := _count(self._summary, "populationSize"):
            self.add(Role.SAMPLE_SIZE, "summary/populationSize", str(size))

    @property
    def study_number(self) -> str | None:
        return _number(self._dataset)

    @cached_property
    def _doi(self) -> str | None:
        return bare_doi(name(self._summary.get("doiName")))

    @property
    def _is_of_paper(self) -> bool:
        prefix = (self._doi or "").split("/", 1)[0]
        return prefix in JOURNALS or "paper" in name(self._summary.get("doiName")).casefold()

    @property
    def dois(self) -> list[str]:
        return [self._doi] if self._doi and not self._is_of_paper else []

    @cached_property
    def urls(self) -> list[str]:
        return urls(self._dataset.get("identifier"), self._documentation.get("description"))

    @property
    def version(self) -> str | None:
        return name(self._dataset.get("version")) or name(self._required.get("version")) or None

    @property
    def creators(self) -> list[str]:
        """Who made the resource, where that is a name and no paragraph of acknowledgements."""
        lines = [value for value in items(self._usage.get("resourceCreator")) if "\n" not in words(value)]
        return [each for each in self.names(lines) if len(each) <= _LONGEST_CREATOR and "@" not in each]

    def agents(self) -> Iterable[Agent]:
        """The publisher is "the organisation responsible for running or supporting the data access request process"."""
        yield self.publisher or "", "organisation"

    @property
    def publisher(self) -> str | None:
        for field in ("publisher", "dataCustodian"):
            value = self._summary.get(field)
            if found := self.present(name(mapping(value).get("name")) or name(value)):
                return found
        return None

    @cached_property
    def _groups(self) -> list[str]:
        """What the dataset is part of."""
        linked = mapping(self._linkage.get("datasetLinkage")).get("isPartOf")
        return self.names([*items(self._documentation.get("isPartOf")), *items(linked)])

    @property
    def series(self) -> str | None:
        return next((each for each in self._groups if not _URL_ONLY.fullmatch(each)), None)

    @property
    def published_year(self) -> int | None:
        return year(self._dataset.get("issued")) or year(self._required.get("gatewayIssued"))

    @property
    def source_modified(self) -> str | None:
        return name(self._dataset.get("modified")) or name(self._required.get("gatewayModified")) or None

    @property
    def related(self) -> list[Related]:
        """DOIs and URLs of papers and datasets; what has no identifier is left out."""
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        if self._is_of_paper:
            yield self._doi, "doiName"
        enrichment = mapping(self._dataset.get("enrichmentAndLinkage"))
        between = mapping(self._linkage.get("datasetLinkage"))
        for relation, value in (
            ("isPartOf", self._groups),
            ("isReferencedBy", self._usage.get("isReferencedBy")),
            ("qualifiedRelation", enrichment.get("qualifiedRelation")),
            ("derivation", enrichment.get("derivation")),
            ("publicationAboutDataset", self._linkage.get("publicationAboutDataset")),
            ("publicationUsingDataset", self._linkage.get("publicationUsingDataset")),
            ("isDerivedFrom", between.get("isDerivedFrom")),
            ("isMemberOf", between.get("isMemberOf")),
            ("linkedDatasets", between.get("linkedDatasets")),
        ):
            for item in items(value):
                texts = [item.get("pid"), item.get("url"), item.get("title")] if isinstance(item, dict) else [item]
                yield next(filter(None, map(identifier_in, texts)), None), relation

"""HDR UK: a dataset of the HDR UK Gateway, by the HDR UK dataset schema 2 (and what 3, 4 and GWDM share with it).

Study number, the first there is of: `pid` (GWDM: `required/gatewayPid`), which all versions of a dataset share; the
last part of the URL of the lowest version in `revisions`, as `identifier` changes with each version and the first one
stays; the last part of `identifier`, where nothing was revised yet.

`accessibility/access/jurisdiction` is the law under which access is given, no geography. Contact points are not read.
`summary/doiName` is a DOI of the record, but for journals' DOIs: in practice these are of a paper about the dataset,
and stand in `related`. Source: github.com/HDRUK/schemata.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.shapes import (
    Relations,
    Statements,
    ages,
    identifier_in,
    interval,
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
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset(
    {
        "accessibility_usage_investigations",
        "in progress",
        "n/a",
        "no group",
        "none",
        "not applicable",
        "not available",
        "not known",
        "null",
        "tbc",
        "tbd",
        "to be confirmed",
        "to follow",
        "unknown",
    }
)
"""Placeholders of the Gateway's form and of the people who filled it in, in lower case."""

JOURNALS = frozenset(
    {
        "10.1001",
        "10.1002",
        "10.1007",
        "10.1016",
        "10.1038",
        "10.1056",
        "10.1080",
        "10.1093",
        "10.1097",
        "10.1101",
        "10.1111",
        "10.1136",
        "10.1161",
        "10.1164",
        "10.1177",
        "10.1183",
        "10.1186",
        "10.1212",
        "10.1302",
        "10.1371",
        "10.2196",
        "10.3389",
        "10.3390",
        "10.12688",
    }
)
"""DOI prefixes of publishers of journals and preprints: a DOI of these is a paper's."""

_PEOPLE = frozenset({"person", "persons", "people", "participant", "participants", "patient", "patients"})
_LONGEST_CREATOR = 120
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
        summary = mapping(dataset.get("summary"))
        if not summary:
            raise RejectError("wrong_format", "The payload is no HDR UK dataset: no summary in it", "summary")
        statements = Statements(NOTHING)
        _texts(statements, dataset, summary)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The dataset has no title", "summary/title")
        _coverage(statements, dataset)
        _access(statements, dataset, summary)
        _sizes(statements, dataset, summary)
        doi, paper = _doi(name(summary.get("doiName")))
        documentation = mapping(dataset.get("documentation"))
        groups = [each for each in _is_part_of(dataset) if statements.says(each)]
        required = mapping(dataset.get("required"))
        return StudyRecord(
            format=self.name,
            study_number=_number(dataset),
            dois=[doi] if doi else [],
            urls=urls(dataset.get("identifier"), documentation.get("description")),
            version=name(dataset.get("version")) or name(required.get("version")) or None,
            statements=statements.found,
            creators=_creators(dataset, statements),
            publisher=_publisher(summary, statements),
            series=next((each for each in groups if not _URL_ONLY.fullmatch(each)), None),
            published_year=year(dataset.get("issued")) or year(required.get("gatewayIssued")),
            related=_related(dataset, groups, [doi] if doi else [], paper).found,
            source_modified=name(dataset.get("modified")) or name(required.get("gatewayModified")) or None,
        )

    def key(self, value: Any) -> str | None:
        """The study number of a dataset in a JSON list."""
        return _number(_dataset(value)) if isinstance(value, dict) else None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is a dataset, rather than datasets by key."""
        is_of_datasets = all(isinstance(each, dict) and "summary" in each for each in value.values())
        return "summary" in value or not value or not is_of_datasets


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


def _texts(statements: Statements, dataset: dict[str, Any], summary: dict[str, Any]) -> None:
    statements.add(Role.TITLE, "summary/title", name(summary.get("title")))
    abstract = words(summary.get("abstract"))
    statements.add(Role.DESCRIPTION, "summary/abstract", abstract)
    description = words(mapping(dataset.get("documentation")).get("description"))
    if description != abstract and not _URL_ONLY.fullmatch(description):
        statements.add(Role.DESCRIPTION, "documentation/description", description)
    keywords = summary.get("keywords")
    each = _KEYWORD_SEPARATOR.split(keywords) if isinstance(keywords, str) else keywords
    statements.add_each(Role.KEYWORD, "summary/keywords", each)


def _coverage(statements: Statements, dataset: dict[str, Any]) -> None:
    coverage = mapping(dataset.get("coverage"))
    for place in items(coverage.get("spatial")):
        statements.add(Role.GEOGRAPHY, "coverage/spatial", words(place))
    statements.add_each(Role.AGE, "coverage/typicalAgeRange", coverage.get("typicalAgeRange"))
    lower, upper = _count(coverage, "typicalAgeRangeMin"), _count(coverage, "typicalAgeRangeMax")
    statements.add(Role.AGE, "coverage/typicalAgeRangeMin,typicalAgeRangeMax", ages(lower, upper))
    for field in ("gender", "biologicalSex"):
        statements.add_each(Role.SEX, f"coverage/{field}", coverage.get(field))
    temporal = mapping(mapping(dataset.get("provenance")).get("temporal"))
    start, end = name(temporal.get("startDate")), name(temporal.get("endDate"))
    period = interval(start if statements.says(start) else "", end if statements.says(end) else "")
    statements.add(Role.PERIOD, "provenance/temporal", period)
    for field in ("accrualPeriodicity", "publishingFrequency"):
        statements.add(Role.UPDATE_RHYTHM, f"provenance/temporal/{field}", name(temporal.get(field)))


def _access(statements: Statements, dataset: dict[str, Any], summary: dict[str, Any]) -> None:
    accessibility = mapping(dataset.get("accessibility"))
    access = mapping(accessibility.get("access"))
    rights = words(access.get("accessRights"))
    statements.add(Role.ACCESS, "accessibility/access/accessRights", rights)
    of_publisher = words(mapping(summary.get("publisher")).get("accessRights"))
    if of_publisher != rights:
        statements.add(Role.ACCESS, "summary/publisher/accessRights", of_publisher)
    for field in ("accessServiceCategory", "accessService"):
        statements.add(Role.ACCESS, f"accessibility/access/{field}", words(access.get(field)))
    languages = mapping(accessibility.get("formatAndStandards")).get("language")
    for language in [part for each in names(languages) for part in names(each.split(","))]:
        statements.add(Role.LANGUAGE, "accessibility/formatAndStandards/language", language, code=language)


def _sizes(statements: Statements, dataset: dict[str, Any], summary: dict[str, Any]) -> None:
    """Numbers of people; other things that are counted (scans, events) are no sample."""
    for observation in objects(dataset.get("observations")):
        counted = _count(observation, "measuredValue")
        if counted and name(observation.get("observedNode")).casefold() in _PEOPLE:
            statements.add(Role.SAMPLE_SIZE, "observations/measuredValue", str(counted))
    if size := _count(summary, "populationSize"):
        statements.add(Role.SAMPLE_SIZE, "summary/populationSize", str(size))


def _count(values: dict[str, Any], field: str) -> int | None:
    """A number of the record; the schema has -1 for unknown."""
    number = whole_number(values.get(field))
    return number if number is not None and number >= 0 else None


def _doi(stated: str) -> tuple[str | None, str | None]:
    """The record's own DOI, and that of a paper, of which there is one at most."""
    doi = bare_doi(stated)
    if doi is None:
        return None, None
    is_paper = doi.split("/", 1)[0] in JOURNALS or "paper" in stated.casefold()
    return (None, doi) if is_paper else (doi, None)


def _creators(dataset: dict[str, Any], statements: Statements) -> list[str]:
    """Who made the resource, where that is a name and no paragraph of acknowledgements."""
    stated = items(mapping(mapping(dataset.get("accessibility")).get("usage")).get("resourceCreator"))
    found = names([value for value in stated if "\n" not in words(value)])
    return [each for each in found if len(each) <= _LONGEST_CREATOR and "@" not in each and statements.says(each)]


def _publisher(summary: dict[str, Any], statements: Statements) -> str | None:
    for field in ("publisher", "dataCustodian"):
        stated = summary.get(field)
        found = name(mapping(stated).get("name")) or name(stated)
        if statements.says(found):
            return found
    return None


def _is_part_of(dataset: dict[str, Any]) -> list[str]:
    linkage = mapping(mapping(dataset.get("linkage")).get("datasetLinkage"))
    stated = items(mapping(dataset.get("documentation")).get("isPartOf"))
    return names([*stated, *items(linkage.get("isPartOf"))])


def _related(dataset: dict[str, Any], groups: list[str], own: list[str], paper: str | None) -> Relations:
    """DOIs and URLs of papers and datasets; what is named in words alone stays unnamed."""
    relations = Relations(own)
    relations.add(paper, "doiName")
    usage = mapping(mapping(dataset.get("accessibility")).get("usage"))
    enrichment = mapping(dataset.get("enrichmentAndLinkage"))
    linkage = mapping(dataset.get("linkage"))
    between = mapping(linkage.get("datasetLinkage"))
    for relation, value in (
        ("isPartOf", groups),
        ("isReferencedBy", usage.get("isReferencedBy")),
        ("qualifiedRelation", enrichment.get("qualifiedRelation")),
        ("derivation", enrichment.get("derivation")),
        ("publicationAboutDataset", linkage.get("publicationAboutDataset")),
        ("publicationUsingDataset", linkage.get("publicationUsingDataset")),
        ("isDerivedFrom", between.get("isDerivedFrom")),
        ("isMemberOf", between.get("isMemberOf")),
        ("linkedDatasets", between.get("linkedDatasets")),
    ):
        for item in items(value):
            stated = [item.get("pid"), item.get("url"), item.get("title")] if isinstance(item, dict) else [item]
            relations.add(next(filter(None, map(identifier_in, stated)), None), relation)
    return relations

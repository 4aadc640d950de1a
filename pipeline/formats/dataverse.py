"""Dataverse: a dataset in Dataverse's native JSON (the `dataverse_json` export, or the native API's answer).

A payload is the dataset object, or the whole answer `{"status": "OK", "data": {…}}`. Its version is `datasetVersion`
(export), `latestVersion` (native API), or the object itself (where one version was requested).

Study number: the persistent id, `doi:10.5072/abc` (a DOI in lower case, other ids unchanged). It is the first of these
that the record has: the version's `datasetPersistentId`; the dataset's `protocol`, `authority` and `identifier`; its
`persistentUrl`.

Statements are named `<metadata block>/<field>[/<part>]`; those of the version itself by its keys, those of the files
`files/…`. Contacts, e-mail and postal addresses are not read. Source: the metadata blocks citation, geospatial and
socialscience of guides.dataverse.org, and the blocks `dans…` of the DANS Data Stations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.agents import Agent, kinds_of
from pipeline.formats.base import Format, json_object
from pipeline.formats.dataverse_fields import Fields, term
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import (
    dois,
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
from pipeline.model.codes import language_of_name, language_of_tag
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.model.text import unique

REPOSITORY_FILES = frozenset({"easy-migration.zip"})
"""Files that a repository adds for itself: their restrictions do not apply to the data."""

_DEPOSIT_DATE = re.compile(
    r"(?:Date|Date Submitted|Date Accepted|Date Copyrighted|Issued|Valid|Modified|Available): *[\d./:TZ+-]*"
)
"""Dates of the deposit, which a migration of records left among the descriptions."""
_FUNDING_AGENCY = re.compile(r"funding agency\s*:\s*", re.IGNORECASE)
_VERSION_KEYS = ("datasetVersion", "latestVersion")
_DATASET_KEYS = frozenset({*_VERSION_KEYS, "metadataBlocks"})
"""Keys of which every dataset has one."""
_FUNDING_ROLES = frozenset({"Funder", "Sponsor"})

_PLAIN = (
    (Role.LANGUAGE, "citation", "language"),
    (Role.RESOURCE_TYPE, "citation", "kindOfData"),
    (Role.GEOGRAPHY, "dansTemporalSpatial", "dansSpatialCoverageControlled"),
    (Role.GEOGRAPHY, "dansTemporalSpatial", "dansSpatialCoverageText"),
    (Role.PERIOD, "dansTemporalSpatial", "dansTemporalCoverage"),
    (Role.UNIT_OF_ANALYSIS, "socialscience", "unitOfAnalysis"),
    (Role.STUDY_DESIGN, "socialscience", "timeMethod"),
    (Role.COLLECTION_MODE, "socialscience", "collectionMode"),
    (Role.UNIT_OF_ANALYSIS, "dansSocialSciences", "dansUnitOfAnalysis"),
    (Role.STUDY_DESIGN, "dansSocialSciences", "dansTimeMethod"),
    (Role.COLLECTION_MODE, "dansSocialSciences", "dansCollectionMode"),
)
_PROSE = (
    (Role.POPULATION, "socialscience", "universe"),
    (Role.POPULATION, "socialscience", "samplingProcedure"),
    (Role.POPULATION, "dansSocialSciences", "dansUniverse"),
    (Role.POPULATION, "dansSocialSciences", "dansSamplingProcedureFreeText"),
)
_PERIODS = (
    (Role.PERIOD, "timePeriodCovered", "timePeriodCoveredStart", "timePeriodCoveredEnd"),
    (Role.COLLECTION_DATES, "dateOfCollection", "dateOfCollectionStart", "dateOfCollectionEnd"),
)
_TERMS = (
    (Role.TOPIC, "dansRelationMetadata", "dansAudience", "NARCIS classification"),
    (Role.TOPIC, "dansSocialSciences", "dansCessdaClassification", "CESSDA Topic Classification"),
    (Role.KEYWORD, "dansSocialSciences", "dansElsstClassification", "ELSST"),
)
_ACCESS = (
    "termsOfAccess",
    "termsOfUse",
    "restrictions",
    "conditions",
    "availabilityStatus",
    "dataAccessPlace",
    "specialPermissions",
)
_YES_OR_NO = frozenset({"yes", "no", "ja", "nee"})


class Dataverse(Format):
    """Datasets in Dataverse's native JSON."""

    name = "dataverse"
    syntax = "json"
    resource_type = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one dataset.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an error answer of the API), `not_a_study`
                (software, a workflow, …) or `no_title`.
        """
        answer = json_object(payload)
        data, version = _parts(answer)
        fields = Fields(version.get("metadataBlocks"))
        if not fields:
            problem = name(answer.get("message")) or "it has no metadataBlocks"
            raise RejectError("wrong_format", f"The payload is no Dataverse dataset: {problem}")
        return _Dataset(self.name, data, version, fields).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The persistent id of a dataset."""
        return _persistent_id(*_parts(value))

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is a dataset or an answer of the API, rather than datasets by key."""
        return "data" in value or "status" in value or super().is_record(value)

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object has a version or its metadata blocks."""
        return not _DATASET_KEYS.isdisjoint(value)


def _parts(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dataset, and the version that describes it."""
    data = mapping(answer.get("data")) if _DATASET_KEYS.isdisjoint(answer) else answer
    for key in _VERSION_KEYS:
        if isinstance(data.get(key), dict):
            return data, data[key]
    return data, data


def _persistent_id(data: dict[str, Any], version: dict[str, Any]) -> str | None:
    found = name(version.get("datasetPersistentId")) or _joined_id(data) or name(data.get("persistentUrl"))
    doi = bare_doi(found)
    return f"doi:{doi}" if doi else found or None


def _joined_id(data: dict[str, Any]) -> str:
    protocol, authority, identifier = (name(data.get(key)) for key in ("protocol", "authority", "identifier"))
    separator = name(data.get("separator")) or "/"
    return f"{protocol}:{authority}{separator}{identifier}" if protocol and authority and identifier else ""


class _Dataset(Reading):
    """One dataset while it is read."""

    title_field = "citation/title"

    def __init__(self, format_name: FormatName, data: dict[str, Any], version: dict[str, Any], fields: Fields) -> None:
        super().__init__(format_name)
        self._data = data
        self._version = version
        self._fields = fields
        self._language = self._metadata_language()
        self._series = self._people("series", "seriesName")
        self._license = self._license_name()
        self._alternative = name(version.get("alternativePersistentId"))
        self._study_number = _persistent_id(data, version)
        self._dois = dois(filter(None, (self._study_number, self._alternative)))
        self._other_ids = self._identifiers_by_others()

    def state(self) -> None:
        self._check_kind()
        self._titles()
        self._descriptions()
        self.add_each(Role.SERIES, "citation/series/seriesName", self._series)
        self._periods()
        self._plain()
        self._places()
        self._sample_size()
        self._topics()
        self._terms()
        self._access()
        self._files()

    def _check_kind(self) -> None:
        """Rejects what Dataverse itself declares to be no dataset (dataset types, since 6.4)."""
        kind = name(self._data.get("datasetType")) or name(self._version.get("datasetType"))
        if kind and kind.casefold() != "dataset":
            raise RejectError("not_a_study", f"The record is no dataset; its type is {kind}", "datasetType")

    def _metadata_language(self) -> str | None:
        """The language of the texts, where the record states one."""
        tag = name(self._data.get("metadataLanguage"))
        if tag and tag != "undefined":
            return language_of_tag(tag)
        languages = names(self._fields.value("dansMetadataLanguage"))
        return language_of_tag(languages[0]) or language_of_name(languages[0]) if len(languages) == 1 else None

    def _titles(self) -> None:
        for field in ("title", "subtitle"):
            self.add_each(Role.TITLE, f"citation/{field}", self._fields.value(field), language=self._language)
        # an alternative title is a translation as often as not: its language is not known
        self.add_each(Role.TITLE, "citation/alternativeTitle", self._fields.value("alternativeTitle"))

    def _descriptions(self) -> None:
        for value in self._fields.parts("dsDescription", "dsDescriptionValue"):
            text = words(value)
            if not _DEPOSIT_DATE.fullmatch(text):
                field = "citation/dsDescription/dsDescriptionValue"
                self.add(Role.DESCRIPTION, field, text, language=self._language)
        keywords = self._fields.parts("keyword", "keywordValue")
        self.add_each(Role.KEYWORD, "citation/keyword/keywordValue", keywords, language=self._language)

    def _periods(self) -> None:
        for role, field, start, end in _PERIODS:
            for compound in self._fields.compounds(field):
                self.add_period(role, f"citation/{field}", name(compound.get(start)), name(compound.get(end)))

    def _plain(self) -> None:
        for role, block, field in _PLAIN:
            if (value := self._fields.value(field)) is not None:
                self.add_each(role, f"{block}/{field}", value)
        for role, block, field in _PROSE:
            for value in items(self._fields.value(field)):
                self.add(role, f"{block}/{field}", words(value))

    def _places(self) -> None:
        field = "geospatial/geographicCoverage"
        for compound in self._fields.compounds("geographicCoverage"):
            # a city or state alone could be anywhere: the country that the record names stays with it
            parts = [self.present(name(compound.get(part))) for part in ("city", "state", "country")]
            self.add(Role.GEOGRAPHY, field, ", ".join(filter(None, parts)))
            other = name(compound.get("otherGeographicCoverage"))
            self.add(Role.GEOGRAPHY, f"{field}/otherGeographicCoverage", other)

    def _sample_size(self) -> None:
        for compound in self._fields.compounds("targetSampleSize"):
            for part in ("targetSampleActualSize", "targetSampleSizeFormula"):
                self.add(Role.SAMPLE_SIZE, f"socialscience/targetSampleSize/{part}", name(compound.get(part)))

    def _topics(self) -> None:
        for subject in names(self._fields.value("subject")):
            self.add(Role.TOPIC, "citation/subject", subject, vocabulary="Dataverse subject")
        for compound in self._fields.compounds("topicClassification"):
            uri = name(compound.get("topicClassVocabURI"))
            self.add(
                Role.TOPIC,
                "citation/topicClassification/topicClassValue",
                name(compound.get("topicClassValue")),
                code=uri.partition("#")[2] or None,
                vocabulary=name(compound.get("topicClassVocab")) or uri or None,
            )

    def _terms(self) -> None:
        for role, block, field, vocabulary in _TERMS:
            expanded = self._fields.expanded(field)
            for at, uri in enumerate(names(self._fields.value(field))):
                text, code, tag = term(uri, expanded[at] if at < len(expanded) else None, self._language)
                self.add(role, f"{block}/{field}", text, language=tag, code=code, vocabulary=vocabulary)

    def _access(self) -> None:
        self.add(Role.ACCESS, "license/name", self._license)
        for field in _ACCESS:
            text = words(self._version.get(field))
            if text and text.casefold() not in _YES_OR_NO:
                self.add(Role.ACCESS, field, text)
        if isinstance(requests := self._version.get("fileAccessRequest"), bool):
            self.add(Role.ACCESS, "fileAccessRequest", f"fileAccessRequest: {str(requests).lower()}")

    def _files(self) -> None:
        """Restrictions and embargoes of the files, each value once."""
        restricted: list[str] = []
        embargoes: list[str] = []
        for file in objects(self._version.get("files")):
            described = mapping(file.get("dataFile"))
            if name(file.get("label")) in REPOSITORY_FILES or name(described.get("filename")) in REPOSITORY_FILES:
                continue
            if isinstance(value := file.get("restricted"), bool):
                restricted.append(f"restricted: {str(value).lower()}")
            if until := name(mapping(described.get("embargo")).get("dateAvailable")):
                embargoes.append(f"dateAvailable: {until}")
        for text in unique(restricted):
            self.add(Role.ACCESS, "files/restricted", text)
        for text in unique(embargoes):
            self.add(Role.ACCESS, "files/dataFile/embargo", text)

    @property
    def study_number(self) -> str | None:
        return self._study_number

    @property
    def dois(self) -> list[str]:
        return self._dois

    @cached_property
    def urls(self) -> list[str]:
        handle = self._alternative.removeprefix("hdl:")
        of_handle = f"https://hdl.handle.net/{handle}" if handle != self._alternative else None
        return urls(self._data.get("persistentUrl"), of_handle, self._fields.value("alternativeURL"))

    def _identifiers_by_others(self) -> list[str]:
        """Identifiers that others gave to the dataset; numbers alone identify nothing."""
        found = map(name, self._fields.parts("otherId", "otherIdValue"))
        return [bare_doi(each) or each for each in found if is_persistent_identifier(each) and " " not in each]

    @cached_property
    def same_as(self) -> list[str]:
        """Other ids that are persistent identifiers of the dataset; web pages may be about anything around it."""
        identifiers = (each for each in unique(self._other_ids) if not each.startswith(("http:", "https:")))
        return [each for each in identifiers if each not in self.dois]

    @property
    def version(self) -> str | None:
        major, minor = (whole_number(self._version.get(key)) for key in ("versionNumber", "versionMinorNumber"))
        if major is None:
            return None
        return str(major) if minor is None else f"{major}.{minor}"

    def _people(self, field: str, part: str) -> list[str]:
        return self.names(self._fields.parts(field, part))

    @property
    def creators(self) -> list[str]:
        return self._people("author", "authorName") or self._people("producer", "producerName")

    def agents(self) -> Iterable[Agent]:
        """Authors with an identifier of persons or organisations."""
        for author in self._fields.compounds("author"):
            identifier = (name(author.get("authorIdentifierScheme")), name(author.get("authorIdentifier")))
            yield from kinds_of(name(author.get("authorName")), [identifier], organisation=False)

    @property
    def publisher(self) -> str | None:
        stated = name(self._data.get("publisher"))
        if stated:
            return stated
        others = self._people("distributor", "distributorName") or self._people("producer", "producerName")
        return next(iter(others), None)

    @property
    def funders(self) -> list[str]:
        """Agencies of grants, and contributors who are funders by their type or by the words before their name."""
        found = self._people("grantNumber", "grantNumberAgency")
        for compound in self._fields.compounds("contributor"):
            contributor = name(compound.get("contributorName"))
            agency = _FUNDING_AGENCY.match(contributor)
            bare = contributor[agency.end() :] if agency else contributor
            if bare and (agency or name(compound.get("contributorType")) in _FUNDING_ROLES):
                found.append(bare)
        return unique(found)

    @property
    def series(self) -> str | None:
        return next(iter(self._series), None)

    def _license_name(self) -> str:
        """The licence's name; `license` is an object since Dataverse 5.10, a word before."""
        value = self._version.get("license")
        licence = mapping(value)
        return self.present(name(licence.get("name")) or name(licence.get("uri")) or name(value))

    @property
    def license(self) -> str | None:
        return self._license or None

    @property
    def published_year(self) -> int | None:
        return year(self._data.get("publicationDate")) or year(self._version.get("publicationDate"))

    @property
    def source_modified(self) -> str | None:
        return name(self._version.get("lastUpdateTime")) or None

    @property
    def related(self) -> list[Related]:
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for compound in self._fields.compounds("publication"):
            yield _publication(compound), name(compound.get("publicationRelationType")) or "publication"
        for compound in self._fields.compounds("dansRelation"):
            parts = (identifier_in(compound.get(part)) for part in ("dansRelationURI", "dansRelationText"))
            yield next(filter(None, parts), None), name(compound.get("dansRelationType"))
        for field in ("relatedDatasets", "relatedMaterial", "otherReferences"):
            for value in items(self._fields.value(field)):
                yield identifier_in(value), field
        for identifier in self._other_ids:
            yield identifier, "otherId"


def _publication(compound: dict[str, Any]) -> str | None:
    """A publication's DOI, else its number with the kind of number, else its URL."""
    kind, number = name(compound.get("publicationIDType")), name(compound.get("publicationIDNumber"))
    for part in ("publicationIDNumber", "publicationURL", "publicationCitation"):
        if doi := bare_doi(name(compound.get(part))):
            return doi
    if number:
        return identifier_in(number) or (f"{kind}:{number}" if kind else number)
    return identifier_in(compound.get("publicationURL")) or identifier_in(compound.get("publicationCitation"))

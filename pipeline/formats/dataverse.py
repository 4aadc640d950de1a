"""Dataverse: a dataset in Dataverse's native JSON (the `dataverse_json` export, or the native API's answer).

A payload is the dataset object, or the whole answer `{"status": "OK", "data": {…}}`. Its version stands in
`datasetVersion` (export), in `latestVersion` (native API), or is the object itself (one version asked for).

Study number: the persistent id, `doi:10.5072/abc` (a DOI in lower case, other ids as they stand): the first there is of
the version's `datasetPersistentId`, the dataset's `protocol`, `authority` and `identifier`, and its `persistentUrl`.

Statements are named `<metadata block>/<field>[/<part>]`; those of the version itself by its keys, those of the files
`files/…`. Contacts, e-mail and postal addresses are not read. Fields and their meaning: the metadata blocks citation,
geospatial and socialscience of guides.dataverse.org, and the blocks `dans…` of the DANS Data Stations.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.dataverse_fields import Fields, language_tag, term
from pipeline.formats.shapes import (
    Relations,
    Statements,
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
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset(
    {
        "n/a",
        "n.a.",
        "none",
        "not applicable",
        "not available",
        "unknown",
        "see contributors",
        "nvt",
        "n.v.t.",
        "niet van toepassing",
        "onbekend",
        "-",
        ".",
    }
)
"""What depositors write into fields that they may not leave empty, in lower case."""

REPOSITORY_FILES = frozenset({"easy-migration.zip"})
"""Files that a repository adds for itself; whether these are restricted says nothing of the data."""

_DEPOSIT_DATE = re.compile(
    r"(?:Date|Date Submitted|Date Accepted|Date Copyrighted|Issued|Valid|Modified|Available): *[\d./:TZ+-]*"
)
"""Dates of the deposit that a migration left among the descriptions."""
_FUNDING_AGENCY = re.compile(r"funding agency\s*:\s*", re.IGNORECASE)
_VERSION_KEYS = ("datasetVersion", "latestVersion")
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
            RejectError: `empty`, `malformed`, `wrong_format` (also for an API's error answer), `not_a_study` (software,
                a workflow, …) or `no_title`.
        """
        answer = json_object(payload)
        data, version = _parts(answer)
        fields = Fields(version.get("metadataBlocks"))
        if not fields.found:
            problem = name(answer.get("message")) or "no metadataBlocks in it"
            raise RejectError("wrong_format", f"The payload is no Dataverse dataset: {problem}")
        _check_kind(data, version)
        language = _language(data, fields)
        statements = Statements(NOTHING)
        _texts(statements, fields, language)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The dataset has no title", "citation/title")
        series = _people(fields, statements, "series", "seriesName")
        statements.add_each(Role.SERIES, "citation/series/seriesName", series)
        _coverage(statements, fields)
        _topics(statements, fields, language)
        _access(statements, version)
        number = _persistent_id(data)
        other = name(version.get("alternativePersistentId"))
        other_ids = _other_ids(fields)
        dois = [doi for each in (number, other) if each and (doi := bare_doi(each))]
        licence = _license(version)
        return StudyRecord(
            format=self.name,
            study_number=number,
            dois=dois,
            urls=urls(data.get("persistentUrl"), _handle_url(other), fields.value("alternativeURL")),
            same_as=_same_as(other_ids, dois),
            version=_version(version),
            statements=statements.found,
            creators=_people(fields, statements, "author", "authorName")
            or _people(fields, statements, "producer", "producerName"),
            publisher=_publisher(data, fields, statements),
            funders=_funders(fields, statements),
            series=next(iter(series), None),
            license=licence if statements.says(licence) else None,
            published_year=year(data.get("publicationDate")) or year(version.get("publicationDate")),
            related=_related(fields, dois, other_ids).found,
            source_modified=name(version.get("lastUpdateTime")) or None,
        )

    def key(self, value: Any) -> str | None:
        """The persistent id of a dataset in a JSON list."""
        return _persistent_id(_parts(value)[0]) if isinstance(value, dict) else None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is a dataset or an answer of the API, rather than datasets by key."""
        if _is_dataset(value) or "data" in value or "status" in value:
            return True
        return not value or not all(isinstance(each, dict) and _is_dataset(each) for each in value.values())


def _is_dataset(value: dict[str, Any]) -> bool:
    return "metadataBlocks" in value or any(key in value for key in _VERSION_KEYS)


def _parts(answer: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The dataset, and the version that describes it."""
    data = answer if _is_dataset(answer) else mapping(answer.get("data"))
    for key in _VERSION_KEYS:
        if isinstance(data.get(key), dict):
            return data, data[key]
    return data, data


def _persistent_id(data: dict[str, Any]) -> str | None:
    version = _parts(data)[1]
    stated = name(version.get("datasetPersistentId")) or _joined_id(data) or name(data.get("persistentUrl"))
    doi = bare_doi(stated)
    return f"doi:{doi}" if doi else stated or None


def _joined_id(data: dict[str, Any]) -> str:
    protocol, authority, identifier = (name(data.get(key)) for key in ("protocol", "authority", "identifier"))
    separator = name(data.get("separator")) or "/"
    return f"{protocol}:{authority}{separator}{identifier}" if protocol and authority and identifier else ""


def _handle_url(persistent_id: str) -> str:
    return f"https://hdl.handle.net/{persistent_id[4:]}" if persistent_id.startswith("hdl:") else ""


def _check_kind(data: dict[str, Any], version: dict[str, Any]) -> None:
    """Refuses what Dataverse itself says is no dataset (dataset types, since 6.4)."""
    kind = name(data.get("datasetType")) or name(version.get("datasetType"))
    if kind and kind.casefold() != "dataset":
        raise RejectError("not_a_study", f"Dataverse says that this is no dataset but: {kind}", "datasetType")


def _language(data: dict[str, Any], fields: Fields) -> str | None:
    """The language of the texts, where the record says one."""
    stated = name(data.get("metadataLanguage"))
    if stated and stated != "undefined":
        return language_tag(stated)
    said = names(fields.value("dansMetadataLanguage"))
    return language_tag(said[0]) if len(said) == 1 else None


def _texts(statements: Statements, fields: Fields, language: str | None) -> None:
    for field in ("title", "subtitle"):
        statements.add_each(Role.TITLE, f"citation/{field}", fields.value(field), language=language)
    # an alternative title is a translation as often as not
    statements.add_each(Role.TITLE, "citation/alternativeTitle", fields.value("alternativeTitle"))
    for compound in fields.compounds("dsDescription"):
        text = words(compound.get("dsDescriptionValue"))
        if not _DEPOSIT_DATE.fullmatch(text):
            statements.add(Role.DESCRIPTION, "citation/dsDescription/dsDescriptionValue", text, language=language)
    keywords = [compound.get("keywordValue") for compound in fields.compounds("keyword")]
    statements.add_each(Role.KEYWORD, "citation/keyword/keywordValue", keywords, language=language)


def _coverage(statements: Statements, fields: Fields) -> None:
    for role, field, start, end in _PERIODS:
        for compound in fields.compounds(field):
            period = interval(name(compound.get(start)), name(compound.get(end)))
            statements.add(role, f"citation/{field}", period)
    for role, block, field in _PLAIN:
        if (value := fields.value(field)) is not None:
            statements.add_each(role, f"{block}/{field}", value)
    for role, block, field in _PROSE:
        for value in items(fields.value(field)):
            statements.add(role, f"{block}/{field}", words(value))
    for compound in fields.compounds("geographicCoverage"):
        # a city or state alone could be anywhere: the country that the record names stays with it
        places = [name(compound.get(part)) for part in ("city", "state", "country")]
        statements.add(Role.GEOGRAPHY, "geospatial/geographicCoverage", ", ".join(filter(statements.says, places)))
        other = name(compound.get("otherGeographicCoverage"))
        statements.add(Role.GEOGRAPHY, "geospatial/geographicCoverage/otherGeographicCoverage", other)
    for compound in fields.compounds("targetSampleSize"):
        for part in ("targetSampleActualSize", "targetSampleSizeFormula"):
            statements.add(Role.SAMPLE_SIZE, f"socialscience/targetSampleSize/{part}", name(compound.get(part)))


def _topics(statements: Statements, fields: Fields, language: str | None) -> None:
    for subject in names(fields.value("subject")):
        statements.add(Role.TOPIC, "citation/subject", subject, vocabulary="Dataverse subject")
    for compound in fields.compounds("topicClassification"):
        uri = name(compound.get("topicClassVocabURI"))
        statements.add(
            Role.TOPIC,
            "citation/topicClassification/topicClassValue",
            name(compound.get("topicClassValue")),
            code=uri.partition("#")[2] or None,
            vocabulary=name(compound.get("topicClassVocab")) or uri or None,
        )
    for role, block, field, vocabulary in _TERMS:
        expanded = fields.expanded(field)
        for at, uri in enumerate(names(fields.value(field))):
            text, code, tag = term(uri, expanded[at] if at < len(expanded) else None, language)
            statements.add(role, f"{block}/{field}", text, language=tag, code=code, vocabulary=vocabulary)


def _access(statements: Statements, version: dict[str, Any]) -> None:
    statements.add(Role.ACCESS, "license/name", _license(version))
    for field in _ACCESS:
        text = words(version.get(field))
        if text.casefold() not in _YES_OR_NO:
            statements.add(Role.ACCESS, field, text)
    if isinstance(requests := version.get("fileAccessRequest"), bool):
        statements.add(Role.ACCESS, "fileAccessRequest", f"fileAccessRequest: {str(requests).lower()}")
    restricted: dict[str, None] = {}
    embargoes: dict[str, None] = {}
    for file in objects(version.get("files")):
        described = mapping(file.get("dataFile"))
        if REPOSITORY_FILES & {name(file.get("label")), name(described.get("filename"))}:
            continue
        if isinstance(value := file.get("restricted"), bool):
            restricted[f"restricted: {str(value).lower()}"] = None
        if until := name(mapping(described.get("embargo")).get("dateAvailable")):
            embargoes[f"dateAvailable: {until}"] = None
    for text in restricted:
        statements.add(Role.ACCESS, "files/restricted", text)
    for text in embargoes:
        statements.add(Role.ACCESS, "files/dataFile/embargo", text)


def _license(version: dict[str, Any]) -> str:
    """The licence's name; `license` is an object since Dataverse 5.10, a word before."""
    value = version.get("license")
    licence = mapping(value)
    return name(licence.get("name")) or name(licence.get("uri")) or name(value)


def _other_ids(fields: Fields) -> list[str]:
    """Identifiers that others gave to the dataset; numbers alone identify nothing."""
    found = (name(compound.get("otherIdValue")) for compound in fields.compounds("otherId"))
    return [bare_doi(each) or each for each in found if is_persistent_identifier(each) and " " not in each]


def _same_as(other_ids: list[str], dois: list[str]) -> list[str]:
    """Those that are persistent identifiers of the dataset; a web page may be of anything about it."""
    return [each for each in dict.fromkeys(other_ids) if each not in dois and not each.startswith(("http:", "https:"))]


def _version(version: dict[str, Any]) -> str | None:
    major, minor = whole_number(version.get("versionNumber")), whole_number(version.get("versionMinorNumber"))
    if major is None:
        return None
    return str(major) if minor is None else f"{major}.{minor}"


def _people(fields: Fields, statements: Statements, field: str, part: str) -> list[str]:
    found = names([compound.get(part) for compound in fields.compounds(field)])
    return [each for each in found if statements.says(each)]


def _publisher(data: dict[str, Any], fields: Fields, statements: Statements) -> str | None:
    stated = name(data.get("publisher"))
    if stated:
        return stated
    distributors = _people(fields, statements, "distributor", "distributorName")
    return next(iter(distributors or _people(fields, statements, "producer", "producerName")), None)


def _funders(fields: Fields, statements: Statements) -> list[str]:
    """Agencies of grants, and contributors who are funders by their type or by the words before their name."""
    found = _people(fields, statements, "grantNumber", "grantNumberAgency")
    for compound in fields.compounds("contributor"):
        contributor = name(compound.get("contributorName"))
        bare = _FUNDING_AGENCY.sub("", contributor, count=1) if _FUNDING_AGENCY.match(contributor) else contributor
        if bare and (bare != contributor or name(compound.get("contributorType")) in _FUNDING_ROLES):
            found.append(bare)
    return list(dict.fromkeys(found))


def _related(fields: Fields, dois: list[str], other_ids: list[str]) -> Relations:
    relations = Relations([*dois, *_same_as(other_ids, dois)])
    for compound in fields.compounds("publication"):
        relation = name(compound.get("publicationRelationType")) or "publication"
        relations.add(_publication(compound), relation)
    for compound in fields.compounds("dansRelation"):
        identifier = identifier_in(compound.get("dansRelationURI")) or identifier_in(compound.get("dansRelationText"))
        relations.add(identifier, name(compound.get("dansRelationType")))
    for field in ("relatedDatasets", "relatedMaterial", "otherReferences"):
        for value in items(fields.value(field)):
            relations.add(identifier_in(value), field)
    for identifier in other_ids:
        relations.add(identifier, "otherId")
    return relations


def _publication(compound: dict[str, Any]) -> str | None:
    """A publication's DOI, else its number with the kind of it, else its URL."""
    kind, number = name(compound.get("publicationIDType")), name(compound.get("publicationIDNumber"))
    for part in ("publicationIDNumber", "publicationURL", "publicationCitation"):
        if doi := bare_doi(name(compound.get(part))):
            return doi
    if number:
        return identifier_in(number) or (f"{kind}:{number}" if kind else number)
    return identifier_in(compound.get("publicationURL")) or identifier_in(compound.get("publicationCitation"))

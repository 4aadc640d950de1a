"""DDI-Lifecycle 3.1, 3.2 and 3.3: one `DDIInstance`, `FragmentInstance` or `StudyUnit` is one study record.

Source: DDI-Lifecycle (https://ddialliance.org/Specification/DDI-Lifecycle/), alone or in an OAI-PMH envelope of one
record. Elements are found by local name. A record is of the `StudyUnit`; where a document holds several, of the
`Group` that they are in, else of the instance.

Order of ids: the `UserID` that is said to be a study number, the first `InternationalIdentifier`, `CallNumber` or
Dublin Core identifier that is no DOI, URN, Handle or URL, then a `UserID` of the study. Records without one go by the
protocol's record id, then by DOI (`pipeline.model.identity`): identifiers of DDI's own objects differ between exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.base import Format, Syntax
from pipeline.formats.ddi_lifecycle_study import (
    EMPTIED,
    Study,
    agent_names,
    in_one_language,
    strings,
    study_of,
    with_language,
)
from pipeline.formats.ddi_periods import EventDate, periods
from pipeline.formats.licenses import license_in
from pipeline.formats.shapes import Relations, identifier_in, urls, year
from pipeline.formats.xml_record import (
    attribute,
    below,
    language,
    link,
    local_name,
    one_line,
    own_language,
    parse,
    unwrap,
    words,
)
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import ResourceType, Role, Statement, StudyRecord

_Element = etree._Element

_ACCESSES = ("Item/Access", "Collection/Access", "DefaultAccess")
_OF_ACCESS = (
    *("AccessTypeName", "TypeOfAccess", "Description", "ConfidentialityStatement", "Restrictions"),
    *("AccessPermission", "AccessConditions"),
)

_FIELDS: tuple[tuple[Role, str, Callable[[_Element], str]], ...] = (
    (Role.SERIES, "SeriesStatement/SeriesName", one_line),
    (Role.DESCRIPTION, "Abstract", words),
    (Role.DESCRIPTION, "Purpose", words),
    (Role.KEYWORD, "Coverage/TopicalCoverage/Keyword", one_line),
    (Role.TOPIC, "Coverage/TopicalCoverage/Subject", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/TopLevelReference/LevelName", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/LowestLevelReference/LevelName", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/CountryCode", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/GeographicLocation/LocationValue/LocationValueName", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/GeographicLocation/Values/GeographyValue/GeographyName", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/GeographicLocation/Description", one_line),
    (Role.GEOGRAPHY, "Coverage/SpatialCoverage/Description", one_line),
    (Role.POPULATION, "DataCollection/Methodology/SamplingProcedure/TypeOfSamplingProcedure", words),
    (Role.POPULATION, "DataCollection/Methodology/SamplingProcedure/Description", words),
    (Role.POPULATION, "DataCollection/Methodology/SamplingProcedure", words),
    (Role.UNIT_OF_ANALYSIS, "AnalysisUnit", one_line),
    (Role.STUDY_DESIGN, "DataCollection/Methodology/TimeMethod/TypeOfTimeMethod", one_line),
    (Role.STUDY_DESIGN, "DataCollection/Methodology/TimeMethod/Description", one_line),
    (Role.STUDY_DESIGN, "DataCollection/Methodology/TimeMethod", one_line),
    (Role.COLLECTION_MODE, "DataCollection/CollectionEvent/ModeOfCollection/TypeOfModeOfCollection", one_line),
    (Role.COLLECTION_MODE, "DataCollection/CollectionEvent/ModeOfCollection/Description", one_line),
    (Role.COLLECTION_MODE, "DataCollection/CollectionEvent/ModeOfCollection", one_line),
    (Role.LANGUAGE, "Citation/Language", one_line),
    (Role.LANGUAGE, "PhysicalInstance/Citation/Language", one_line),
    *(
        (Role.ACCESS, f"Archive/ArchiveSpecific/{path}", words)
        for path in (
            "Item/AvailabilityStatus",
            "Collection/AvailabilityStatus",
            *(f"{access}/{field}" for access in _ACCESSES for field in _OF_ACCESS),
        )
    ),
)
"""Fields below the study whose words are statements as they stand."""

_UNIVERSES = ("Universe", "ConceptualComponent/UniverseScheme/Universe")
_UNIVERSE_WORDS = (("Description", "HumanReadable"), ("Label",), ("UniverseName",))
_VOCABULARY = (
    *("codeListName", "controlledVocabularyName", "codeListID", "controlledVocabularyID"),
    *("codeListURN", "controlledVocabularyURN"),
)
_NOTHING = frozenset(
    {"unavailable", "not available", "not applicable", "n/a", "none", "unknown", "not specified", "tbd"}
    | {"ej tillgänglig", "ej tillämplig", "nicht verfügbar", "keine angabe"}
)
_LEVELS = frozenset({"country", "countries", "land", "pays", "nation", "region", "municipality", "maa"})
"""Names of geographic levels, which stand where places are expected."""
_DATASET = frozenset({"dataset", "data set", "datasets"})
_CODE = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+|\.[A-Z][A-Za-z]+)+")
_ISO_3166 = re.compile(r"[A-Z]{2,3}|[A-Z]{2}-[A-Z0-9]{1,3}")
_STUDY_NUMBER = re.compile(r"study[ _-]?(?:number|no|nr)\b", re.IGNORECASE)
_STUDY_ID = re.compile(r"study[ _-]?id\b", re.IGNORECASE)
_VERSION = re.compile(r"version", re.IGNORECASE)
_PUBLICATION = re.compile(r"publi[ck]|article|paper|thesis", re.IGNORECASE)


class DdiLifecycle(Format):
    """`ddi-lifecycle`."""

    name: ClassVar[str] = "ddi-lifecycle"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of the study in a document.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also a document without a study, an OAI-PMH error, a
                deleted record, an envelope of several records) or `no_title`.
        """
        root = parse(payload, emptied=EMPTIED).root
        element, datestamp = unwrap(root, "DDIInstance", "FragmentInstance", "Fragment", "StudyUnit")
        study = study_of(element)
        titles = list(_titles(study))
        if not titles:
            raise RejectError("no_title", "The study has no Citation/Title with words", "Citation/Title")
        statements = [*titles, *_statements(study), *_periods(study), *_numbers(study, element)]
        numbers = _numbers_of_study(study)
        identifiers = [text for _, text in numbers]
        dois = _unique(doi for text in identifiers if (doi := bare_doi(text)))
        return StudyRecord(
            format=self.name,
            study_number=_study_number(numbers),
            dois=dois,
            urls=_urls(study, identifiers),
            same_as=_same_as(study, identifiers),
            version=next((text for kind, text in numbers if _VERSION.search(kind)), None),
            statements=list(dict.fromkeys(statements)),
            creators=_names(study.named("Citation/Creator")),
            publisher=next(iter(_names(study.named("Citation/Publisher"))), None),
            funders=_funders(study),
            series=_series(study),
            license=_license(study),
            published_year=_published_year(study),
            related=_related(study, dois).found,
            source_modified=datestamp,
        )


def _titles(study: Study) -> Iterator[Statement]:
    """Titles, then other titles; these have no language but one in which there is a title: they are no translation."""
    titles = list(_of(Role.TITLE, "Citation/Title", study.all("Citation/Title"), one_line))
    yield from titles
    known = {title.language for title in titles}
    for path in ("Citation/SubTitle", "Citation/AlternateTitle"):
        for title in _of(Role.TITLE, path, study.all(path), one_line) if titles else ():
            yield title if title.language in known else title.model_copy(update={"language": None})


def _statements(study: Study) -> Iterator[Statement]:
    for role, path, read in _FIELDS:
        yield from _of(role, _field(path), study.all(path), read)
    yield from _universe(study)
    kinds = [
        *_of(Role.RESOURCE_TYPE, "KindOfData", study.all("KindOfData"), one_line),
        *_of(Role.RESOURCE_TYPE, "DCElements/type", study.all("Citation/DCElements/type"), one_line),
    ]
    yield from (kind for kind in kinds if kind.text.casefold() in _DATASET)
    for title in study.all("PhysicalInstance/Citation/Title"):
        for each in strings(title):
            if tag := own_language(each):
                yield Statement(role=Role.LANGUAGE, field="PhysicalInstance/Citation/@xml:lang", text=tag, code=tag)
    if study.is_group:
        yield Statement(role=Role.RESOURCE_TYPE, field="Group", text="Group", code="study")


def _of(role: Role, field: str, elements: Iterable[_Element], read: Callable[[_Element], str]) -> Iterator[Statement]:
    """Statements of elements in each of their languages."""
    for element in elements:
        for each in strings(element):
            if (text := _stated(read(each))) and not (role is Role.GEOGRAPHY and text.casefold() in _LEVELS):
                code, vocabulary = _code(role, element, text)
                tag = own_language(each) or language(each)
                yield Statement(role=role, field=field, text=text, language=tag, code=code, vocabulary=vocabulary)


def _field(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _code(role: Role, element: _Element, text: str) -> tuple[str | None, str | None]:
    """A coded value and its list. Words that are written as codes are (`Longitudinal.Panel`) are the code."""
    vocabulary = next((name for key in _VOCABULARY if (name := _stated(attribute(element, key)))), None)
    if role is Role.GEOGRAPHY:
        return _place_code(element, text), vocabulary
    if vocabulary and _CODE.fullmatch(text):
        return text, vocabulary
    return None, vocabulary


def _place_code(element: _Element, text: str) -> str | None:
    holder = element.getparent()
    codes = [text] if local_name(element) == "CountryCode" else []
    if local_name(element) in {"LocationValueName", "GeographyName"} and holder is not None:
        codes += map(one_line, below(holder, "GeographicLocationIdentifier/GeographicCode"))
        codes += map(one_line, below(holder, "GeographyCode/Value"))
    return next((code for code in codes if _ISO_3166.fullmatch(code)), None)


def _universe(study: Study) -> Iterator[Statement]:
    """The universe that the study refers to, else those that it defines."""
    universes = next((found for path in _UNIVERSES if (found := study.all(path))), [])
    for universe in universes:
        excludes = (universe.get("isInclusive") or "").strip().casefold() in {"false", "0"}
        for names in _UNIVERSE_WORDS:
            told = [
                statement.model_copy(update={"excludes": excludes})
                for name in names
                for statement in _of(Role.POPULATION, f"Universe/{name}", below(universe, name), words)
            ]
            if told:
                yield from told
                break


def _periods(study: Study) -> Iterator[Statement]:
    for role, path in (
        (Role.PERIOD, "Coverage/TemporalCoverage/ReferenceDate"),
        (Role.COLLECTION_DATES, "DataCollection/CollectionEvent/DataCollectionDate"),
    ):
        dates = [date for at, element in enumerate(study.all(path)) for date in _dates(element, str(at))]
        for period in periods(dates):
            yield Statement(role=role, field=_field(path), text=period)


def _dates(element: _Element, cycle: str) -> Iterator[EventDate]:
    for event, name in (("start", "StartDate"), ("end", "EndDate"), ("single", "SimpleDate")):
        historical = {"single": "HistoricalDate"}.get(event, f"Historical{name}")
        given = [*below(element, name), *below(element, f"{historical}/NonISODate")]
        if date := next((text for each in given if (text := _stated(one_line(each)))), ""):
            yield EventDate(date=date, event=event, cycle=cycle, language=None)


def _numbers(study: Study, document: _Element) -> Iterator[Statement]:
    """The number of cases, where all files say the same, and that of variables: those described, else as noted."""
    path = "PhysicalInstance/GrossFileStructure/CaseQuantity"
    if study.holds_every("PhysicalInstance"):
        yield from _one_number(Role.SAMPLE_SIZE, _field(path), map(one_line, study.all(path)))
    described = sum(
        1
        for variable in document.iter("{*}Variable")
        if (holder := variable.getparent()) is not None and local_name(holder) in {"VariableScheme", "Fragment"}
    )
    referred = {one_line(each) for each in document.iterfind(".//{*}VariableReference/{*}ID")}
    if len(referred) > described:
        return  # fragments of some of them
    if described:
        yield Statement(role=Role.NUM_VARIABLES, field="VariableScheme/Variable", text=str(described))
        return
    notes = [*study.all("Note"), *study.all("LogicalProduct/Note")]
    noted = [note for note in notes if any(one_line(kind) == "VariableQuantity" for kind in below(note, "TypeOfNote"))]
    contents = (one_line(text) for note in noted for each in below(note, "NoteContent") for text in strings(each))
    yield from _one_number(Role.NUM_VARIABLES, "Note/NoteContent", contents)


def _one_number(role: Role, field: str, given: Iterable[str]) -> Iterator[Statement]:
    numbers = {text for text in given if text}
    if len(numbers) == 1 and (number := numbers.pop()).isdecimal() and int(number[:15]):
        yield Statement(role=role, field=field, text=number)


def _numbers_of_study(study: Study) -> list[tuple[str, str]]:
    """Identifiers that the study was given, with the kind of each as far as it has one."""
    found = [
        (attribute(each, "typeOfUserID") or attribute(each, "type") or "UserID", one_line(each))
        for each in study.all("UserID")
    ]
    for each in study.all("Citation/InternationalIdentifier"):
        found += [("", one_line(content)) for content in (list(below(each, "IdentifierContent")) or [each])]
    for path in ("Archive/ArchiveSpecific/Item/CallNumber", "Archive/ArchiveSpecific/Collection/CallNumber"):
        found += [("", one_line(each)) for each in study.all(path)]
    found += [("", one_line(each)) for each in study.all("Citation/DCElements/identifier")]
    return [(kind, stated) for kind, text in found if (stated := _stated(text))]


def _study_number(numbers: list[tuple[str, str]]) -> str | None:
    own = [(kind, text) for kind, text in numbers if not is_persistent_identifier(text) and bare_doi(text) is None]
    for is_wanted in (_STUDY_NUMBER.search, lambda kind: not kind, _STUDY_ID.search):
        for kind, text in own:
            if is_wanted(kind):
                return text
    return None


def _urls(study: Study, identifiers: list[str]) -> list[str]:
    held = [
        one_line(each)
        for holder in ("Item", "Collection")
        for each in study.all(f"Archive/ArchiveSpecific/{holder}/URI")
    ]
    own = [link(element, "externalReferenceDefaultURI") for element in study.elements]
    return urls([*own, *(text for text in identifiers if bare_doi(text) is None), *held])


def _same_as(study: Study, identifiers: list[str]) -> list[str]:
    """Persistent identifiers besides DOIs and addresses; DDI's own URN among them."""
    given = [*(one_line(each) for each in study.all("URN")), *identifiers]
    return _unique(
        text
        for text in given
        if is_persistent_identifier(text) and bare_doi(text) is None and not text.casefold().startswith("http")
    )


def _names(elements: Iterable[_Element]) -> list[str]:
    return in_one_language((text, tag) for text, tag in with_language(elements) if _stated(text))


def _funders(study: Study) -> list[str]:
    found: list[_Element] = []
    for reference in study.all("FundingInformation/AgencyOrganizationReference"):
        agency = study.referred(reference, "Organization", "Individual")
        found += [] if agency is None else agent_names(agency)
    return _names(found)


def _series(study: Study) -> str | None:
    stated = [text for each in study.all("SeriesStatement/SeriesName") for text in strings(each)]
    return next(iter(_names(stated) or _names(study.series)), None)


def _license(study: Study) -> str | None:
    rights = [one_line(text) for each in study.all("Citation/Copyright") for text in strings(each)]
    access = (path for role, path, _ in _FIELDS if role is Role.ACCESS)
    rights += [one_line(text) for path in access for each in study.all(path) for text in strings(each)]
    return license_in(rights)


def _published_year(study: Study) -> int | None:
    dates = [*study.all("Citation/PublicationDate/SimpleDate"), *study.all("Citation/PublicationDate")]
    return next((found for each in dates if (found := year(one_line(each)))), None)


def _related(study: Study, dois: list[str]) -> Relations:
    """Other material that has a DOI, and publications also without one; files of the study are none."""
    relations = Relations(dois)
    for material in [*study.all("OtherMaterial"), *study.all("OtherMaterialScheme/OtherMaterial")]:
        kind = next(map(one_line, below(material, "TypeOfMaterial")), "") or attribute(material, "type")
        given = [
            *below(material, "Citation/InternationalIdentifier/IdentifierContent"),
            *below(material, "Citation/InternationalIdentifier"),
            *below(material, "ExternalURLReference"),
        ]
        identifiers = [found for each in given if (found := identifier_in(one_line(each)))]
        doi = next((text for text in identifiers if bare_doi(text)), None)
        if doi or _PUBLICATION.search(kind):
            titles = _names(text for each in below(material, "Citation/Title") for text in strings(each))
            relations.add(doi or next(iter([*identifiers, *titles]), None), kind or "OtherMaterial")
    return relations


def _stated(text: str) -> str:
    """The words, or none where they are a placeholder."""
    return "" if text.casefold().rstrip(".") in _NOTHING or not any(map(str.isalnum, text)) else text


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))

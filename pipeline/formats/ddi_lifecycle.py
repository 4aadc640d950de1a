"""DDI-Lifecycle 3.1, 3.2 and 3.3: one `DDIInstance`, `FragmentInstance` or `StudyUnit` is one study record.

Source: DDI-Lifecycle (https://ddialliance.org/Specification/DDI-Lifecycle/), as a document of its own or in an OAI-PMH
envelope of one record. Elements are found by local name. A record describes the `StudyUnit`; where a document holds
several, the `Group` that they are in, else the instance.

Order of ids: the `UserID` whose type is a study number; the first `InternationalIdentifier`, `CallNumber` or Dublin
Core identifier that is no DOI, URN, Handle or URL; a `UserID` of the study; then the protocol's record id and the DOI
(`pipeline.model.identity`). Identifiers of DDI's own objects are not used: they differ between exports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import ClassVar

from lxml import etree

from pipeline.catalogue.records import FormatName
from pipeline.formats.agents import Agent
from pipeline.formats.base import Format, Syntax
from pipeline.formats.ddi import DATASET, ISO_3166, DdiReading
from pipeline.formats.ddi_lifecycle_study import EMPTIED, Study, agent_names, strings, strings_of, study_of
from pipeline.formats.ddi_periods import EventDate
from pipeline.formats.licenses import license_in
from pipeline.formats.shapes import dois, identifier_in, urls, year
from pipeline.formats.xml_record import attribute, below, link, one_line, own_language, parse, unwrap, words
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Related, ResourceType, Role, StudyRecord
from pipeline.model.text import unique
from pipeline.model.xml import local_name

_Element = etree._Element

_ACCESSES = ("Item/Access", "Collection/Access", "DefaultAccess")
_OF_ACCESS = (
    *("AccessTypeName", "TypeOfAccess", "Description", "ConfidentialityStatement", "Restrictions"),
    *("AccessPermission", "AccessConditions"),
)
_ACCESS_FIELDS = (
    *("Item/AvailabilityStatus", "Collection/AvailabilityStatus"),
    *(f"{access}/{field}" for access in _ACCESSES for field in _OF_ACCESS),
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
    *((Role.ACCESS, f"Archive/ArchiveSpecific/{path}", words) for path in _ACCESS_FIELDS),
)
"""Role, path below the study, and how the text is read, of fields whose texts become statements unchanged."""

_PERIODS = (
    (Role.PERIOD, "Coverage/TemporalCoverage/ReferenceDate"),
    (Role.COLLECTION_DATES, "DataCollection/CollectionEvent/DataCollectionDate"),
)
_UNIVERSES = ("Universe", "ConceptualComponent/UniverseScheme/Universe")
_UNIVERSE_TEXTS = (("Description", "HumanReadable"), ("Label",), ("UniverseName",))
"""Children of a universe that describe it: the first of these that the record has."""
_VOCABULARY = (
    *("codeListName", "controlledVocabularyName", "codeListID", "controlledVocabularyID"),
    *("codeListURN", "controlledVocabularyURN"),
)
_NUMBERS = (
    *("Archive/ArchiveSpecific/Item/CallNumber", "Archive/ArchiveSpecific/Collection/CallNumber"),
    "Citation/DCElements/identifier",
)
"""Paths of identifiers without a type."""
_LEVELS = frozenset({"country", "countries", "land", "pays", "nation", "region", "municipality", "maa"})
"""Names of geographic levels, which some records have where places are expected."""
_CODE = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+|\.[A-Z][A-Za-z]+)+")
_STUDY_NUMBER = re.compile(r"study[ _-]?(?:number|no|nr)\b", re.IGNORECASE)
_STUDY_ID = re.compile(r"study[ _-]?id\b", re.IGNORECASE)
_VERSION = re.compile(r"version", re.IGNORECASE)
_PUBLICATION = re.compile(r"publi[ck]|article|paper|thesis", re.IGNORECASE)


class DdiLifecycle(Format):
    """`ddi-lifecycle`."""

    name: ClassVar[FormatName] = "ddi-lifecycle"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of the study in a document.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also a document without a study, an OAI-PMH error, a
                deleted record, an envelope of several records) or `no_title`.
        """
        root = parse(payload, emptied=EMPTIED).root
        document, datestamp = unwrap(root, "DDIInstance", "FragmentInstance", "Fragment", "StudyUnit")
        return _Document(self.name, document, datestamp).record()


def _last_two(path: str) -> str:
    return "/".join(path.split("/")[-2:])


class _Document(DdiReading):
    """The study of one document while it is read."""

    title_field = "Citation/Title"

    def __init__(self, format_name: FormatName, document: _Element, datestamp: str | None) -> None:
        super().__init__(format_name)
        self._document = document
        self._study: Study = study_of(document)
        self._datestamp = datestamp

    def state(self) -> None:
        self._add_elements(Role.TITLE, self.title_field, self._study.all(self.title_field))
        for path in ("Citation/SubTitle", "Citation/AlternateTitle") if self.statements else ():
            self.add_other_titles(path, strings_of(self._study.all(path)))
        for role, path, read in _FIELDS:
            self._add_elements(role, _last_two(path), self._study.all(path), read)
        self._universe()
        self._kind()
        self._data_languages()
        if self._study.is_group:
            self.add(Role.RESOURCE_TYPE, "Group", "Group", code="study")
        for role, path in _PERIODS:
            dates = [date for at, element in enumerate(self._study.all(path)) for date in self._dates(element, str(at))]
            self.add_periods(role, _last_two(path), dates)
        self._number_of_cases()
        self._number_of_variables()
        self.statements = unique(self.statements)  # references may lead to one object several times

    def _add_elements(
        self,
        role: Role,
        field: str,
        elements: Iterable[_Element],
        read: Callable[[_Element], str] = one_line,
        *,
        excludes: bool = False,
    ) -> None:
        """Adds statements of elements in each of their languages."""
        for element in elements:
            for each in strings(element):
                text = read(each)
                if role is Role.GEOGRAPHY and text.casefold() in _LEVELS:
                    continue
                code, vocabulary = self._code(role, element, text)
                tag = self.language(each)
                self.add(role, field, text, language=tag, code=code, vocabulary=vocabulary, excludes=excludes)

    def _code(self, role: Role, element: _Element, text: str) -> tuple[str | None, str | None]:
        """The code beside a text, and its vocabulary. A text with the form of a code (`Longitudinal.Panel`) is one."""
        vocabulary = next((name for key in _VOCABULARY if (name := self.present(attribute(element, key)))), None)
        if role is Role.GEOGRAPHY:
            return _place_code(element, text), vocabulary
        return (text if vocabulary and _CODE.fullmatch(text) else None), vocabulary

    def _universe(self) -> None:
        """The universe that the study refers to, else those that it defines."""
        universes = next((found for path in _UNIVERSES if (found := self._study.all(path))), [])
        for universe in universes:
            excludes = (universe.get("isInclusive") or "").strip().casefold() in {"false", "0"}
            for names in _UNIVERSE_TEXTS:
                before = len(self.statements)
                for name in names:
                    texts = below(universe, name)
                    self._add_elements(Role.POPULATION, f"Universe/{name}", texts, words, excludes=excludes)
                if len(self.statements) > before:
                    break

    def _kind(self) -> None:
        """The resource type dataset; other kinds of data are no statements."""
        for path in ("KindOfData", "Citation/DCElements/type"):
            self._add_elements(Role.RESOURCE_TYPE, _last_two(path), self._study.all(path))
        self.statements = [
            each for each in self.statements if each.role is not Role.RESOURCE_TYPE or each.text.casefold() in DATASET
        ]

    def _data_languages(self) -> None:
        """`xml:lang` of a file's title is the language of the data; elsewhere it is of the metadata."""
        for each in strings_of(self._study.all("PhysicalInstance/Citation/Title")):
            if tag := own_language(each):
                self.add(Role.LANGUAGE, "PhysicalInstance/Citation/@xml:lang", tag, code=tag)

    def _dates(self, element: _Element, cycle: str) -> Iterator[EventDate]:
        for event, name in (("start", "StartDate"), ("end", "EndDate"), ("single", "SimpleDate")):
            historical = {"single": "HistoricalDate"}.get(event, f"Historical{name}")
            texts = map(one_line, [*below(element, name), *below(element, f"{historical}/NonISODate")])
            if date := next(filter(self.present, texts), ""):
                yield EventDate(date=date, event=event, cycle=cycle, language=None)

    def _number_of_cases(self) -> None:
        """The number of cases, where all files have the same."""
        path = "PhysicalInstance/GrossFileStructure/CaseQuantity"
        if self._study.holds_every("PhysicalInstance"):
            self.add_number(Role.SAMPLE_SIZE, _last_two(path), map(one_line, self._study.all(path)))

    def _number_of_variables(self) -> None:
        """The variables that are described, else the number in a note. Absent where only some are described."""
        described = sum(
            1
            for variable in self._document.iter("{*}Variable")
            if (holder := variable.getparent()) is not None and local_name(holder) in {"VariableScheme", "Fragment"}
        )
        referred = {one_line(each) for each in self._document.iterfind(".//{*}VariableReference/{*}ID")}
        if len(referred) > described:
            return
        if described:
            self.add(Role.NUM_VARIABLES, "VariableScheme/Variable", str(described))
            return
        notes = [*self._study.all("Note"), *self._study.all("LogicalProduct/Note")]
        counts = [n for n in notes if any(one_line(kind) == "VariableQuantity" for kind in below(n, "TypeOfNote"))]
        contents = strings_of(content for note in counts for content in below(note, "NoteContent"))
        self.add_number(Role.NUM_VARIABLES, "Note/NoteContent", map(one_line, contents))

    @cached_property
    def _numbers(self) -> list[tuple[str, str]]:
        """The type and text of the study's identifiers; the type is empty where it has none."""
        found = [
            (attribute(each, "typeOfUserID") or attribute(each, "type") or "UserID", one_line(each))
            for each in self._study.all("UserID")
        ]
        for each in self._study.all("Citation/InternationalIdentifier"):
            found += [("", one_line(content)) for content in (list(below(each, "IdentifierContent")) or [each])]
        found += [("", one_line(each)) for path in _NUMBERS for each in self._study.all(path)]
        return [(kind, text) for kind, text in found if self.present(text)]

    @cached_property
    def _identifiers(self) -> list[str]:
        return [text for _, text in self._numbers]

    @property
    def study_number(self) -> str | None:
        own = [
            number for number in self._numbers if not is_persistent_identifier(number[1]) and not bare_doi(number[1])
        ]
        for is_wanted in (_STUDY_NUMBER.search, lambda kind: not kind, _STUDY_ID.search):
            for kind, text in own:
                if is_wanted(kind):
                    return text
        return None

    @cached_property
    def dois(self) -> list[str]:
        return dois(self._identifiers)

    @cached_property
    def urls(self) -> list[str]:
        paths = ("Archive/ArchiveSpecific/Item/URI", "Archive/ArchiveSpecific/Collection/URI")
        held = [one_line(each) for path in paths for each in self._study.all(path)]
        own = [link(element, "externalReferenceDefaultURI") for element in self._study.elements]
        return urls(own, [text for text in self._identifiers if bare_doi(text) is None], held)

    @cached_property
    def same_as(self) -> list[str]:
        """Persistent identifiers besides DOIs and URLs; DDI's own URN among them."""
        found = [*map(one_line, self._study.all("URN")), *self._identifiers]
        persistent = (text for text in found if is_persistent_identifier(text) and bare_doi(text) is None)
        return unique(text for text in persistent if not text.casefold().startswith("http"))

    @property
    def version(self) -> str | None:
        return next((text for kind, text in self._numbers if _VERSION.search(kind)), None)

    @property
    def creators(self) -> list[str]:
        return self.names_in(self._study.named("Citation/Creator"))

    def agents(self) -> Iterable[Agent]:
        """Objects that names refer to: an `Organization` or an `Individual`."""
        for path in ("Citation/Creator", "Citation/Publisher", "FundingInformation"):
            for element, is_person in self._study.agents(path):
                yield one_line(element), "person" if is_person else "organisation"

    @property
    def publisher(self) -> str | None:
        return next(iter(self.names_in(self._study.named("Citation/Publisher"))), None)

    @property
    def funders(self) -> list[str]:
        references = self._study.all("FundingInformation/AgencyOrganizationReference")
        agencies = (self._study.referred(reference, "Organization", "Individual") for reference in references)
        return self.names_in(name for agency in agencies if agency is not None for name in agent_names(agency))

    @property
    def series(self) -> str | None:
        names = self.names_in(strings_of(self._study.all("SeriesStatement/SeriesName")))
        return next(iter(names or self.names_in(self._study.series)), None)

    @property
    def license(self) -> str | None:
        paths = ("Citation/Copyright", *(f"Archive/ArchiveSpecific/{path}" for path in _ACCESS_FIELDS))
        return license_in([one_line(text) for path in paths for text in strings_of(self._study.all(path))])

    @property
    def published_year(self) -> int | None:
        dates = [*self._study.all("Citation/PublicationDate/SimpleDate"), *self._study.all("Citation/PublicationDate")]
        return next(filter(None, map(year, map(one_line, dates))), None)

    @property
    def related(self) -> list[Related]:
        """Other material that has a DOI, and publications also without one; files of the study are none."""
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for material in [*self._study.all("OtherMaterial"), *self._study.all("OtherMaterialScheme/OtherMaterial")]:
            kind = next(map(one_line, below(material, "TypeOfMaterial")), "") or attribute(material, "type")
            paths = (
                *("Citation/InternationalIdentifier/IdentifierContent", "Citation/InternationalIdentifier"),
                "ExternalURLReference",
            )
            texts = (one_line(each) for path in paths for each in below(material, path))
            identifiers = [found for text in texts if (found := identifier_in(text))]
            doi = next((text for text in identifiers if bare_doi(text)), None)
            if doi or _PUBLICATION.search(kind):
                titles = self.names_in(strings_of(below(material, "Citation/Title")))
                yield doi or next(iter([*identifiers, *titles]), None), kind or "OtherMaterial"

    @property
    def source_modified(self) -> str | None:
        return self._datestamp


def _place_code(element: _Element, text: str) -> str | None:
    holder = element.getparent()
    codes = [text] if local_name(element) == "CountryCode" else []
    if local_name(element) in {"LocationValueName", "GeographyName"} and holder is not None:
        codes += map(one_line, below(holder, "GeographicLocationIdentifier/GeographicCode"))
        codes += map(one_line, below(holder, "GeographyCode/Value"))
    return next((code for code in codes if ISO_3166.fullmatch(code)), None)

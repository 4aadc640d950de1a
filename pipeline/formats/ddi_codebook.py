"""DDI-Codebook 2.5, 2.1 and 1.2.2: one `codeBook` is one study record.

Source: DDI-Codebook (https://ddialliance.org/Specification/DDI-Codebook/), read as the CESSDA Data Catalogue's profile
for DDI 2.5 uses it. Elements are found by local name, with any namespace or none; a `codeBook` is a document of its
own or is in an OAI-PMH envelope of one record. The study is described by `stdyDscr`; of `docDscr` (the description of
the XML document) only landing pages are read, and what software writes there instead of in `stdyDscr`.

Order of ids: the first `IDNo` of `stdyDscr/citation` that is no DOI, URN, Handle, ARK or URL, without `, Version 1.0.0`
at its end; then the protocol's record id, then the DOI (`pipeline.model.identity`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import ClassVar

from lxml import etree

from pipeline.catalogue.records import FormatName
from pipeline.formats.base import Format, Syntax
from pipeline.formats.ddi import DATASET, ISO_3166, DdiReading
from pipeline.formats.ddi_periods import EventDate
from pipeline.formats.licenses import license_link, license_name
from pipeline.formats.shapes import dois, urls
from pipeline.formats.xml_record import (
    Paths,
    attribute,
    below,
    elements,
    link,
    one_line,
    own_language,
    parse,
    unwrap,
    words,
)
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Related, ResourceType, Role, StudyRecord
from pipeline.model.text import line, unique
from pipeline.model.xml import local_name

_Element = etree._Element
_CODES = frozenset({"concept"})
"""Children with the code of a controlled vocabulary, which is no part of the text."""
_OF_CODES = frozenset({Role.TOPIC, Role.GEOGRAPHY})
"""Roles whose code stands for a text that is missing."""

_FIELDS: tuple[tuple[Role, str, Callable[..., str]], ...] = (
    (Role.DESCRIPTION, "stdyInfo/abstract", words),
    (Role.SERIES, "citation/serStmt/serName", one_line),
    (Role.KEYWORD, "stdyInfo/subject/keyword", one_line),
    (Role.TOPIC, "stdyInfo/subject/topcClas", one_line),
    (Role.GEOGRAPHY, "stdyInfo/sumDscr/nation", one_line),
    (Role.GEOGRAPHY, "stdyInfo/sumDscr/geogCover", one_line),
    (Role.POPULATION, "stdyInfo/sumDscr/universe", words),
    (Role.POPULATION, "method/dataColl/sampProc", words),
    (Role.UNIT_OF_ANALYSIS, "stdyInfo/sumDscr/anlyUnit", one_line),
    (Role.STUDY_DESIGN, "method/dataColl/timeMeth", one_line),
    (Role.COLLECTION_MODE, "method/dataColl/collMode", one_line),
    (Role.SAMPLE_SIZE, "method/dataColl/sampleSize", one_line),
    (Role.SAMPLE_SIZE, "method/dataColl/targetSampleSize/sampleSize", one_line),
    (Role.ACCESS, "dataAccs/setAvail/avlStatus", words),
    (Role.ACCESS, "dataAccs/setAvail/accsPlac", words),
    (Role.ACCESS, "dataAccs/useStmt/confDec", words),
    (Role.ACCESS, "dataAccs/useStmt/specPerm", words),
    (Role.ACCESS, "dataAccs/useStmt/restrctn", words),
    (Role.ACCESS, "dataAccs/useStmt/conditions", words),
)
"""Role, path below `stdyDscr`, and how the text is read, of fields whose texts become statements unchanged."""

_BARE_ACCESS = ("dataAccs", "useStmt")
"""Dataverse wrote its terms as the text of these elements, where the standard has child elements."""
_DATAVERSE_TERMS = frozenset({"DVN:TOU", "DVN:TOA"})
"""Types of notes with Dataverse's terms of use and of access."""

_PERSISTENT_AGENCIES = frozenset({"doi", "datacite", "urn", "handle", "hdl", "ark", "url", "uri"})
_VERSION_TAIL = re.compile(r",\s*(?:version|vers\.?|v\.?)\s*\d+(?:\.\d+)*\Z", re.IGNORECASE)
_VERSION_HEAD = re.compile(r"(?:version\s*|v\.?\s*)?\d+(?:\.\d+)*[a-z]?\b", re.IGNORECASE)
_CODE_IN_URI = re.compile(r"[?&#]code=([^&#]+)")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_CASES = re.compile(r"Number of Cases:[^\n;<\d]{0,200}\d[^\n;<]*")
_VARIABLES = re.compile(r"Variables per Case:\s*(\d+)")


class DdiCodebook(Format):
    """`ddi-codebook`."""

    name: ClassVar[FormatName] = "ddi-codebook"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record that a codeBook states; descriptions of one study in several languages are merged.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records) or `no_title`.
        """
        root, variables = parse(payload, counted=("dataDscr", "var"))
        codebook, datestamp = unwrap(root, "codeBook")
        return _Codebook(self.name, codebook, variables, datestamp).record()


class _Codebook(DdiReading):
    """One codeBook while it is read.

    Args:
        format_name: the format of the record.
        codebook: the element.
        variables: the number of variables that it described.
        datestamp: the datestamp of its OAI-PMH envelope.
    """

    title_field = "titlStmt/titl"

    def __init__(self, format_name: FormatName, codebook: _Element, variables: int, datestamp: str | None) -> None:
        super().__init__(format_name)
        self._paths = Paths(codebook)
        self._variables = variables
        self._datestamp = datestamp
        self._vocabularies: dict[str, str] = {}

    def _all(self, path: str) -> list[_Element]:
        """The elements at a path below every `stdyDscr`: some catalogues repeat it, or a part of it, per language."""
        return self._paths.all(f"stdyDscr/{path}")

    def _document(self, path: str) -> list[_Element]:
        """The elements at a path below `docDscr`."""
        return self._paths.all(f"docDscr/{path}")

    def state(self) -> None:
        self._titles()
        for role, path, read in _FIELDS:
            self._add_elements(role, "/".join(path.split("/")[-2:]), self._all(path), read)
        self._dataverse_terms()
        self._periods(Role.PERIOD, "timePrd")
        self._periods(Role.COLLECTION_DATES, "collDate")
        self._kind()
        self._number_of_cases()
        self._number_of_variables()
        self._data_languages()
        self.statements = unique(self.statements)  # descriptions in several languages repeat what has no language

    def text(self, element: _Element) -> str:
        """The text of an element on one line, without codes."""
        return one_line(element, skip=_CODES)

    def _titles(self) -> None:
        """Titles, parallel titles, other titles.

        A parallel title is in another language than the document, so it has only the language that it declares itself.
        """
        self._add_elements(Role.TITLE, self.title_field, self._all("citation/titlStmt/titl"))
        titles = {(title.text, title.language) for title in self.statements}
        for element in self._all("citation/titlStmt/parTitl"):
            if (self.text(element), own_language(element)) not in titles:
                self._add_elements(Role.TITLE, "titlStmt/parTitl", [element], language_of=own_language)
        for path in ("titlStmt/altTitl", "titlStmt/subTitl") if self.statements else ():
            self.add_other_titles(path, self._all(f"citation/{path}"))

    def _add_elements(
        self,
        role: Role,
        field: str,
        elements: Iterable[_Element],
        read: Callable[..., str] = one_line,
        *,
        language_of: Callable[[_Element], str | None] | None = None,
    ) -> None:
        """Adds statements of elements with a text, and of topics and places that have only a code."""
        for element in elements:
            text = read(element, skip=_CODES)
            code, vocabulary = self._code(role, element)
            if role is Role.ACCESS and (bare_doi(text) or is_persistent_identifier(text)):
                continue
            if role in _OF_CODES and not self.present(text):
                text = code or ""
            excludes = role is Role.POPULATION and attribute(element, "clusion").upper() == "E"
            tag = (language_of or self.language)(element)
            self.add(role, field, text, language=tag, code=code, vocabulary=vocabulary, excludes=excludes)

    def _code(self, role: Role, element: _Element) -> tuple[str | None, str | None]:
        """The code beside a text, and its vocabulary: in a `concept` child, in a URI, or in an attribute."""
        vocabulary = self._vocabulary(element)
        for concept in elements(element) if len(element) else ():
            if local_name(concept) == "concept" and (code := self.present(one_line(concept))):
                return code, self._vocabulary(concept) or vocabulary
        if "code=" in (uri := link(element, "vocabURI")) and (in_uri := _CODE_IN_URI.search(uri)):
            return line(in_uri[1]) or None, vocabulary
        if role is Role.TOPIC:
            return attribute(element, "ID") or None, vocabulary
        if role is Role.GEOGRAPHY and ISO_3166.fullmatch(attribute(element, "abbr")):
            return attribute(element, "abbr"), None
        return None, vocabulary

    def _vocabulary(self, element: _Element) -> str | None:
        for name in ("vocab", "vocabURI"):
            if value := element.get(name):
                if value not in self._vocabularies:  # most elements of a record name the same few
                    self._vocabularies[value] = self.present(line(value))
                if found := self._vocabularies[value]:
                    return found
        return None

    def _dataverse_terms(self) -> None:
        for path in _BARE_ACCESS:
            bare = [element for element in self._all(path) if len(element) == 0]
            self._add_elements(Role.ACCESS, f"stdyDscr/{path}", bare, words)
        terms = [notes for notes in self._all("dataAccs/notes") if notes.get("type") in _DATAVERSE_TERMS]
        self._add_elements(Role.ACCESS, "dataAccs/notes", terms, words)

    def _periods(self, role: Role, name: str) -> None:
        """The periods of `timePrd` or `collDate`."""
        dates = [
            EventDate(
                date=self._date(element),
                event=attribute(element, "event").casefold(),
                cycle=attribute(element, "cycle"),
                language=self.language(element),
            )
            for element in self._all(f"stdyInfo/sumDscr/{name}")
        ]
        self.add_periods(role, f"sumDscr/{name}", dates)

    def _date(self, element: _Element) -> str:
        """The attribute `date`, else the text. A text that is the year or month of that date counts: so exact it is."""
        coded, text = attribute(element, "date"), self.text(element)
        as_exact_as_text = re.fullmatch(r"\d{4}(?:-\d\d)?", text) and coded.startswith(text)
        return text if as_exact_as_text else self.present(coded) or self.present(text)

    def _kind(self) -> None:
        kinds = self._all("stdyInfo/sumDscr/dataKind")
        if all(self.text(kind).casefold() in DATASET for kind in kinds):
            self._add_elements(Role.RESOURCE_TYPE, "sumDscr/dataKind", kinds)

    def _number_of_cases(self) -> None:
        for size in self._all("dataAccs/setAvail/collSize"):
            for cases in _CASES.findall(words(size)):
                self.add(Role.SAMPLE_SIZE, "setAvail/collSize", cases.strip(), language=self.language(size))

    def _number_of_variables(self) -> None:
        """The variables that are described, else the one number of all files, else that of the collection."""
        quantities = [one_line(each) for each in self._paths.all("fileDscr/fileTxt/dimensns/varQnty")]
        sizes = map(one_line, self._all("dataAccs/setAvail/collSize"))
        if self._variables:
            self.add(Role.NUM_VARIABLES, "dataDscr/var", str(self._variables))
        elif quantities:
            self.add_number(Role.NUM_VARIABLES, "fileTxt/dimensns/varQnty", quantities)
        else:
            numbers = (number for size in sizes for number in _VARIABLES.findall(size))
            self.add_number(Role.NUM_VARIABLES, "setAvail/collSize", numbers)

    def _data_languages(self) -> None:
        """`fileName/@xml:lang` is the language of a data file (CESSDA's profile); elsewhere it is of the metadata."""
        for name in self._paths.all("fileDscr/fileTxt/fileName"):
            if tag := own_language(name):
                self.add(Role.LANGUAGE, "fileTxt/fileName/@xml:lang", tag, code=tag)

    @property
    def study_number(self) -> str | None:
        return next((number for _, number in self._numbers), None)

    @property
    def study_numbers(self) -> list[str]:
        return unique(f"{agency}/{number}" for agency, number in self._numbers if agency)

    @cached_property
    def _numbers(self) -> list[tuple[str, str]]:
        """Agency, empty where it is not stated, and number of each `IDNo` that is no persistent identifier."""
        found = []
        for number in self._all("citation/titlStmt/IDNo"):
            agency, text = attribute(number, "agency"), self.present(one_line(number))
            if text and not _is_persistent(text) and agency.casefold() not in _PERSISTENT_AGENCIES:
                found.append((agency, _VERSION_TAIL.sub("", text)))
        return found

    @cached_property
    def dois(self) -> list[str]:
        """DOIs of the study: its numbers, holdings and place of access; else those of the document."""
        paths = ("citation/titlStmt/IDNo", "citation/holdings", "dataAccs/setAvail/accsPlac")
        own = [element for path in paths for element in self._all(path)]
        return _dois_in(own) or _dois_in(element for path in paths[:2] for element in self._document(path))

    @cached_property
    def urls(self) -> list[str]:
        """Pages of the study: `holdings` of the study, and of the document that describes it."""
        holdings = [*self._all("citation/holdings"), *self._document("citation/holdings")]
        return urls([text for element in holdings for text in (link(element, "URI"), one_line(element))])

    @cached_property
    def same_as(self) -> list[str]:
        """Persistent identifiers besides DOIs: a URN, Handle or ARK is the study's in every catalogue."""
        numbers = (self.present(one_line(number)) for number in self._all("citation/titlStmt/IDNo"))
        return unique(number for number in numbers if number and _is_persistent(number) and bare_doi(number) is None)

    @property
    def version(self) -> str | None:
        """The latest version that has a name; Dataverse writes it into the description of the document."""
        versions = self._all("citation/verStmt/version") or [
            version for version in self._document("citation/verStmt/version") if version.get("type") == "RELEASED"
        ]
        named = [
            (attribute(version, "date"), text) for version in versions if (text := self.present(one_line(version)))
        ]
        if not named:
            return None
        _, text = max(named, key=lambda item: item[0])
        head = _VERSION_HEAD.match(text)
        return head[0] if head else text

    def _names(self, path: str) -> list[str]:
        return self.names_in(self._all(path))

    @property
    def creators(self) -> list[str]:
        return self._names("citation/rspStmt/AuthEnty") or self._names("citation/prodStmt/producer")

    @property
    def publisher(self) -> str | None:
        found = self._names("citation/distStmt/distrbtr") or self._names("citation/prodStmt/producer")
        return next(iter(found), None)

    @property
    def funders(self) -> list[str]:
        return self._names("citation/prodStmt/fundAg")

    @property
    def series(self) -> str | None:
        return next(iter(self._names("citation/serStmt/serName")), None)

    @property
    def license(self) -> str | None:
        paths = ("dataAccs/useStmt/conditions", "dataAccs/useStmt/restrctn", "dataAccs/notes", "useStmt")
        terms = [element for path in (*paths, "citation/prodStmt/copyright") for element in self._all(path)]
        raw = (" ".join(map(str, element.itertext())) for element in terms)  # links may be in markup within the text
        return license_link(raw) or license_name(map(one_line, terms))

    @property
    def published_year(self) -> int | None:
        """The first year in which the data were distributed."""
        dates = (attribute(date, "date") or one_line(date) for date in self._all("citation/distStmt/distDate"))
        return min((int(year[0]) for date in dates if (year := _YEAR.search(date))), default=None)

    @property
    def related(self) -> list[Related]:
        """Studies and publications that the record names: by DOI where it states one, else in its words."""
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for relation in ("relStdy", "relPubl"):
            for element in [*self._all(f"othrStdyMat/{relation}"), *self._all(f"stdyInfo/{relation}")]:
                text = one_line(element)
                doi = bare_doi(text) or bare_doi(link(element, "URI"))
                own = doi or (one_line(element, skip={"citation"}) if len(element) else text)
                for named in [own] if own else map(_citation, below(element, "citation")):
                    yield named, relation

    @property
    def source_modified(self) -> str | None:
        return self._datestamp


def _is_persistent(text: str) -> bool:
    return is_persistent_identifier(text) or text.casefold().startswith("ark:") or bare_doi(text) is not None


def _dois_in(elements: Iterable[_Element]) -> list[str]:
    return dois(text for element in elements for text in (one_line(element), link(element, "URI")))


def _citation(citation: _Element) -> str | None:
    numbers = [*below(citation, "titlStmt/IDNo"), *below(citation, "holdings")]
    titles = map(one_line, below(citation, "titlStmt/titl"))
    return next(filter(None, [*_dois_in(numbers), *titles]), None)

"""DDI-Codebook 2.5, 2.1 and 1.2.2: one `codeBook` is one study record.

Source: DDI-Codebook (https://ddialliance.org/Specification/DDI-Codebook/), read as the CESSDA Data Catalogue's profile
for DDI 2.5 uses it. Elements are found by local name, with any namespace or none; a `codeBook` may stand alone or in an
OAI-PMH envelope of one record. Only `stdyDscr` describes the study; of `docDscr` (the description of the XML document)
no more than landing pages, and what software writes there instead.

Order of ids: the first `IDNo` of `stdyDscr/citation` that is no DOI, URN, Handle, ARK or URL, without `, Version 1.0.0`
at its end. Records without one go by the protocol's record id, then by DOI (`pipeline.model.identity`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, NamedTuple, TypeVar

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.base import Format, Syntax
from pipeline.formats.ddi_periods import EventDate, periods
from pipeline.formats.xml_record import attribute, below, language, link, one_line, own_language, parse, unwrap, words
from pipeline.model.identity import bare_doi, is_persistent_identifier
from pipeline.model.record import Related, ResourceType, Role, Statement, StudyRecord
from pipeline.model.text import line

_Element = etree._Element
_T = TypeVar("_T")
_CODES = frozenset({"concept"})
"""Children that hold the code of a controlled vocabulary beside the words: codes, never words."""

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
"""Fields below `stdyDscr` whose words are statements as they stand."""

_BARE_ACCESS = ("dataAccs", "useStmt")
"""Dataverse wrote its terms straight into these, where the standard has elements."""

_PLACEHOLDERS = frozenset(
    {"unavailable", "not available", "n/a", "not specified", "no information recorded", "see", "tbd"}
)
"""Whole contents of an element that say that there are none (`see`: of a reference whose target was a tag)."""

_PERSISTENT_AGENCIES = frozenset({"doi", "datacite", "urn", "handle", "hdl", "ark", "url", "uri"})
_VERSION_TAIL = re.compile(r",\s*(?:version|vers\.?|v\.?)\s*\d+(?:\.\d+)*\Z", re.IGNORECASE)
_VERSION_HEAD = re.compile(r"(?:version\s*|v\.?\s*)?\d+(?:\.\d+)*[a-z]?\b", re.IGNORECASE)
_ISO_3166 = re.compile(r"[A-Z]{2,3}|[A-Z]{2}-[A-Z0-9]{1,3}")
_CODE_IN_URI = re.compile(r"[?&#]code=([^&#]+)")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_LICENSE_URL = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[a-z0-9./-]*[a-z0-9/]")
_LICENSE_NAME = re.compile(r"creative commons|\bcc[ -]?(?:by|0)\b|open government licen[cs]e|\bodbl\b", re.IGNORECASE)
_LONGEST_LICENSE_NAME = 80
_CASES = re.compile(r"Number of Cases:[^\n;<]*\d[^\n;<]*")
_VARIABLES = re.compile(r"Variables per Case:\s*(\d+)")
_DATASET = frozenset({"dataset", "data set", "datasets"})


class DdiCodebook(Format):
    """`ddi-codebook`."""

    name: ClassVar[str] = "ddi-codebook"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record that a codeBook states; languages of one study are merged.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records) or `no_title`.
        """
        root, variables = parse(payload, counted=("dataDscr", "var"))
        codebook, datestamp = unwrap(root, "codeBook")
        study = _Study(codebook)
        titles = _titles(study)
        if not titles:
            raise RejectError(
                "no_title", "The codeBook has no stdyDscr/citation/titlStmt/titl with words", "titlStmt/titl"
            )
        statements = [*titles, *_statements(study), *_variables(study, variables), *_data_languages(study)]
        return StudyRecord(
            format=self.name,
            study_number=_study_number(study),
            dois=_dois(study),
            urls=_urls(study),
            same_as=_same_as(study),
            version=_version(study),
            statements=list(dict.fromkeys(statements)),
            creators=_names(study.all("citation/rspStmt/AuthEnty")) or _names(study.all("citation/prodStmt/producer")),
            publisher=_first(
                _names(study.all("citation/distStmt/distrbtr")) or _names(study.all("citation/prodStmt/producer"))
            ),
            funders=_names(study.all("citation/prodStmt/fundAg")),
            series=_first(_names(study.all("citation/serStmt/serName"))),
            license=_license(study),
            published_year=_published_year(study),
            related=_related(study),
            source_modified=datestamp,
        )


class _Study(NamedTuple):
    """The codeBook of one study."""

    codebook: _Element

    def all(self, path: str) -> list[_Element]:
        """The elements at a path below every `stdyDscr`: some catalogues repeat it, or a part of it, per language."""
        return list(below(self.codebook, f"stdyDscr/{path}"))

    def document(self, path: str) -> list[_Element]:
        """The elements at a path below `docDscr`."""
        return list(below(self.codebook, f"docDscr/{path}"))


def _titles(study: _Study) -> list[Statement]:
    """Titles and parallel titles, then other titles.

    A parallel title is in another language than the document, so it has only the language that it names itself. An
    alternative title or subtitle keeps its language only where there is a title in that language: it is no
    translation of the title.
    """
    titles = list(_of(Role.TITLE, "titlStmt/titl", study.all("citation/titlStmt/titl"), one_line, language))
    said = {(title.text, title.language) for title in titles}
    parallel = _of(Role.TITLE, "titlStmt/parTitl", study.all("citation/titlStmt/parTitl"), one_line, own_language)
    titles.extend(title for title in parallel if (title.text, title.language) not in said)
    if not titles:
        return []
    known = {title.language for title in titles}
    for path in ("titlStmt/altTitl", "titlStmt/subTitl"):
        others = _of(Role.TITLE, path, study.all(f"citation/{path}"), one_line, language)
        titles.extend(
            title if title.language in known else title.model_copy(update={"language": None}) for title in others
        )
    return titles


def _statements(study: _Study) -> Iterator[Statement]:
    for role, path, read in _FIELDS:
        field = "/".join(path.split("/")[-2:])
        yield from _of(role, field, study.all(path), read, language)
    for path in _BARE_ACCESS:
        bare = [element for element in study.all(path) if len(element) == 0]
        yield from _of(Role.ACCESS, f"stdyDscr/{path}", bare, words, language)
    terms = [notes for notes in study.all("dataAccs/notes") if notes.get("type") in {"DVN:TOU", "DVN:TOA"}]
    yield from _of(Role.ACCESS, "dataAccs/notes", terms, words, language)
    yield from _dates(Role.PERIOD, study, "timePrd")
    yield from _dates(Role.COLLECTION_DATES, study, "collDate")
    kinds = study.all("stdyInfo/sumDscr/dataKind")
    if kinds and all(one_line(kind, skip=_CODES).casefold() in _DATASET for kind in kinds):
        yield from _of(Role.RESOURCE_TYPE, "sumDscr/dataKind", kinds, one_line, language)
    for size in study.all("dataAccs/setAvail/collSize"):
        for cases in _CASES.findall(words(size)):
            yield Statement(
                role=Role.SAMPLE_SIZE, field="setAvail/collSize", text=cases.strip(), language=language(size)
            )


def _of(
    role: Role,
    field: str,
    elements: Iterable[_Element],
    read: Callable[..., str],
    language_of: Callable[[_Element], str | None],
) -> Iterator[Statement]:
    """Statements of elements with words, or with a code and no words."""
    for element in elements:
        text = _stated(read(element, skip=_CODES))
        code, vocabulary = _code(role, element)
        if role is Role.ACCESS and (bare_doi(text) or is_persistent_identifier(text)):
            continue
        if not text and role in {Role.TOPIC, Role.GEOGRAPHY}:
            text = code or ""
        if text:
            yield Statement(
                role=role,
                field=field,
                text=text,
                language=language_of(element),
                code=code,
                vocabulary=vocabulary,
                excludes=role is Role.POPULATION and attribute(element, "clusion").upper() == "E",
            )


def _code(role: Role, element: _Element) -> tuple[str | None, str | None]:
    """A coded value given beside the words, and its list: a `concept` child, a URI with a code, an attribute."""
    vocabulary = _stated(attribute(element, "vocab")) or _stated(attribute(element, "vocabURI")) or None
    for concept in below(element, "concept"):
        if code := _stated(one_line(concept)):
            own = _stated(attribute(concept, "vocab")) or _stated(attribute(concept, "vocabURI"))
            return code, own or vocabulary
    if in_uri := _CODE_IN_URI.search(link(element, "vocabURI")):
        return line(in_uri[1]) or None, vocabulary
    if role is Role.TOPIC:
        return attribute(element, "ID") or None, vocabulary
    if role is Role.GEOGRAPHY and _ISO_3166.fullmatch(attribute(element, "abbr")):
        return attribute(element, "abbr"), None
    return None, vocabulary


def _dates(role: Role, study: _Study, name: str) -> Iterator[Statement]:
    """The periods of `timePrd` or `collDate`; the attribute `date` outranks the words; dates have no language."""
    dates = [
        EventDate(
            date=_date(attribute(element, "date"), one_line(element, skip=_CODES)),
            event=attribute(element, "event").casefold(),
            cycle=attribute(element, "cycle"),
            language=language(element),
        )
        for element in study.all(f"stdyInfo/sumDscr/{name}")
    ]
    for period in periods(dates):
        yield Statement(role=role, field=f"sumDscr/{name}", text=period)


def _date(coded: str, text: str) -> str:
    """The coded date, else the words; words that are its year or month say how much of it is known."""
    as_exact_as_words = re.fullmatch(r"\d{4}(?:-\d\d)?", text) and coded.startswith(text)
    return text if as_exact_as_words else _stated(coded) or _stated(text)


def _variables(study: _Study, described: int) -> Iterator[Statement]:
    """The number of variables: those described, else the one number that files or the collection are said to have."""
    given = {
        ("fileTxt/dimensns/varQnty", one_line(element))
        for element in below(study.codebook, "fileDscr/fileTxt/dimensns/varQnty")
    } or {
        ("setAvail/collSize", number)
        for element in study.all("dataAccs/setAvail/collSize")
        for number in _VARIABLES.findall(one_line(element))
    }
    if described:
        given = {("dataDscr/var", str(described))}
    if len(given) == 1:
        field, number = given.pop()
        if number.isdecimal() and int(number):
            yield Statement(role=Role.NUM_VARIABLES, field=field, text=number)


def _data_languages(study: _Study) -> Iterator[Statement]:
    """`fileName/@xml:lang` is the language of a data file (CESSDA's profile); around it, of the metadata."""
    for name in below(study.codebook, "fileDscr/fileTxt/fileName"):
        if tag := own_language(name):
            yield Statement(role=Role.LANGUAGE, field="fileTxt/fileName/@xml:lang", text=tag, code=tag)


def _study_number(study: _Study) -> str | None:
    for number in study.all("citation/titlStmt/IDNo"):
        text = _stated(one_line(number))
        if text and not _is_persistent(text) and attribute(number, "agency").casefold() not in _PERSISTENT_AGENCIES:
            return _VERSION_TAIL.sub("", text)
    return None


def _is_persistent(text: str) -> bool:
    return is_persistent_identifier(text) or text.casefold().startswith("ark:") or bare_doi(text) is not None


def _dois(study: _Study) -> list[str]:
    """DOIs of the study: its numbers, holdings and place of access; where these have none, the document's number."""
    own = [
        *study.all("citation/titlStmt/IDNo"),
        *study.all("citation/holdings"),
        *study.all("dataAccs/setAvail/accsPlac"),
    ]
    return _dois_in(own) or _dois_in([*study.document("citation/titlStmt/IDNo"), *study.document("citation/holdings")])


def _dois_in(elements: Iterable[_Element]) -> list[str]:
    found = (bare_doi(words) for element in elements for words in (one_line(element), link(element, "URI")))
    return _unique(doi for doi in found if doi)


def _urls(study: _Study) -> list[str]:
    """Where the study can be seen: `holdings` of the study, and of the document that describes it."""
    holdings = [*study.all("citation/holdings"), *study.document("citation/holdings")]
    found = (words for element in holdings for words in (link(element, "URI"), one_line(element)))
    return _unique(url for url in found if re.fullmatch(r"https?://\S+", url, re.IGNORECASE))


def _same_as(study: _Study) -> list[str]:
    """Persistent identifiers besides DOIs: a URN, Handle or ARK names the study in whatever catalogue lists it."""
    numbers = (_stated(one_line(number)) for number in study.all("citation/titlStmt/IDNo"))
    return _unique(number for number in numbers if number and _is_persistent(number) and bare_doi(number) is None)


def _version(study: _Study) -> str | None:
    """The latest version that has a name; Dataverse writes it into the description of the document."""
    versions = study.all("citation/verStmt/version") or [
        version for version in study.document("citation/verStmt/version") if version.get("type") == "RELEASED"
    ]
    named = [(attribute(version, "date"), text) for version in versions if (text := _stated(one_line(version)))]
    if not named:
        return None
    _, text = max(named, key=lambda item: item[0])
    head = _VERSION_HEAD.match(text)
    return head[0] if head else text


def _names(elements: Iterable[_Element]) -> list[str]:
    """Names, each once. Where languages give equally many, they are translations of each other: one language's."""
    by_language: dict[str | None, dict[str, None]] = {}
    for element in elements:
        if name := _stated(one_line(element)):
            by_language.setdefault(language(element), {})[name] = None
    groups = [list(names) for names in by_language.values()]
    if None not in by_language and len({len(names) for names in groups}) == 1:
        return list(by_language.get("en") or groups[0])
    return _unique(name for names in groups for name in names)


def _license(study: _Study) -> str | None:
    """A Creative Commons link in the terms of use, else terms that are no more than a licence's name."""
    terms = [
        element
        for path in ("dataAccs/useStmt/conditions", "dataAccs/useStmt/restrctn", "dataAccs/notes", "useStmt")
        for element in study.all(path)
    ]
    terms += study.all("citation/prodStmt/copyright")
    for element in terms:
        if link := _LICENSE_URL.search(" ".join(str(text) for text in element.itertext())):
            return link[0]
    for element in terms:
        name = one_line(element)
        if len(name) <= _LONGEST_LICENSE_NAME and _LICENSE_NAME.search(name):
            return name
    return None


def _published_year(study: _Study) -> int | None:
    """The first year in which the data were distributed."""
    dates = (attribute(date, "date") or one_line(date) for date in study.all("citation/distStmt/distDate"))
    years = [int(year[0]) for date in dates if (year := _YEAR.search(date))]
    return min(years, default=None)


def _related(study: _Study) -> list[Related]:
    """Studies and publications that the record names: by DOI where it gives one, else in its words."""
    found: list[Related] = []
    for relation in ("relStdy", "relPubl"):
        for path in (f"othrStdyMat/{relation}", f"stdyInfo/{relation}"):
            for element in study.all(path):
                own = _first(_dois_in([element])) or one_line(element, skip={"citation"})
                named = [own] if own else [_citation(citation) for citation in below(element, "citation")]
                found.extend(Related(id=item, relation=relation) for item in named if item)
    return _unique(found)


def _citation(citation: _Element) -> str | None:
    numbers = [*below(citation, "titlStmt/IDNo"), *below(citation, "holdings")]
    titles = (one_line(title) for title in below(citation, "titlStmt/titl"))
    return _first(_dois_in(numbers)) or next((title for title in titles if title), None)


def _stated(text: str) -> str:
    """The words, or none where they are a placeholder."""
    return "" if text.casefold().rstrip(".") in _PLACEHOLDERS or not any(map(str.isalnum, text)) else text


def _first(names: list[str]) -> str | None:
    return names[0] if names else None


def _unique(values: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(values))

"""Dublin Core as OAI-PMH providers send it (`oai_dc`): one `dc` is one study record.

Source: DCMI Metadata Element Set 1.1 (https://www.dublincore.org/specifications/dublin-core/dces/) in the container of
OAI-PMH 2.0 (http://www.openarchives.org/OAI/2.0/oai_dc.xsd), alone or in an envelope of one record; types also as
`info:eu-repo/semantics/…` (OpenAIRE), COAR resource types and DCMI types write them. Elements are found by local name.

Order of ids: the protocol's record id, then the DOI (`pipeline.model.identity`): `identifier` has no kind, and holds
addresses, citations and file names as often as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.base import Format, Syntax
from pipeline.formats.dublin_core_coverage import Coverage, coverage
from pipeline.formats.licenses import license_in
from pipeline.formats.shapes import Relations, Statements, identifier_in, urls, year
from pipeline.formats.xml_record import below, language, one_line, parse, unwrap, words
from pipeline.model.identity import bare_doi
from pipeline.model.record import ResourceType, Role, StudyRecord

_Element = etree._Element

_NOTHING = frozenset(
    {"unavailable", "not available", "n/a", "na", "none", "unknown", "unspecified", "not specified", "null", "-", "."}
)
_DATA = frozenset(
    {"dataset", "data set", "datasets", "data", "data collection", "research data", "survey data", "database", "study"}
    | {"survey", "aggregated data", "clinical trial data", "compiled data", "encoded data", "experimental data"}
    | {"genomic data", "geospatial data", "laboratory notebook", "measurement and test data", "observational data"}
    | {"recorded data", "simulation data", "c_ddb1", "collection"}
)
"""Types of data; `c_ddb1` is COAR's concept dataset, the names of data beside it are COAR's narrower ones."""
_NO_STUDY = frozenset(
    {"text", "article", "journal article", "journalarticle", "journal", "research article", "review", "book review"}
    | {"book", "bookpart", "book part", "book section", "book chapter", "monograph", "report", "reportpart"}
    | {"technical report", "technicaldocumentation", "research report", "workingpaper", "working paper", "preprint"}
    | {"thesis", "bachelorthesis", "bachelor thesis", "masterthesis", "master thesis", "doctoralthesis"}
    | {"doctoral thesis", "phd thesis", "conferenceobject", "conference object", "conferencepaper", "conference paper"}
    | {"conference or workshop item", "conferenceposter", "conference poster", "poster", "conferenceproceedings"}
    | {"conference proceedings", "conferencecontribution", "conferenceitem", "lecture", "presentation", "newspaper"}
    | {"newspaper article", "newsletter", "blog post", "letter", "letter to the editor", "editorial", "manuscript"}
    | {"annotation", "patent", "lesson", "teaching resource", "learning object", "course", "website", "web page"}
    | {"image", "stillimage", "still image", "photograph", "painting", "drawing", "figure", "map", "movingimage"}
    | {"moving image", "video", "film", "audiovisual", "sound", "audio", "music", "musical notation", "software"}
    | {"software paper", "source code", "computer program", "workflow", "model", "interactiveresource"}
    | {"interactive resource", "physicalobject", "physical object", "event", "exhibition", "performance", "service"}
    | {"artefact", "c_6501", "c_2df8fbb1", "c_18cf", "c_5ce6", "c_c513", "c_46ec", "c_bdcc", "c_7a1f", "c_db06"}
    | {"c_2f33", "c_3248", "c_93fc", "c_8042", "c_816b", "c_94ad", "c_5794", "c_c94f", "c_ecc8", "c_18cc", "c_12ce"}
    | {"c_8a7e", "c_18cd", "c_12cd", "c_393c", "c_6670"}
)
"""Types of what is no study: DCMI types, `info:eu-repo/semantics`, COAR concepts (`c_…`), and what EPrints writes."""

_OTHER = frozenset({"other", "peerreviewed", "nonpeerreviewed"})
"""Types that say no more than that a record is none of those that its repository has a name for."""

_BEFORE_TYPE = re.compile(r"^(?:(?:https?|info):\S*[/#]|(?:doc|dcmi)-?type:)", re.IGNORECASE)
_CLASS = re.compile(r"(?:info:eu-repo/classification/([^/\s]+)/|(ddc|udc|jel|msc|acm):)(\S+)", re.IGNORECASE)
_GRANT = re.compile(r"info:eu-repo/grantagreement/([^/\s]+)/", re.IGNORECASE)
_OF_METADATA = re.compile(r"all(?:e)?\b.{0,40}?\bmetadat(?:a|en)\b", re.IGNORECASE)
"""Rights in the record itself, which some archives give beside those in the data."""
_ALSO = re.compile(r"info:eu-repo/semantics/altidentifier/(doi|hdl|urn|ark)/(.+)", re.IGNORECASE)
_NO_RELATION = re.compile(r"info:eu-repo/(?:grantagreement|semantics/altidentifier)/", re.IGNORECASE)
"""What OpenAIRE's guidelines have in `relation` that names no other resource."""
_PERSISTENT = re.compile(r"(?:urn|hdl|ark):\S+", re.IGNORECASE)


_says = Statements(_NOTHING).says


class DublinCore(Format):
    """`dublin-core`."""

    name: ClassVar[str] = "dublin-core"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one `dc`.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records), `not_a_study` (an article, software, an image, …) or `no_title`.
        """
        element, datestamp = unwrap(parse(payload).root, "dc")
        record = _Elements(element)
        statements = Statements(_NOTHING)
        _types(statements, record)
        _texts(statements, record)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The Dublin Core record has no title with words", "title")
        _coverage(statements, record)
        for each in record.all("language"):
            statements.add(Role.LANGUAGE, "language", one_line(each))
        for each in record.all("rights"):
            if not _OF_METADATA.match(text := words(each)):
                statements.add(Role.ACCESS, "rights", text, language=language(each))
        identifiers = record.lines("identifier")
        also = _alternatives(record)
        dois = _dois(identifiers) or _dois(also)
        same_as = _same_as(identifiers, also, dois)
        return StudyRecord(
            format=self.name,
            dois=dois,
            urls=urls(identifiers),
            same_as=same_as,
            statements=statements.found,
            creators=record.lines("creator") or record.lines("contributor"),
            publisher=next(iter(record.lines("publisher")), None),
            funders=_unique(grant[1] for each in record.lines("relation") if (grant := _GRANT.match(each))),
            license=license_in([each for each in record.lines("rights") if not _OF_METADATA.match(each)]),
            published_year=next((found for each in record.lines("date") if (found := year(each))), None),
            related=_related(record, [*dois, *same_as, *identifiers]).found,
            source_modified=datestamp,
        )


class _Elements:
    """The elements of one `dc`, by name."""

    def __init__(self, element: _Element) -> None:
        self._element = element

    def all(self, name: str) -> list[_Element]:
        """In the record's order."""
        return list(below(self._element, name))

    def lines(self, name: str) -> list[str]:
        """The words of each, on one line and once; without placeholders."""
        found = (one_line(each) for each in self.all(name))
        return _unique(filter(_says, found))


def _texts(statements: Statements, record: _Elements) -> None:
    for each in record.all("title"):
        statements.add(Role.TITLE, "title", one_line(each), language=language(each))
    for each in record.all("description"):
        statements.add(Role.DESCRIPTION, "description", words(each), language=language(each))
    for each in record.all("subject"):
        text = one_line(each)
        classified = _CLASS.fullmatch(text)
        if classified is None:
            statements.add(Role.KEYWORD, "subject", text, language=language(each))
        else:
            scheme, code = classified[1] or classified[2], classified[3]
            statements.add(Role.TOPIC, "subject", code, code=code, vocabulary=scheme)


def _types(statements: Statements, record: _Elements) -> None:
    """The record's own types; refuses what they say is no study."""
    found = [(text, _BEFORE_TYPE.sub("", text).casefold()) for text in record.lines("type")]
    if not any(kind in _DATA for _, kind in found):
        kinds = {kind for _, kind in found}
        refused = _NO_STUDY | _OTHER if "other" in kinds and kinds <= _OTHER else _NO_STUDY
        other = next((text for text, kind in found if kind in refused), None)
        if other is not None:
            raise RejectError("not_a_study", f"The record says that it is no study but: {other[:80]}", "type")
    for text, kind in found:
        statements.add(Role.RESOURCE_TYPE, "type", text, code=None if kind == text.casefold() else kind or None)


def _coverage(statements: Statements, record: _Elements) -> None:
    """Places and periods. The years beside a place count where the record has no period of its own."""
    found = [(each, kind, text) for each in record.all("coverage") for kind, text in coverage(one_line(each))]
    for each, kind, text in found:
        if kind is Coverage.PERIOD:
            statements.add(Role.PERIOD, "coverage", text)
        else:
            statements.add(Role.GEOGRAPHY, "coverage", text, language=language(each))
    if not statements.has(Role.PERIOD):
        for _, kind, text in found:
            if kind is Coverage.PLACE_WITH_YEARS:
                statements.add(Role.PERIOD, "coverage", text)


def _alternatives(record: _Elements) -> list[str]:
    """What OpenAIRE's guidelines call alternative identifiers of the record, with their schemes."""
    found = (_ALSO.fullmatch(each) for each in record.lines("relation"))
    pairs = [(also[1].casefold(), also[2]) for also in found if also]
    return [text if text.casefold().startswith(f"{scheme}:") else f"{scheme}:{text}" for scheme, text in pairs]


def _dois(identifiers: list[str]) -> list[str]:
    return _unique(doi for each in identifiers if (doi := bare_doi(each)))


def _same_as(identifiers: list[str], also: list[str], dois: list[str]) -> list[str]:
    """Persistent identifiers besides the record's DOIs."""
    own = [each for each in identifiers if _PERSISTENT.fullmatch(each) and bare_doi(each) is None]
    found = _unique([*own, *(bare_doi(each) or each for each in also)])
    return [each for each in found if each not in dois]


def _related(record: _Elements, own: list[str]) -> Relations:
    """By DOI or URL where one is given, else in the record's words."""
    relations = Relations(own)
    for name in ("relation", "source"):
        for text in record.lines(name):
            if not _NO_RELATION.match(text):
                relations.add(identifier_in(text) or text, name)
    return relations


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))

"""Dublin Core as OAI-PMH providers send it (`oai_dc`): one `dc` is one study record.

Source: DCMI Metadata Element Set 1.1 (https://www.dublincore.org/specifications/dublin-core/dces/) in the container of
OAI-PMH 2.0 (http://www.openarchives.org/OAI/2.0/oai_dc.xsd), alone or in an envelope of one record. Types are also
written as `info:eu-repo/semantics/…` (OpenAIRE), COAR resource types and DCMI types. Elements are found by local name.

Order of ids: the protocol's record id, then the DOI (`pipeline.model.identity`): `identifier` has no type, and holds
addresses, citations and file names as often as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from lxml import etree

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.base import Format, Syntax
from pipeline.formats.dublin_core_coverage import Coverage, coverage
from pipeline.formats.licenses import license_in
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import dois, identifier_in, urls, year
from pipeline.formats.xml_record import Unwrapped, below, language, one_line, parse, unwrap, words
from pipeline.model.identity import bare_doi
from pipeline.model.record import Related, ResourceType, Role, StudyRecord
from pipeline.model.text import unique

_DATA = frozenset(
    {"dataset", "data set", "datasets", "data", "data collection", "research data", "survey data", "database", "study"}
    | {"survey", "aggregated data", "clinical trial data", "compiled data", "encoded data", "experimental data"}
    | {"genomic data", "geospatial data", "laboratory notebook", "measurement and test data", "observational data"}
    | {"recorded data", "simulation data", "c_ddb1", "collection"}
)
"""Types of data; `c_ddb1` is COAR's concept dataset, the other names of data are those of its narrower concepts."""
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
"""Types of what is no study: DCMI types, `info:eu-repo/semantics`, COAR concepts (`c_…`), and types of EPrints."""

_OTHER = frozenset({"other", "peerreviewed", "nonpeerreviewed"})
"""Types that state only that a record is of none of the types that its repository has a name for."""

_BEFORE_TYPE = re.compile(r"^(?:(?:https?|info):\S*[/#]|(?:doc|dcmi)-?type:)", re.IGNORECASE)
_CLASS = re.compile(r"(?:info:eu-repo/classification/([^/\s]+)/|(ddc|udc|jel|msc|acm):)(\S+)", re.IGNORECASE)
_GRANT = re.compile(r"info:eu-repo/grantagreement/([^/\s]+)/", re.IGNORECASE)
_OF_METADATA = re.compile(r"all(?:e)?\b.{0,40}?\bmetadat(?:a|en)\b", re.IGNORECASE)
"""Rights in the metadata, which some archives state besides those in the data."""
_ALSO = re.compile(r"info:eu-repo/semantics/altidentifier/(doi|hdl|urn|ark)/(.+)", re.IGNORECASE)
_NO_RELATION = re.compile(r"info:eu-repo/(?:grantagreement|semantics/altidentifier)/", re.IGNORECASE)
"""Values that OpenAIRE's guidelines have in `relation` and that identify no other resource."""
_PERSISTENT = re.compile(r"(?:urn|hdl|ark):\S+", re.IGNORECASE)


class DublinCore(Format):
    """`dublin-core`."""

    name: ClassVar[FormatName] = "dublin-core"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one `dc`.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records), `not_a_study` (an article, software, an image, …) or `no_title`.
        """
        return _Dc(self.name, unwrap(parse(payload).root, "dc")).record()


class _Dc(Reading):
    """One `dc` while it is read."""

    title_field = "title"

    def __init__(self, format_name: FormatName, unwrapped: Unwrapped) -> None:
        super().__init__(format_name)
        self._element, self._datestamp = unwrapped

    def _all(self, name: str) -> list[etree._Element]:
        """The elements of a name, in the record's order."""
        return list(below(self._element, name))

    def _lines(self, name: str) -> list[str]:
        """The texts of elements, on one line, without placeholders and repeats."""
        return unique(filter(self.present, map(one_line, self._all(name))))

    def state(self) -> None:
        self._types()
        for each in self._all("title"):
            self.add(Role.TITLE, "title", one_line(each), language=language(each))
        for each in self._all("description"):
            self.add(Role.DESCRIPTION, "description", words(each), language=language(each))
        for each in self._all("subject"):
            self._subject(each)
        self._coverage()
        for each in self._all("language"):
            self.add(Role.LANGUAGE, "language", one_line(each))
        for each in self._all("rights"):
            if not _OF_METADATA.match(text := words(each)):
                self.add(Role.ACCESS, "rights", text, language=language(each))

    def _types(self) -> None:
        """The record's own types; rejects records of types that are no study."""
        found = [(text, _BEFORE_TYPE.sub("", text).casefold()) for text in self._lines("type")]
        kinds = {kind for _, kind in found}
        if not kinds & _DATA:
            rejected = _NO_STUDY | _OTHER if "other" in kinds and kinds <= _OTHER else _NO_STUDY
            for text, kind in found:
                if kind in rejected:
                    raise RejectError("not_a_study", f"The type of the record is no study: {text[:80]}", "type")
        for text, kind in found:
            self.add(Role.RESOURCE_TYPE, "type", text, code=None if kind == text.casefold() else kind or None)

    def _subject(self, element: etree._Element) -> None:
        """A keyword, or a code of a classification."""
        text = one_line(element)
        if classified := _CLASS.fullmatch(text):
            code = classified[3]
            self.add(Role.TOPIC, "subject", code, code=code, vocabulary=classified[1] or classified[2])
        else:
            self.add(Role.KEYWORD, "subject", text, language=language(element))

    def _coverage(self) -> None:
        """Places and periods. The years beside a place count where the record has no period of its own."""
        found = [(each, *part) for each in self._all("coverage") if (part := coverage(one_line(each)))]
        for each, kind, text in found:
            if kind is Coverage.PERIOD:
                self.add(Role.PERIOD, "coverage", text)
            else:
                self.add(Role.GEOGRAPHY, "coverage", text, language=language(each))
        if not self.has(Role.PERIOD):
            for _, kind, text in found:
                if kind is Coverage.PLACE_WITH_YEARS:
                    self.add(Role.PERIOD, "coverage", text)

    @cached_property
    def _identifiers(self) -> list[str]:
        return self._lines("identifier")

    @cached_property
    def _alternatives(self) -> list[str]:
        """The record's alternative identifiers of OpenAIRE's guidelines, with their schemes."""
        found = (_ALSO.fullmatch(each) for each in self._lines("relation"))
        pairs = [(also[1].casefold(), also[2]) for also in found if also]
        return [text if text.casefold().startswith(f"{scheme}:") else f"{scheme}:{text}" for scheme, text in pairs]

    @cached_property
    def dois(self) -> list[str]:
        return dois(self._identifiers) or dois(self._alternatives)

    @cached_property
    def urls(self) -> list[str]:
        return urls(self._identifiers)

    @cached_property
    def same_as(self) -> list[str]:
        """Persistent identifiers besides the record's DOIs."""
        own = [each for each in self._identifiers if _PERSISTENT.fullmatch(each) and bare_doi(each) is None]
        found = unique([*own, *(bare_doi(each) or each for each in self._alternatives)])
        return [each for each in found if each not in self.dois]

    @property
    def creators(self) -> list[str]:
        return self._lines("creator") or self._lines("contributor")

    @property
    def publisher(self) -> str | None:
        return next(iter(self._lines("publisher")), None)

    @property
    def funders(self) -> list[str]:
        return unique(grant[1] for each in self._lines("relation") if (grant := _GRANT.match(each)))

    @property
    def license(self) -> str | None:
        return license_in([each for each in self._lines("rights") if not _OF_METADATA.match(each)])

    @property
    def published_year(self) -> int | None:
        return next(filter(None, map(year, self._lines("date"))), None)

    @property
    def related(self) -> list[Related]:
        """By DOI or URL where the record has one, else in its words."""
        return self.relations(self._named(), own=self._identifiers)

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for name in ("relation", "source"):
            for text in self._lines(name):
                if not _NO_RELATION.match(text):
                    yield identifier_in(text) or text, name

    @property
    def source_modified(self) -> str | None:
        return self._datestamp

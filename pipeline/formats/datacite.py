"""DataCite metadata: one resource is one study record.

Source: DataCite Metadata Schema, kernels 2.2, 3 and 4 (https://schema.datacite.org/). XML is a `resource` alone, in the
wrapper of DataCite's OAI-PMH service (`oai_datacite`, http://schema.datacite.org/oai/oai-1.1/), or in an OAI-PMH
envelope of one record (`pipeline.formats.datacite_xml`). JSON is an object of DataCite's REST API
(`pipeline.formats.datacite_json`). Statements are named by the paths of the XML, `descriptions/description`.

Order of ids: the DOI; then the protocol's record id (`pipeline.model.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar

from pipeline.catalogue.records import FormatName
from pipeline.formats import datacite_json
from pipeline.formats.agents import Agent
from pipeline.formats.base import Format, Syntax, json_object
from pipeline.formats.datacite_resource import Resource, Source, Text
from pipeline.formats.datacite_terms import (
    DATES,
    DESCRIPTIONS,
    NO_CREATORS,
    SAME,
    TITLES_IN_THE_SAME_LANGUAGE,
    folded,
    is_access_term,
    is_topic_list,
    kind_code,
    persistent_identifier,
)
from pipeline.formats.datacite_xml import XmlSource
from pipeline.formats.licenses import license_in
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import dois, identifier_in, urls, year
from pipeline.model.identity import bare_doi
from pipeline.model.record import Related, ResourceType, Role, StudyRecord
from pipeline.model.text import unique

_LONGEST_SERIES = 200
"""Longer texts about a series describe it, and are no name."""


class DataCite(Format):
    """`datacite`."""

    name: ClassVar[FormatName] = "datacite"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"
    records_at: ClassVar[str | None] = "data"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one resource.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records, an error answer of the API), `not_a_study` (a text, software, an image, …) or
                `no_title`.
        """
        return _Resource(self.name, _source(payload)).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The DOI of an object of the API."""
        return datacite_json.doi(value)

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether a JSON object is a record or an answer of the API, rather than records by key."""
        return datacite_json.is_answer(value) or super().is_record(value)

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether a JSON object is one of the API, or attributes alone."""
        return datacite_json.is_one(value)


def _source(payload: bytes) -> Source:
    if not payload.lstrip().startswith((b"{", b"[")):
        return XmlSource(payload)
    value = json_object(payload)
    embedded = datacite_json.embedded_xml(value)
    return datacite_json.JsonSource(value) if embedded is None else XmlSource(embedded)


class _Resource(Reading):
    """One resource while it is read."""

    title_field = "titles/title"

    def __init__(self, format_name: FormatName, source: Source) -> None:
        super().__init__(format_name)
        self._source = source

    @cached_property
    def _resource(self) -> Resource:
        return self._source.resource()

    def state(self) -> None:
        self._kinds()
        self._titles()
        for each in self._of_kinds(self._resource.descriptions, DESCRIPTIONS):
            self.add(Role.DESCRIPTION, "descriptions/description", each.text, language=each.language)
        self._subjects()
        for place in self._resource.places:
            self.add(Role.GEOGRAPHY, "geoLocations/geoLocation/geoLocationPlace", place)
        for date in self._resource.dates:
            if role := DATES.get(folded(date.kind)):
                self.add(role, "dates/date", date.text)
        for tag in self._resource.languages:
            self.add(Role.LANGUAGE, "language", tag)
        self._access()

    def _kinds(self) -> None:
        """The resource type; rejects resources that are no data."""
        for kind in self._source.kinds():
            general, text = map(self.present, kind)
            self.add(Role.RESOURCE_TYPE, self._source.kind_field, text or general, code=kind_code(general, text))

    def _titles(self) -> None:
        """The title first, then translations, then other titles."""
        known = {title.language for title in self._resource.titles if not title.kind}
        for is_wanted_other in (False, True):
            for title in self._resource.titles:
                is_other = title.kind in TITLES_IN_THE_SAME_LANGUAGE
                if is_other is is_wanted_other:
                    tag = None if is_other and title.language not in known else title.language
                    self.add(Role.TITLE, self.title_field, title.text, language=tag)

    @staticmethod
    def _of_kinds(texts: list[Text], kinds: tuple[str, ...]) -> Iterator[Text]:
        for kind in kinds:
            yield from (text for text in texts if text.kind == kind)

    def _subjects(self) -> None:
        for each in self._resource.subjects:
            scheme, code = self.present(each.scheme), self.present(each.code)
            role = Role.TOPIC if is_topic_list(scheme) else Role.KEYWORD
            self.add(
                role,
                "subjects/subject",
                each.text,
                language=each.language,
                code=code or None,
                vocabulary=scheme or None,
            )

    def _access(self) -> None:
        for each in self._resource.rights:
            self.add(Role.ACCESS, "rightsList/rights", each.text, language=each.language)
            if not self.present(each.text) or is_access_term(each.uri):
                self.add(Role.ACCESS, self._resource.rights_uri_field, each.uri)

    @property
    def study_number(self) -> str | None:
        return next(iter(self.dois), None)

    @cached_property
    def _identifiers(self) -> list[tuple[str, str]]:
        return [(kind, text) for kind, text in self._resource.identifiers if self.present(text)]

    @cached_property
    def dois(self) -> list[str]:
        """The resource's own DOI first; an alternate identifier is one where its type is DOI."""
        others = (text for kind, text in self._identifiers if "doi" in kind.casefold())
        return dois([*self._resource.own_ids, *others])

    @cached_property
    def urls(self) -> list[str]:
        return urls(self._resource.urls, [text for _, text in self._identifiers if bare_doi(text) is None])

    @cached_property
    def same_as(self) -> list[str]:
        """Persistent identifiers besides DOIs, and identifiers of resources that the record states to be identical."""
        own = filter(None, (persistent_identifier(kind, text) for kind, text in self._identifiers))
        related = (text for kind, text in self._resource.related_identifiers if folded(kind) in SAME)
        found = unique([*own, *(bare_doi(text) or text for text in related if self.present(text))])
        return [each for each in found if each not in self.dois]

    @property
    def version(self) -> str | None:
        return self.present(self._resource.version) or None

    def _contributors(self, *kinds: str) -> list[str]:
        return self.names([text for kind, text in self._resource.contributors if kind in kinds])

    @property
    def creators(self) -> list[str]:
        """The creators; where none is named, the contributors that neither paid for the data nor keep them."""
        others = [text for kind, text in self._resource.contributors if kind not in NO_CREATORS]
        return self.names(self._resource.creators) or self.names(others)

    def agents(self) -> Iterable[Agent]:
        return self._resource.agents

    @property
    def publisher(self) -> str | None:
        return next(iter([*self.names(self._resource.publishers), *self._contributors("distributor")]), None)

    @property
    def funders(self) -> list[str]:
        """Kernel 4 has references to funding, earlier kernels contributors of the type Funder."""
        return unique([*self.names(self._resource.funders), *self._contributors("funder")])

    @property
    def series(self) -> str | None:
        described = self._of_kinds(self._resource.descriptions, ("seriesinformation",))
        titles = self.names([self._resource.series, *(each.text for each in described)])
        return next((title for title in titles if len(title) <= _LONGEST_SERIES), None)

    @property
    def license(self) -> str | None:
        """A link to a licence, else a text that names one; rights with an SPDX identifier are a licence."""
        for each in self._resource.rights:
            texts = self.names([each.uri, each.text])
            found = texts[0] if texts and each.scheme.casefold() == "spdx" else license_in(texts)
            if found:
                return found
        return None

    @property
    def published_year(self) -> int | None:
        issued = (date.text for date in self._resource.dates if folded(date.kind) == "issued")
        return next(filter(None, map(year, [*self._resource.years, *issued])), None)

    @property
    def related(self) -> list[Related]:
        named = [*self._resource.related_identifiers, *self._resource.related_items]
        return self.relations((identifier_in(text) or text, kind) for kind, text in named if self.present(text))

    @property
    def source_modified(self) -> str | None:
        return self._resource.modified

"""DataCite metadata: one `resource` is one study record.

Source: DataCite Metadata Schema, kernels 2.2, 3 and 4 (https://schema.datacite.org/), alone, in the wrapper of
DataCite's OAI-PMH service (`oai_datacite`, http://schema.datacite.org/oai/oai-1.1/), and in an OAI-PMH envelope of one
record. Elements are found by local name. JSON is read by `pipeline.formats.datacite_json`.

Order of ids: the DOI; then the protocol's record id (`pipeline.model.identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats import datacite_json
from pipeline.formats.base import Format, Syntax, json_object
from pipeline.formats.datacite_terms import (
    DATES,
    DESCRIPTIONS,
    NOTHING,
    SAME,
    TITLES_IN_THE_SAME_LANGUAGE,
    folded,
    is_topic_list,
    kind_code,
    persistent_identifier,
    tells_access,
)
from pipeline.formats.licenses import license_in
from pipeline.formats.shapes import Relations, Statements, identifier_in, urls, year
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
from pipeline.model.identity import bare_doi
from pipeline.model.record import ResourceType, Role, StudyRecord

_Element = etree._Element
_says = Statements(NOTHING).says
_LONGEST_SERIES = 200
"""Longer words about a series are a description of it, and no name."""


class DataCite(Format):
    """`datacite`."""

    name: ClassVar[str] = "datacite"
    syntax: ClassVar[Syntax] = "xml"
    resource_type: ClassVar[ResourceType] = "dataset"
    records_at: ClassVar[str | None] = "data"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one resource.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (also an OAI-PMH error, a deleted record, an envelope of
                several records, an answer of the API that tells of an error), `not_a_study` (a text, software, an
                image, …) or `no_title`.
        """
        if not payload.lstrip().startswith((b"{", b"[")):
            return self._of_xml(payload)
        value = json_object(payload)
        embedded = datacite_json.embedded_xml(value)
        return datacite_json.read(value) if embedded is None else self._of_xml(embedded)

    def key(self, value: Any) -> str | None:
        """The DOI of an object in a JSON list."""
        return datacite_json.key(value) if isinstance(value, dict) else None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether a JSON object is a record or an answer of the API, rather than records by key."""
        return datacite_json.is_record(value)

    def _of_xml(self, payload: bytes) -> StudyRecord:
        element, datestamp = unwrap(parse(payload).root, "resource", "oai_datacite")
        resource = _resource(element)
        statements = Statements(NOTHING)
        _kind(statements, resource)
        _titles(statements, resource)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The resource has no title with words", "titles/title")
        _texts(statements, resource)
        _coverage(statements, resource)
        _access(statements, resource)
        dois = _dois(resource)
        same_as = _same_as(resource, dois)
        return StudyRecord(
            format=self.name,
            study_number=dois[0] if dois else None,
            dois=dois,
            urls=urls([one_line(each) for each in _identifiers(resource) if bare_doi(one_line(each)) is None]),
            same_as=same_as,
            version=next(iter(_lines(below(resource, "version"))), None),
            statements=statements.found,
            creators=_creators(resource),
            publisher=_publisher(resource),
            funders=_funders(resource),
            series=_series(resource),
            license=_license(resource),
            published_year=_published_year(resource),
            related=_related(resource, [*dois, *same_as]).found,
            source_modified=datestamp,
        )


def _resource(element: _Element) -> _Element:
    """The resource itself, or in the wrapper of DataCite's own OAI-PMH service."""
    if local_name(element) == "resource":
        return element
    wrapped = next(below(element, "payload/resource"), None)
    if wrapped is None:
        raise RejectError("wrong_format", "The oai_datacite wrapper holds no payload/resource")
    return wrapped


def _kind(statements: Statements, resource: _Element) -> None:
    """What the resource is; refuses what is no data."""
    for each in below(resource, "resourceType"):
        general, text = attribute(each, "resourceTypeGeneral"), one_line(each)
        code = kind_code(general if _says(general) else "", text)
        statements.add(Role.RESOURCE_TYPE, "resourceType", text if _says(text) else general, code=code)


def _titles(statements: Statements, resource: _Element) -> None:
    """The title first, then translations, then other titles."""
    titles = [(folded(attribute(each, "titleType")), each) for each in below(resource, "titles/title")]
    known = {language(each) for kind, each in titles if not kind}
    for wanted in (False, True):
        for kind, each in titles:
            if (kind in TITLES_IN_THE_SAME_LANGUAGE) is wanted:
                tag = own_language(each) if kind else language(each)
                kept = None if wanted and tag not in known else tag
                statements.add(Role.TITLE, "titles/title", one_line(each), language=kept)


def _texts(statements: Statements, resource: _Element) -> None:
    described = [
        (folded(attribute(each, "descriptionType")), each) for each in below(resource, "descriptions/description")
    ]
    for wanted in DESCRIPTIONS:
        for kind, each in described:
            if kind == wanted:
                statements.add(Role.DESCRIPTION, "descriptions/description", words(each), language=language(each))
    for each in below(resource, "subjects/subject"):
        scheme = attribute(each, "subjectScheme") or link(each, "schemeURI")
        statements.add(
            Role.TOPIC if is_topic_list(scheme) else Role.KEYWORD,
            "subjects/subject",
            one_line(each),
            language=language(each),
            code=attribute(each, "classificationCode") or link(each, "valueURI") or None,
            vocabulary=scheme or None,
        )


def _coverage(statements: Statements, resource: _Element) -> None:
    for each in below(resource, "geoLocations/geoLocation/geoLocationPlace"):
        statements.add(Role.GEOGRAPHY, "geoLocations/geoLocation/geoLocationPlace", one_line(each))
    for each in below(resource, "dates/date"):
        role = DATES.get(folded(attribute(each, "dateType")))
        if role is not None:
            statements.add(role, "dates/date", one_line(each))
    for each in below(resource, "language"):
        statements.add(Role.LANGUAGE, "language", one_line(each))


def _rights(resource: _Element) -> list[_Element]:
    """Kernel 2 has one `rights`, later kernels a list of them."""
    return [*below(resource, "rightsList/rights"), *below(resource, "rights")]


def _access(statements: Statements, resource: _Element) -> None:
    for each in _rights(resource):
        text, uri = words(each), link(each, "rightsURI")
        statements.add(Role.ACCESS, "rightsList/rights", text, language=language(each))
        if not _says(text) or tells_access(uri):
            statements.add(Role.ACCESS, "rightsList/rights/@rightsURI", uri)


def _license(resource: _Element) -> str | None:
    """A link to a licence, else words that name one; what carries an SPDX identifier is one."""
    for each in _rights(resource):
        texts = [text for text in (link(each, "rightsURI"), one_line(each)) if _says(text)]
        if attribute(each, "rightsIdentifierScheme").casefold() == "spdx" and texts:
            return texts[0]
        if found := license_in(texts):
            return found
    return None


def _identifiers(resource: _Element) -> list[_Element]:
    return [*below(resource, "identifier"), *below(resource, "alternateIdentifiers/alternateIdentifier")]


def _type(identifier: _Element) -> str:
    return attribute(identifier, "identifierType") or attribute(identifier, "alternateIdentifierType")


def _dois(resource: _Element) -> list[str]:
    """The resource's own DOI first; an alternate identifier is one where its type says so."""
    found = [one_line(each) for each in below(resource, "identifier")]
    found.extend(
        one_line(each)
        for each in below(resource, "alternateIdentifiers/alternateIdentifier")
        if "doi" in attribute(each, "alternateIdentifierType").casefold()
    )
    return _unique(doi for each in found if (doi := bare_doi(each)))


def _same_as(resource: _Element, dois: list[str]) -> list[str]:
    """Persistent identifiers besides DOIs, and what the resource says to be identical with."""
    own = (persistent_identifier(_type(each), one_line(each)) for each in _identifiers(resource))
    found = [each for each in own if each]
    found.extend(
        bare_doi(text) or text
        for each in below(resource, "relatedIdentifiers/relatedIdentifier")
        if folded(attribute(each, "relationType")) in SAME and _says(text := one_line(each))
    )
    return [each for each in _unique(found) if each not in dois]


def _related(resource: _Element, own: list[str]) -> Relations:
    relations = Relations(own)
    for each in below(resource, "relatedIdentifiers/relatedIdentifier"):
        _relate(relations, each, attribute(each, "relationType"))
    for item in below(resource, "relatedItems/relatedItem"):
        for each in below(item, "relatedItemIdentifier"):
            _relate(relations, each, attribute(item, "relationType"))
    return relations


def _relate(relations: Relations, element: _Element, relation: str) -> None:
    text = one_line(element)
    if _says(text):
        relations.add(identifier_in(text) or text, relation)


def _people(resource: _Element, path: str, name: str) -> Iterator[tuple[str, str]]:
    """The type of each contributor (empty for creators), and the name."""
    for each in below(resource, path):
        named = next(iter(_lines(below(each, name))), "")
        if not named:
            parts = [next(iter(_lines(below(each, part))), "") for part in ("familyName", "givenName")]
            named = ", ".join(filter(None, parts))
        if named:
            yield folded(attribute(each, "contributorType")), named


def _contributors(resource: _Element) -> list[tuple[str, str]]:
    return list(_people(resource, "contributors/contributor", "contributorName"))


def _creators(resource: _Element) -> list[str]:
    """The creators; where none is named, the contributors that neither paid for the data nor keep them."""
    creators = _unique(name for _, name in _people(resource, "creators/creator", "creatorName"))
    others = {"funder", "sponsor", "distributor", "hostinginstitution", "contactperson", "registrationagency"}
    return creators or _unique(name for kind, name in _contributors(resource) if kind not in others)


def _publisher(resource: _Element) -> str | None:
    named = _lines(below(resource, "publisher"))
    distributors = (name for kind, name in _contributors(resource) if kind == "distributor")
    return next(iter(named), None) or next(distributors, None)


def _funders(resource: _Element) -> list[str]:
    """Kernel 4 has references to funding, earlier ones contributors of type Funder."""
    paid = _lines(below(resource, "fundingReferences/fundingReference/funderName"))
    return _unique([*paid, *(name for kind, name in _contributors(resource) if kind == "funder")])


def _series(resource: _Element) -> str | None:
    of_series = (
        each
        for each in below(resource, "descriptions/description")
        if folded(attribute(each, "descriptionType")) == "seriesinformation"
    )
    return next((text for text in _lines(of_series) if len(text) <= _LONGEST_SERIES), None)


def _published_year(resource: _Element) -> int | None:
    issued = (each for each in below(resource, "dates/date") if folded(attribute(each, "dateType")) == "issued")
    found = [year(text) for text in [*_lines(below(resource, "publicationYear")), *_lines(issued)]]
    return next((each for each in found if each), None)


def _lines(elements: Iterable[_Element]) -> list[str]:
    """The words of each, on one line and once; without placeholders."""
    return _unique(text for each in elements if _says(text := one_line(each)))


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))

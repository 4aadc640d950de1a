"""DataCite metadata in XML: a `resource`, alone or in the wrapper of DataCite's OAI-PMH service."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.agents import Agent, kinds_of
from pipeline.formats.datacite_resource import Resource, Rights, Subject, Text, Typed
from pipeline.formats.datacite_terms import folded
from pipeline.formats.xml_record import attribute, below, language, link, one_line, own_language, parse, unwrap, words
from pipeline.model.xml import local_name

_Element = etree._Element


def _resource(element: _Element) -> _Element:
    """The resource itself, or that in the wrapper of DataCite's OAI-PMH service."""
    if local_name(element) == "resource":
        return element
    wrapped = next(below(element, "payload/resource"), None)
    if wrapped is None:
        raise RejectError("wrong_format", "The oai_datacite wrapper holds no payload/resource")
    return wrapped


class XmlSource:
    """A `resource` element.

    Raises:
        RejectError: `empty`, `malformed` or `wrong_format`.
    """

    kind_field = "resourceType"

    def __init__(self, payload: bytes) -> None:
        element, self._datestamp = unwrap(parse(payload).root, "resource", "oai_datacite")
        self._element = _resource(element)

    def kinds(self) -> list[Typed]:
        """General resource type, and resource type in free text."""
        return self._typed("resourceType", "resourceTypeGeneral")

    def resource(self) -> Resource:
        """All properties."""
        return Resource(
            rights_uri_field="rightsList/rights/@rightsURI",
            titles=list(self._titles()),
            descriptions=[
                Text(folded(attribute(each, "descriptionType")), words(each), language(each))
                for each in self._all("descriptions/description")
            ],
            subjects=[
                Subject(
                    text=one_line(each),
                    language=language(each),
                    code=attribute(each, "classificationCode") or link(each, "valueURI"),
                    scheme=attribute(each, "subjectScheme") or link(each, "schemeURI"),
                )
                for each in self._all("subjects/subject")
            ],
            places=self._lines("geoLocations/geoLocation/geoLocationPlace"),
            dates=self._typed("dates/date", "dateType"),
            languages=self._lines("language"),
            rights=[
                Rights(words(each), language(each), link(each, "rightsURI"), attribute(each, "rightsIdentifierScheme"))
                for path in ("rightsList/rights", "rights")  # kernel 2 has one `rights`, later kernels a list
                for each in self._all(path)
            ],
            own_ids=self._lines("identifier"),
            identifiers=[
                *self._typed("identifier", "identifierType"),
                *self._typed("alternateIdentifiers/alternateIdentifier", "alternateIdentifierType"),
            ],
            urls=[],
            related_identifiers=self._typed("relatedIdentifiers/relatedIdentifier", "relationType"),
            related_items=[
                Typed(attribute(item, "relationType"), one_line(each))
                for item in self._all("relatedItems/relatedItem")
                for each in below(item, "relatedItemIdentifier")
            ],
            creators=[person.text for person in self._people("creators/creator", "creatorName")],
            agents=list(self._agents()),
            contributors=list(self._people("contributors/contributor", "contributorName")),
            publishers=self._lines("publisher"),
            funders=self._lines("fundingReferences/fundingReference/funderName"),
            series="",
            version=next(iter(self._lines("version")), ""),
            years=self._lines("publicationYear"),
            modified=self._datestamp,
        )

    def _all(self, path: str) -> Iterator[_Element]:
        return below(self._element, path)

    def _lines(self, path: str) -> list[str]:
        return [one_line(each) for each in self._all(path)]

    def _typed(self, path: str, kind: str) -> list[Typed]:
        return [Typed(attribute(each, kind), one_line(each)) for each in self._all(path)]

    def _titles(self) -> Iterator[Text]:
        """A title with a type has only the language that it declares itself: it may be a translation."""
        for each in self._all("titles/title"):
            kind = folded(attribute(each, "titleType"))
            yield Text(kind, one_line(each), own_language(each) if kind else language(each))

    def _people(self, path: str, name: str) -> Iterator[Typed]:
        for each in self._all(path):
            yield Typed(folded(attribute(each, "contributorType")), _name_of(each, name))

    def _agents(self) -> Iterator[Agent]:
        for kind in ("creator", "contributor"):
            for each in self._all(f"{kind}s/{kind}"):
                identifiers = [
                    (attribute(one, "nameIdentifierScheme"), one_line(one)) for one in below(each, "nameIdentifier")
                ]
                types = [folded(attribute(one, "nameType")) for one in below(each, f"{kind}Name")]
                yield from kinds_of(
                    _name_of(each, f"{kind}Name"), identifiers, organisation=types == ["organizational"]
                )
        for each in self._all("fundingReferences/fundingReference"):
            identifiers = [
                (attribute(one, "funderIdentifierType"), one_line(one)) for one in below(each, "funderIdentifier")
            ]
            for name in below(each, "funderName"):
                yield from kinds_of(one_line(name), identifiers, organisation=False)


def _name_of(person: _Element, path: str) -> str:
    named, family, given = (next(map(one_line, below(person, part)), "") for part in (path, "familyName", "givenName"))
    return named or ", ".join(filter(None, (family, given)))

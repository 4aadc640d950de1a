"""DataCite metadata in JSON: an object of DataCite's REST API, or its attributes alone.

The API answers `{"data": {"id", "type": "dois", "attributes": {…}}}` for one DOI, and a list in `data` for many. Its
attributes are the properties of the DataCite Metadata Schema with the names that they have in XML, except `rightsUri`,
`schemeUri`, `valueUri`, `lang`, `types`, and `identifiers`, which holds all identifiers with their types. Lists of one
member may be that object alone. Source: https://support.datacite.org/docs/api.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from pipeline.errors import RejectError
from pipeline.formats.agents import Agent, kinds_of
from pipeline.formats.datacite_resource import Resource, Rights, Subject, Text, Typed
from pipeline.formats.datacite_terms import folded
from pipeline.formats.shapes import language_tag, mapping, name, names, number_or_name, objects, words
from pipeline.model.identity import bare_doi


def doi(value: dict[str, Any]) -> str | None:
    """The DOI of an object of the API: `doi`, else `id`."""
    held = value if "data" not in value else mapping(value.get("data"))
    return bare_doi(name(_attributes(value).get("doi"))) or bare_doi(name(held.get("id")))


def is_one(value: dict[str, Any]) -> bool:
    """Whether the object is one of the API, or attributes alone."""
    return "attributes" in value or "titles" in value


def is_answer(value: dict[str, Any]) -> bool:
    """Whether the object is an answer of the API."""
    return "data" in value or "errors" in value


def embedded_xml(value: dict[str, Any]) -> bytes | None:
    """The XML that attributes without titles hold in base64; None where there is none."""
    attributes = _attributes(value)
    encoded = attributes.get("xml")
    if "titles" in attributes or not isinstance(encoded, str) or not encoded.strip():
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def _attributes(value: dict[str, Any]) -> dict[str, Any]:
    held = value if "data" not in value else mapping(value.get("data"))
    return mapping(held.get("attributes")) if "attributes" in held else held


class JsonSource:
    """An object of the API, an answer with one object, or attributes alone.

    Raises:
        RejectError: `wrong_format` (also an error answer of the API).
    """

    kind_field = "types"

    def __init__(self, value: dict[str, Any]) -> None:
        self._attributes = _attributes(value)
        self._value = value
        if not any(key in self._attributes for key in ("titles", "types", "creators", "doi")):
            error = next((name(error.get("title")) for error in objects(value.get("errors"))), "")
            reason = error or "it has no titles and no types"
            raise RejectError("wrong_format", f"The object is no DataCite record: {reason}")

    def kinds(self) -> list[Typed]:
        """General resource type, and resource type in free text."""
        return self._typed("types", "resourceTypeGeneral", "resourceType")

    def resource(self) -> Resource:
        """All properties."""
        publisher = self._attributes.get("publisher")
        container = mapping(self._attributes.get("container"))
        return Resource(
            rights_uri_field="rightsList/rightsUri",
            titles=[
                Text(folded(name(each.get("titleType"))), name(each.get("title")), language_tag(each.get("lang")))
                for each in self._all("titles")
            ],
            descriptions=[
                Text(
                    folded(name(each.get("descriptionType"))),
                    words(each.get("description")),
                    language_tag(each.get("lang")),
                )
                for each in self._all("descriptions")
            ],
            subjects=[
                Subject(
                    text=name(each.get("subject")),
                    language=language_tag(each.get("lang")),
                    code=name(each.get("classificationCode")) or name(each.get("valueUri")),
                    scheme=name(each.get("subjectScheme")) or name(each.get("schemeUri")),
                )
                for each in self._all("subjects")
            ],
            # one location has one place or several
            places=[place for each in self._all("geoLocations") for place in names(each.get("geoLocationPlace"))],
            dates=self._typed("dates", "dateType", "date"),
            languages=[name(self._attributes.get("language"))],
            rights=[
                Rights(
                    text=words(each.get("rights")),
                    language=language_tag(each.get("lang")),
                    uri=name(each.get("rightsUri")),
                    scheme=name(each.get("rightsIdentifierScheme")),
                )
                for each in self._all("rightsList")
            ],
            own_ids=list(filter(None, [doi(self._value)])),
            identifiers=[
                *self._typed("identifiers", "identifierType", "identifier"),
                *self._typed("alternateIdentifiers", "alternateIdentifierType", "alternateIdentifier"),
            ],
            urls=[name(self._attributes.get("url"))],
            related_identifiers=self._typed("relatedIdentifiers", "relationType", "relatedIdentifier"),
            related_items=[
                Typed(name(item.get("relationType")), name(each.get("relatedItemIdentifier")))
                for item in self._all("relatedItems")
                for each in objects(item.get("relatedItemIdentifier"))
            ],
            creators=[person.text for person in self._people("creators")],
            agents=list(self._agents()),
            contributors=self._people("contributors"),
            # since kernel 4.5 an object where it was requested, else a text
            publishers=[name(mapping(publisher).get("name")), name(publisher)],
            funders=[name(each.get("funderName")) for each in self._all("fundingReferences")],
            series=name(container.get("title")) if folded(name(container.get("type"))) == "series" else "",
            version=number_or_name(self._attributes.get("version")),
            years=[number_or_name(self._attributes.get("publicationYear"))],
            modified=name(self._attributes.get("updated")) or None,
        )

    def _all(self, key: str) -> list[dict[str, Any]]:
        return list(objects(self._attributes.get(key)))

    def _typed(self, key: str, kind: str, text: str) -> list[Typed]:
        return [Typed(name(each.get(kind)), name(each.get(text))) for each in self._all(key)]

    def _people(self, key: str) -> list[Typed]:
        return [Typed(folded(name(each.get("contributorType"))), _name_of(each)) for each in self._all(key)]

    def _agents(self) -> Iterator[Agent]:
        for each in (*self._all("creators"), *self._all("contributors")):
            identifiers = [
                (name(one.get("nameIdentifierScheme")), name(one.get("nameIdentifier")))
                for one in objects(each.get("nameIdentifiers"))
            ]
            is_organisation = folded(name(each.get("nameType"))) == "organizational"
            yield from kinds_of(_name_of(each), identifiers, organisation=is_organisation)
        for each in self._all("fundingReferences"):
            identifier = (name(each.get("funderIdentifierType")), name(each.get("funderIdentifier")))
            yield from kinds_of(name(each.get("funderName")), [identifier], organisation=False)


def _name_of(person: dict[str, Any]) -> str:
    parts = filter(None, (name(person.get("familyName")), name(person.get("givenName"))))
    return name(person.get("name")) or ", ".join(parts)

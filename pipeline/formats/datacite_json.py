"""DataCite metadata in JSON: an object of DataCite's REST API, or its attributes alone.

The API answers `{"data": {"id", "type": "dois", "attributes": {…}}}` for one DOI, and a list in `data` for many. Its
attributes are the properties of the DataCite Metadata Schema, named as in XML but for `rightsUri`, `schemeUri`,
`valueUri`, `lang`, `types` and `identifiers`, which holds all identifiers with their types. Properties that are
lists may be one object alone. Statements are named by the attributes' paths, `descriptions/description`.

Order of ids: the DOI, which is `doi`, else the `id` of the object. Source: https://support.datacite.org/docs/api, and
the DataCite Metadata Schema as in `pipeline.formats.datacite`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from pipeline.errors import RejectError
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
from pipeline.formats.shapes import (
    Relations,
    Statements,
    identifier_in,
    mapping,
    name,
    objects,
    urls,
    whole_number,
    words,
    year,
)
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_NO_CREATORS = frozenset(
    {"funder", "sponsor", "distributor", "hostinginstitution", "contactperson", "registrationagency"}
)
_says = Statements(NOTHING).says


def read(value: dict[str, Any]) -> StudyRecord:
    """The record of one object of the API, of an answer with one object, or of attributes alone.

    Raises:
        RejectError: `wrong_format` (also an answer that tells of an error), `not_a_study` (a text, software, …) or
            `no_title`.
    """
    attributes = _attributes(value)
    if not any(property_ in attributes for property_ in ("titles", "types", "creators", "doi")):
        told = next((_line(error.get("title")) for error in objects(value.get("errors"))), "")
        raise RejectError("wrong_format", f"The object is no DataCite record: {told or 'no titles and no types in it'}")
    statements = Statements(NOTHING)
    _kind(statements, attributes)
    _titles(statements, attributes)
    if not statements.has(Role.TITLE):
        raise RejectError("no_title", "The resource has no title with words", "titles/title")
    _texts(statements, attributes)
    _coverage(statements, attributes)
    _access(statements, attributes)
    dois = _dois(value, attributes)
    same_as = _same_as(attributes, dois)
    return StudyRecord(
        format="datacite",
        study_number=dois[0] if dois else None,
        dois=dois,
        urls=_urls(attributes),
        same_as=same_as,
        version=_version(attributes.get("version")),
        statements=statements.found,
        creators=_creators(attributes),
        publisher=_publisher(attributes),
        funders=_funders(attributes),
        series=_series(attributes),
        license=_license(attributes),
        published_year=_published_year(attributes),
        related=_related(attributes, [*dois, *same_as]).found,
        source_modified=_line(attributes.get("updated")) or None,
    )


def key(value: dict[str, Any]) -> str | None:
    """The DOI of an object in a list."""
    return next(iter(_dois(value, _attributes(value))), None)


def is_record(value: dict[str, Any]) -> bool:
    """Whether the object is a record or an answer of the API, rather than records by key."""
    if not value or _is_one(value) or "data" in value or "errors" in value:
        return True
    return not all(isinstance(each, dict) and _is_one(each) for each in value.values())


def embedded_xml(value: dict[str, Any]) -> bytes | None:
    """The XML that attributes carry in base64, where they carry no titles of their own; None where there is none."""
    attributes = _attributes(value)
    encoded = attributes.get("xml")
    if "titles" in attributes or not isinstance(encoded, str) or not encoded.strip():
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_one(value: dict[str, Any]) -> bool:
    return "attributes" in value or "titles" in value


def _attributes(value: dict[str, Any]) -> dict[str, Any]:
    held = value if "data" not in value else mapping(value.get("data"))
    return mapping(held.get("attributes")) if "attributes" in held else held


def _line(value: Any) -> str:
    """The words on one line; empty for a placeholder, and for anything that is no text."""
    text = name(value)
    return text if _says(text) else ""


def _language(value: Any) -> str | None:
    tag = name(value)
    return tag if _TAG.fullmatch(tag) else None


def _kind(statements: Statements, attributes: dict[str, Any]) -> None:
    """What the resource is; refuses what is no data."""
    for types in objects(attributes.get("types")):
        general, text = _line(types.get("resourceTypeGeneral")), _line(types.get("resourceType"))
        code = kind_code(general, text)
        statements.add(Role.RESOURCE_TYPE, "types", text or general, code=code)


def _titles(statements: Statements, attributes: dict[str, Any]) -> None:
    """The title first, then translations, then other titles."""
    titles = [(folded(name(each.get("titleType"))), each) for each in objects(attributes.get("titles"))]
    known = {_language(each.get("lang")) for kind, each in titles if not kind}
    for wanted in (False, True):
        for kind, each in titles:
            if (kind in TITLES_IN_THE_SAME_LANGUAGE) is wanted:
                tag = _language(each.get("lang"))
                kept = None if wanted and tag not in known else tag
                statements.add(Role.TITLE, "titles/title", name(each.get("title")), language=kept)


def _texts(statements: Statements, attributes: dict[str, Any]) -> None:
    described = [(folded(name(each.get("descriptionType"))), each) for each in objects(attributes.get("descriptions"))]
    for wanted in DESCRIPTIONS:
        for kind, each in described:
            if kind == wanted:
                text = words(each.get("description"))
                statements.add(Role.DESCRIPTION, "descriptions/description", text, language=_language(each.get("lang")))
    for each in objects(attributes.get("subjects")):
        scheme = _line(each.get("subjectScheme")) or _line(each.get("schemeUri"))
        statements.add(
            Role.TOPIC if is_topic_list(scheme) else Role.KEYWORD,
            "subjects/subject",
            name(each.get("subject")),
            language=_language(each.get("lang")),
            code=_line(each.get("classificationCode")) or _line(each.get("valueUri")) or None,
            vocabulary=scheme or None,
        )


def _coverage(statements: Statements, attributes: dict[str, Any]) -> None:
    for location in objects(attributes.get("geoLocations")):
        # one place of one location, or several
        statements.add_each(
            Role.GEOGRAPHY, "geoLocations/geoLocation/geoLocationPlace", location.get("geoLocationPlace")
        )
    for each in objects(attributes.get("dates")):
        role = DATES.get(folded(name(each.get("dateType"))))
        if role is not None:
            statements.add(role, "dates/date", name(each.get("date")))
    statements.add(Role.LANGUAGE, "language", name(attributes.get("language")))


def _access(statements: Statements, attributes: dict[str, Any]) -> None:
    for each in objects(attributes.get("rightsList")):
        text, uri = words(each.get("rights")), name(each.get("rightsUri"))
        statements.add(Role.ACCESS, "rightsList/rights", text, language=_language(each.get("lang")))
        if not _says(text) or tells_access(uri):
            statements.add(Role.ACCESS, "rightsList/rightsUri", uri)


def _license(attributes: dict[str, Any]) -> str | None:
    """A link to a licence, else words that name one; what carries an SPDX identifier is one."""
    for each in objects(attributes.get("rightsList")):
        texts = [text for text in (_line(each.get("rightsUri")), _line(each.get("rights"))) if text]
        if name(each.get("rightsIdentifierScheme")).casefold() == "spdx" and texts:
            return texts[0]
        if found := license_in(texts):
            return found
    return None


def _identifiers(attributes: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Type and text of each identifier besides `doi`."""
    for list_name, kind, text in (
        ("identifiers", "identifierType", "identifier"),
        ("alternateIdentifiers", "alternateIdentifierType", "alternateIdentifier"),
    ):
        for each in objects(attributes.get(list_name)):
            if stated := _line(each.get(text)):
                yield name(each.get(kind)), stated


def _dois(value: dict[str, Any], attributes: dict[str, Any]) -> list[str]:
    """The resource's own DOI first; another identifier is one where its type says so."""
    held = value if "data" not in value else mapping(value.get("data"))
    own = bare_doi(name(attributes.get("doi"))) or bare_doi(name(held.get("id")))
    others = [bare_doi(text) for kind, text in _identifiers(attributes) if "doi" in kind.casefold()]
    return list(dict.fromkeys(doi for doi in (own, *others) if doi))


def _urls(attributes: dict[str, Any]) -> list[str]:
    alternates = [text for _, text in _identifiers(attributes) if bare_doi(text) is None]
    return urls(attributes.get("url"), alternates)


def _same_as(attributes: dict[str, Any], dois: list[str]) -> list[str]:
    """Persistent identifiers besides DOIs, and what the resource says to be identical with."""
    found = [found for kind, text in _identifiers(attributes) if (found := persistent_identifier(kind, text))]
    for each in objects(attributes.get("relatedIdentifiers")):
        text = _line(each.get("relatedIdentifier"))
        if text and folded(name(each.get("relationType"))) in SAME:
            found.append(bare_doi(text) or text)
    return [each for each in dict.fromkeys(found) if each not in dois]


def _related(attributes: dict[str, Any], own: list[str]) -> Relations:
    relations = Relations(own)
    for each in objects(attributes.get("relatedIdentifiers")):
        _relate(relations, each.get("relatedIdentifier"), each.get("relationType"))
    for item in objects(attributes.get("relatedItems")):
        for each in objects(item.get("relatedItemIdentifier")):
            _relate(relations, each.get("relatedItemIdentifier"), item.get("relationType"))
    return relations


def _relate(relations: Relations, stated: Any, relation: Any) -> None:
    text = _line(stated)
    relations.add(identifier_in(text) or text, name(relation))


def _people(attributes: dict[str, Any], list_name: str) -> list[tuple[str, str]]:
    """The type of each contributor (empty for creators), and the name."""
    found = []
    for each in objects(attributes.get(list_name)):
        parts = (_line(each.get("familyName")), _line(each.get("givenName")))
        if named := _line(each.get("name")) or ", ".join(filter(None, parts)):
            found.append((folded(name(each.get("contributorType"))), named))
    return found


def _creators(attributes: dict[str, Any]) -> list[str]:
    """The creators; where none is named, the contributors that neither paid for the data nor keep them."""
    creators = [named for _, named in _people(attributes, "creators")]
    others = [named for kind, named in _people(attributes, "contributors") if kind not in _NO_CREATORS]
    return list(dict.fromkeys(creators or others))


def _publisher(attributes: dict[str, Any]) -> str | None:
    """`publisher` is an object in the API since kernel 4.5, where asked for; else a text."""
    stated = attributes.get("publisher")
    distributors = [named for kind, named in _people(attributes, "contributors") if kind == "distributor"]
    return _line(mapping(stated).get("name")) or _line(stated) or next(iter(distributors), None)


def _funders(attributes: dict[str, Any]) -> list[str]:
    """Kernel 4 has references to funding, earlier ones contributors of type Funder."""
    paid = [_line(each.get("funderName")) for each in objects(attributes.get("fundingReferences"))]
    contributors = [named for kind, named in _people(attributes, "contributors") if kind == "funder"]
    return list(dict.fromkeys(filter(None, [*paid, *contributors])))


def _series(attributes: dict[str, Any]) -> str | None:
    container = mapping(attributes.get("container"))
    if folded(name(container.get("type"))) == "series" and (title := _line(container.get("title"))):
        return title
    of_series = (
        _line(each.get("description"))
        for each in objects(attributes.get("descriptions"))
        if folded(name(each.get("descriptionType"))) == "seriesinformation"
    )
    return next(filter(None, of_series), None)


def _version(value: Any) -> str | None:
    """A version, also where it is written as a number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else _line(value) or None


def _published_year(attributes: dict[str, Any]) -> int | None:
    stated = attributes.get("publicationYear")
    number = whole_number(stated)
    if number is not None and 0 < number <= 9999:
        return number
    issued = (
        each.get("date") for each in objects(attributes.get("dates")) if folded(name(each.get("dateType"))) == "issued"
    )
    return next(filter(None, map(year, (stated, *issued))), None)

"""OAI-PMH 2.0: a request in, the response document out (http://www.openarchives.org/OAI/openarchivesprotocol.html)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast

from lxml import etree

from demo.oai_repository import DATESTAMP, Item, MetadataFormat, Repository, Request

OAI = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES = cast("dict[str, str]", {None: OAI, "xsi": _XSI})  # lxml takes None for the default namespace
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z")

_SELECTION = {"from", "until", "set", "metadataPrefix"}
_ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    # verb: required, optional; a resumption token is the only other argument (section 4)
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), set()),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, _SELECTION),
    "ListRecords": ({"metadataPrefix"}, _SELECTION),
}
_RESUMABLE = {"ListSets", "ListIdentifiers", "ListRecords"}


class ProtocolError(Exception):
    """A response that is an error; `code` is one of section 3.6."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class _Selection:
    """The records that a list request selects. `after` is the last record sent so far, `cursor` their number."""

    verb: str
    prefix: str
    start: str = ""
    end: str = "9999-12-31T23:59:59Z"
    set_spec: str = ""
    after: tuple[str, str] = ("", "")
    cursor: int = 0
    size: int = 0
    epoch: int = 0

    def token(self) -> str:
        packed = json.dumps(asdict(self), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode()

    @classmethod
    def of_token(cls, token: str) -> _Selection:
        try:
            values = json.loads(base64.urlsafe_b64decode(token.encode()))
            return cls(**{**values, "after": tuple(values["after"])})
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise ProtocolError("badResumptionToken", "The resumption token is not one of this repository") from error

    def holds(self, item: Item) -> bool:
        within = self.start <= item.datestamp <= self.end
        return within and item.offers(self.prefix) and (not self.set_spec or item.is_in(self.set_spec))


def respond(repository: Repository, request: Request, base_url: str) -> bytes:
    """The response to a request as an XML document in UTF-8; errors of the protocol are responses too."""
    root = etree.Element(_oai("OAI-PMH"), nsmap=_NAMESPACES)
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
    _child(root, "responseDate", repository.now())
    echo = _child(root, "request", base_url)
    try:
        verb, arguments = _checked(request)
        content = _VERBS[verb](repository, arguments, base_url)
    except ProtocolError as error:
        if error.code not in {"badVerb", "badArgument"}:
            echo.attrib.update(dict(request.arguments))
        _child(root, "error", str(error)).set("code", error.code)
    else:
        echo.attrib.update(dict(request.arguments))
        root.append(content)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _checked(request: Request) -> tuple[str, dict[str, str]]:
    verbs = [value for name, value in request.arguments if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in _ARGUMENTS:
        raise ProtocolError("badVerb", "The request needs exactly one verb of OAI-PMH 2.0")
    verb = verbs[0]
    arguments = _single(request)
    if "resumptionToken" in arguments and verb in _RESUMABLE:
        if len(arguments) > 1:
            raise ProtocolError("badArgument", "A resumption token allows no other arguments")
        return verb, arguments
    required, optional = _ARGUMENTS[verb]
    for name in arguments:
        if name not in required | optional:
            raise ProtocolError("badArgument", f"{verb} has no argument of that name")
    for name in sorted(required):
        if name not in arguments:
            raise ProtocolError("badArgument", f"{verb} needs the argument {name}")
    return verb, arguments


def _single(request: Request) -> dict[str, str]:
    """The arguments besides the verb, each of which may occur once."""
    arguments: dict[str, str] = {}
    for name, value in request.arguments:
        if name == "verb":
            continue
        if name in arguments:
            raise ProtocolError("badArgument", "An argument is repeated")
        if _NOT_XML.search(value):
            raise ProtocolError("badArgument", "An argument has characters that XML does not allow")
        arguments[name] = value
    return arguments


def _identify(repository: Repository, _: dict[str, str], base_url: str) -> etree._Element:
    content = etree.Element(_oai("Identify"))
    datestamps = [item.datestamp for item in repository.items()]
    _child(content, "repositoryName", repository.name)
    _child(content, "baseURL", base_url)
    _child(content, "protocolVersion", "2.0")
    _child(content, "adminEmail", "admin@demo.invalid")
    _child(content, "earliestDatestamp", min(datestamps, default="1970-01-01T00:00:00Z"))
    _child(content, "deletedRecord", repository.deleted_record)
    _child(content, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    if repository.compress:
        _child(content, "compression", "gzip")
    return content


def _list_metadata_formats(repository: Repository, arguments: dict[str, str], _: str) -> etree._Element:
    formats: tuple[MetadataFormat, ...] = repository.formats
    if "identifier" in arguments:
        item = _item(repository, arguments["identifier"])
        formats = tuple(known for known in formats if known.prefix in item.metadata)
        if not formats:
            raise ProtocolError("noMetadataFormats", "There is no metadata of this item in any format")
    content = etree.Element(_oai("ListMetadataFormats"))
    for known in formats:
        entry = _child(content, "metadataFormat")
        _child(entry, "metadataPrefix", known.prefix)
        _child(entry, "schema", known.schema)
        _child(entry, "metadataNamespace", known.namespace)
    return content


def _list_sets(repository: Repository, arguments: dict[str, str], _: str) -> etree._Element:
    if "resumptionToken" in arguments:
        raise ProtocolError("badResumptionToken", "The list of sets is short and has no resumption tokens")
    if not repository.sets:
        raise ProtocolError("noSetHierarchy", "This repository has no sets")
    content = etree.Element(_oai("ListSets"))
    for spec, name in sorted(repository.sets.items()):
        entry = _child(content, "set")
        _child(entry, "setSpec", spec)
        _child(entry, "setName", name)
    return content


def _get_record(repository: Repository, arguments: dict[str, str], _: str) -> etree._Element:
    item = _item(repository, arguments["identifier"])
    prefix = arguments["metadataPrefix"]
    if not item.offers(prefix):
        raise ProtocolError("cannotDisseminateFormat", f"This item is not available as {prefix}")
    content = etree.Element(_oai("GetRecord"))
    content.append(_record(item, prefix))
    return content


def _list_records(repository: Repository, arguments: dict[str, str], _: str) -> etree._Element:
    return _list(repository, "ListRecords", arguments, _record)


def _list_identifiers(repository: Repository, arguments: dict[str, str], _: str) -> etree._Element:
    return _list(repository, "ListIdentifiers", arguments, lambda item, _prefix: _header(item))


def _list(
    repository: Repository, verb: str, arguments: dict[str, str], entry: Callable[[Item, str], etree._Element]
) -> etree._Element:
    selection = _selection(repository, verb, arguments)
    hidden = repository.deleted_record == "no"
    chosen = [item for item in repository.items() if selection.holds(item) and not (hidden and item.deleted)]
    if not chosen and not selection.cursor:
        raise ProtocolError("noRecordsMatch", "No record matches the request")
    rest = [item for item in chosen if (item.datestamp, item.identifier) > selection.after]
    page = rest[: repository.page_size]
    content = etree.Element(_oai(verb))
    content.extend(entry(item, selection.prefix) for item in page)
    size = selection.size or len(chosen)
    more = len(rest) > len(page)
    if more or selection.cursor:
        token = _child(content, "resumptionToken")
        token.set("cursor", str(selection.cursor))
        if repository.complete_list_size:
            token.set("completeListSize", str(size))
        if more:
            token.text = _Selection(
                verb,
                selection.prefix,
                selection.start,
                selection.end,
                selection.set_spec,
                (page[-1].datestamp, page[-1].identifier),
                selection.cursor + len(page),
                size,
                repository.token_epoch,
            ).token()
    return content


def _selection(repository: Repository, verb: str, arguments: dict[str, str]) -> _Selection:
    if "resumptionToken" in arguments:
        selection = _Selection.of_token(arguments["resumptionToken"])
        if selection.verb != verb or selection.epoch != repository.token_epoch:
            raise ProtocolError("badResumptionToken", "The resumption token has expired, or belongs to another verb")
        return selection
    prefix = arguments["metadataPrefix"]
    start, end = arguments.get("from", ""), arguments.get("until", "")
    if start and end and len(start) != len(end):
        raise ProtocolError("badArgument", "from and until differ in granularity")
    selection = _Selection(
        verb,
        prefix,
        _moment("from", start, "T00:00:00Z") if start else "",
        _moment("until", end, "T23:59:59Z") if end else _Selection.end,
        arguments.get("set", ""),
    )
    if selection.start > selection.end:
        raise ProtocolError("badArgument", "from is later than until")
    if prefix not in {known.prefix for known in repository.formats}:
        raise ProtocolError("cannotDisseminateFormat", f"This repository has no metadata format {prefix}")
    if selection.set_spec and not repository.sets:
        raise ProtocolError("noSetHierarchy", "This repository has no sets")
    return selection


def _moment(name: str, words: str, rest_of_day: str) -> str:
    """A date of a request as a datestamp; a day alone becomes its first or last second."""
    if _DAY.match(words):
        words += rest_of_day
    if not _SECOND.match(words) or not _is_moment(words):
        raise ProtocolError("badArgument", f"{name} is no UTC date of the form YYYY-MM-DD[Thh:mm:ssZ]")
    return words


def _is_moment(words: str) -> bool:
    try:
        datetime.strptime(words, DATESTAMP)  # noqa: DTZ007 - only checks that the date exists
    except ValueError:
        return False
    return True


def _item(repository: Repository, identifier: str) -> Item:
    item = repository.get(identifier)
    if item is None or (item.deleted and repository.deleted_record == "no"):
        raise ProtocolError("idDoesNotExist", f"There is no item {identifier}")
    return item


def _record(item: Item, prefix: str) -> etree._Element:
    record = etree.Element(_oai("record"))
    record.append(_header(item))
    if not item.deleted:
        metadata = _child(record, "metadata")
        if item.metadata[prefix]:
            metadata.append(_payload(item.metadata[prefix]))
    return record


def _payload(xml: bytes) -> etree._Element:
    """The root of a payload, which keeps its own namespace, also where that is none, inside the envelope's."""
    root = etree.fromstring(xml)
    if etree.QName(root).namespace is not None:
        return root
    bare = etree.fromstring(b'<outer xmlns="urn:outer"><inner xmlns=""/></outer>')[0]  # the declaration is kept
    bare.tag, bare.text = root.tag, root.text
    bare.attrib.update(root.attrib)
    bare.extend(list(root))
    return bare


def _header(item: Item) -> etree._Element:
    header = etree.Element(_oai("header"))
    if item.deleted:
        header.set("status", "deleted")
    _child(header, "identifier", item.identifier)
    _child(header, "datestamp", item.datestamp)
    for spec in item.sets:
        _child(header, "setSpec", spec)
    return header


def _oai(name: str) -> str:
    return f"{{{OAI}}}{name}"


def _child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, _oai(name))
    child.text = text
    return child


_VERBS: dict[str, Callable[[Repository, dict[str, str], str], etree._Element]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}

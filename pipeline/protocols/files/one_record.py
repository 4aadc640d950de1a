"""The record of an OAI-PMH response that holds just one, cut out of its bytes: many archives save such a file a study.

Most of these files are written in one way, which a pattern knows. The payload is then the element as it was written. It
is not parsed here: a record that did not change is parsed nowhere, and one that is not well-formed is rejected where
it is read, by its own identifier. Whatever is written in another way is left to
`pipeline.protocols.files.xml_records`, which reads every response.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.errors import DefectError
from pipeline.model.raw import RawRecord

_ATTRIBUTES = rb"(?:\s++[\w:.-]++=\"[^\"<&]*+\")*+\s*+"
_TEXT = rb"[ !#-%'-;=-~\r\n\t]*+"
"""Characters of ASCII that stand for themselves in XML."""
_BEFORE = re.compile(
    rb"(?:<\?xml version=\"1\.0\"(?: encoding=\"(?i:utf-8)\")?(?: standalone=\"\w{2,3}\")?\s*+\?>)?\s*+"
    rb"(?:<\?xml-stylesheet [^<>?]*+\?>)?\s*+"
    rb"<OAI-PMH(?P<around>" + _ATTRIBUTES + rb")>\s*+"
    rb"<responseDate>" + _TEXT + rb"</responseDate>\s*+"
    rb"<request" + _ATTRIBUTES + rb">" + _TEXT + rb"</request>\s*+"
    rb"<GetRecord>\s*+<record>\s*+<header>\s*+"
    rb"<identifier>(?P<identifier>" + _TEXT + rb")</identifier>\s*+"
    rb"<datestamp>(?P<datestamp>" + _TEXT + rb")</datestamp>\s*+"
    rb"(?:<setSpec>" + _TEXT + rb"</setSpec>\s*+)*+"
    rb"</header>\s*+<metadata>\s*+"
)
_AFTER = re.compile(rb"</metadata>\s*</record>\s*</GetRecord>\s*</OAI-PMH>\s*\Z")
_LONGEST_AFTER = 300
_ATTRIBUTE = re.compile(rb"\s++([\w:.-]++)=\"([^\"<]*+)\"")
_START_TAG = re.compile(rb"(<(?:[\w.-]++:)?+[\w.-]++)((?:" + _ATTRIBUTE.pattern + rb")*+)\s*+(/?>)")
_LINE_END = re.compile(rb"\r\n|[\r\n\t]")


def one_record(content: bytes, record_format: str, name: str) -> RawRecord | None:
    """The record of a response to GetRecord; None where the response is written in another way.

    The payload is the element below `metadata` as it was written, with the namespaces of the elements around it.

    Args:
        content: the whole response.
        record_format: name of the format.
        name: record id of a record without identifier.
    """
    before = _BEFORE.match(content)
    if before is None:
        return None
    end = content.rfind(b"</metadata>", max(0, len(content) - _LONGEST_AFTER))
    tag = _START_TAG.match(content, before.end())
    if end < 0 or tag is None or not _AFTER.match(content, end):
        return None
    payload = b"".join((_with_namespaces(tag[0], before["around"]), content[tag.end() : end].rstrip()))
    identifier = before["identifier"].decode("ascii").strip()
    datestamp = before["datestamp"].decode("ascii").strip()
    return RawRecord(
        identifier or name, record_format, payload, datestamp or None, at={"record": 0}, positional=not identifier
    )


@lru_cache(maxsize=32)
def _with_namespaces(start_tag: bytes, around: bytes) -> bytes:
    """The start tag of an element with the namespaces around it, written as lxml writes it.

    It is kept, as most records of a catalogue have the same.
    """
    tag = _START_TAG.fullmatch(start_tag)
    if tag is None:
        raise DefectError(f"{start_tag!r} is no start tag")
    own = [(name, _LINE_END.sub(b" ", value)) for name, value in _ATTRIBUTE.findall(tag[2])]
    known = {name for name, _ in own}
    declared = [attribute for attribute in own if _is_namespace(attribute[0])]
    declared += [each for each in _ATTRIBUTE.findall(around) if _is_namespace(each[0]) and each[0] not in known]
    written = declared + [attribute for attribute in own if not _is_namespace(attribute[0])]
    attributes = b"".join(b' %b="%b"' % attribute for attribute in written)
    return b"".join((tag[1], attributes, tag[tag.lastindex or 0]))


def _is_namespace(name: bytes) -> bool:
    return name == b"xmlns" or name.startswith(b"xmlns:")

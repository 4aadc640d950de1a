"""The record of a response that holds one: cut out of the bytes, it is what the reader of all responses makes of it."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats import format_named
from pipeline.model import xml
from pipeline.protocols.files.one_record import one_record
from pipeline.protocols.files.xml_records import records

STUDY = (
    '<codeBook xmlns="ddi:codebook:2_5" xsi:schemaLocation="ddi:codebook:2_5 a.xsd" version="2.5">'
    "<stdyDscr><titl>Harbours &amp; ferries</titl>\n<empty/></stdyDscr></codeBook>"
)
HEADER = "<identifier>oai:harbour.invalid:1</identifier><datestamp>2025-01-31</datestamp><setSpec>all</setSpec>"


def response(study: str = STUDY, header: str = HEADER, more: str = "", start: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{start}'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '<responseDate>2026-02-01T03:00:00Z</responseDate>\n<request verb="GetRecord">https://harbour.invalid</request>'
        f"<GetRecord>\n<record><header>{header}</header>\n<metadata>\n{study}\n</metadata>{more}</record></GetRecord>\n"
        "</OAI-PMH>\n"
    ).encode()


@pytest.mark.parametrize(
    "content",
    [
        response(),
        response(start='<?xml-stylesheet type="text/xsl" href="oai2.xsl"?>\n'),
        response(header="<identifier> oai:harbour.invalid:1\n</identifier><datestamp>2025-01-31</datestamp>"),
        response(header="<identifier></identifier><datestamp>2025-01-31</datestamp>"),
        response(STUDY.replace('version="2.5"', 'xmlns:xsi="urn:another"\n  version="2.5\n 1"')),
    ],
)
def test_the_record_is_the_one_that_every_reader_finds(content: bytes) -> None:
    found = one_record(content, "ddi-codebook", "study.xml#0")
    assert found is not None
    assert [found] == list(records([content], "ddi-codebook", "study.xml", 1_000_000))


def test_the_payload_declares_the_namespaces_around_it() -> None:
    found = one_record(response("<xsi:other><inner/></xsi:other>"), "ddi-codebook", "study.xml#0")
    assert found is not None
    element = etree.fromstring(found.payload or b"")
    assert element.tag == "{http://www.w3.org/2001/XMLSchema-instance}other"
    assert element[0].tag == "{http://www.openarchives.org/OAI/2.0/}inner"


def test_the_payload_is_as_it_was_written() -> None:
    written = STUDY.replace("<empty/>", "<empty></empty><![CDATA[1 < 2]]><!-- a note -->")
    found = one_record(response(written), "ddi-codebook", "study.xml#0")
    assert found is not None
    assert found.payload is not None
    assert found.payload.endswith(b"<empty></empty><![CDATA[1 < 2]]><!-- a note --></stdyDscr></codeBook>")


@pytest.mark.parametrize(
    "content",
    [
        response(STUDY + STUDY),
        response(STUDY.replace("</stdyDscr>", "")),
        response(STUDY.replace("xsi:", "unknown:")),
        response(STUDY.replace("&amp;", "&unknown;")),
    ],
)
def test_a_record_that_is_not_well_formed_is_rejected_where_it_is_read_by_its_own_identifier(content: bytes) -> None:
    found = one_record(content, "ddi-codebook", "study.xml#0")
    assert found is not None
    assert (found.record_id, found.positional) == ("oai:harbour.invalid:1", False)
    with pytest.raises(RejectError) as raised:
        format_named("ddi-codebook").read(found.payload or b"")
    assert raised.value.code == "malformed"


@pytest.mark.parametrize(
    "content",
    [
        response("no element"),
        response(""),
        response(header=HEADER.replace("oai:", "oai&#58;")),
        response(header=HEADER.replace("harbour", "hafen-über")),
        response(more="<about/>"),
        response().replace(b"UTF-8", b"ISO-8859-1"),
        response().replace(b"<header>", b'<header status="deleted">'),
        response().replace(b"GetRecord>", b"ListRecords>"),
        response().replace(b"</OAI-PMH>", b""),
        response() + b"<more/>",
    ],
)
def test_a_response_that_is_written_in_another_way_is_left_to_that_reader(content: bytes) -> None:
    assert one_record(content, "ddi-codebook", "study.xml#0") is None


@pytest.mark.parametrize(
    "content",
    [
        b"<a><b/></a>", b"<a>", b"", b"<a/><b/>", b"<a>&unknown;</a>", b"<a b='1' b='2'/>", b"<a>\xff</a>",
        b"<x:a/>", b'<a x:b="1"/>', b'<a xmlns:x=""/>', b'<a xml:id="1"/>', b"<a>" * 3_000 + b"</a>" * 3_000,
        b"<!DOCTYPE a><a/>", b"+ADw-a/+AD4-",
    ],
)  # fmt: skip
def test_what_is_checked_is_refused_where_it_could_not_be_parsed(content: bytes) -> None:
    assert refused(xml.check, content) == refused(xml.parse, content)


def refused(read: object, content: bytes) -> bool:
    assert callable(read)
    try:
        read(content)
    except etree.XMLSyntaxError:
        return True
    return False


def test_start_tags_that_differ_in_one_value_keep_theirs() -> None:
    for number in (1, 2, 1):
        found = one_record(response(STUDY.replace("a.xsd", f"{number}.xsd")), "ddi-codebook", "study.xml#0")
        assert found is not None
        assert f'xsi:schemaLocation="ddi:codebook:2_5 {number}.xsd"'.encode() in (found.payload or b"")

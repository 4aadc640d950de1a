"""Content that is small as text and large in parsed form is refused before it is parsed, or dropped while it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from pipeline.model import xml
from pipeline.model.raw import RejectedRaw
from pipeline.protocols import split
from pipeline.protocols.oai import repair
from pipeline.protocols.oai.envelope import is_envelope
from tests.protocols.conformance import PlainFormat
from tests.protocols.test_splitting import envelope, record
from tests.support import PROJECT

MOST_MEGABYTES = 300
GROWTH = """
import resource, sys
from pathlib import Path
from pipeline.errors import FailError
from pipeline.protocols import split
from tests.protocols.conformance import PlainFormat
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        codes = [getattr(item, "code", "record") for item in split(str(path), PlainFormat(path.suffix[1:]))]
    except FailError:
        codes = ["FailError"]
    print(path.stem, peak() - before, *codes, sep=",")
"""
"""Prints by how many megabytes the process has grown after each file, and what was found in it."""

DENSE = {
    "attributes.xml": b"<a>" + b'<b c="" d="" e="" f=""/>' * 700_000 + b"</a>",
    "between.xml": envelope("<b/>" * 3_200_000).encode(),
    "brackets.json": b"[" * 3_000_000,
    "elements.xml": b"<a>" + b"<b/>" * 3_200_000 + b"</a>",
    "object.json": b"{" + b'"":0,' * 1_000_000 + b'"a":0}',
    "record.xml": envelope(record("a", "<b/>" * 1_300_000), record("b")).encode(),
    "text.xml": envelope("x" * 40_000_000).encode(),
    "values.json": b'[{"a": [' + b"{}," * 700_000 + b"{}]}]",
}
FOUND = {
    "attributes": "too_large", "between": "FailError", "brackets": "FailError", "elements": "too_large",
    "object": "too_large", "record": "too_large,record", "text": "FailError", "values": "too_large",
}  # fmt: skip


def test_dense_files_take_little_memory(tmp_path: Path) -> None:
    for name, content in DENSE.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", GROWTH, str(tmp_path)]
    lines = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    found = {name: (int(grown), codes) for name, grown, codes in (line.split(",", 2) for line in lines)}
    assert {name: codes for name, (_, codes) in found.items()} == FOUND
    assert max(grown for grown, _ in found.values()) < MOST_MEGABYTES


@pytest.mark.parametrize("piece", [b"<??>", b"<!-- -->", b"<?x y?> \n", b" "])
def test_a_long_prolog_is_judged_at_once(piece: bytes) -> None:
    assert not is_envelope(piece * 10_000 + b"<x/>")
    assert is_envelope(piece * 1_000 + b"<OAI-PMH>")


@pytest.mark.parametrize("name", ["UTF-7", "utf7", "IBM037"])
def test_xml_whose_tags_cannot_be_counted_is_not_parsed(name: str) -> None:
    with pytest.raises(etree.XMLSyntaxError, match="whose tags are not those of ASCII"):
        xml.parse(f'<?xml version="1.0" encoding="{name}"?><a>+ADw-b/+AD4-</a>'.encode())


@pytest.mark.parametrize("name", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_are(name: str) -> None:
    assert xml.parse(f'<?xml version="1.0" encoding="{name}"?><a>é</a>'.encode(name)).text == "é"


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 3000 + b"</a>" * 3000,
        b'<!DOCTYPE a [<!ENTITY a "0123456789"><!ENTITY b "%b"><!ENTITY c "%b">]><a y="%b"/>'
        % (b"&a;" * 500, b"&b;" * 500, b"&c;" * 500),
        b"<!DOCTYPE r [<!ATTLIST a "
        + b" ".join(b'b%d CDATA "x"' % n for n in range(1000))
        + b">]><r>"
        + b"<a/>" * 5000,
    ],
    ids=["deep", "entities", "defaults of attributes"],
)
def test_xml_that_grows_while_it_is_parsed_is_an_error(content: bytes) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        xml.parse(content)


def test_a_page_of_countless_records_is_not_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    page = envelope(record("a"), record("b").replace("Blick", "&x;")).encode()
    assert repair.repaired(page) is not None
    monkeypatch.setattr(repair, "MOST_PIECES", 1)
    assert repair.repaired(page) is None


def test_a_file_that_is_no_xml_may_have_held_any_number_of_records(tmp_path: Path) -> None:
    for content, code in ((b"<html><p>Sign in", "wrong_format"), (b"<codeBook><titl>", "malformed")):
        (tmp_path / "f.xml").write_bytes(content)
        (found,) = split(str(tmp_path / "f.xml"), PlainFormat("xml"))
        assert isinstance(found, RejectedRaw)
        assert (found.code, found.unread) == (code, True)

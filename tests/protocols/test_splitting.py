"""Files split into raw records: which records, at which places, and what is rejected."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import FailError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import Syntax
from pipeline.protocols import split
from pipeline.protocols.json_members import BrokenJsonError, members
from tests.protocols.conformance import PlainFormat, raw_records
from tests.support import REAL_RECORDS, needs_real_records

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <responseDate>2026-01-01T00:00:00Z</responseDate>
  <request verb="{verb}">http://example.invalid/oai</request>
  <{verb}>{records}</{verb}>
</OAI-PMH>"""
RECORD = (
    "<record><header{status}><identifier>{id}</identifier><datestamp>2026-01-01</datestamp></header>{metadata}</record>"
)


def record(identifier: str, title: str = "Blick") -> str:
    metadata = f'<metadata><study xmlns="urn:example"><title>{title}</title></study></metadata>'
    return RECORD.format(id=identifier, status="", metadata=metadata)


def deletion(identifier: str) -> str:
    return RECORD.format(id=identifier, status=' status="deleted"', metadata="")


def envelope(*records: str, verb: str = "ListRecords") -> str:
    return ENVELOPE.format(verb=verb, records="".join(records))


def split_text(
    folder: Path, content: str | bytes, name: str = "file", syntax: Syntax = "json", limit: int | None = None
) -> list[Fetched]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    fmt = PlainFormat(syntax)
    return list(split(str(path), fmt) if limit is None else split(str(path), fmt, limit_bytes=limit))


def only_reject(fetched: list[Fetched]) -> RejectedRaw:
    (item,) = fetched
    assert isinstance(item, RejectedRaw)
    return item


def summary(fetched: list[Fetched]) -> list[tuple[str, object, bool]]:
    return [(item.record_id, item.at, item.positional) for item in fetched]


# -- JSON -----------------------------------------------------------------------------------------------------------


def test_a_list_gives_its_members_byte_for_byte(tmp_path: Path) -> None:
    fetched = raw_records(split_text(tmp_path, '[ {"id": "a", "n": 1.50} ,\n {"n": 123456789012345678901}, "x"]'))
    assert [raw.payload for raw in fetched] == [b'{"id": "a", "n": 1.50}', b'{"n": 123456789012345678901}', b'"x"']
    assert summary(list(fetched)) == [
        ("a", {"record": 0}, False),
        ("file#1", {"record": 1}, True),
        ("file#2", {"record": 2}, True),
    ]


def test_one_faulty_member_does_not_spoil_the_list(tmp_path: Path) -> None:
    fetched = raw_records(split_text(tmp_path, '[{"id": "a"}, {"id": nope}, {"id": "c"}]'))
    assert [raw.payload for raw in fetched] == [b'{"id": "a"}', b'{"id": nope}', b'{"id": "c"}']


def test_an_object_of_objects_gives_records_by_key(tmp_path: Path) -> None:
    fetched = split_text(tmp_path, '{"ALPHA": {"Aims": "x"}, "BE\\u0054A": {"Aims": "}{"}}')
    assert summary(fetched) == [("ALPHA", {"key": "ALPHA"}, False), ("BETA", {"key": "BETA"}, False)]
    assert raw_records(fetched)[1].payload == b'{"Aims": "}{"}'


@pytest.mark.parametrize(
    "content",
    [
        '{"title": {"en": "x"}, "sample": {"n": 1}}',
        '{"ALPHA": {"Aims": "x"}, "version": 2}',
        "{}",
        '{\n "title": "x"\n}',
    ],
)
def test_any_other_object_is_one_record(tmp_path: Path, content: str) -> None:
    (raw,) = raw_records(split_text(tmp_path, content, name="one.json"))
    assert (raw.record_id, raw.at, raw.positional) == ("one.json", None, False)
    assert json.loads(raw.payload or b"") == json.loads(content)


def test_lines_end_with_a_line_feed_and_nothing_else(tmp_path: Path) -> None:
    titles = ["one\u2028two", "three\u0085four", "five\u2029six"]
    lines = [json.dumps({"id": str(number), "title": title}, ensure_ascii=False) for number, title in enumerate(titles)]
    fetched = raw_records(split_text(tmp_path, "\r\n".join(lines) + "\n\n"))
    assert [json.loads(raw.payload or b"")["title"] for raw in fetched] == titles
    assert [raw.at for raw in fetched] == [{"record": 0}, {"record": 1}, {"record": 2}]


def test_a_faulty_line_is_handed_on_for_the_format_to_reject(tmp_path: Path) -> None:
    fetched = raw_records(split_text(tmp_path, '{"id": "a"\n{"id": "b"}\n', name="x.ndjson"))
    assert [(raw.record_id, raw.positional) for raw in fetched] == [("x.ndjson#0", True), ("b", False)]


def test_content_and_not_the_name_shows_whether_a_file_is_compressed(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"id": "a"}\n{"id": "b"}\n')
    assert [item.record_id for item in split_text(tmp_path, packed, name="x.json")] == ["a", "b"]
    assert [item.record_id for item in split_text(tmp_path, '[{"id": "a"}]', name="x.json.gz")] == ["a"]


def test_a_byte_order_mark_is_no_part_of_the_record(tmp_path: Path) -> None:
    (raw,) = raw_records(split_text(tmp_path, b'\xef\xbb\xbf{"title": "x"}'))
    assert raw.payload == b'{"title": "x"}'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(values=st.lists(json_values), size=st.integers(1, 9), indent=st.sampled_from([None, 1]), ascii_=st.booleans())
def test_members_are_those_that_a_parser_finds_wherever_chunks_end(
    values: list[object], size: int, indent: int | None, ascii_: bool
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_).encode("utf-8", "surrogatepass")
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    assert [json.loads(member.text) for member in members(chunks, 1 << 20)] == values


@given(text=st.binary(max_size=60))
def test_any_bytes_give_members_or_the_one_error(text: bytes) -> None:
    try:
        list(members([b"[", text], 10))
    except BrokenJsonError:
        return


# -- XML ------------------------------------------------------------------------------------------------------------


def test_an_envelope_gives_what_is_below_metadata_and_deletions(tmp_path: Path) -> None:
    content = envelope(record("oai:x:1"), deletion("oai:x:2"), "<resumptionToken>t</resumptionToken>")
    first, second = raw_records(split_text(tmp_path, content, syntax="xml"))
    assert first.payload is not None
    assert first.payload.startswith(b'<study xmlns="urn:example"')
    assert first.payload.endswith(b"</study>")
    assert (first.record_id, first.at, first.datestamp) == ("oai:x:1", {"record": 0}, "2026-01-01")
    assert (second.record_id, second.at, second.deleted) == ("oai:x:2", {"record": 1}, True)


@pytest.mark.parametrize("metadata", ["", "<metadata/>", "<metadata><!-- none --></metadata>"])
def test_a_record_without_metadata_is_kept_for_the_format_to_reject(tmp_path: Path, metadata: str) -> None:
    content = envelope(RECORD.format(id="oai:x:1", status="", metadata=metadata), verb="GetRecord")
    (raw,) = raw_records(split_text(tmp_path, content, syntax="xml"))
    assert raw.payload is not None
    assert raw.payload.startswith(b"<record")


def test_a_record_below_metadata_is_no_record_of_the_envelope(tmp_path: Path) -> None:
    marc = "<metadata><record xmlns='urn:marc'><record/></record></metadata>"
    content = envelope(RECORD.format(id="oai:x:1", status="", metadata=marc), record("oai:x:2"))
    assert [item.record_id for item in split_text(tmp_path, content, syntax="xml")] == ["oai:x:1", "oai:x:2"]


def test_a_record_without_identifier_is_named_by_its_position(tmp_path: Path) -> None:
    content = envelope(record("oai:x:1"), "<record><metadata><study/></metadata></record>")
    assert summary(split_text(tmp_path, content, syntax="xml"))[1] == ("file#1", {"record": 1}, True)


def test_a_bare_record_of_an_envelope_is_opened(tmp_path: Path) -> None:
    content = record("oai:x:1").replace("<record>", '<record xmlns="http://www.openarchives.org/OAI/2.0/">')
    (raw,) = raw_records(split_text(tmp_path, content, syntax="xml"))
    assert raw.record_id == "oai:x:1"
    assert raw.payload is not None
    assert raw.payload.startswith(b"<study")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_other_document_is_one_record_unchanged(tmp_path: Path, encoding: str) -> None:
    content = "<codeBook><titl>Größe</titl></codeBook>".encode(encoding)
    (raw,) = raw_records(split_text(tmp_path, content, name="one.xml", syntax="xml"))
    assert (raw.record_id, raw.at) == ("one.xml", None)
    assert raw.payload == content.removeprefix(b"\xef\xbb\xbf")


def test_no_records_match_is_an_empty_list(tmp_path: Path) -> None:
    content = envelope().replace("<ListRecords></ListRecords>", '<error code="noRecordsMatch"/>')
    assert split_text(tmp_path, content, syntax="xml") == []


def test_an_answer_without_records_is_one_reject(tmp_path: Path) -> None:
    rejected = only_reject(split_text(tmp_path, envelope(verb="Identify"), name="i.xml", syntax="xml"))
    assert (rejected.record_id, rejected.code) == ("i.xml", "wrong_format")
    assert "Identify" in rejected.message


def test_a_saved_error_in_place_of_a_list_ends_the_run(tmp_path: Path) -> None:
    content = envelope().replace("<ListRecords></ListRecords>", '<error code="badResumptionToken">expired</error>')
    with pytest.raises(FailError, match="badResumptionToken expired"):
        split_text(tmp_path, content, syntax="xml")


def test_entities_are_never_expanded_and_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    declared = f'<!DOCTYPE OAI-PMH [<!ENTITY secret SYSTEM "{secret}">]>'
    content = envelope(record("oai:x:1", "&secret;")).replace("?>", f"?>{declared}", 1)
    (raw,) = raw_records(split_text(tmp_path, content, syntax="xml"))
    assert raw.payload == content.encode()


# -- what is claimed and what is there ------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", ["xml", "json", "text"])
def test_the_syntax_that_is_claimed_does_not_change_what_is_there(tmp_path: Path, syntax: Syntax) -> None:
    assert len(split_text(tmp_path, "<codeBook/>", syntax=syntax)) == 1
    assert len(split_text(tmp_path, envelope(record("a"), record("b")), syntax=syntax)) == 2
    assert len(split_text(tmp_path, '{"id": "a"}\n{"id": "b"}', syntax=syntax)) == 2


def test_a_text_is_one_record(tmp_path: Path) -> None:
    (raw,) = raw_records(split_text(tmp_path, '1:"$Sreact.fragment"\n2:[]\n', name="page.txt", syntax="text"))
    assert (raw.record_id, raw.payload) == ("page.txt", b'1:"$Sreact.fragment"\n2:[]\n')


@pytest.mark.parametrize(
    ("content", "code", "unknown"),
    [
        (b"", "empty", True),
        (b" \n\t\n", "empty", True),
        (b"\xef\xbb\xbf\n", "empty", True),
        (gzip.compress(b"", mtime=0), "empty", True),
        (b"\x00\x01\x02\xff", "malformed", True),
        (b"plain words", "malformed", True),
        (b"\x1f\x8bjunk", "malformed", True),
        (gzip.compress(b'{"title": "x"}', mtime=0)[:14], "malformed", True),
        (b'{"title": "x"', "malformed", False),
        (b'{"title": "x"}}', "malformed", False),
    ],
)
def test_a_file_without_a_readable_record_is_one_reject(
    tmp_path: Path, content: bytes, code: str, unknown: bool
) -> None:
    """Positional where the file may have held many records: then the reject names none of them."""
    rejected = only_reject(split_text(tmp_path, content, name="odd.json"))
    assert (rejected.record_id, rejected.at, rejected.code) == ("odd.json", None, code)
    assert rejected.positional is unknown


def test_a_missing_file_fails_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FailError, match=r"gone\.json"):
        list(split(str(tmp_path / "gone.json"), PlainFormat()))


# -- truncated files -------------------------------------------------------------------------------------------------

LINES = b"".join(json.dumps({"id": str(number), "title": "x" * 50}).encode() + b"\n" for number in range(20_000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", b'[{"id": "a"}, {"id": "b"}'),
        ("list.json", b'[{"id": "a"}, {"id": "b'),
        ("list.json", b'[{"id": "a"}, {"id": "b"}] [1]'),
        ("keys.json", b'{"A": {"Aims": "x"}, "B": {"Aims": "y"}, "C": {"Ai'),
        ("lines.ndjson", b'{"id": "a"}\n{"id": "b'),
        ("lines.gz", gzip.compress(LINES, mtime=0)[:-9]),
        ("lines.gz", gzip.compress(LINES, mtime=0)[:5000]),
        ("few.ndjson.gz", gzip.compress(LINES[:300], mtime=0)[:-12]),
        ("envelope.xml", envelope(record("oai:x:1"), record("oai:x:2")).encode()[:-200]),
        ("envelope.xml", envelope(record("oai:x:1")).replace("</title>", "").encode()),
        ("envelope.xml.gz", gzip.compress(envelope(*(record(f"oai:x:{n}") for n in range(2000))).encode())[:3000]),
    ],
)
def test_a_container_that_breaks_off_ends_the_run(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(FailError, match=rf"{name} cannot be read after \d+ complete records.*the file again"):
        split_text(tmp_path, content, name=name)


def test_the_message_counts_the_records_before_the_break(tmp_path: Path) -> None:
    with pytest.raises(FailError, match="after 2 complete records"):
        split_text(tmp_path, '[{"id": "a"}, {"id": "b"}, {"id": ')


def test_one_damaged_record_in_a_file_of_its_own_is_handed_on_to_be_rejected_by_its_identifier(tmp_path: Path) -> None:
    content = envelope(record("oai:x:1"), verb="GetRecord").replace("</title>", "")
    (found,) = split_text(tmp_path, content, name="one.xml", syntax="xml")
    assert isinstance(found, RawRecord)
    assert found.record_id == "oai:x:1"


# -- size -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('[{{"id": "a"}}, {large}, {{"id": "c"}}]', ["a", "file#1", "c"]),
        ('{{"id": "a"}}\n{large}\n{{"id": "c"}}', ["a", "file#1", "c"]),
        ('{{"A": {{"Aims": "x"}}, "B": {large}, "C": {{"Aims": "y"}}}}', ["A", "B", "C"]),
    ],
)
def test_a_record_that_is_too_large_is_rejected_and_the_next_ones_are_read(
    tmp_path: Path, content: str, expected: list[str]
) -> None:
    large = json.dumps({"Aims": "x\\" * 300_000})
    fetched = split_text(tmp_path, content.format(large=large), limit=100_000)
    assert [item.record_id for item in fetched] == expected
    assert [item.code for item in fetched if isinstance(item, RejectedRaw)] == ["too_large"]
    assert isinstance(fetched[1], RejectedRaw)


def test_a_large_record_in_an_envelope_is_rejected_by_its_identifier(tmp_path: Path) -> None:
    large = record("oai:x:2", "</title><title>".join(["words " * 200] * 700))
    fetched = split_text(tmp_path, envelope(record("oai:x:1"), large, record("oai:x:3")), syntax="xml", limit=500_000)
    assert [item.record_id for item in fetched] == ["oai:x:1", "oai:x:2", "oai:x:3"]
    assert [item.code for item in fetched if isinstance(item, RejectedRaw)] == ["too_large"]


@pytest.mark.parametrize(
    "content", ["<codeBook>{}</codeBook>", '{{"title": "{}"}}', '{{"title": "x",\n "text": "{}"}}']
)
def test_a_file_that_is_one_large_record_is_rejected(tmp_path: Path, content: str) -> None:
    rejected = only_reject(split_text(tmp_path, content.format("x" * 5000), name="big", limit=1000))
    assert (rejected.record_id, rejected.at, rejected.code) == ("big", None, "too_large")


def test_records_by_key_may_be_more_than_one_record_may_be(tmp_path: Path) -> None:
    content = json.dumps({f"K{number}": {"Aims": "x" * 100} for number in range(100)})
    fetched = raw_records(split_text(tmp_path, content, limit=1000))
    assert [raw.record_id for raw in fetched] == [f"K{number}" for number in range(100)]


@pytest.mark.parametrize("kind", ["lines", "list", "envelope", "large"])
def test_memory_is_flat(tmp_path: Path, kind: str) -> None:
    """16 MB decompressed pass through a quarter of that, of which a record may be 1 MB and a chunk is a quarter."""
    path = tmp_path / "many.gz"
    count = 8_000
    line = b'{"id": "%d", "title": "' + b"x" * 2000 + b'"}'
    with gzip.open(path, "wb", compresslevel=1) as file:
        if kind == "lines":
            file.writelines(line % number + b"\n" for number in range(count))
        elif kind == "list":
            file.write(b"[")
            file.writelines(line % number + b",\n" for number in range(count))
            file.write(b"{}]")
        elif kind == "large":
            file.write(b'[{"id": "a"}, "')
            file.writelines(b"x" * 2000 for _ in range(count))
            file.write(b'"]')
        else:
            head, tail = envelope("|").split("|")
            file.write(head.encode())
            file.writelines(record(str(number), "x" * 2000).encode() for number in range(count))
            file.write(tail.encode())
    tracemalloc.start()
    try:
        seen = sum(1 for _ in split(str(path), PlainFormat(), limit_bytes=1_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seen >= (2 if kind == "large" else count)
    assert peak < 4_000_000


# -- real records ---------------------------------------------------------------------------------------------------


@needs_real_records
@pytest.mark.parametrize("syntax", ["xml", "json", "text"])
def test_real_files_of_any_kind_give_records_or_the_one_error(syntax: Syntax) -> None:
    for path in filter(Path.is_file, REAL_RECORDS.rglob("*")):
        with suppress(FailError):
            assert all(item.record_id for item in split(str(path), PlainFormat(syntax)))


@needs_real_records
@pytest.mark.parametrize(
    ("name", "count", "deleted"),
    [
        ("xml/cessda/oai_ddi25/list-records-response.xml", 6, 3),
        ("hdruk/datasets_v2.ndjson", 247, 0),
        ("dataverse/dans_ssh.ndjson.gz", 1500, 0),
        ("ihcc/cohorts.json", 33, 0),
        ("mhc/study_detail.json", 30, 0),
    ],
)
def test_real_files_give_all_their_records(name: str, count: int, deleted: int) -> None:
    fetched = raw_records(list(split(str(REAL_RECORDS / name), PlainFormat())))
    assert (len(fetched), sum(raw.deleted for raw in fetched)) == (count, deleted)
    assert len({raw.record_id for raw in fetched}) == count
    assert all(isinstance(raw, RawRecord) for raw in fetched)


class ListingFormat(PlainFormat):
    """A format whose API answers `{"found": [record, …]}`."""

    records_at = "found"


@pytest.mark.parametrize("name", ["answer.json", "answers.ndjson"])
def test_an_answer_that_lists_records_is_one_record_each(tmp_path: Path, name: str) -> None:
    listed = ['{"id": "a", "title": "A"}', '{"id":"b","n":1.50}', "3"]
    answer = f'{{"total": 3, "found": [{", ".join(listed)}], "next": null}}'
    path = tmp_path / name
    path.write_text(f"{answer}\n{answer if name.endswith('ndjson') else ''}")
    fetched = raw_records(list(split(str(path), ListingFormat())))
    expected = listed * (2 if name.endswith("ndjson") else 1)
    assert [record.payload for record in fetched] == [each.encode() for each in expected]
    assert [record.at for record in fetched] == [{"record": number} for number in range(len(expected))]
    assert [(record.record_id, record.positional) for record in fetched[:3]] == [
        ("a", False),
        ("b", False),
        (f"{name}#2", True),
    ]


@pytest.mark.parametrize("answer", ['{"found": {"id": "a"}}', '{"title": "A", "found": null}'])
def test_an_object_without_the_list_is_one_record(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "answer.json"
    path.write_text(answer)
    fetched = raw_records(list(split(str(path), ListingFormat())))
    assert [record.at for record in fetched] in ([None], [{"key": "found"}])


def test_an_answer_that_lists_nothing_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text('{"found": []}')
    assert list(split(str(path), ListingFormat())) == []

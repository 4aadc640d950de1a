"""`read`: what the records of files would become, without any index."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo.archive import write as write_archive
from tests.cli.calling import FAILED, REJECTS, USAGE, call, describe, refused
from tests.loopback import QuietHandler, serve
from tests.support import UNTITLED, ddi, list_records

TITLE = "Harbour Survey"


def dataset(number: int, **summary: Any) -> dict[str, Any]:
    """An invented HDR UK record."""
    stated = {"title": f"{TITLE} {number}", "abstract": "Boats and crews.", **summary}
    return {"pid": f"p-{number}", "identifier": f"v-{number}", "summary": stated}


def outcomes(lines: list[Any]) -> list[str]:
    """The names of documents, the codes of rejects, in order."""
    return [line["document"]["name"] if "document" in line else line["reject"]["code"] for line in lines]


def ndjson(folder: Path, *records: dict[str, Any]) -> str:
    path = folder / "records.ndjson"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return str(path)


def test_one_line_a_record_in_order_with_its_place(tmp_path: Path) -> None:
    file = ndjson(tmp_path, dataset(2), dataset(0, title=""), dataset(1))
    called = call("read", file, "--format", "hdruk")
    assert called.code == REJECTS
    assert outcomes(called.lines) == [f"{TITLE} 2", "no_title", f"{TITLE} 1"]
    assert [line["at"] for line in called.lines] == [{"record": 0}, {"record": 1}, {"record": 2}]
    assert {line["file"] for line in called.lines} == {file}
    assert called.lines[1]["reject"]["field"] == "summary/title"
    assert "title" in called.lines[1]["reject"]["message"]


def test_records_by_key_have_their_key(tmp_path: Path) -> None:
    file = tmp_path / "by_key.json"
    file.write_text(json.dumps({"b": dataset(2), "a": dataset(1)}))
    called = call("read", str(file), "--format", "hdruk")
    assert called.code == 0
    assert [line["at"] for line in called.lines] == [{"key": "b"}, {"key": "a"}]


def test_several_files_one_after_the_other(tmp_path: Path) -> None:
    for number in (3, 1):
        (tmp_path / f"{number}.xml").write_text(ddi(number))
    called = call("read", str(tmp_path / "3.xml"), str(tmp_path / "1.xml"), "--format", "ddi-codebook")
    assert called.code == 0
    assert outcomes(called.lines) == [f"{TITLE}, wave 3", f"{TITLE}, wave 1"]


def test_deletions_in_an_oai_response_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "page.xml"
    file.write_text(list_records([("oai:x:1", ddi(1)), ("oai:x:2", None), ("oai:x:3", UNTITLED)]))
    called = call("read", str(file), "--format", "ddi-codebook")
    assert called.code == REJECTS
    assert called.lines[1] == {"file": str(file), "at": {"record": 1}, "deleted": "oai:x:2"}


def test_line_separators_within_records_end_no_line(tmp_path: Path) -> None:
    words = "Boats\u2028and\u2029crews\u0085of the harbour"
    called = call("read", ndjson(tmp_path, dataset(1, keywords=[words]), dataset(2)), "--format", "hdruk")
    assert len(called.lines) == 2
    assert len(called.out.splitlines()) == 2, "a reader that knows more line ends than the line feed is misled"


def test_json_is_one_list(tmp_path: Path) -> None:
    file = ndjson(tmp_path, dataset(1), dataset(2))
    listed, lines = call("read", file, "--format", "hdruk", "--json"), call("read", file, "--format", "hdruk")
    for line in (*listed.json, *lines.lines):
        line["document"].pop("harvested_at")
    assert listed.json[0]["at"] == {"record": 0}
    assert outcomes(listed.json) == outcomes(lines.lines)


def test_json_of_nothing_is_an_empty_list(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text("[]")
    called = call("read", str(file), "--format", "hdruk", "--json")
    assert (called.code, called.json) == (0, [])


def test_a_catalogue_reads_with_its_name_source_and_defaults(tmp_path: Path) -> None:
    record = ndjson(tmp_path, dataset(1))
    file = describe("gateway", path="x", format="hdruk", source="gw", defaults={"access": ["controlled"]})
    for catalogue in (str(file), "gateway"):
        (line,) = call("read", record, "--catalogue", catalogue).lines
        document = line["document"]
        assert (document["catalogue"], document["harmony_id"]) == ("gateway", "gw/p-1")
        assert document["access"] == ["controlled"]
        assert document["evidence"]["access"] == [{"kind": "catalogue", "field": "access"}]


@pytest.mark.parametrize(("allowed", "code"), [(["localhost"], 0), ([], FAILED)])
def test_an_address_may_lead_to_the_hosts_that_the_catalogue_allows(allowed: list[str], code: int) -> None:
    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            moved = self.path == "/old.xml"
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", f"{url.replace('127.0.0.1', 'localhost')}/new.xml")
            self.end_headers()
            self.wfile.write(b"" if moved else ddi(1).encode())

    file = describe("harbour", path="x", format="ddi-codebook", allow_hosts=allowed)
    with serve(Handler) as url:
        called = call("read", f"{url}/old.xml", "--catalogue", str(file))
    assert called.code == code
    assert ("allow_hosts" in called.err) is not bool(allowed)


def test_packed_files_are_read(tmp_path: Path) -> None:
    file = tmp_path / "records.gz"
    file.write_bytes(gzip.compress(json.dumps([dataset(1)]).encode()))
    assert outcomes(call("read", str(file), "--format", "hdruk").lines) == [f"{TITLE} 1"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"<codeBook><stdyDscr>", "malformed"),
        (b"<html><body>Not found</body></html>", "wrong_format"),
        (b"no such thing", "malformed"),
        (gzip.compress(ddi(1).encode(), mtime=0)[:-20], "malformed"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>", "wrong_format"),
    ],
    ids=["empty", "malformed", "other XML", "text", "truncated gzip", "entity"],
)
def test_a_file_that_cannot_be_parsed_is_one_reject_and_a_failure(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "record.xml"
    file.write_bytes(content)
    called = call("read", str(file), "--format", "ddi-codebook")
    assert called.code == FAILED
    (line,) = called.lines
    assert line["at"] == {"record": 0}
    assert line["reject"]["code"] == code
    assert line["reject"]["message"]


def test_a_truncated_file_gives_its_records_and_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "records.ndjson.gz"
    lines = "".join(json.dumps(dataset(number)) + "\n" for number in range(2000))
    packed = gzip.compress(lines.encode())
    file.write_bytes(packed[: len(packed) // 2])
    called = call("read", str(file), "--format", "hdruk")
    assert called.code == FAILED
    *documents, last = called.lines
    assert documents
    assert outcomes(documents) == [f"{TITLE} {number}" for number in range(len(documents))]
    assert last["at"] == {"record": len(documents)}
    assert last["reject"]["code"] == "malformed"
    assert last["reject"]["message"] in called.err


def test_a_record_of_50_megabytes_is_too_large(tmp_path: Path) -> None:
    file = ndjson(tmp_path, dataset(1), dataset(2, abstract="x" * 50_000_000), dataset(3))
    called = call("read", file, "--format", "hdruk")
    assert called.code == REJECTS
    assert outcomes(called.lines) == [f"{TITLE} 1", "too_large", f"{TITLE} 3"]


def test_a_missing_file_is_an_error_and_the_others_are_read(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    called = call("read", missing, ndjson(tmp_path, dataset(1)), "--format", "hdruk")
    assert called.code == FAILED
    assert missing in called.err
    assert outcomes(called.lines) == [f"{TITLE} 1"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "--format"),
        (("--format", "ddi-codebok"), "ddi-codebook"),
        (("--format", "hdruk", "--catalogue", "some"), "not both"),
        (("--catalogue", "nowhere"), "nowhere"),
        (("--catalogue", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_a_wrong_or_missing_format_is_refused(words: tuple[str, ...], expected: str) -> None:
    assert expected in refused("read", "file.json", *words, code=USAGE)


def test_a_pipe_may_be_closed_early(tmp_path: Path) -> None:
    write_archive(tmp_path)
    files = sorted(map(str, tmp_path.glob("*.xml")))
    command = [sys.executable, "-m", "pipeline.cli", "read", *files, "--format", "ddi-codebook"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert json.loads(first)["document"]
    assert errors == b""


def test_an_output_without_unicode_gets_escaped_json_and_readable_text(tmp_path: Path) -> None:
    (tmp_path / "one.xml").write_text(ddi(1, title="\u00c9tude, \U0001f30a"), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline.cli"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    read = [*command, "read", str(tmp_path / "one.xml"), "--format", "ddi-codebook"]
    done = subprocess.run(read, env=env, capture_output=True, check=True)
    assert json.loads(done.stdout)["document"]["name"] == "\u00c9tude, \U0001f30a"
    made = subprocess.run([*command, "init", str(tmp_path / "\u00e9")], env=env, capture_output=True, check=True)
    assert b"study-index run my-studies" in made.stdout

"""Failures outside the pipeline: one paragraph with what to do, and nothing that readers see has changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.protocols import http
from pipeline.run import staged_reports
from pipeline.staging.staged_runs import staged_catalogues
from pipeline.staging.store import Staging
from tests.cli.calling import FAILED, USAGE, Holdings, call, describe, refused
from tests.loopback import QuietHandler, serve
from tests.support import ddi

ON_THE_INDEX = [
    ("search", "words"),
    ("show", "demo-archive/DA1001"),
    ("catalogues",),
    ("generations",),
    ("promote", "some"),
    ("prune",),
]


@contextmanager
def answering(status: int, body: dict[str, object], product: str | None = "Elasticsearch") -> Iterator[str]:
    """URL of a server on loopback that always gives the same answer."""

    class Handler(QuietHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            packed = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if product:
                self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815 - names that http.server looks for

    with serve(Handler) as url:
        yield url


@pytest.mark.parametrize("words", ON_THE_INDEX, ids=" ".join)
def test_elasticsearch_does_not_run(words: tuple[str, ...]) -> None:
    message = refused(*words, code=FAILED)
    assert "http://127.0.0.1:1 does not answer" in message
    assert "study-index up" in message


def test_elasticsearch_does_not_run_when_catalogues_do(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_text(ddi(1))
    describe("one", path=str(tmp_path / "*.xml"), format="ddi-codebook")
    describe("two", path=str(tmp_path / "*.xml"), format="ddi-codebook")
    called = call("run", "one", "two", "--json")
    assert called.code == FAILED
    assert [(result["catalogue"], result["kind"]) for result in called.json] == [
        ("one", "RetryError"),
        ("two", "RetryError"),
    ]
    assert all("does not answer" in result["error"] for result in called.json)
    assert "does not answer" in call("run", "one", "--json").json["error"]


@pytest.mark.parametrize("words", ON_THE_INDEX, ids=" ".join)
def test_credentials_are_refused(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    reason = "unable to authenticate user [curator]"
    error = {"error": {"root_cause": [{"type": "security_exception", "reason": reason}]}, "status": 401}
    monkeypatch.setenv("ELASTICSEARCH_USER", "curator")
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "not-the-password")
    with answering(401, error) as url:
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        message = refused(*words, code=FAILED)
    assert "refused the credentials" in message
    assert reason in message
    assert "ELASTICSEARCH_API_KEY" in message
    assert "not-the-password" not in message


def test_rights_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "action [indices:data/read/search] is unauthorized for API key"
    with answering(403, {"error": {"root_cause": [{"reason": reason}]}, "status": 403}) as url:
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        message = refused("search", code=FAILED)
    assert reason in message
    assert "the role" in message


def test_another_server_than_elasticsearch(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, {"hello": "world"}, product=None) as url:
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        assert "not Elasticsearch" in refused("search", code=FAILED)


def test_doctor_lists_all_that_is_wrong() -> None:
    called = call("doctor", "--json")
    assert called.code == FAILED
    first = called.json[0]
    assert (first["what"], first["ok"]) == ("Elasticsearch", False)
    assert "study-index up" in first["says"]
    ok = {item["what"]: item["ok"] for item in called.json}
    assert (ok["staging"], ok["cluster health"]) == (True, False)
    assert [item["says"] for item in called.json].count(first["says"]) == 1, "the same message is printed once"


def test_doctor_leaves_nothing_in_staging_and_removes_nothing_of_a_catalogue_of_any_name() -> None:
    staged = Staging("doctor", "run-1")
    staged.write_json("run", {})
    call("doctor")
    assert staged.has_json("run")
    assert staged_catalogues() == ["doctor"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"ELASTICSEARCH_URL": "localhost:9200"}, "ELASTICSEARCH_URL"),
        ({"ELASTICSEARCH_URL": "ftp://localhost:9200"}, "ELASTICSEARCH_URL"),
        ({"ELASTICSEARCH_USER": "curator"}, "ELASTICSEARCH_PASSWORD"),
        ({"ELASTICSEARCH_PASSWORD": "secret-word"}, "ELASTICSEARCH_USER"),
        ({"ELASTICSEARCH_URL": "https://localhost:1", "ELASTICSEARCH_CA": "/no/such/ca.pem"}, "ELASTICSEARCH_CA"),
        (
            {"ELASTICSEARCH_API_KEY": "k", "ELASTICSEARCH_USER": "u", "ELASTICSEARCH_PASSWORD": "secret-word"},
            "ELASTICSEARCH_API_KEY",
        ),
        ({"STUDY_INDEX_BACKOFF": "soon"}, "STUDY_INDEX_BACKOFF"),
    ],
)
def test_settings_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    message = refused("search", code=USAGE)
    assert expected in message
    assert "secret-word" not in message


@pytest.mark.parametrize("name", ["ELASTICSEARCH_API_KEY", "ELASTICSEARCH_PASSWORD"])
def test_a_key_that_cannot_be_sent_is_not_printed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:1")
    if name == "ELASTICSEARCH_PASSWORD":
        monkeypatch.setenv("ELASTICSEARCH_USER", "curator")
    monkeypatch.setenv(name, "secret\nword")
    message = refused("search", code=USAGE)
    assert name in message
    assert "word" not in message


def test_the_line_end_after_a_key_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", "secret-word\n")
    error = {"error": {"root_cause": [{"reason": "unable to find apikey secret-word"}]}, "status": 401}
    with answering(401, error) as url:
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        message = refused("search", code=FAILED)
    assert "unable to find apikey …" in message


@pytest.mark.parametrize(
    "path",
    [
        "http://me:secret-sesame@127.0.0.1:1/list.csv",
        "http://127.0.0.1:1/list.csv?api_key=secret-sesame",
        "http://me:secret-sesame@127.0.0.1:1:1/list.csv",
        "gopher://me:secret-sesame@harbour.invalid/list.csv",
        "ftp://me:secret/sesame and more@harbour.invalid/list.csv",
        "s3://me:secret-sesame@bucket/list.csv",
        "zip://*.csv::http://me:secret-sesame@127.0.0.1:1/all.zip",
    ],
)
def test_a_password_in_the_address_of_a_catalogue_is_not_printed(
    monkeypatch: pytest.MonkeyPatch, elasticsearch_url: str, path: str
) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    monkeypatch.setenv("ELASTICSEARCH_URL", elasticsearch_url)
    describe("hidden", path=path, format="ddi-codebook")
    for words in (("run", "hidden"), ("run", "hidden", "--json"), ("doctor", "hidden"), ("doctor", "hidden", "--json")):
        called = call(*words)
        assert called.code != 0
        assert "secret" not in called.out + called.err
        assert "sesame" not in called.out + called.err


def test_a_password_in_the_address_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://curator:secret-word@127.0.0.1:1")
    assert "secret-word" not in refused("search", code=FAILED)
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://curator:secret-word@[")
    assert "secret-word" not in refused("search", code=USAGE)


@pytest.mark.parametrize(
    ("staging", "expected"),
    [("nowhere://staging", "STUDY_INDEX_STAGING"), ("file:///proc/staging", "/proc/staging")],
)
def test_staging_that_cannot_be_used(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, staging: str, expected: str
) -> None:
    name = holdings.make(1)
    monkeypatch.setenv("STUDY_INDEX_STAGING", staging)
    called = call("run", name)
    monkeypatch.delenv("STUDY_INDEX_STAGING")
    assert called.code in {FAILED, USAGE}
    assert expected in called.err
    assert holdings.generations(name) == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"name: [", "not YAML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "name, title, protocol and format"),
        (b"name: x\ntitle: X\nprotocl: {type: files, path: x}\nformat: harmony\n", "'protocol'"),
        (b"name: x\ntitle: X\nprotocol: {type: files, pth: x}\nformat: harmony\n", "'path'"),
    ],
)
def test_a_catalogue_file_that_cannot_be_used(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    message = refused("run", str(file), code=USAGE)
    assert expected in message
    assert str(file) in message


def test_a_catalogue_file_that_does_not_exist(tmp_path: Path) -> None:
    assert str(tmp_path / "x.yaml") in refused("run", str(tmp_path / "x.yaml"), code=USAGE)


def test_a_wrong_file_in_the_catalogues_folder_is_named() -> None:
    (settings.catalogues() / "wrong.yaml").write_text(
        "name: other\ntitle: X\nprotocol: {type: files, path: x}\nformat: harmony"
    )
    message = refused("run", "wrong", code=USAGE)
    assert "wrong.yaml" in message
    assert "'other'" in message


BAD_FILES = {
    "malformed": b"<codeBook><stdyDscr>",
    "wrong format": b"<html><body/></html>",
    "empty": b"",
    "truncated": gzip.compress(ddi(1).encode())[:-20],
    "50 MB": b"<codeBook>" + b"x" * 50_000_000 + b"</codeBook>",
}


def test_a_run_of_a_bad_file_changes_nothing(holdings: Holdings, tmp_path: Path) -> None:
    name = holdings.make(1)
    call("run", name)
    for what, content in BAD_FILES.items():
        (tmp_path / name / "00001.xml").write_bytes(content)
        message = refused("run", name, code=FAILED)
        assert name in message, what
        assert "Nothing in the index has changed" in message, what
        assert (holdings.generations(name), holdings.live(name)) == ({1: "live"}, 1), what


def test_a_truncated_list_of_records_changes_nothing(holdings: Holdings, tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    records = [{"pid": f"p{number}", "summary": {"title": f"Harbour {number}"}} for number in range(50)]
    file.write_text(json.dumps(records))
    describe("holdings-list", path=str(file), format="hdruk")
    holdings.names.append("holdings-list")
    call("run", "holdings-list")
    file.write_text(json.dumps(records)[:-40])
    message = refused("run", "holdings-list", code=FAILED)
    assert "cannot be read after 49 complete records" in message
    assert (holdings.generations("holdings-list"), holdings.live("holdings-list")) == ({1: "live"}, 50)


def test_a_file_that_ends_early_is_not_shown_as_a_question_that_was_not_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def ends_early(_: str) -> None:
        raise EOFError("Compressed file ended before the end-of-stream marker was reached")

    monkeypatch.setattr(staged_reports, "find_report", ends_early)
    with pytest.raises(EOFError, match="Compressed file ended"):
        call("report", "harbour")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(13, "Permission denied", "/srv/catalogues"), "Check the path, its permissions, and the space"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer. Try again."),
    ],
)
def test_advice_about_a_path_is_given_for_paths(monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr(staged_reports, "find_report", fail)
    assert expected in refused("report", "harbour", code=FAILED)

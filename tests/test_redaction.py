"""Keys and passwords are in nothing that leaves the process."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path

import pytest

from pipeline.errors import FailError
from pipeline.redaction import RedactingFormatter, keep_login_secret, keep_secret, redact


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ELASTICSEARCH_API_KEY", "ELASTICSEARCH_USER", "ELASTICSEARCH_PASSWORD", "ELASTICSEARCH_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


@pytest.mark.parametrize("text", ["open sesame", "open%20sesame", "open+sesame"])
def test_a_word_is_hidden_in_each_form_of_an_address(text: str) -> None:
    keep_secret(["", "open sesame"])
    assert redact(f"https://harbour.invalid/{text}/1") == "https://harbour.invalid/…/1"


def test_a_key_is_hidden_as_a_service_may_write_it_in_an_answer() -> None:
    keep_secret(["ab/cd+ef==", "<sesame&co>"])
    assert redact("no access with code=ab%2fcd%2bef%3d%3d") == "no access with code=…"
    assert redact("no access with &lt;sesame&amp;co&gt;") == "no access with …"


def test_a_password_that_is_not_utf_8_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_USER", "curator")
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "caf\udce9-sesame")
    assert str(FailError("caf\udce9-sesame is wrong")) == "… is wrong"


@pytest.mark.parametrize("word", ['quo"ted\\word', "wörd with é", "two\nlines-of-key"])
def test_a_word_is_hidden_as_json_and_as_python_writes_it(word: str) -> None:
    keep_secret([word])
    for written in (json.dumps({"a": word}), json.dumps({"a": word}, ensure_ascii=False), repr([word]), word):
        assert redact(written) == written.replace(json.dumps(word)[1:-1], "…").replace(
            json.dumps(word, ensure_ascii=False)[1:-1], "…"
        ).replace(repr(word)[1:-1], "…").replace(word, "…")
        assert "…" in redact(written)


def test_the_line_end_of_a_key_is_not_a_part_of_it() -> None:
    keep_secret(["open-sesame\n"])
    assert redact("Illegal header value b'ApiKey open-sesame'") == "Illegal header value b'ApiKey …'"
    assert redact(repr("ApiKey open-sesame\n")) == "'ApiKey …'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("HTTP 410", "HTTP 410"),
        ("10 of 110 records", "10 of 110 records"),
        ("https://harbour.invalid/v10/list?size=10", "https://harbour.invalid/v10/list?size=…"),
        ("https://harbour.invalid/?size=10&page=100: HTTP 410", "https://harbour.invalid/?size=…&page=100: HTTP 410"),
        ('{"size": "10", "count": 10}', '{"size": "…", "count": 10}'),
    ],
)
def test_a_short_word_is_hidden_only_as_a_whole_value(text: str, shown: str) -> None:
    keep_secret(["10"])
    assert redact(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://me:pass@harbour.invalid/a@b", "http://harbour.invalid/a@b"),
        ("ftp://me:pa/s?s#w@harbour.invalid/list", "ftp://harbour.invalid/list"),
        ("s3://token-only@bucket/list", "s3://bucket/list"),
        ("https://harbour.invalid/@name and https://harbour.invalid/x", None),
        (
            "https://harbour.invalid/list?page=2&api_key=abc&size=3",
            "https://harbour.invalid/list?page=2&api_key=…&size=3",
        ),
        ("https://harbour.invalid/?KEY=abc: HTTP 403", "https://harbour.invalid/?KEY=… HTTP 403"),
        (
            "https://harbour.invalid/?accessToken=abc&clientSecret=def",
            "https://harbour.invalid/?accessToken=…&clientSecret=…",
        ),
        ("https://harbour.invalid/?keyword=abc&monkey=x&design=y", None),
        ("https://harbour.invalid/?verb=ListRecords&resumptionToken=abc&pageToken=d", None),
        ("write to archivist@harbour.invalid", None),
    ],
)
def test_logins_and_keys_of_addresses_that_nobody_declared(text: str, shown: str | None) -> None:
    assert redact(text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    "address",
    [
        "http://me:pass word@harbour.invalid",
        "http://me:pass/word@harbour.invalid",
        "http://me:pass@word@harbour.invalid",
        "me:pass-word@harbour.invalid:9200",
    ],
)
def test_the_password_of_a_known_address_is_hidden_wherever_it_occurs(address: str) -> None:
    keep_login_secret(address)
    password = address.rpartition("@")[0].rpartition("me:")[2]
    for text in (f"{address} is no address", f"the password {password!r} is wrong"):
        assert password not in redact(text)
    assert "harbour.invalid" in redact(f"{address} is no address")


def test_an_address_without_a_login_hides_nothing() -> None:
    for address in ("https://harbour.invalid:8080/a", "https://harbour.invalid/@name", "/srv/files/a@b/*.xml", ""):
        keep_login_secret(address)
        assert redact(f"{address} and harbour 8080") == f"{address} and harbour 8080"


def test_the_secrets_of_the_environment_are_hidden_in_every_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_USER", "curator")
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "open-sesame")
    header = base64.b64encode(b"curator:open-sesame").decode()
    assert str(FailError(f"sent Basic {header}, open-sesame")) == "sent Basic …, …"


def test_the_secrets_of_files_that_the_environment_names_are_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, password = tmp_path / "key", tmp_path / "password"
    key.write_text("first-key\n")
    password.write_text("open-sesame\n")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY_FILE", str(key))
    monkeypatch.setenv("ELASTICSEARCH_USER", "curator")
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD_FILE", str(password))
    header = base64.b64encode(b"curator:open-sesame").decode()
    assert redact(f"first-key, {header}, open-sesame") == "…, …, …"
    key.write_text("second-key\n")
    assert redact("second-key") == "…", "a key that was replaced while the process runs"
    key.unlink()
    assert redact("second-key") == "second-key", "what cannot be read hides nothing, and ends nothing"


def test_a_traceback_in_a_log_line_hides_them(caplog: pytest.LogCaptureFixture) -> None:
    keep_secret(["open-sesame"])
    try:
        int("open-sesame")
    except ValueError:
        logging.getLogger("tests").exception("the key %s", "open-sesame")
    written = RedactingFormatter("%(message)s").format(caplog.records[-1])
    assert "invalid literal" in written
    assert "sesame" not in written


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "open-sesame"),
        ("AWS_SESSION_TOKEN", "open-sesame"),
        ("AWS_ENDPOINT_URL", "https://curator:open-sesame@store.invalid"),
        ("FSSPEC_S3_SECRET", "open-sesame"),
        ("FSSPEC_S3", '{"key": "AKIAHARBOUR", "secret": "open-sesame", "anon": false}'),
        ("AZURE_STORAGE_CONNECTION_STRING", "open-sesame"),
    ],
)
def test_credentials_of_object_stores_are_hidden(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert str(FailError("It was signed with open-sesame by harbour")) == "It was signed with … by harbour"


def test_what_is_no_key_of_an_object_store_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHARBOUR")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("FSSPEC_S3", '{"endpoint_url": "https://store.invalid"}')
    message = "AKIAHARBOUR may not write to eu-central-1 at https://store.invalid"
    assert str(FailError(message)) == message

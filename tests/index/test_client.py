"""The client for Elasticsearch: how long it tries again, and messages about a server that is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from elastic_transport import ConnectionError as NotConnected
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import LONGEST_WAIT, ask, connect, trying_once, waiting


def test_a_message_names_the_server_of_the_settings_else_the_light_one(
    staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not staging.exists()
    monkeypatch.chdir(staging.parent.parent)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    with (
        connect("http://127.0.0.1:1") as away,
        pytest.raises(RetryError, match=r"^The light Elasticsearch does not answer \(.*\)\. Start it \(study-index up"),
    ):
        ask(away.info)

    monkeypatch.setenv("ELASTICSEARCH_URL", "http://curator:word@127.0.0.1:1")
    with (
        connect() as away,
        pytest.raises(RetryError, match=r"^Elasticsearch at http://127\.0\.0\.1:1 does not answer .* set ELA"),
    ):
        ask(away.info)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between attempts, in seconds; none is made, and no other time passes, however busy the machine is."""
    slept: list[float] = []
    monkeypatch.setattr("tenacity.time", SimpleNamespace(monotonic=lambda: sum(slept)))
    monkeypatch.setattr("pipeline.index.client.sleep", slept.append)
    monkeypatch.delenv("STUDY_INDEX_BACKOFF", raising=False)
    monkeypatch.delenv("STUDY_INDEX_ELASTICSEARCH_WAIT", raising=False)
    return slept


def always_away() -> None:
    raise NotConnected("Connection refused")


@pytest.mark.parametrize(
    ("limits", "least", "most"),
    [(nullcontext, 5, 25), (waiting, 600, 620), (lambda: waiting(60), 60, 80), (trying_once, 0, 0)],
)
def test_a_call_is_tried_again_for_a_time(
    slept: list[float], limits: Callable[[], AbstractContextManager[None]], least: float, most: float
) -> None:
    with limits(), pytest.raises(RetryError, match="does not answer"):
        ask(always_away)
    assert least <= sum(slept) <= most
    assert all(wait <= LONGEST_WAIT for wait in slept)


def test_the_time_that_a_run_waits_is_a_setting(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_INDEX_ELASTICSEARCH_WAIT", "3600")
    with waiting(), pytest.raises(RetryError):
        ask(always_away)
    assert 3600 <= sum(slept) <= 3620


def test_while_it_waits_it_states_what_is_wrong_and_how_long_it_goes_on(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    with waiting(), pytest.raises(RetryError):
        ask(always_away)
    said = [record.getMessage() for record in caplog.records if record.name == "pipeline.index.client"]
    assert 3 <= len(said) < len(slept) / 3
    assert all(re.search(r"does not answer .* Trying again for \d+ s\.$", message) for message in said)


def test_a_server_that_comes_back_is_waited_for(slept: list[float]) -> None:
    def call() -> str:
        if sum(slept) < 300:
            always_away()
        return "there"

    with waiting():
        assert ask(call) == "there"


def test_a_request_that_is_wrong_is_not_tried_again(slept: list[float], shared_client: Elasticsearch) -> None:
    with waiting(), pytest.raises(FailError, match="no such index"):
        ask(lambda: shared_client.count(index="studies.nowhere"))
    assert slept == []


@pytest.mark.parametrize(
    "url",
    [
        "http://curator:ab#word@harbour.invalid:9200",
        "http://curator:ab?word@harbour.invalid:9200",
        "http://curator:ab/word@harbour.invalid:9200",
        "curator:ab//word@harbour.invalid:9200",
    ],
)
def test_a_url_that_cannot_be_used_is_shown_without_its_login(url: str) -> None:
    with pytest.raises(UsageError, match=r"harbour\.invalid:9200") as refused:
        connect(url)
    assert "word" not in str(refused.value)
    assert "curator" not in str(refused.value)


@pytest.mark.parametrize(
    ("set_", "message"),
    [
        ({"USER": "curator"}, "ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD go together"),
        ({"PASSWORD": "word"}, "ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD go together"),
        ({"API_KEY": "key", "USER": "curator", "PASSWORD": "word"}, "not both"),
        ({"CA": "/nowhere/ca.pem"}, "ELASTICSEARCH_CA names /nowhere/ca.pem, which is no file that can be read"),
        ({"API_KEY": "two\nlines"}, "ELASTICSEARCH_API_KEY contains a line end"),
        ({"API_KEY": "kéy"}, "ELASTICSEARCH_API_KEY contains a line end or another character that HTTP cannot send"),
    ],
)
def test_credentials_that_cannot_be_used_are_named_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], message: str
) -> None:
    for name in ("API_KEY", "USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"ELASTICSEARCH_{name}", raising=False)
    for name, value in set_.items():
        monkeypatch.setenv(f"ELASTICSEARCH_{name}", value)
    with pytest.raises(UsageError, match=message) as refused:
        connect("https://harbour.invalid:9200")
    assert not any(value in str(refused.value) for name, value in set_.items() if name != "CA")


def test_the_line_end_of_a_file_of_secrets_is_no_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"ELASTICSEARCH_{name}", raising=False)
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", "key\n")
    with connect("http://127.0.0.1:1") as client:
        assert client._headers["authorization"] == "ApiKey key"


def test_without_an_address_it_is_said_how_to_have_one(staging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(staging.parent.parent)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    with pytest.raises(UsageError, match="ELASTICSEARCH_URL is not set: set it, or start the light Elasticsearch"):
        connect()

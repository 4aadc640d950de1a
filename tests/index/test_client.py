"""The client for Elasticsearch: messages about a server that is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RetryError, UsageError
from pipeline.index.client import ask, connect


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

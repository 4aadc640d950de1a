"""The Elasticsearch of an Airflow connection: which address and credentials it gives, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT

ASK = """
import json, sys
from pipeline.errors import StudyIndexError
from pipeline.index.client import ask, trying_once
from pipeline.local.connection import connected
from pipeline.redaction import redact
for value in json.load(sys.stdin):
    import os
    os.environ.pop("AIRFLOW_CONN_STUDY_INDEX_ELASTICSEARCH", None)
    if value is not None:
        os.environ["AIRFLOW_CONN_STUDY_INDEX_ELASTICSEARCH"] = value
    try:
        client = connected()
    except StudyIndexError as error:
        print("answer: " + json.dumps({"error": str(error)}))
        continue
    (node,) = client.transport.node_pool.all()
    header = client._headers.get("authorization")
    unanswered = ""
    if node.port == 9:
        try:
            with trying_once():
                ask(client.info)
        except StudyIndexError as error:
            unanswered = str(error)
    hidden = redact("a k1-secret b")
    found = {"url": node.base_url, "header": header, "unanswered": unanswered, "hidden": hidden}
    print("answer: " + json.dumps(found))
"""


def answers(home: Path, *values: dict[str, Any] | str | None, **environment: str) -> list[dict[str, Any]]:
    """What a process of Airflow finds for each value of the connection."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ELASTICSEARCH_")}
    env |= {"PYTHONPATH": str(PROJECT), "AIRFLOW_HOME": str(home), "STUDY_INDEX_FOLDER": str(home), **environment}
    asked = json.dumps([json.dumps(value) if isinstance(value, dict) else value for value in values])
    done = subprocess.run(
        [sys.executable, "-c", ASK], input=asked, env=env, check=True, text=True, stdout=subprocess.PIPE
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("answer: ")]
    return [json.loads(line.removeprefix("answer: ")) for line in lines]


def test_without_any_address_no_elasticsearch_is_started_for_a_folder_without_catalogues(tmp_path: Path) -> None:
    settings = {"STUDY_INDEX_CATALOGUES": str(tmp_path / "none"), "STUDY_INDEX_HOME": str(tmp_path / "home")}
    (found,) = answers(tmp_path, None, **settings)
    assert f"{tmp_path} is no working folder" in found["error"]
    assert not (tmp_path / "home").exists()


def test_address_and_credentials_are_those_of_the_connection(tmp_path: Path) -> None:
    with_key = {"conn_type": "generic", "host": "es.invalid", "extra": {"api_key": "k1-secret"}}
    found = answers(
        tmp_path,
        {"conn_type": "http", "host": "https://es.invalid:9243"},
        {
            "conn_type": "http",
            "host": "es.invalid",
            "schema": "https",
            "port": 9243,
            "login": "u",
            "password": "p1-long",
        },
        with_key,
        "http://es.invalid:9200",
    )
    assert [each["url"] for each in found] == [
        "https://es.invalid:9243",
        "https://es.invalid:9243",
        "https://es.invalid:9200",
        "http://es.invalid:9200",
    ]
    assert [each["header"] for each in found] == [None, "Basic dTpwMS1sb25n", "ApiKey k1-secret", None]
    assert found[2]["hidden"] == "a … b"


def test_messages_name_the_server_of_the_connection_and_where_it_is_set(tmp_path: Path) -> None:
    (found,) = answers(tmp_path, {"conn_type": "http", "host": "http://127.0.0.1:9"})
    assert found["unanswered"].startswith("Elasticsearch at http://127.0.0.1:9 does not answer")
    assert "the Airflow connection study_index_elasticsearch" in found["unanswered"]


def test_what_the_environment_states_takes_precedence(tmp_path: Path) -> None:
    connection = {"conn_type": "http", "host": "https://other.invalid", "extra": {"api_key": "k1-secret"}}
    (found,) = answers(tmp_path, connection, ELASTICSEARCH_URL="http://here.invalid:9200")
    assert (found["url"], found["header"]) == ("http://here.invalid:9200", None)


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        ({"conn_type": "http"}, "has no host"),
        ({"conn_type": "http", "host": "es", "login": "u"}, "one of login and password"),
        (
            {"conn_type": "http", "host": "es", "extra": {"apikey": "k"}},
            "unknown key 'apikey' in extra. Did you mean 'api",
        ),
        ({"conn_type": "http", "host": "es", "extra": {"ca": "/nowhere/ca.pem"}}, "/nowhere/ca.pem, which is no file"),
        ({"conn_type": "http", "host": "es", "login": "u", "password": "p", "extra": {"api_key": "k"}}, "keep one"),
        ({"conn_type": "http", "host": "ftp://es"}, "study_index_elasticsearch is 'ftp://es'"),
    ],
)
def test_a_connection_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, connection: dict[str, Any], words: str
) -> None:
    (found,) = answers(tmp_path, connection)
    assert "he Airflow connection study_index_elasticsearch" in found["error"]
    assert words in found["error"]

"""Alerts reach the log, and the servers that Airflow's connections name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.dags import alerts, telling
from pipeline.errors import FailError, RetryError
from tests.dags.alerting import mailbox, webhook
from tests.support import PROJECT

SEND = """
import logging, sys
from airflow.sdk import DAG
from pipeline.dags.alerts import alert
from pipeline.redaction import keep_secret
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s", force=True)
keep_secret(["k1-verysecret"])
dag = DAG("ingest_fsd", dag_display_name="Finnish <Archive>")
context = {"dag": dag, "run_id": "manual__2026-03-01T10:00:00+00:00"}
text = "Held: sex moved by 44 points & {{ 1 / 0 }}.\\nKey k1-verysecret."
print("failed:", alert(context, "held", text))
"""


def sent(home: Path, alerts: str, **connections: dict[str, Any]) -> str:
    """What a process that sends an alert writes."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__API__BASE_URL": "https://airflow.invalid",
        "STUDY_INDEX_FOLDER": str(home),
        "STUDY_INDEX_ALERTS": alerts,
        **{f"AIRFLOW_CONN_{name.upper()}": json.dumps(value) for name, value in connections.items()},
    }
    done = subprocess.run([sys.executable, "-c", SEND], env=environment, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout


def test_without_a_setting_an_alert_is_a_line_of_the_log(tmp_path: Path) -> None:
    output = sent(tmp_path, "")
    assert "WARNING Alert, held: Held: sex moved by 44 points & {{ 1 / 0 }}." in output
    assert "k1-verysecret" not in output
    assert "failed: []" in output


def test_an_alert_is_one_message_to_each_connection_that_is_named(tmp_path: Path) -> None:
    with webhook() as (hook, posted), webhook() as (slack, slack_posted), mailbox() as (port, mails):
        output = sent(
            tmp_path,
            "mail, hook ,slack",
            mail={
                "conn_type": "smtp",
                "host": "127.0.0.1",
                "port": port,
                "extra": {
                    "from_email": "index@example.org",
                    "to": "ana@example.org",
                    "disable_ssl": True,
                    "disable_tls": True,
                },
            },
            hook={"conn_type": "http", "host": f"{hook}/alerts"},
            slack={"conn_type": "slackwebhook", "host": slack, "password": "T0/B0/x1-verysecret"},
        )
    assert "failed: []" in output
    assert "k1-verysecret" not in output + json.dumps([posted, slack_posted]) + "".join(map(str, mails))

    url = (
        "https://airflow.invalid/dags/ingest_fsd/runs/manual__2026-03-01T10%3A00%3A00%2B00%3A00/plugin/study-index-run"
    )
    (body,) = posted
    assert body["cause"] == "held"
    assert body["subject"] == "study-index: Finnish <Archive>: held"
    assert body["text"].startswith("Held: sex moved by 44 points & {{ 1 / 0 }}.\n")
    assert body["url"] == url

    (message,) = slack_posted
    assert "Finnish &lt;Archive&gt;: held\nHeld: sex moved by 44 points &amp; {{ 1 / 0 }}." in message["text"]
    assert url in message["text"]

    (mail,) = mails
    assert (mail["To"], mail["From"]) == ("ana@example.org", "index@example.org")
    assert mail["Subject"] == "study-index: Finnish <Archive>: held"
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert "44 points &amp; {{ 1 / 0 }}.<br>" in content.decode()
    assert url in content.decode()


@pytest.mark.parametrize(
    ("connection", "problem"),
    [
        ({}, "isn't defined"),
        ({"wrong": {"conn_type": "ftp", "host": "x"}}, "it is of the type 'ftp'; alerts go to smtp, slackwebhook"),
        ({"wrong": {"conn_type": "smtp", "host": "x"}}, 'has no "to"'),
        ({"wrong": {"conn_type": "http", "host": "http://127.0.0.1:9"}}, "127.0.0.1"),
    ],
)
def test_an_alert_that_cannot_be_sent_is_named_and_the_others_are_sent(
    tmp_path: Path, connection: dict[str, dict[str, Any]], problem: str
) -> None:
    with webhook() as (hook, posted):
        output = sent(tmp_path, "wrong,hook", hook={"conn_type": "http", "host": hook}, **connection)
    (line,) = [line for line in output.splitlines() if line.startswith("ERROR This alert was not sent")]
    assert "by the connection wrong" in line
    assert problem in line
    assert "failed: ['wrong']" in output
    assert len(posted) == 1


def test_a_setting_that_cannot_be_used_is_named_and_ends_nothing_else(tmp_path: Path) -> None:
    output = sent(tmp_path, "mail,,hook")
    assert "WARNING Alert, held: Held: sex moved" in output
    assert "ERROR No alert is sent: STUDY_INDEX_ALERTS is" in output
    assert "failed: []" in output


@pytest.mark.parametrize(
    ("error", "try_number", "told"),
    [
        (RetryError("Elasticsearch does not answer"), 1, []),
        (RetryError("Elasticsearch does not answer"), 4, ["Elasticsearch does not answer"]),
        (FailError("the report is damaged"), 1, ["the report is damaged"]),
        (KeyError("live"), 1, []),
        (KeyError("live"), 4, ["KeyError: 'live'"]),
    ],
)
def test_a_task_that_fails_for_good_is_told_once(
    monkeypatch: pytest.MonkeyPatch, error: Exception, try_number: int, told: list[str]
) -> None:
    found: list[str] = []
    context = {"ti": SimpleNamespace(try_number=try_number, max_tries=3)}
    monkeypatch.setattr(telling, "get_current_context", lambda: context)
    monkeypatch.setattr(alerts, "alert", lambda _context, _cause, text: found.append(text))
    with pytest.raises(type(error)), telling.telling_failure():
        raise error
    assert found == told

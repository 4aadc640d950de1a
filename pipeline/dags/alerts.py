"""Alerts: one message for each cause, to the log, and by the Airflow connections that the setting `alerts` names.

The type of a connection decides how a message is sent, by the notifier of Airflow's provider for it: `smtp` as an
e-mail, `slackwebhook` to Slack, `http` as JSON to a webhook. A message that cannot be sent changes no result of a run:
the log states what is wrong.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from airflow.sdk import BaseNotifier, Connection, Context
from airflow.sdk.configuration import conf

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.redaction import redact
from pipeline.staging.dag_runs import INGEST, REPROCESS

LOG = logging.getLogger("airflow.task")

Cause = Literal["failed", "held", "refused", "late", "stale", "doctor"]
"""A run failed, waits for a decision, or was refused; catalogues are late or stale; a check of the doctor failed."""

RUN_PAGE = "/plugin/study-index-run"
"""The page of a run of a catalogue, below the page that Airflow has of it."""

SECONDS = 30
"""Longest wait for Slack or a webhook."""


class Message(NamedTuple):
    """What an alert states. `url` is the page of the run in Airflow's UI."""

    cause: Cause
    subject: str
    text: str
    owner: str
    dag_id: str
    run_id: str
    url: str


def alert(context: Context, cause: Cause, text: str) -> list[str]:
    """Send one message; returns the connections by which it could not be sent, and the log states why.

    Args:
        context: that of the current task.
        cause: why there is an alert.
        text: what happened, and what to do: sentences, in several lines if need be.
    """
    message = _message(context, cause, redact(text))
    LOG.warning("Alert, %s: %s", cause, message.text)
    return [name for name in _connections() if not _sent(name, message, context)]


def _connections() -> list[str]:
    """Those that get alerts; none where the setting cannot be used, as an alert is no reason to end otherwise."""
    try:
        return settings.alerts()
    except UsageError as error:
        LOG.error("No alert is sent: %s", error)  # noqa: TRY400 - the sentence is what helps
        return []


def _message(context: Context, cause: Cause, text: str) -> Message:
    dag, run_id = context["dag"], str(context["run_id"])
    page = RUN_PAGE if dag.dag_id.startswith((INGEST, REPROCESS)) else ""
    return Message(
        cause=cause,
        subject=f"study-index: {dag.dag_display_name}: {cause}",
        text=text,
        owner=dag.owner,
        dag_id=dag.dag_id,
        run_id=run_id,
        url=f"{base_url()}/dags/{quote(dag.dag_id)}/runs/{quote(run_id, safe='')}{page}",
    )


def base_url() -> str:
    """The address of Airflow's UI, without a slash at its end."""
    return str(conf.get("api", "base_url", fallback="http://localhost:8080/")).rstrip("/")


def _sent(name: str, message: Message, context: Context) -> bool:
    problem = None
    try:
        _notifier(name, message).notify(context)  # not called as a callback: that renders texts, and hides errors
    except Exception as error:  # noqa: BLE001 - providers raise anything, and the run's own result matters more
        problem = redact(str(error) or type(error).__name__)
    if problem:
        LOG.error("This alert was not sent by the connection %s: %s", name, problem)
    return problem is None


def _notifier(name: str, message: Message) -> BaseNotifier:
    """Raises UsageError where the connection is of another type or incomplete; the provider may not be installed."""
    found = Connection.get(name)
    make = _BY_TYPE.get(found.conn_type)
    if make is None:
        raise UsageError(f"it is of the type {found.conn_type!r}; alerts go to {', '.join(_BY_TYPE)}")
    return make(name, message, found)


def _email(name: str, message: Message, found: Connection) -> BaseNotifier:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    if not (to := found.extra_dejson.get("to")):
        raise UsageError('its extra has no "to", the addresses that get alerts')
    lines = [*message.text.splitlines(), "", message.url]
    return SmtpNotifier(
        smtp_conn_id=name,
        to=to,
        subject=message.subject,
        html_content="<br>\n".join(html.escape(line) for line in lines),
    )


def _slack(name: str, message: Message, _found: Connection) -> BaseNotifier:
    from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier

    text = html.escape(f"{message.subject}\n{message.text}\n{message.url}", quote=False)  # as Slack asks for
    return SlackWebhookNotifier(slack_webhook_conn_id=name, text=text, timeout=SECONDS)


def _webhook(name: str, message: Message, _found: Connection) -> BaseNotifier:
    from airflow.providers.http.notifications.http import HttpNotifier

    body: dict[str, Any] = message._asdict()
    return HttpNotifier(http_conn_id=name, json=body, extra_options={"timeout": SECONDS})


_BY_TYPE: dict[str, Callable[[str, Message, Connection], BaseNotifier]] = {
    "smtp": _email,
    "slackwebhook": _slack,
    "http": _webhook,
    "https": _webhook,
}
"""How messages are sent, by type of connection; `https` is what a connection from the environment may be of."""

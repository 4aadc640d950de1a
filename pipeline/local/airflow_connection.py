"""The Elasticsearch that an Airflow connection names: for tasks, and for pages in Airflow's UI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import RetryError, UsageError, nearest
from pipeline.index.client import Credentials
from pipeline.redaction import keep_secret

if TYPE_CHECKING:
    from airflow.sdk import Connection

CONNECTION = "study_index_elasticsearch"
"""Id of the Airflow connection to Elasticsearch."""

EXTRA = ("api_key", "ca")
"""Keys of its extra: an API key, and the certificate file of the authority that signed Elasticsearch's certificate."""


class Address(NamedTuple):
    """Where Elasticsearch is, and what it is shown."""

    url: str
    credentials: Credentials


def elasticsearch_of_airflow() -> Address | None:
    """What the connection `study_index_elasticsearch` states; None where Airflow has none.

    Its key and password are hidden in messages and logs from now on.

    Raises:
        UsageError: it cannot be used.
        RetryError: Airflow could not be asked.
    """
    found = _connection()
    if found is None:
        return None
    if not found.host:
        raise UsageError(f"The Airflow connection {CONNECTION} has no host: set it, such as https://host:9200")
    extra = _extra(found)
    key, ca = extra.get("api_key") or None, extra.get("ca") or None
    keep_secret(filter(None, [key, found.password]))
    user, password = found.login or None, found.password or None
    if bool(user) != bool(password):
        raise UsageError(f"The Airflow connection {CONNECTION} has one of login and password: set both or none")
    if key and user:
        raise UsageError(f"The Airflow connection {CONNECTION} has an API key and a login: keep one of the two")
    authority = Path(ca) if ca else None
    if authority and not authority.is_file():
        raise UsageError(f"The Airflow connection {CONNECTION}: ca names {ca}, which is no file on this machine")
    return Address(_url(found), Credentials(key, user, password, authority))


def _url(found: Connection) -> str:
    """The address; a host may be one by itself, with scheme and port."""
    host = str(found.host).rstrip("/")
    if "://" not in host:
        scheme = found.schema or (found.conn_type if found.conn_type in {"http", "https"} else "https")
        return f"{scheme}://{host}:{found.port or 9200}"
    has_port = host.rpartition(":")[2].isdecimal()
    return host if has_port or not found.port else f"{host}:{found.port}"


def _extra(found: Connection) -> dict[str, str]:
    try:
        extra: Any = json.loads(found.extra or "{}")
    except json.JSONDecodeError as error:
        raise UsageError(f"The Airflow connection {CONNECTION}: its extra is not JSON: {error}") from None
    if not isinstance(extra, dict) or not all(isinstance(value, str) for value in extra.values()):
        raise UsageError(f"The Airflow connection {CONNECTION}: its extra has to be an object of texts")
    for key in extra.keys() - {*EXTRA}:
        raise UsageError(f"The Airflow connection {CONNECTION}: unknown key {key!r} in extra.{nearest(key, EXTRA)}")
    return extra


def _connection() -> Connection | None:
    # Airflow takes seconds to import, and only its own processes come here.
    from airflow.sdk import Connection  # noqa: PLC0415
    from airflow.sdk.exceptions import AirflowNotFoundException  # noqa: PLC0415

    try:
        found: Connection = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        _check_absent()
        return None
    return found


def _check_absent() -> None:
    """Make sure that there is no such connection: Airflow answers so in a task, too, where its API is away.

    Raises:
        RetryError: the API does not answer.
    """
    from airflow.sdk.exceptions import ErrorType  # noqa: PLC0415
    from airflow.sdk.execution_time import task_runner  # noqa: PLC0415
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection  # noqa: PLC0415

    supervisor = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if supervisor is None:
        return
    answer = supervisor.send(GetConnection(conn_id=CONNECTION))
    if not isinstance(answer, ErrorResponse) or answer.error is not ErrorType.CONNECTION_NOT_FOUND:
        raise RetryError(f"Airflow's API did not answer whether there is a connection {CONNECTION}")

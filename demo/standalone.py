"""Airflow as one program on this machine: API server, scheduler, DAG processor and triggerer, with users to sign in."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import FailError
from pipeline.local.files import read, tail

PORT = 8080
ROLES = {"admin": "ADMIN", "operator": "USER", "viewer": "VIEWER"}
"""Users and their roles in Airflow's simple auth manager: a `USER` runs DAGs, a `VIEWER` looks."""

LONGEST_START = 180
"""Seconds after which a start counts as failed; half a minute is usual."""
LONGEST_STOP = 30

EVERYTHING = ("metadatabase", "scheduler", "dag_processor", "triggerer")
"""Parts of Airflow whose health counts."""


def with_users(env: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The environment of an Airflow that people sign in to, and the passwords by user.

    Passwords are made once and kept in Airflow's folder, in the file in which it looks for them.
    """
    file = Path(env["AIRFLOW_HOME"]) / "simple_auth_manager_passwords.json.generated"
    file.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, str] = json.loads(read(file) or "{}")
    passwords = {user: known.get(user) or secrets.token_urlsafe(9) for user in ROLES}
    file.touch(mode=0o600)
    file.write_text(json.dumps({**known, **passwords}) + "\n", encoding="utf-8")
    users = ",".join(f"{user}:{role}" for user, role in ROLES.items())
    settings = {
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
    }
    return {**env, **settings}, passwords


def with_ports(env: Mapping[str, str], wanted: int = PORT) -> tuple[dict[str, str], str]:
    """The environment of an Airflow that listens on this machine only, and its URL.

    The port is `wanted` where it is free, else another one. Its other servers, for logs of tasks, get free ports.
    """
    port, workers, triggers = _free(wanted), _free(8793), _free(8794)
    url = f"http://127.0.0.1:{port}"
    return {
        **env,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__PARALLELISM": "8",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(workers),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(triggers),
    }, url


@contextmanager
def running(
    env: Mapping[str, str], url: str, log: Path, *, command: str = "standalone", parts: Sequence[str] = EVERYTHING
) -> Iterator[subprocess.Popen[bytes]]:
    """Run Airflow while the context lasts; entered once it answers, and all `parts` of it are healthy.

    Raises:
        FailError: it ended by itself, or does not answer; the end of its log is in the message.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", command],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_health(process, url, log, parts)
        yield process
    finally:
        _end(process)


def _await_health(process: subprocess.Popen[bytes], url: str, log: Path, parts: Sequence[str]) -> None:
    end = time.monotonic() + LONGEST_START
    while not _is_healthy(url, parts):
        if process.poll() is not None or time.monotonic() > end:
            state = "ended by itself" if process.returncode is not None else f"does not answer at {url}"
            raise FailError(f"Airflow {state}. The end of {log}:\n{tail(read(log))}")
        time.sleep(0.5)


def _is_healthy(url: str, parts: Sequence[str]) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - own address
            health = json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return False
    return all(health[part]["status"] == "healthy" for part in parts)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End Airflow and all that it started."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sent)
        with suppress(subprocess.TimeoutExpired):
            process.wait(LONGEST_STOP)
            return


def _free(port: int) -> int:
    """This port of the loopback address if it is free, else one that is."""
    for tried in (port, 0):
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind(("127.0.0.1", tried))
            except OSError:
                continue
            return int(listening.getsockname()[1])
    raise FailError("There is no free port on 127.0.0.1")

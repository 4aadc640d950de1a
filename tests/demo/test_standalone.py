"""What `make airflow` prepares before Airflow starts: ports that are free, and users with passwords."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

from demo import standalone


def test_another_port_is_taken_where_the_wanted_one_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env, url = standalone.with_ports({}, port)
    assert url != f"http://127.0.0.1:{port}"
    assert url.endswith(env["AIRFLOW__API__PORT"])
    assert env["AIRFLOW__API__BASE_URL"] == url
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].startswith(url)


def test_a_port_that_is_free_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    _, url = standalone.with_ports({}, port)
    assert url == f"http://127.0.0.1:{port}"


def test_passwords_are_kept_for_the_next_start_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    env = {"AIRFLOW_HOME": str(tmp_path / "airflow")}
    made, passwords = standalone.with_users(env)
    _, again = standalone.with_users(env)
    assert passwords == again
    assert len({*passwords.values()}) == len(standalone.ROLES)
    assert made["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "admin:ADMIN,operator:USER,viewer:VIEWER"
    (file,) = (tmp_path / "airflow").iterdir()
    assert json.loads(file.read_text(encoding="utf-8")) == passwords
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

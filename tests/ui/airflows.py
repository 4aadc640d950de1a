"""Airflows for tests of the plugin: a folder of catalogues, a metadata database, and servers with and without users."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from pipeline import settings
from pipeline.dags.pools import POOLS
from pipeline.local import airflow_runs as local_airflow
from tests.support import PROJECT

TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Site:
    """A running Airflow: its URL, its environment, and the passwords of its users (none: all are administrators)."""

    url: str
    env: dict[str, str]
    passwords: dict[str, str]

    @contextmanager
    def visitor(self, user: str | None = None) -> Iterator[httpx2.Client]:
        """A browser, signed in as a user; without one, nobody is."""
        with httpx2.Client(base_url=self.url, follow_redirects=False, timeout=60) as browser:
            if user:
                answer = browser.post("/auth/token", json={"username": user, "password": self.passwords[user]})
                answer.raise_for_status()
                browser.cookies.set("_token", answer.json()["access_token"])
            yield browser

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Rows of the metadata database."""
        with sqlite3.connect(Path(self.env["AIRFLOW_HOME"]) / "airflow.db") as database:
            return database.execute(query, values).fetchall()


def working_folder(folder: Path) -> Path:
    """Make `folder` a working folder with the project's DAG files; returns the folder for catalogues."""
    (folder / "catalogues").mkdir()
    shutil.copytree(PROJECT / "dags", folder / "dags")
    return folder / "catalogues"


def prepared(folder: Path) -> dict[str, str]:
    """The environment of an Airflow whose database has the DAGs of the working folder."""
    env = local_airflow.environment(settings.home() / "airflow")
    env |= {"AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags")}
    local_airflow.prepare(env, POOLS)
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "dags", "reserialize"], env=env, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return env


def token_on(page: str) -> str:
    """The token that the forms of a page carry."""
    found = TOKEN.search(page)
    assert found, page
    return found[1]

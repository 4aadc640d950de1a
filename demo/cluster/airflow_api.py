"""Airflow's REST API, asked as a user who signed in: with a JSON Web Token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx2

LONGEST_ANSWER = 60


class AirflowApi:
    """The API as one user may use it."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    @classmethod
    @contextmanager
    def signed_in(cls, url: str, user: str, password: str) -> Iterator[Self]:
        """Sign in, and use the API while the context lasts."""
        with httpx2.Client(base_url=url, timeout=LONGEST_ANSWER) as client:
            answer = client.post("/auth/token", json={"username": user, "password": password})
            answer.raise_for_status()
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield cls(client)

    def has_dag(self, dag_id: str) -> bool:
        """Whether Airflow has parsed the DAG; the user may see it, then."""
        return self._client.get(f"/api/v2/dags/{dag_id}").status_code == httpx2.codes.OK

    def import_errors(self) -> list[str]:
        """Why files of DAGs cannot be imported."""
        return [str(error["stack_trace"]) for error in self._get("/api/v2/importErrors")["import_errors"]]

    def trigger(self, dag_id: str) -> str:
        """Turn a DAG on and start a run of it; returns the id of the run."""
        self._sent("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})
        return str(self._sent("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run as it is now."""
        return self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The tasks of a run, mapped ones each by itself."""
        found = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=1000")
        return list(found["task_instances"])

    def version(self) -> str:
        """The version of Airflow."""
        return str(self._get("/api/v2/version")["version"])

    def _get(self, path: str) -> dict[str, Any]:
        return self._answered(self._client.get(path))

    def _sent(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._answered(self._client.request(method, path, json=body))

    @staticmethod
    def _answered(answer: httpx2.Response) -> dict[str, Any]:
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

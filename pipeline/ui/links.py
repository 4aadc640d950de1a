"""Addresses of pages and forms, as paths on Airflow's own address."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from pipeline.staging.dag_runs import INGEST
from pipeline.ui.facts import OpenQuestion

RUN_TAB = "study-index-run"
"""Name of the tab in addresses, as the plugin gives it to Airflow."""


class Links:
    """The addresses, for an Airflow that may be below a path of its own."""

    def __init__(self, request: Request) -> None:
        self.pages: str = request.scope["root_path"]
        """Where our pages are."""
        self.airflow = self.pages.rpartition("/")[0]
        """Where Airflow's are."""

    def index(self) -> str:
        """The index page."""
        return f"{self.pages}/index"

    def run(self, dag_id: str, run_id: str) -> str:
        """The tab of a run that has its page."""
        return f"{self.grid(dag_id, run_id)}/plugin/{RUN_TAB}"

    def form(self, catalogue: str, action: str) -> str:
        """Where a form goes."""
        return f"{self.pages}/act/{_quoted(INGEST + catalogue)}/{action}"

    def grid(self, dag_id: str, run_id: str | None = None) -> str:
        """Airflow's page of a DAG, or of a run of it."""
        return f"{self.airflow}/dags/{_quoted(dag_id)}" + (f"/runs/{_quoted(run_id)}" if run_id else "")

    def question(self, dag_id: str, question: OpenQuestion) -> str:
        """Airflow's page on which a question is answered."""
        return f"{self.grid(dag_id, question.run_id)}/tasks/{_quoted(question.task_id)}/required_actions"


def _quoted(part: str) -> str:
    return quote(part, safe="")

"""What Airflow finds by the entry point `airflow.plugins`: pages, and where its UI shows them.

Every part of Airflow loads plugins when it starts, also the scheduler, whose tasks are forks of it. So the parts of the
pipeline that tasks use are imported here once, instead of in each task; and the web application, which only the API
server needs, is imported with its first request.
"""

from __future__ import annotations

import importlib
from typing import Any

from airflow.plugins_manager import AirflowPlugin
from starlette.types import Receive, Scope, Send

from pipeline.ui import listener

PREFIX = "/study-index"
"""Where the pages are below Airflow's own address."""

PRELOADED = ("pipeline.run.runner", "pipeline.catalogue", "pipeline.local.connection")
"""Modules that import, with what they import themselves, all that a task needs."""


class Pages:
    """The web application, imported when it is first asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        from pipeline.ui.app import app  # noqa: PLC0415 - see the head of this module

        await app(scope, receive, send)


INDEX = {
    "name": "Studies",
    "href": "study-index/index",
    "destination": "nav",
    "url_route": "study-index",
    "nav_top_level": True,
}
RUN = {
    "name": "Run report",
    "href": "study-index/run/{DAG_ID}/{RUN_ID}",
    "destination": "dag_run",
    "url_route": "study-index-run",  # also in links.py and in the questions
}
APPS: list[Any] = [{"app": Pages(), "url_prefix": PREFIX, "name": "study-index"}]
VIEWS: list[Any] = [INDEX, RUN]
LISTENERS: list[Any] = [listener]


class StudyIndexPlugin(AirflowPlugin):
    """The index page in the navigation, and the run page as a tab of runs."""

    name = "study_index"
    fastapi_apps = APPS
    external_views = VIEWS
    listeners = LISTENERS

    @classmethod
    def on_load(cls, *_args: Any, **_kwargs: Any) -> None:
        """Import what tasks use."""
        for module in PRELOADED:
            importlib.import_module(module)

"""Which Elasticsearch the command line and the DAGs talk to."""

from __future__ import annotations

import sys

from elasticsearch import Elasticsearch

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.index.client import connect
from pipeline.local.airflow_connection import CONNECTION, elasticsearch_of_airflow
from pipeline.local.files import Progress
from pipeline.local.light_node import LightNode


def to_standard_error(message: str) -> None:
    """Print a message for the person who waits."""
    print(message, file=sys.stderr)  # noqa: T201


def node(progress: Progress = to_standard_error) -> LightNode:
    """The light Elasticsearch of this machine; `progress` is called with a sentence before each step."""
    return LightNode(progress=progress)


def client(progress: Progress = to_standard_error) -> Elasticsearch:
    """A client for the Elasticsearch of the settings, else for the light one, which is started when needed.

    Raises:
        UsageError: none is set, and the folder is not one to start the light one for.
    """
    return connect(settings.elasticsearch_url() or _light_one(progress))


def _light_one(progress: Progress) -> str:
    """URL of the light Elasticsearch. Outside a working folder it would be a second one, with an empty index."""
    light = node(progress)
    if not settings.catalogues().is_dir() and not light.home.is_dir():
        url = settings.where("elasticsearch_url")
        raise UsageError(
            f"{settings.folder()} is no working folder: it has no catalogues, and {url} is not set. Change to "
            "your working folder, or name it in STUDY_INDEX_FOLDER; `study-index init` makes one"
        )
    return light.start()


PAGE_SECONDS = 10.0
"""Longest wait of a page for one answer: somebody looks at it."""


def connected(seconds: float | None = None) -> Elasticsearch:
    """A client for tasks and pages of Airflow: of the settings, else of the Airflow connection, else the light one.

    It is made anew at each call, so that a changed connection, or another port of the light one, is noticed. It waits
    `seconds` for an answer; by default as long as a run does.

    Raises:
        UsageError: settings or connection cannot be used.
        RetryError: Airflow could not be asked for the connection.
    """
    if not settings.elasticsearch_url() and (found := elasticsearch_of_airflow()) is not None:
        made = connect(found.url, found.credentials, f"the Airflow connection {CONNECTION}")
    else:
        made = client()
    return made if seconds is None else made.options(request_timeout=seconds)

"""Where things are, from the environment; each has a default that needs nothing set."""

from __future__ import annotations

import math
import os
from pathlib import Path

from pipeline.errors import UsageError

PROJECT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """Folder for all that is made at run time: `STUDY_INDEX_HOME`, else `.state` in the project."""
    return Path(os.environ.get("STUDY_INDEX_HOME") or PROJECT / ".state").absolute()


def catalogues() -> Path:
    """Folder of the catalogue files: `STUDY_INDEX_CATALOGUES`, else `catalogues` in the project."""
    return Path(os.environ.get("STUDY_INDEX_CATALOGUES") or PROJECT / "catalogues").absolute()


def staging_url() -> str:
    """fsspec URL below which parts are staged: `STUDY_INDEX_STAGING`, else `staging` in `home()`."""
    return os.environ.get("STUDY_INDEX_STAGING") or (home() / "staging").as_uri()


def backoff() -> float:
    """Seconds of the first wait for a busy Elasticsearch, about doubled each time: `STUDY_INDEX_BACKOFF`, else 0.2.

    Raises:
        UsageError: it is no number from 0.
    """
    words = os.environ.get("STUDY_INDEX_BACKOFF") or "0.2"
    try:
        seconds = float(words)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise UsageError(f"STUDY_INDEX_BACKOFF is {words!r}; it has to be seconds, 0 or more, such as 0.2")
    return seconds

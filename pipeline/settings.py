"""Where things are, from the environment; each has a default that needs nothing set."""

from __future__ import annotations

import os
from pathlib import Path

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

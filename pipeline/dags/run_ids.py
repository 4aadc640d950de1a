"""Run ids of DAG runs: whoever triggers one may give it any name, and a run id is the name of a folder in staging."""

from __future__ import annotations

import hashlib
import re

_LONGEST = 100
"""Characters of a name that are kept; file systems take 255 bytes."""

_IS_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_IS_MADE = re.compile(r".*-[0-9a-f]{12}")
"""How the names end that are made here."""


def run_id_of(dag_run: str) -> str:
    """The run id of a DAG run: its name, where that can be a folder of its own; else with other characters replaced.

    A short digest follows what was replaced, so that two DAG runs never share a folder.

    >>> run_id_of("scheduled__2025-01-31T03:00:00+00:00")
    'scheduled__2025-01-31T03-00-00-00-00-c99df271af96'
    """
    if _IS_FOLDER.fullmatch(dag_run) and not _IS_MADE.fullmatch(dag_run):
        return dag_run
    readable = re.sub(r"[^A-Za-z0-9_.-]+", "-", dag_run)[:_LONGEST].strip(".-") or "run"
    return f"{readable}-{hashlib.sha256(dag_run.encode()).hexdigest()[:12]}"

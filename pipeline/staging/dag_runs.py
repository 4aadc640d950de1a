"""Which staged run belongs to a DAG run: whoever triggers one may give it any name, and a run id is a folder's name."""

from __future__ import annotations

import hashlib
import re

INGEST = "ingest_"
"""How the ids of DAGs begin that run a catalogue; its name follows."""
REPROCESS = "reprocess_"
"""The same for DAGs that rebuild a catalogue from what is staged."""

_LONGEST = 100
"""Characters of a name that are kept; file systems take 255 bytes."""

_IS_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_IS_MADE = re.compile(r".*-[0-9a-f]{12}")
"""How the names end that are made here."""


def staged_run(dag_id: str, dag_run: str) -> tuple[str, str] | None:
    """The catalogue and the run id of a DAG run; None for a DAG that runs no catalogue.

    >>> staged_run("ingest_fsd", "manual-1")
    ('fsd', 'manual-1')
    """
    if dag_id.startswith(INGEST):
        return dag_id.removeprefix(INGEST), run_id_of(dag_run)
    if dag_id.startswith(REPROCESS):
        return dag_id.removeprefix(REPROCESS), _made(dag_run, f"{REPROCESS}{dag_run}")
    return None


def run_id_of(dag_run: str) -> str:
    """The run id of a DAG run: its name, where that can be a folder of its own; else with other characters replaced.

    A short digest follows what was replaced, so that two DAG runs never share a folder.

    >>> run_id_of("scheduled__2025-01-31T03:00:00+00:00")
    'scheduled__2025-01-31T03-00-00-00-00-c99df271af96'
    """
    if _IS_FOLDER.fullmatch(dag_run) and not _IS_MADE.fullmatch(dag_run):
        return dag_run
    return _made(dag_run, dag_run)


def _made(dag_run: str, whole: str) -> str:
    """A name for a folder that is like that of the DAG run, with a digest of `whole`."""
    readable = re.sub(r"[^A-Za-z0-9_.-]+", "-", dag_run)[:_LONGEST].strip(".-") or "run"
    return f"{readable}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}"

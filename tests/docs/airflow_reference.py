"""The page docs/airflow.md, made from the DAGs: `python -m tests.docs.airflow_reference` renews it.

The DAGs of one catalogue stand for those of all; `<catalogue>` takes the place of its name.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support import PROJECT

PAGE = PROJECT / "docs" / "airflow.md"
EXAMPLE = "fsd"

HEAD = """# The DAGs

Made from the DAGs themselves, by `make docs`. What to do when something is wrong is in
[Operations](operations.md#by-symptom).

Each enabled catalogue file has two DAGs, named after it. They are paused until somebody turns them on.
"""

ABOUT = """
import json, os
from pathlib import Path
from pipeline import settings
from pipeline.dags import every_dag
from tests.docs.airflow_reference import described
dags = every_dag(settings.folder())
print("dags: " + json.dumps([described(dag) for dag in dags.values()]))
"""


def renewed() -> str:
    """The page as it follows from the DAGs; Airflow is asked in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        catalogues = Path(folder) / "catalogues"
        catalogues.mkdir()
        (catalogues / f"{EXAMPLE}.yaml").write_bytes((PROJECT / "catalogues" / f"{EXAMPLE}.yaml").read_bytes())
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STUDY_INDEX_")}
        environment |= {"AIRFLOW_HOME": folder, "STUDY_INDEX_FOLDER": folder, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run(
            [sys.executable, "-c", ABOUT], env=environment, check=True, text=True, stdout=subprocess.PIPE, cwd=PROJECT
        )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("dags: ")]
    dags: list[dict[str, Any]] = json.loads(line.removeprefix("dags: "))
    dags.sort(key=lambda dag: (EXAMPLE not in dag["id"], dag["id"]))
    return "\n".join([HEAD, *(line for dag in dags for line in _section(dag)), *_pools()]) + "\n"


def described(dag: Any) -> dict[str, Any]:
    """What the page states of a DAG, read in Airflow's process."""
    return {
        "id": dag.dag_id,
        "name": dag.dag_display_name,
        "description": dag.description,
        "schedule": str(dag.schedule) if dag.schedule else None,
        "params": [
            {
                "name": name,
                "title": param.schema.get("title", name),
                "type": param.schema.get("enum") or param.schema.get("type"),
                "default": param.value,
                "description": param.description or "",
            }
            for name, param in ((name, dag.params.get_param(name)) for name in dag.params)
        ],
        "tasks": [
            {
                "id": task.task_id,
                "mapped": task.is_mapped,
                "doc": _sentence(_doc_of(task)),
                "pool": task.pool,
                "retries": task.retries,
                "longest": _hours(task.execution_timeout),
                "needs": str(getattr(task.trigger_rule, "value", task.trigger_rule)),
            }
            for task in dag.topological_sort()
        ],
    }


def _doc_of(task: Any) -> str:
    if task.is_mapped:
        return inspect.getdoc(task.python_callable) or ""
    return task.doc_md or inspect.getdoc(type(task)) or ""


def _sentence(text: str) -> str:
    """The first paragraph, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def _hours(longest: timedelta | None) -> str:
    return f"{longest / timedelta(hours=1):g} h" if longest else ""


def _section(dag: dict[str, Any]) -> Iterator[str]:
    yield f"## `{dag['id'].replace(EXAMPLE, '<catalogue>')}`"
    yield ""
    is_example = EXAMPLE in dag["id"]
    description = dag["description"].removeprefix(f"{EXAMPLE}: ")
    yield f"{description[0].upper()}{description[1:]}. Shown as `{_name(dag, is_example=is_example)}`."
    schedule = f"`{dag['schedule']}`, in UTC" if dag["schedule"] else "none, so somebody has to trigger it"
    yield f"Schedule: {'that of the catalogue file' if is_example and dag['schedule'] else schedule}."
    yield ""
    yield "| task | what it does | pool | tries again | longest | runs after |"
    yield "|---|---|---|--:|--:|---|"
    for task in dag["tasks"]:
        number = ", one for each group" if task["mapped"] else ""
        yield (
            f"| `{task['id']}`{number} | {task['doc']} | {task['pool']} | {task['retries']} | {task['longest']} "
            f"| {task['needs'].replace('_', ' ')} |"
        )
    yield ""
    if dag["params"]:
        yield "| param | | type | default |"
        yield "|---|---|---|---|"
        for param in dag["params"]:
            kind = param["type"] if isinstance(param["type"], list) else [param["type"]]
            words = " or ".join(word or "" for word in kind)
            default = json.dumps(param["default"])
            about = f"{param['title']}. {param['description']}".strip()
            yield f"| `{param['name']}` | {about} | {words} | `{default}` |"
        yield ""


def _name(dag: dict[str, Any], *, is_example: bool) -> str:
    if not is_example:
        return str(dag["name"])
    title = re.search(r"^title: (.+)$", (PROJECT / "catalogues" / f"{EXAMPLE}.yaml").read_text(), re.MULTILINE)
    assert title
    return str(dag["name"]).replace(title[1], "<title>").replace(f"{EXAMPLE}: ", "<name>: ")


def _pools() -> Iterator[str]:
    pools = json.loads((PROJECT / "pipeline" / "dags" / "pools.json").read_text(encoding="utf-8"))
    yield "## Pools"
    yield ""
    yield 'Imported with `airflow pools import "$(python -m pipeline.dags.pools)"`. A deferred task holds no slot.'
    yield ""
    yield "| pool | slots | for |"
    yield "|---|--:|---|"
    for name, pool in pools.items():
        yield f"| {name} | {pool['slots']} | {pool['description'][0].lower()}{pool['description'][1:]} |"


def main() -> int:
    """Renews the page."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A catalogue run through its DAG, while one of the workers is killed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from demo.cluster.airflow_api import AirflowApi
from demo.cluster.services import Instance
from pipeline.errors import FailError
from pipeline.local.files import Progress

KILLED_IN = "process"
"""The task in which a worker is killed."""
LONGEST_PARSING = 300
LONGEST_RUN = 3600
LOOKS_BEFORE, LOOKS_AFTER = 0.3, 2.0
"""Seconds between two looks at the tasks: before the kill, which must not miss its moment, and after it."""
ENDED = {"success", "failed"}


class Killed(NamedTuple):
    """Which worker was killed, when, and the tasks that it worked on; `processes` is how many ended with it."""

    worker: str
    at: float
    tasks: list[str]
    processes: int


class Harvest(NamedTuple):
    """What became of the DAG run; seconds are those that a person would count."""

    run_id: str
    state: str
    killed: Killed | None
    tasks: list[dict[str, Any]]
    first_task_after: float
    seconds: float

    def tried_again(self) -> list[str]:
        """The tasks that had more than one try, and the worker of the last one."""
        return [f"{named(task)} by {task['hostname']}" for task in self.tasks if task["try_number"] > 1]

    def recovered_after(self) -> float | None:
        """Seconds from the kill until the last of the lost tasks had its next try."""
        lost = set(self.killed.tasks) if self.killed else set()
        starts = [_moment(task["start_date"]) for task in self.tasks if named(task) in lost]
        return max(starts) - self.killed.at if self.killed and starts else None


def named(task: dict[str, Any]) -> str:
    """The name of a task instance."""
    number = task["map_index"]
    return str(task["task_id"]) if number < 0 else f"{task['task_id']}[{number}]"


def harvest(api: AirflowApi, dag_id: str, workers: Sequence[Instance], say: Progress) -> Harvest:
    """Run the DAG to its end, and kill the first worker that is seen at a task `process`.

    Raises:
        FailError: Airflow has no such DAG, or the run does not end.
    """
    await_dag(api, dag_id)
    triggered = time.time()
    run_id = api.trigger(dag_id)
    say(f"run {dag_id} is triggered")
    killed, shown, end = None, set[str](), time.monotonic() + LONGEST_RUN
    while (run := api.run(dag_id, run_id))["state"] not in ENDED:
        tasks = api.tasks(dag_id, run_id)
        killed = killed or _kill(tasks, workers, say)
        now = _states(tasks)
        if new := [one for one in now if one not in shown]:
            say("; ".join(new))
        shown = set(now)
        if time.monotonic() > end:
            raise FailError(f"{dag_id} did not end within {LONGEST_RUN} s: {'; '.join(now)}")
        time.sleep(LOOKS_AFTER if killed else LOOKS_BEFORE)
    tasks = api.tasks(dag_id, run_id)
    say(f"the run ended with {run['state']}")
    starts = [_moment(task["start_date"]) for task in tasks if task["task_id"] == "fetch" and task["start_date"]]
    first = min(starts, default=triggered) - triggered
    return Harvest(run_id, run["state"], killed, tasks, first, _moment(run["end_date"]) - triggered)


def await_dag(api: AirflowApi, dag_id: str) -> None:
    """Wait until the DAG processor has parsed a DAG.

    Raises:
        FailError: it does not, or cannot import a file of DAGs.
    """
    end = time.monotonic() + LONGEST_PARSING
    while not api.has_dag(dag_id):
        if errors := api.import_errors():
            raise FailError(f"A file of DAGs cannot be imported:\n{errors[0]}")
        if time.monotonic() > end:
            raise FailError(f"Airflow has no DAG {dag_id} after {LONGEST_PARSING} s")
        time.sleep(1)


def _kill(tasks: Sequence[dict[str, Any]], workers: Sequence[Instance], say: Progress) -> Killed | None:
    """Kill the worker of a task `process` that runs, if there is one."""
    at_work = [task for task in tasks if task["state"] == "running"]
    names = {task["hostname"] for task in at_work if task["task_id"] == KILLED_IN}
    victim = next((worker for worker in workers if worker.name in names and worker.process), None)
    if victim is None or victim.process is None:
        return None
    at, processes = time.time(), victim.process.kill()
    lost = [named(task) for task in at_work if task["hostname"] == victim.name]
    say(f"killed {victim.name} at {', '.join(lost)}: {processes} processes")
    return Killed(victim.name, at, lost, processes)


def _states(tasks: Sequence[dict[str, Any]]) -> list[str]:
    """How far the run is, in words: each task that has begun, with its states."""
    counted: dict[str, Counter[str]] = {}
    for task in tasks:
        if task["state"] is not None:
            counted.setdefault(task["task_id"], Counter())[task["state"]] += 1
    words = {
        name: [f"{number} {state}" for state, number in sorted(states.items())] for name, states in counted.items()
    }
    return [f"{name} {', '.join(states)}" for name, states in words.items()]


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()

"""Something else works on the catalogue while a run does: both follow each other, or one of them is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pipeline.errors import StudyIndexError
from pipeline.index import lifecycle
from pipeline.run.retention import prune_catalogue
from tests.chaos.conftest import Trials
from tests.chaos.process import Ended, command
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import BREAKS, SOURCES
from tests.chaos.stages import STAGES, before
from tests.chaos.trial import Trial, documents

OTHERS: dict[str, Callable[[Trial], Any]] = {
    "run": lambda trial: trial.archive.run(),
    "run --full": lambda trial: trial.archive.run(full=True),
    "run --limit 5": lambda trial: trial.archive.run(limit=5),
    "prune": lambda trial: prune_catalogue(trial.client, trial.archive.name),
    "promote": lambda trial: lifecycle.promote(trial.client, trial.archive.name),
    "rollback": lambda trial: lifecycle.rollback(trial.client, trial.archive.name),
    "unpin": lambda trial: lifecycle.unpin(trial.client, trial.archive.name),
    "retire": lambda trial: lifecycle.retire(trial.client, trial.archive.name),
}


def attempt(act: Callable[[], Any]) -> str:
    """How it ended: `done`, `held`, or `refused`. It is done in a thread, as that of a run has the lease of the run."""
    try:
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(act).result()
    except StudyIndexError:
        return "refused"
    return "held" if isinstance(ended, dict) and ended.get("gate", {}).get("verdict") == "hold" else "done"


@pytest.mark.parametrize("number", rounds(share=0.3))
@pytest.mark.parametrize("other", few(sorted(OTHERS), "prune", "retire"))
def test_something_else_happens_before_a_stage(trials: Trials, other: str, number: int) -> None:
    random = chance("two at once", other, number)
    trial = trials.of(random.choice(SOURCES), with_previous=True)
    full = random.random() < 0.5
    stage = random.choice(STAGES[1:])
    others: list[str] = []
    with before(stage, lambda: others.append(attempt(lambda: OTHERS[other](trial)))):
        run = attempt(lambda: trial.archive.run(full=full))

    retired = other == "retire" and others == ["done"]
    found = {} if retired and run == "refused" else documents(trial.client, trial.alias)
    if run == "done":
        assert found == trial.second, (stage, others)
    elif other == "run --limit 5":
        trial.assert_between(found)
    elif not retired:
        assert found == (trial.second if other.startswith("run") else trial.first), (stage, others, run)
    if other == "rollback" and others == ["done"]:
        lifecycle.unpin(trial.client, trial.archive.name)
    trial.archive.run()
    if retired:  # no document was there to be kept for the record that cannot be read any more
        broken = f"{trial.archive.name}/{trial.source.ids.format(BREAKS)}"
        assert documents(trial.client, trial.alias).items() >= trial.second.items() - {(broken, trial.second[broken])}
    else:
        trial.assert_right(found)
    tried(f"run and {other}", f"run {run}, {other} {others[0]}; right after the next run")


@pytest.mark.chaos
@pytest.mark.parametrize("number", rounds(share=0.5))
@pytest.mark.parametrize("words", [("run",), ("run", "--full"), ("prune",), ("rollback",), ("promote",)], ids=" ".join)
def test_two_processes_at_once(trials: Trials, elasticsearch_url: str, words: tuple[str, ...], number: int) -> None:
    random = chance("two processes", *words, number)
    trial = trials.of(random.choice(SOURCES), with_previous=True)

    def process(place: int, *words: str) -> Ended:
        folder = trial.archive.folder / str(place)
        folder.mkdir(exist_ok=True)
        return command(folder, elasticsearch_url, words[0], str(trial.file), *words[1:])

    with reading(trial), ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda asked: process(*asked), [(0, "run"), (1, *words)]))
    assert all(item.code in {0, 1, 2, 3, 4} for item in ended), ended
    trial.assert_one_of_both()
    if words[0] == "run":
        assert any(item.code in {0, 4} for item in ended), ended
        assert documents(trial.client, trial.alias) == trial.second
    attempt(lambda: lifecycle.unpin(trial.client, trial.archive.name))
    trial.archive.run()
    trial.assert_right(trial.second)
    tried(f"run and {' '.join(words)} in two processes", f"exit codes {[item.code for item in ended]}")

"""Something else works on the catalogue while a run does: it is refused, or both follow each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from pipeline.errors import StudyIndexError
from pipeline.index import lifecycle
from pipeline.index.leases import LeasedError
from pipeline.run.retention import prune_catalogue
from tests.chaos.conftest import Trials
from tests.chaos.process import Ended, command
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import SOURCES
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


def refusal(act: Callable[[], Any]) -> str:
    """The message with which it is refused. It is done in a thread, as that of a run has the lease of the run."""
    with ThreadPoolExecutor(1) as pool, pytest.raises(LeasedError) as caught:
        pool.submit(act).result()
    return str(caught.value)


@pytest.mark.parametrize("number", rounds(share=0.3))
@pytest.mark.parametrize("other", few(sorted(OTHERS), "prune", "retire"))
def test_something_else_before_a_stage_is_refused(trials: Trials, other: str, number: int) -> None:
    random = chance("two at once", other, number)
    trial = trials.of(random.choice(SOURCES), with_previous=True)
    refusals: list[str] = []
    with before(random.choice(STAGES[1:]), lambda: refusals.append(refusal(lambda: OTHERS[other](trial)))):
        trial.archive.run(full=random.random() < 0.5)
    (message,) = refusals
    assert f"{trial.archive.name} is worked on by run" in message
    trial.assert_right()
    tried(f"{other} during a run", "refused; the run is right")


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
    with suppress(StudyIndexError):  # nothing is pinned, unless `rollback` came last
        lifecycle.unpin(trial.client, trial.archive.name)
    trial.archive.run()
    trial.assert_right(trial.second)
    tried(f"run and {' '.join(words)} in two processes", f"exit codes {[item.code for item in ended]}")

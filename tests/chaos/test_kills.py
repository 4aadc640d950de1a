"""A run that is killed at any moment of any stage: the next run makes the documents of undisturbed runs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.command import STAGES, Kill
from tests.chaos.conftest import Trials
from tests.chaos.process import Ended, command, moment_in
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, rounds, tried
from tests.chaos.sources import SOURCES, Oai, Source
from tests.chaos.trial import Trial

DONE = {0, 4}
"""Exit codes of a run that went live, without and with rejects."""


class Killer:
    """Runs catalogues by the command line, and knows the moments of an undisturbed run of each."""

    def __init__(self, url: str, trials: Trials) -> None:
        self._url = url
        self._trials = trials
        self._moments: dict[tuple[str, bool], Counter[str]] = {}

    def run(self, trial: Trial, *, full: bool = False, kill: Kill | None = None) -> Ended:
        """One run by the command line."""
        words = ["run", str(trial.file), "--json", *["--full"] * full]
        return command(trial.archive.folder, self._url, *words, kill=kill)

    def moments(self, kind: type[Source], *, full: bool) -> Counter[str]:
        """The moments of each stage of an undisturbed run."""
        if (kind.__name__, full) not in self._moments:
            trial = self._trials.of(kind)
            ended = self.run(trial, full=full)
            assert ended.code in DONE, ended
            trial.assert_right()
            self._moments[kind.__name__, full] = ended.moments
        return self._moments[kind.__name__, full]


@pytest.fixture(scope="module")
def killer(elasticsearch_url: str, trials: Trials) -> Killer:
    return Killer(elasticsearch_url, trials)


def repair(killer: Killer, trial: Trial) -> None:
    """The next run, undisturbed."""
    again = killer.run(trial)
    assert again.code in DONE, again
    trial.assert_right()


@pytest.mark.parametrize("number", rounds())
def test_a_run_that_is_killed_in_every_stage_in_turn(killer: Killer, trials: Trials, number: int) -> None:
    random = chance("kills in turn", number)
    full = random.random() < 0.5
    moments = killer.moments(Oai, full=full)
    trial = trials.of(Oai)
    with reading(trial):
        for stage in STAGES:
            ended = killer.run(trial, full=full, kill=moment_in(stage, moments, random))
            assert ended.killed or ended.code in {1, *DONE}, ended
            trial.assert_one_of_both()
        repair(killer, trial)
    tried("killed in every stage in turn", "right after the next run")


@pytest.mark.chaos
@pytest.mark.parametrize("number", rounds())
@pytest.mark.parametrize("full", [False, True], ids=["changes", "full"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_run_that_is_killed_once(killer: Killer, trials: Trials, stage: str, number: int, *, full: bool) -> None:
    random = chance("kill", stage, full, number)
    kind = random.choice(SOURCES)
    kill = moment_in(stage, killer.moments(kind, full=full), random)
    trial = trials.of(kind)
    with reading(trial):
        ended = killer.run(trial, full=full, kill=kill)
        assert ended.killed or (kill.victim == "worker" and ended.code == 1) or ended.code in DONE, (kill, ended)
        trial.assert_one_of_both()
        repair(killer, trial)
    outcome = "ended before the kill" if ended.code in DONE else "right after the next run"
    tried(f"killed in {stage}, {'full' if full else 'changes'}", outcome)

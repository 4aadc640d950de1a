"""A catalogue answers some requests wrongly: nothing is lost, and the next run after it is mended is right."""

from __future__ import annotations

from functools import partial

import pytest

from pipeline.errors import StudyIndexError
from pipeline.protocols.base import HarvestOptions
from pipeline.protocols.clocks import Clocks
from pipeline.run import fetch
from tests.chaos.conftest import Trials
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, rounds, tried
from tests.chaos.sources import Files, Source
from tests.chaos.trial import documents

REJECTS = {"no_title": 1, "suppressed": 1}
"""Of the second state, when all of it was fetched."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harvests do not wait between attempts."""
    clocks = Clocks(sleep=lambda _: None)
    monkeypatch.setattr(fetch, "HarvestOptions", partial(HarvestOptions, clocks=clocks))


@pytest.mark.parametrize("number", rounds())
def test_a_catalogue_that_answers_wrongly_now_and_then(trials: Trials, source: type[Source], number: int) -> None:
    random = chance("answers", source.__name__, number)
    trial = trials.of(source)
    full = random.random() < 0.5
    kind = trial.source.disturb(random)
    with reading(trial, between=True):
        try:
            report = trial.archive.run(full=full)
        except StudyIndexError as error:
            report, ended = {}, type(error).__name__
        else:
            ended = "complete" if report["complete"] else "incomplete"
            ended = "held" if report["gate"]["verdict"] == "hold" else ended
        found = documents(trial.client, trial.alias)
        trial.assert_between(found)
        if ended == "complete" and source is not Files and report["rejects"].items() <= REJECTS.items():
            assert found == trial.second, (kind, report)
        trial.source.heal()
        trial.archive.run()
        trial.assert_right(found)
    tried(f"{source.__name__}: {kind}", f"{ended}; right after the next run")

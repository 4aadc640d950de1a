"""Elasticsearch answers some requests wrongly: what a run says is what readers see, and the next run is right."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.errors import StudyIndexError
from tests.chaos.conftest import Trials
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import SOURCES
from tests.chaos.trial import documents
from tests.faulty import Fault, Outcome, Seen, faulty

OUTCOMES: tuple[Outcome, ...] = (429, 500, 503, *sorted({*get_args(Fault)} - {"pass"}))


@pytest.mark.parametrize("number", rounds(share=0.4))
@pytest.mark.parametrize("outcome", few(OUTCOMES, 500, "lost"))
def test_requests_that_fail_now_and_then(trials: Trials, elasticsearch_url: str, outcome: Outcome, number: int) -> None:
    random = chance("requests", outcome, number)
    trial = trials.of(random.choice(SOURCES))
    full = random.random() < 0.5
    share = random.choice([0.05, 0.2, 0.5])

    def now_and_then(_: Seen) -> Outcome:
        return outcome if random.random() < share else "pass"

    with reading(trial):
        try:
            with faulty(elasticsearch_url, now_and_then) as client:
                trial.archive.run(client, full=full)
            ended, expected = "went live", trial.second
        except StudyIndexError as error:
            ended, expected = type(error).__name__, trial.first
        assert documents(trial.client, trial.alias) == expected, ended
        trial.archive.run()
        trial.assert_right()
    tried(f"requests to Elasticsearch: {outcome}", f"{ended}; right after the next run")

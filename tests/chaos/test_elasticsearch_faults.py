"""Elasticsearch answers some requests wrongly: what a run says is what readers see, and the next run is right."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.errors import StudyIndexError
from tests.chaos.conftest import Trials
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import SOURCES
from tests.chaos.trial import documents
from tests.faulty import Outcome, Rule, Seen, faulty

OUTCOMES: tuple[Outcome, ...] = (429, 500, 503, "away", "lost")


def now_and_then(outcome: Outcome, share: float, random: Random) -> Rule:
    """A share of the requests has the outcome; bulk requests may be throttled in part."""

    def rule(seen: Seen) -> Outcome:
        if random.random() >= share:
            return "pass"
        return "some" if seen.path.endswith("/_bulk") and random.random() < 0.3 else outcome

    return rule


@pytest.mark.parametrize("number", rounds())
@pytest.mark.parametrize("outcome", few(OUTCOMES, 500, "lost"))
def test_requests_that_fail_now_and_then(trials: Trials, elasticsearch_url: str, outcome: Outcome, number: int) -> None:
    random = chance("requests", outcome, number)
    trial = trials.of(random.choice(SOURCES))
    full = random.random() < 0.5
    rule = now_and_then(outcome, random.choice([0.05, 0.2, 0.5]), random)
    with reading(trial):
        try:
            with faulty(elasticsearch_url, rule) as client:
                trial.archive.run(client, full=full)
            ended, expected = "went live", trial.second
        except StudyIndexError as error:
            ended, expected = type(error).__name__, trial.first
        assert documents(trial.client, trial.alias) == expected, ended
        trial.archive.run()
        trial.assert_right()
    tried(f"requests to Elasticsearch: {outcome}", f"{ended}; right after the next run")

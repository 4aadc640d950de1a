"""The disk of staging is full at some moment: nothing changes, the message has the cure, and the next run is right."""

from __future__ import annotations

import pytest

from pipeline import settings
from pipeline.errors import StudyIndexError
from tests.chaos.conftest import Trials
from tests.chaos.full_disk import FullDisk
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import SOURCES
from tests.chaos.stages import STAGES, before
from tests.chaos.trial import documents, unfinished_files

ROOMY = 10**12
FEW = 20_000
"""Bytes that most stages of the tests' runs write."""


@pytest.mark.parametrize("number", rounds())
@pytest.mark.parametrize("stage", few(STAGES, "process", "publish"))
def test_the_disk_is_full(trials: Trials, monkeypatch: pytest.MonkeyPatch, stage: str, number: int) -> None:
    random = chance("disk", stage, number)
    trial = trials.of(random.choice(SOURCES))
    full = random.random() < 0.5
    room = random.choice([0, random.randrange(FEW)])
    monkeypatch.setenv("STUDY_INDEX_STAGING", settings.staging_url().replace("file://", "fulldisk://"))
    FullDisk.room = ROOMY
    with reading(trial):
        message = ""
        try:
            with before(stage, lambda: setattr(FullDisk, "room", room)):
                trial.archive.run(full=full)
            ended, expected = "went live", trial.second
        except StudyIndexError as error:
            ended, expected = "refused", trial.first
            message = str(error)
        assert documents(trial.client, trial.alias) == expected, ended
        assert ended == "went live" or "space" in message, message
        assert unfinished_files(trial.archive.name) == []
        FullDisk.room = ROOMY
        trial.archive.run()
        trial.assert_right()
    tried(f"the disk is full in {stage}", f"{ended}; right after the next run")

"""A staged file is removed, cut or garbled between two stages: nothing wrong goes live, and the next run is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import StudyIndexError
from tests.chaos.conftest import Trials
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, few, rounds, tried
from tests.chaos.sources import SOURCES
from tests.chaos.stages import STAGES, before
from tests.chaos.trial import documents, staged

DAMAGES: dict[str, Callable[[Path, Random], object]] = {
    "removed": lambda file, _: file.unlink(),
    "emptied": lambda file, _: file.write_bytes(b""),
    "cut": lambda file, random: file.write_bytes(file.read_bytes()[: random.randrange(file.stat().st_size)]),
    "garbled": lambda file, random: file.write_bytes(garbled(file.read_bytes(), random)),
    "replaced by another": lambda file, random: file.write_bytes(random.choice(others(file)).read_bytes()),
}


def garbled(content: bytes, random: Random) -> bytes:
    """The content with one byte changed."""
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ random.randint(1, 255)]) + content[place + 1 :]


def others(file: Path) -> list[Path]:
    """Other files of the same kind."""
    return [other for other in sorted(file.parent.iterdir()) if other.suffix == file.suffix and other != file] or [file]


@pytest.mark.parametrize("number", rounds())
@pytest.mark.parametrize("stage", few(STAGES[1:], "plan", "load"))
def test_a_staged_file_is_damaged(trials: Trials, stage: str, number: int) -> None:
    random = chance("damage", stage, number)
    trial = trials.of(random.choice(SOURCES))
    full = random.random() < 0.5
    kind = random.choice(sorted(DAMAGES))
    done: list[str] = []

    def damage() -> None:
        newest = max(staged(trial.archive.name).iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
        file = random.choice(sorted(path for path in newest.rglob("*") if path.is_file()))
        before = file.read_bytes()
        DAMAGES[kind](file, random)
        changed = not file.exists() or file.read_bytes() != before
        done.append(f"{file.relative_to(newest)} {kind} before {stage}, full={full}" if changed else "nothing")

    with reading(trial):
        message = ""
        try:
            with before(stage, damage):
                trial.archive.run(full=full)
            ended, expected = "went live", trial.second
        except StudyIndexError as error:
            ended, expected = "refused", trial.first
            message = str(error)
        assert documents(trial.client, trial.alias) == expected, (done, ended)
        assert ended == "went live" or "again" in message, (done, message)
        trial.archive.run()
        trial.assert_right()
    tried(f"a staged file is {kind} before {stage}", f"{ended}; right after the next run")

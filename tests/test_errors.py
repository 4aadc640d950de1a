"""Errors between processes: records are read in several, and what goes wrong there is told in the first one."""

from __future__ import annotations

import pickle
from typing import Any

from pipeline.errors import RejectError, StudyIndexError
from pipeline.model.raw import SuppressedError
from pipeline.protocols.http_messages import Answer
from pipeline.protocols.unusable import UnusableAnswerError
from pipeline.run import runner
from pipeline.staging.store import DamagedError

MESSAGE = "harbour: raw/00007.ndjson.zst of run run-1 is missing"
ARGUMENTS: dict[type[StudyIndexError], tuple[Any, ...]] = {
    StudyIndexError: (MESSAGE,),
    RejectError: ("malformed", MESSAGE, "title"),
    SuppressedError: ("harbour/S00001", "taken down on request"),
    UnusableAnswerError: (MESSAGE, Answer(200, {}, b"<html>", "https://harbour.invalid")),
    DamagedError: (MESSAGE,),
}
"""What each is made of; another error takes what its base takes."""


def every_error(base: type[StudyIndexError] = StudyIndexError) -> list[type[StudyIndexError]]:
    return [base, *(error for kind in base.__subclasses__() for error in every_error(kind))]


def test_every_error_is_the_same_in_another_process() -> None:
    assert runner, "with it, all modules that define errors are there"
    for kind in every_error():
        error = kind(*next(ARGUMENTS[base] for base in kind.__mro__ if base in ARGUMENTS))

        found = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here

        assert type(found) is kind
        assert (str(found), vars(found)) == (str(error), vars(error))

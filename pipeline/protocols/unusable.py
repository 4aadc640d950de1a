"""The error about an answer that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import FailError

if TYPE_CHECKING:
    from pipeline.protocols.http_messages import Answer


class UnusableAnswerError(FailError):
    """An answer that cannot be read, also not when asked for again; `answer` is the last one."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer

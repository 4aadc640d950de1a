"""The checks of `study-index doctor`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline import settings
from pipeline.errors import StudyIndexError
from pipeline.model.finding import Finding
from pipeline.redaction import redact


class Check(NamedTuple):
    """One thing to check. `look` returns what it found, or raises an error with what to do."""

    what: str
    look: Callable[[], str]
    needs_elasticsearch: bool = True

    def finding(self) -> Finding:
        """Make the check."""
        try:
            return Finding(self.what, True, redact(self.look()))
        except StudyIndexError as error:
            return Finding(self.what, False, str(error))
        except OSError as error:
            return Finding(
                self.what,
                False,
                f"{redact(str(error))}: check {settings.where('staging')} and {settings.where('home')}",
            )

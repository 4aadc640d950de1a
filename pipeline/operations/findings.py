"""What `study-index doctor` finds: checks, and the finding of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pipeline import settings
from pipeline.errors import StudyIndexError


class Finding(NamedTuple):
    """What was checked, whether it is as it should be, and what was found; with what to do where it is not."""

    what: str
    ok: bool
    found: str

    def as_json(self) -> dict[str, str | bool]:
        """The finding with the keys of `doctor --json`."""
        return {"what": self.what, "ok": self.ok, "says": self.found}


class Check(NamedTuple):
    """One thing to check. `look` returns what it found, or raises an error with what to do."""

    what: str
    look: Callable[[], str]
    needs_elasticsearch: bool = True

    def finding(self) -> Finding:
        """Make the check."""
        try:
            return Finding(self.what, True, self.look())
        except StudyIndexError as error:
            return Finding(self.what, False, str(error))
        except OSError as error:
            return Finding(self.what, False, f"{error}: check {settings.where('staging')} and {settings.where('home')}")

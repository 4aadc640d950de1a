"""What a check of `study-index doctor` found."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """What was checked, whether it is as it should be, and what was found; with what to do where it is not."""

    what: str
    ok: bool
    found: str

    def as_json(self) -> dict[str, str | bool]:
        """The finding with the keys of `doctor --json`."""
        return {"what": self.what, "ok": self.ok, "says": self.found}

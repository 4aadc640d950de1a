"""Small values of unknown number, collected into parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging

SPOOL_SIZE = 10_000
"""Small values in a part."""


@dataclass
class Spool:
    """Small JSON values, collected into parts of one kind; the parts are numbered from `first`."""

    staging: Staging
    kind: Kind
    first: int = 0
    total: int = 0
    sums: list[PartSum] = field(default_factory=list)
    """Of the parts that were written."""
    _waiting: list[Any] = field(default_factory=list)

    def add(self, item: Any) -> None:
        """Add one value."""
        self.total += 1
        self._waiting.append(item)
        if len(self._waiting) >= SPOOL_SIZE:
            self._flush()

    def close(self) -> tuple[PartSum, ...]:
        """Write the values that are not in a part yet; returns the sums of all parts."""
        if self._waiting:
            self._flush()
        return tuple(self.sums)

    def _flush(self) -> None:
        part = self.first + len(self.sums)
        self.sums.append(self.staging.write_part(self.kind, part, map(orjson.dumps, self._waiting)))
        self._waiting = []

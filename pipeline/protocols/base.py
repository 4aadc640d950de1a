"""What every protocol promises: a harvest that streams raw records and says how far it can be trusted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from pipeline.record import RawRecord


class Harvest(ABC):
    """One harvest of one catalogue. Iterate it once, to the end; then its attributes are final.

    Raises while iterating:
        RetryError: the service was busy or away, after the protocol's own retries.
        FailError: the service's answer or a file cannot be used; says which and what to do.
    """

    listing: bool
    """True where the harvest lists all that the catalogue has; False where it lists what changed since."""
    watermark: str | None = None
    """ISO 8601 time of the server (of this machine, where there is none) at the start of the harvest."""
    total: int | None = None
    """How many records there are to come, where the protocol tells; for progress alone."""

    @abstractmethod
    def __iter__(self) -> Iterator[RawRecord]:
        """The raw records and deletions, in the catalogue's order."""

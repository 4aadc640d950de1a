"""Raw parts of the run before: one of the same records is taken over as it is, rather than packed once more.

Most parts of most nights have the records of the night before, and packing takes longer than all else that is done with
a record that did not change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from pipeline.model.raw import Fetched, RawRecord
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging


class EarlierParts(NamedTuple):
    """The raw parts of an earlier run, each with what shows whether its records came again."""

    staging: Staging
    raw: Sequence[PartSum]
    keys: Sequence[PartSum]
    """Of the same parts."""
    besides: Sequence[str | None]
    """What `besides` gave for these parts."""

    def take_over(self, into: Staging, keys: PartSum, besides: str | None) -> PartSum | None:
        """Take over the raw part with these keys, and `besides`; None where there is none."""
        number = keys.part
        if besides is None or number >= min(len(self.raw), len(self.keys), len(self.besides)):
            return None
        if (self.keys[number], self.besides[number]) != (keys, besides):
            return None
        return into.take_over(Kind.RAW, self.staging, self.raw[number])


def besides(items: Sequence[Fetched | bytes]) -> str | None:
    """Digest of all that raw records state and their keys leave out: datestamps, and places in files.

    None where one of them is a deletion, could not be read, or is packed already.
    """
    found = hashlib.blake2b(digest_size=16)
    for item in items:
        if not isinstance(item, RawRecord) or item.payload is None:
            return None
        found.update(orjson.dumps([item.datestamp, item.at]))
    return found.hexdigest()

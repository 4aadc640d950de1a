"""Vectors that were made, by digest of text and model, so that none is made a second time.

They outlive runs and generations: `<catalogue>/_vectors/<model>/<first digit of the uuid>.bin`, a file for each of
`PLACES`. A file has the vectors of a sixteenth of the documents, so memory stays flat, and a run that changes few
documents rewrites few files. It appears whole or not at all. Where two processes write the same file, the later one
wins: what the other added is made again when it is needed. A file that is damaged counts as absent.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.model.digest import digest
from pipeline.staging.files import Files
from pipeline.staging.kinds import VECTORS

PLACES = "0123456789abcdef"
"""First digits of uuids."""

SPARE = 2
"""Of as many documents that are live, so many times as many vectors stay that were not used lately."""
FEW = 1000
"""Vectors that stay in any case."""

_KEY = 16
"""Bytes of a digest of text and model."""
_CHECK = 16
"""Bytes of the digest at the end of a file."""

LOG = logging.getLogger(__name__)


class Place:
    """The vectors of the documents whose uuids begin with one digit. Those that were used last are at the end."""

    def __init__(self, files: Files, path: str) -> None:
        self._files = files
        self._path = path
        self._vectors = _parsed(files.read(path), path)
        self._changed = False

    def get(self, vector_of: str) -> bytes | None:
        """The vector with this digest; None where there is none."""
        key = bytes.fromhex(vector_of)
        if (found := self._vectors.pop(key, None)) is not None:
            self._vectors[key] = found
        return found

    def add(self, vector_of: str, vector: bytes) -> None:
        """Add a vector."""
        self._vectors[bytes.fromhex(vector_of)] = vector
        self._changed = True

    def save(self, documents: int) -> None:
        """Write the file, if anything was added; the vectors that were not used for longest go where there are many.

        Args:
            documents: how many the catalogue has whose uuids begin so.
        """
        if not self._changed:
            return
        surplus = len(self._vectors) - max(FEW, (1 + SPARE) * documents)
        for key in list(self._vectors)[: max(0, surplus)]:
            del self._vectors[key]
        with self._files.writing(self._path) as file:
            file.write(_packed(self._vectors))
        self._changed = False


class VectorCache:
    """The vectors of one model for the documents of one catalogue; the methods raise what `Files` does."""

    def __init__(self, catalogue: str, model: str) -> None:
        self._files = Files()
        self._above = f"{self._files.base}/{catalogue}/{VECTORS}"
        self._folder = digest(model)

    @contextmanager
    def place(self, uuid: str, documents: int) -> Iterator[Place]:
        """The vectors for uuids that begin as this one does. They are saved at the end, whatever ends it."""
        found = Place(self._files, f"{self._above}/{self._folder}/{uuid[0]}.bin")
        try:
            yield found
        finally:
            found.save(documents)

    def remove_others(self, *models: str) -> None:
        """Remove the vectors of models that are neither this one nor one of those."""
        kept = {self._folder, *map(digest, models)}
        self._files.remove_folders(self._above, [name for name in self._files.folders(self._above) if name not in kept])


def _packed(vectors: dict[bytes, bytes]) -> bytes:
    """Dimensions, then key and vector of each, then a digest."""
    dimensions = len(next(iter(vectors.values()), b""))
    of_one_size = (key + vector for key, vector in vectors.items() if len(vector) == dimensions)
    content = b"".join([dimensions.to_bytes(4, "big"), *of_one_size])
    return content + _digest(content)


def _parsed(content: bytes | None, path: str) -> dict[bytes, bytes]:
    if content is None:
        return {}
    body = content[:-_CHECK]
    if len(content) < 4 + _CHECK or content[-_CHECK:] != _digest(body):
        LOG.warning("The vectors in %s are damaged, so they are made again.", path)
        return {}
    step = _KEY + int.from_bytes(body[:4], "big")
    return {body[at : at + _KEY]: body[at + _KEY : at + step] for at in range(4, len(body), step)}


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_CHECK).digest()

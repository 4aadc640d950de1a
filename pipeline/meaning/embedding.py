"""What gives texts their vectors: the model of the setting `embeddings`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from pipeline import settings
from pipeline.meaning.text import RECIPE, names_in
from pipeline.meaning.vectors import together
from pipeline.model.text import unique

NAME_SHARE = 0.5
"""How much what a study is called counts beside its whole text, in which a long description has most of the words."""

REMEMBERED = 1000
"""Questions whose vectors are remembered."""


class Embedder(Protocol):
    """A model that gives texts vectors: signed bytes, always as many.

    Both methods raise RetryError where it is away or busy, and FailError where it refuses.
    """

    @property
    def name(self) -> str:
        """Names the model, and all that decides about its vectors."""

    @property
    def batch(self) -> int:
        """Texts that it is given at once."""

    def __hash__(self) -> int:
        """The same for models of the same settings."""

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """The vectors of texts of studies, in their order. While the model is busy, it is asked again for minutes."""

    def query(self, text: str) -> bytes:
        """The vector of a question; whoever asks waits for it, so that it is asked for once."""


def embedder() -> Embedder | None:
    """The model of the setting `embeddings`; None where it is absent.

    Raises:
        UsageError: the setting cannot be used, or its model is not installed.
    """
    chosen = settings.embeddings()
    if chosen is None:
        return None
    if chosen == settings.LOCAL:
        from pipeline.meaning.local import LocalEmbedder

        return LocalEmbedder()
    from pipeline.meaning.service import ServiceEmbedder

    return ServiceEmbedder.of_settings(chosen)


def model_name(embedder: Embedder) -> str:
    """What vectors are made with: the model, and what of a document its text is made of."""
    return f"{embedder.name}, texts {RECIPE}"


def study_vectors(embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
    """The vectors of studies, of which these are the texts: that of the text, and a share of that of its names.

    Raises:
        RetryError: the model is away or busy.
        FailError: it refuses a text.
    """
    names = [names_in(text) for text in texts]
    others = unique(name for name, text in zip(names, texts, strict=True) if name != text)
    of_names = dict(zip(others, embedder.passages(others) if others else [], strict=True))
    return [
        together(whole, of_names[name], NAME_SHARE) if name in of_names else whole
        for whole, name in zip(embedder.passages(texts), names, strict=True)
    ]


@lru_cache(maxsize=REMEMBERED)
def query_vector(embedder: Embedder, text: str) -> bytes:
    """The vector of a question, remembered."""
    return embedder.query(text)

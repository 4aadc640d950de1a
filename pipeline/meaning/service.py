"""A model behind an address: any service with OpenAI's `/v1/embeddings`, such as TEI, vLLM, Ollama or OpenAI's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import settings
from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.meaning.vectors import as_bytes
from pipeline.protocols.clocks import CLOCKS, Clocks
from pipeline.protocols.http import Client
from pipeline.protocols.http_messages import Answer, MalformedError, Request

PATH = "/embeddings"

AS_FAST_AS_IT_CAN = 1000.0
"""Requests in a second: the service is the site's own, and each request waits for the one before."""

BATCH = 32
"""Texts in a request."""

SECONDS_FOR_QUESTION = 3.0
"""How long whoever asks a question waits for its vector."""


def _not_again(_seconds: float) -> None:
    raise RetryError("It did not answer at once")


_AT_ONCE = Clocks(sleep=_not_again, check=lambda: SECONDS_FOR_QUESTION)


@dataclass(frozen=True)
class ServiceEmbedder:
    """The model of a service.

    Args:
        url: address up to `/v1`, or up to `/embeddings`.
        model: what the service calls the model.
        key: is sent as a bearer token, if there is one.
        query_prefix, passage_prefix: what the model wants before a question, and before the text of a study.
    """

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""

    @classmethod
    def of_settings(cls, url: str) -> ServiceEmbedder:
        """The service at a URL, with the other settings.

        Raises:
            UsageError: the name of the model is absent.
        """
        model = settings.embeddings_model()
        if model is None:
            raise UsageError(
                f"{settings.where('embeddings')} names a service, which has to be asked for a model by name: set "
                f"{settings.where('embeddings_model')}"
            )
        return cls(url, model, settings.secret(settings.EMBEDDINGS_KEY), *settings.embeddings_prefixes())

    @property
    def name(self) -> str:
        """The model; and what is put before texts of studies, as it decides about their vectors."""
        return f"{self.model} after {self.passage_prefix!r}" if self.passage_prefix else self.model

    @property
    def batch(self) -> int:
        """Texts in a request."""
        return BATCH

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """See `Embedder`."""
        found: list[bytes] = []
        for start in range(0, len(texts), self.batch):
            found += self._asked([self.passage_prefix + text for text in texts[start : start + self.batch]], CLOCKS)
        return found

    def query(self, text: str) -> bytes:
        """See `Embedder`."""
        (vector,) = self._asked([self.query_prefix + text], _AT_ONCE)
        return vector

    def _asked(self, texts: list[str], clocks: Clocks) -> list[bytes]:
        address = self.url.rstrip("/").removesuffix(PATH) + PATH
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {"model": self.model, "input": texts, "encoding_format": "float"}
        request = Request(address, json=body, method="POST")

        def read(answer: Answer) -> list[bytes]:
            return _vectors(answer.json(), len(texts))

        try:
            with Client(address, headers=headers, default_pace=AS_FAST_AS_IT_CAN, clocks=clocks) as client:
                return client.ask(request, read)
        except (RetryError, FailError) as error:
            kind = RetryError if isinstance(error, RetryError) else FailError
            raise kind(f"{address} ({settings.where('embeddings')}) gave no vectors: {_reason(error)}") from error


def _vectors(answer: Any, expected: int) -> list[bytes]:
    """The vectors of an answer, in the order of the texts.

    Raises:
        MalformedError: it is not what the API promises.
    """
    try:
        found = sorted(answer["data"], key=lambda item: item["index"])
        vectors = [as_bytes(item["embedding"]) for item in found]
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"it is not an answer of /v1/embeddings ({type(error).__name__}: {error})") from error
    if len(vectors) != expected or len({len(vector) for vector in vectors}) > 1:
        raise MalformedError(f"it has {len(vectors)} vectors for {expected} texts, or of several lengths")
    return vectors


def _reason(error: StudyIndexError) -> str:
    """What the client of catalogues says, without its advice about catalogue files."""
    return str(error).partition(". ")[0].rstrip(".") + "."

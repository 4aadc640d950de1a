"""An invented model: a service on loopback in the shape of OpenAI's, whose vectors follow from a list of meanings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import pytest

from tests.loopback import QuietHandler, serve

MEANINGS = (
    ("tobacco", "smoking", "roken"),
    ("wages", "pay", "loon"),
    ("harbour", "quay", "haven"),
    ("reading", "lezen"),
)
"""Words that mean the same to the model."""


@dataclass
class Model:
    """What the service was asked, and how it answers."""

    dimensions: int = 16
    left: int | None = None
    """Texts that it embeds before it breaks down; None for any number."""
    back_in: int | None = None
    """Seconds after which it asks to be tried again, once it broke down."""
    refuses: str | None = None
    """A word: the service refuses a request with a text that has it."""
    texts: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def vector(self, text: str) -> list[float]:
        """One dimension for each meaning; the rest is as if by chance, and small."""
        noise = hashlib.sha256(text.encode()).digest()
        found = [byte / 2550 for byte in noise[: self.dimensions]]
        for place, words in enumerate(MEANINGS):
            found[place] += sum(word in text.casefold() for word in words)
        return found


@contextmanager
def serving(model: Model) -> Iterator[str]:
    """The address of the service, up to `/v1`."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the library calls it so
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts: list[str] = asked["input"]
            model.keys.append(self.headers.get("Authorization"))
            if model.left is not None:
                model.left -= len(texts)
            if model.left is not None and model.left < 0:
                wait = {} if model.back_in is None else {"Retry-After": str(model.back_in)}
                self._answer(503, {"error": {"message": "out of memory"}}, wait)
            elif model.refuses and any(model.refuses in text for text in texts):
                self._answer(400, {"error": {"message": "input is too long"}})
            else:
                model.texts += texts
                data = [{"index": place, "embedding": model.vector(text)} for place, text in enumerate(texts)]
                self._answer(200, {"object": "list", "data": data[::-1], "model": asked["model"]})

        def _answer(self, status: int, body: object, more: Mapping[str, str] = MappingProxyType({})) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with serve(Handler) as url:
        yield f"{url}/v1"


@contextmanager
def used(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    """A model that the settings name, and that is asked again at once."""
    model = Model()
    with serving(model) as url:
        monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS", url)
        monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS_MODEL", "invented")
        monkeypatch.setattr("pipeline.protocols.http.BACK_OFF", lambda _state: 0.0)
        yield model

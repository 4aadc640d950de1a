"""The service for tests: over a shelf of invented documents, in a thread of this process, at an address of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import orjson
import uvicorn
from elasticsearch import Elasticsearch

from pipeline.index.bulk import Write, write
from pipeline.index.generations import create_empty, finalise, generations, swap
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.model.identity import uuid_of, work_number
from pipeline.serve.app import application
from pipeline.serve.limits import Limits
from pipeline.serve.server import configuration
from tests.support import retire

Fields = dict[str, Any]


class Reply(NamedTuple):
    """Status, headers (names in lower case) and content of an answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def detail(self) -> str:
        """The sentence of an answer that is none."""
        found: str = self.json["detail"]
        return found


class Service:
    """The service at an address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **parameters: Any) -> Reply:
        """The answer to GET; lists are parameters that are repeated."""
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        return self.send("GET", path + query)

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """The answer to a request as it is."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any) -> Reply:
        """The answer to POST of JSON."""
        return self.send("POST", path, orjson.dumps(value), {"Content-Type": "application/json"})


@contextmanager
def served(client: Elasticsearch, *, origins: tuple[str, ...] = (), limits: Limits | None = None) -> Iterator[Service]:
    """The service over an Elasticsearch, while the context lasts."""
    app = application(client, origins=origins, limits=limits)
    config = configuration(app)
    config.port = 0
    server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.ready.wait(30)
    try:
        yield Service(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(30)


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def document(catalogue: str, number: int, **fields: Any) -> Fields:
    """An invented document, with the fields that each must have."""
    identifier = f"{catalogue}/{number}"
    return {
        "harmony_id": identifier,
        "uuid": uuid_of(identifier),
        "source": [catalogue],
        "record_id": f"{catalogue}:{number}",
        "work_id": identifier,
        "work_number": work_number(fields.get("work_id", identifier)),
        "name": f"Study {number}",
        "resource_type": "dataset",
        "catalogue": catalogue,
        "format": "invented",
        "harvested_at": "2025-01-31T00:00:00Z",
        **fields,
    }


@contextmanager
def live(client: Elasticsearch, documents: list[Fields], name: str) -> Iterator[str]:
    """A catalogue of these documents, live while the context lasts; its name."""
    put_template(client)
    create_empty(client, name, 1, GenerationMeta())
    index = f"studies.{name}.1"
    assert list(write(client, index, (Write(one["uuid"], orjson.dumps(one)) for one in documents))) == []
    finalise(client, index)
    (generation,) = generations(client, name)
    with working_on(client, name, "test"):
        swap(client, generation, None)
    try:
        yield name
    finally:
        retire(client, name)


def new_name() -> str:
    """A name of a catalogue that no other test has."""
    return f"shelf-{uuid4().hex[:12]}"

"""Catalogues of the chaos tests: the same invented studies behind several protocols, in two states.

The second state differs from the first: studies were deleted, changed and added, one that could be read cannot be
read any more, and one that could not be read now can.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from random import Random
from typing import Any, ClassVar

from demo.oai_server import Fault, Repository, Request, serve
from tests.protocols import json_server
from tests.protocols.json_server import Api, Asked, Reply
from tests.support import UNTITLED, Archive, ddi

STUDIES = 120
PAGE = 15
DELETED = (3, 31, 52, STUDIES - 1)
CHANGED = (5, 6, 47, STUDIES - 10)
ADDED = (STUDIES, STUDIES + 1, STUDIES + 2)
BREAKS, MENDED = 9, 17
"""Cannot be read in the second state, and in the first one."""
SUPPRESSED = 13
CORRECTED = 21

State = dict[int, str | None]
"""The title of each study by number; None where its record cannot be read."""

FIRST: State = {number: f"Harbour Survey {number}" for number in range(STUDIES)} | {MENDED: None}
SECOND: State = {
    number: title
    for number, title in (
        FIRST
        | {number: f"Quay Survey {number}" for number in (*CHANGED, *ADDED)}
        | {MENDED: f"Harbour Survey {MENDED}", BREAKS: None}
    ).items()
    if number not in DELETED
}

LIVE_FIRST = {number: title for number, title in FIRST.items() if title and number != SUPPRESSED}
LIVE_SECOND = {number: title or FIRST[number] for number, title in SECOND.items() if number != SUPPRESSED}
"""What readers get of each state: a record that was live and cannot be read any more keeps its document."""


class Source(ABC):
    """A catalogue behind one protocol, which the archive's catalogue file describes."""

    ids: ClassVar[str] = "S{:05d}"
    """The local id of a study."""

    def __init__(self, archive: Archive, stack: ExitStack) -> None:
        self.archive = archive
        archive.describe(**self._start(stack))
        file = archive.folder / f"{archive.name}.corrections.yaml"
        name = f"{archive.name}/{self.ids}"
        file.write_text(
            f"{name.format(SUPPRESSED)}: {{suppress: true, reason: Taken down.}}\n"
            f"{name.format(CORRECTED)}: {{sex: female, reason: The questionnaire says so.}}\n",
            encoding="utf-8",
        )

    @abstractmethod
    def _start(self, stack: ExitStack) -> dict[str, Any]:
        """Serve the catalogue as long as `stack` is open; returns the keys of its catalogue file."""

    @abstractmethod
    def show(self, state: State) -> None:
        """The catalogue has these studies from now on."""

    @abstractmethod
    def disturb(self, chance: Random) -> str:
        """From now on give wrong answers now and then; returns which kind."""

    @abstractmethod
    def heal(self) -> None:
        """Give right answers again."""


class Oai(Source):
    """An OAI-PMH provider that keeps its deletions. Each state is a day later than the one before."""

    def _start(self, stack: ExitStack) -> dict[str, Any]:
        self._repository = Repository(page_size=PAGE, clock=lambda: datetime(2026, 3, self._day, 12, tzinfo=UTC))
        self._day = 1
        self._now: State = {}
        url = stack.enter_context(serve(self._repository))
        return {"protocol": {"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"}}

    def show(self, state: State) -> None:
        if state is FIRST:
            for item in self._repository.items():
                self._repository.forget(item.identifier)
            self._day, self._now = 1, {}
        else:
            self._day = 2
        for number, title in state.items():
            if number not in self._now or self._now[number] != title:
                payload = UNTITLED if title is None else ddi(number, title=title)
                self._repository.put(self._name(number), payload.encode())
        for number in self._now.keys() - state.keys():
            self._repository.delete(self._name(number))
        self._now = state

    @staticmethod
    def _name(number: int) -> str:
        return f"oai:harbour.invalid:{number:05d}"

    def disturb(self, chance: Random) -> str:
        kinds: dict[str, Callable[[Request], Fault | None]] = {
            "HTTP 503": lambda _: Fault(503, body=b"Later"),
            "HTTP 500": lambda _: Fault(500, body=b"<html>Something went wrong</html>"),
            "a connection that breaks in the body": lambda _: Fault(keep=chance.random(), length_of_sent=False),
            "a body that is cut and looks complete": lambda _: Fault(keep=chance.random()),
            "no answer": lambda _: Fault(disconnect=True),
            "tokens that expire": self._expire,
            "a list that ends early": lambda _: Fault(change=_without_token),
            "records missing in a page": lambda _: Fault(change=lambda body: _without_records(body, chance)),
            "a page that is repeated": self._repeat,
        }
        kind = chance.choice(sorted(kinds))
        share = chance.choice([0.1, 0.3, 0.6])
        self._repository.fault_of = lambda asked: kinds[kind](asked) if chance.random() < share else None
        return kind

    def _expire(self, _: Request) -> None:
        self._repository.expire_tokens()

    def _repeat(self, _: Request) -> Fault | None:
        kept, self._last = getattr(self, "_last", None), None
        if kept is not None:
            return Fault(body=kept, headers=(("Content-Type", "text/xml"),))

        def keep(body: bytes) -> bytes:
            self._last = body
            return body

        return Fault(change=keep)

    def heal(self) -> None:
        self._repository.fault_of = None
        self._last = None


def _without_token(body: bytes) -> bytes:
    head, found, rest = body.partition(b"<resumptionToken")
    return head + rest.partition(b"</resumptionToken>")[2] if found and b"/>" not in rest[:80] else body


def _without_records(body: bytes, chance: Random) -> bytes:
    head, *records = body.split(b"<record>")
    if len(records) < 3:
        return body
    del records[chance.randrange(len(records) - 1)]
    return b"<record>".join([head, *records])


class Json(Source):
    """A JSON API that lists entries, and gives each record by its address; deletions are not stated."""

    ids = "record-{}"

    def _start(self, stack: ExitStack) -> dict[str, Any]:
        self._api = Api(0, size=PAGE)
        stack.enter_context(json_server.serve(self._api))
        url = f"{self._api.url}/records"
        return {
            "protocol": {
                "type": "json",
                "url": url,
                "paging": {"style": "offset"},
                "total": "count",
                "id": "id",
                "updated": "changed",
                "detail": f"{url}/{{id}}",
                "detail_record": "data",
                "requests_per_second": 1_000_000,
            },
            "records": "items",
            "format": "json",
            "fields": {"id": "id", "name": "title"},
        }

    def show(self, state: State) -> None:
        day = "2026-03-01" if state is FIRST else "2026-03-02"
        before = {} if state is FIRST else {record["id"]: record for record in self._api.records}
        self._api.headers = {"Date": f"{'Sun, 01' if state is FIRST else 'Mon, 02'} Mar 2026 12:00:00 GMT"}
        records = []
        for number, title in state.items():
            record = {"id": f"record-{number}", "title": title or "", "changed": day}
            old = before.get(record["id"])
            records.append(old if old and old["title"] == record["title"] else record)
        self._api.records = records

    def disturb(self, chance: Random) -> str:
        kinds: dict[str, Callable[[Asked], Reply | None]] = {
            "HTTP 503": lambda _: Reply({"error": "later"}, 503),
            "HTTP 500": lambda _: Reply({"error": "broken"}, 500),
            "a connection that breaks in the body": lambda _: Reply(
                {"items": [], "data": {}}, cut=chance.randint(1, 9)
            ),
            "a body that is no JSON": lambda _: Reply(b"<html>Something went wrong</html>"),
            "a list that ends early": lambda asked: self._list(asked, lambda _: []),
            "records missing in a page": lambda asked: self._list(asked, lambda items: items[1:]),
            "entries that repeat": lambda asked: self._list(asked, lambda items: [items[0], *items[:-1]]),
            "a list that shrinks": self._shrink,
        }
        kind = chance.choice(sorted(kinds))
        share = chance.choice([0.02, 0.1, 0.4])
        self._api.faults[:] = [lambda asked: kinds[kind](asked) if chance.random() < share else None]
        return kind

    def _list(self, asked: Asked, change: Callable[[list[Any]], list[Any]]) -> Reply | None:
        if asked.path != "/records":
            return None
        page = self._api._page(asked.params)
        return Reply({**page, "items": change(page["items"])}) if page["items"] else None

    def _shrink(self, asked: Asked) -> Reply | None:
        if asked.path != "/records":
            return None
        page = self._api._page(asked.params)
        return Reply({**page, "count": max(0, page["count"] - PAGE)})

    def heal(self) -> None:
        self._api.faults.clear()


class Files(Source):
    """A folder with a file for each study; deletions are absences."""

    def _start(self, stack: ExitStack) -> dict[str, Any]:  # noqa: ARG002 - nothing to serve
        self._state: State = {}
        return {}

    def show(self, state: State) -> None:
        for number in self._state.keys() - state.keys():
            self.archive.remove(number)
        for number, title in state.items():
            if number not in self._state or self._state[number] != title:
                self.archive.write(number, UNTITLED if title is None else ddi(number, title=title))
        self._state = state

    def disturb(self, chance: Random) -> str:
        kinds: dict[str, Callable[[bytes], bytes]] = {
            "files that are cut": lambda text: text[: chance.randrange(len(text))],
            "empty files": lambda _: b"",
            "files of something else": lambda _: b"<html>Something went wrong</html>",
        }
        kind = chance.choice(sorted(kinds))
        for number in chance.sample(sorted(self._state), 4):
            file = self.archive.records / f"{number:05d}.xml"
            file.write_bytes(kinds[kind](file.read_bytes()))
        return kind

    def heal(self) -> None:
        state, self._state = self._state, dict.fromkeys(self._state, "")
        self.show(state)


SOURCES: tuple[type[Source], ...] = (Oai, Json, Files)

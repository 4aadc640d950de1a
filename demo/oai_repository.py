"""The records of an OAI-PMH server: items, their datestamps and sets, in memory. They may change at any time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from lxml import etree

DATESTAMP = "%Y-%m-%dT%H:%M:%SZ"
"""The granularity of every datestamp (OAI-PMH 2.0, section 3.3.1)."""


@dataclass(frozen=True)
class MetadataFormat:
    """A metadata format in which items are available (OAI-PMH 2.0, section 3.4)."""

    prefix: str
    schema: str
    namespace: str


DDI = MetadataFormat(
    "oai_ddi25",
    "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd",
    "ddi:codebook:2_5",
)
DUBLIN_CORE = MetadataFormat(
    "oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"
)


@dataclass(frozen=True)
class Item:
    """One item. `metadata` has a payload for each metadata prefix; it is empty for a deleted item."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...] = ()
    metadata: dict[str, bytes] = field(default_factory=dict)
    deleted: bool = False

    def offers(self, prefix: str) -> bool:
        """Whether the item is available in that format. A deleted item counts, as it may have been."""
        return self.deleted or prefix in self.metadata

    def is_in(self, set_spec: str) -> bool:
        """Whether the item is in that set or in a set below it."""
        return any(own == set_spec or own.startswith(f"{set_spec}:") for own in self.sets)


class Request(NamedTuple):
    """One request as received: `arguments` in order, with repetitions; header names in lower case."""

    arguments: tuple[tuple[str, str], ...]
    headers: dict[str, str]

    def get(self, name: str) -> str | None:
        """The first value of an argument."""
        return next((value for key, value in self.arguments if key == name), None)

    @property
    def verb(self) -> str | None:
        """The OAI-PMH verb of the request."""
        return self.get("verb")


@dataclass(frozen=True)
class Fault:
    """A wrong response. With `status` 200, no `body` and no `disconnect`, it is the right response, cut or changed.

    `keep` is the share of the body that is sent. With `length_of_sent`, Content-Length is that of the part that is
    sent: the client gets a complete response that is not well-formed. Without it, Content-Length is that of the whole
    body: the client sees the connection break. `change` is applied to the right body first.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    keep: float = 1.0
    length_of_sent: bool = True
    disconnect: bool = False
    change: Callable[[bytes], bytes] | None = None


class Repository:
    """An OAI-PMH repository in memory. Every method may be called while the repository is served.

    These attributes may be set to change its behaviour:

    - `page_size`, `name`, `formats`, `compress`, `clock`;
    - `sets`: set spec → name; empty: the repository has no set hierarchy;
    - `deleted_record`: "persistent", "transient" or "no";
    - `complete_list_size`: whether resumption tokens have the number of records;
    - `on_request`: called with each request before the response is made; it may change the repository;
    - `fault_of`: gives the fault for a request, where none was injected.
    """

    def __init__(
        self,
        *,
        name: str = "Demo repository",
        page_size: int = 50,
        formats: Iterable[MetadataFormat] = (DDI, DUBLIN_CORE),
        sets: dict[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self.page_size = page_size
        self.formats = tuple(formats)
        self.sets = dict(sets or {})
        self.clock = clock
        self.deleted_record = "persistent"
        self.compress = True
        self.complete_list_size = True
        self.on_request: Callable[[Request], None] | None = None
        self.fault_of: Callable[[Request], Fault | None] | None = None
        self.requests: list[Request] = []
        self.token_epoch = 0
        self._items: dict[str, Item] = {}
        self._faults: deque[Fault | None] = deque()
        self._lock = threading.RLock()

    def __len__(self) -> int:
        """Number of items that are not deleted."""
        return sum(not item.deleted for item in self.items())

    def put(
        self,
        identifier: str,
        xml: bytes,
        datestamp: str | None = None,
        sets: Iterable[str] = (),
        *,
        prefix: str | None = None,
    ) -> None:
        """Add or change an item in the format `prefix` (default: the first format); its other formats stay.

        `datestamp` is UTC, `YYYY-MM-DDThh:mm:ssZ` (default: now). Empty `xml` makes a record with empty metadata.

        Raises:
            ValueError: the datestamp has another form.
            lxml.etree.XMLSyntaxError: `xml` is not well-formed, so it cannot be part of a response.
        """
        if xml:
            etree.fromstring(xml)
        with self._lock:
            old = self._items.get(identifier)
            metadata = dict(old.metadata) if old else {}
            metadata[prefix or self.formats[0].prefix] = xml
            self._items[identifier] = Item(identifier, self._datestamp(datestamp), tuple(sets), metadata)

    def delete(self, identifier: str, datestamp: str | None = None) -> None:
        """Delete an item. Its header stays, with the status "deleted".

        Raises:
            KeyError: there is no such item.
        """
        with self._lock:
            old = self._items[identifier]
            self._items[identifier] = Item(identifier, self._datestamp(datestamp), old.sets, deleted=True)

    def forget(self, identifier: str) -> None:
        """Remove an item completely, as a repository does that does not report deletions."""
        with self._lock:
            del self._items[identifier]

    def get(self, identifier: str) -> Item | None:
        """The item with that identifier."""
        with self._lock:
            return self._items.get(identifier)

    def items(self) -> list[Item]:
        """All items, including deleted ones, in the order of lists."""
        with self._lock:
            return sorted(self._items.values(), key=lambda item: (item.datestamp, item.identifier))

    def identifiers(self) -> list[str]:
        """Identifiers of the items that are not deleted, in the order of lists."""
        return [item.identifier for item in self.items() if not item.deleted]

    def now(self) -> str:
        """The repository's time, as a datestamp."""
        return self.clock().astimezone(UTC).strftime(DATESTAMP)

    def expire_tokens(self) -> None:
        """Invalidate all resumption tokens issued so far."""
        with self._lock:
            self.token_epoch += 1

    def inject(self, fault: Fault, times: int = 1, after: int = 0) -> None:
        """Give a wrong response `times` times, after `after` right ones (counted from the last injected fault)."""
        with self._lock:
            self._faults.extend([None] * after + [fault] * times)

    def throttle(self, times: int = 1, *, retry_after: int | str = 1, after: int = 0) -> None:
        """Respond 503 with Retry-After: seconds or an HTTP date (OAI-PMH 2.0, section 3.1.2.2)."""
        self.inject(Fault(503, (("Retry-After", str(retry_after)),), b"Please wait"), times, after)

    def fail(self, status: int = 500, times: int = 1, *, after: int = 0) -> None:
        """Respond with an HTTP status and no OAI-PMH."""
        self.inject(Fault(status, body=b"<html><body>Something went wrong</body></html>"), times, after)

    def truncate(self, times: int = 1, *, keep: float = 0.5, after: int = 0) -> None:
        """Break the connection in the middle of the body."""
        self.inject(Fault(keep=keep, length_of_sent=False), times, after)

    def garble(self, times: int = 1, *, keep: float = 0.5, after: int = 0) -> None:
        """Send half of the body as if it were complete: a response that is not well-formed."""
        self.inject(Fault(keep=keep), times, after)

    def disconnect(self, times: int = 1, *, after: int = 0) -> None:
        """Close the connection without a response."""
        self.inject(Fault(disconnect=True), times, after)

    def redirect(self, location: str, times: int = 1, *, status: int = 302, after: int = 0) -> None:
        """Redirect the client."""
        self.inject(Fault(status, (("Location", location),), b""), times, after)

    def answer(self, body: bytes, times: int = 1, *, content_type: str = "text/xml", after: int = 0) -> None:
        """Respond 200 with any body: a log-in page, another protocol, nothing."""
        self.inject(Fault(200, (("Content-Type", content_type),), body), times, after)

    def receive(self, request: Request) -> Fault | None:
        """Log a request, and return its fault, if any. Called by the server."""
        with self._lock:
            self.requests.append(request)
            fault = self._faults.popleft() if self._faults else None
        if self.on_request is not None:
            self.on_request(request)
        if fault is None and self.fault_of is not None:
            return self.fault_of(request)
        return fault

    def _datestamp(self, datestamp: str | None) -> str:
        if datestamp is None:
            return self.now()
        return datetime.strptime(datestamp, DATESTAMP).replace(tzinfo=UTC).strftime(DATESTAMP)

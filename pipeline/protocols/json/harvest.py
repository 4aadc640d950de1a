"""JSON APIs, as the catalogue file describes them: pages of a list, or a list and then each record.

The list has to be complete before a record that is absent from it counts as deleted. So an answer without a list is a
failure and not an empty list; a list that is shorter than the service states, or that shrinks while it is read, is a
loss, after which no absent record is deleted; and a page that is received twice ends the harvest with an error.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import orjson

from pipeline.catalogue import Catalogue, expand
from pipeline.catalogue.expressions import find
from pipeline.catalogue.protocols import PLACE, SINCE, JsonProtocol, LinkPaging, OffsetPaging, PagePaging
from pipeline.catalogue.variables import is_secret
from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.model import moments
from pipeline.model.raw import Fetched, RawRecord
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, Harvest, HarvestOptions, StaleStateError, bounded
from pipeline.protocols.http import Client
from pipeline.protocols.http_messages import Answer, Request, origin, web_url
from pipeline.protocols.json.paging import Step, first, following, without_secrets
from pipeline.protocols.json_text import FaultyRecord
from pipeline.redaction import holds_secret, redact

OVERLAP = timedelta(minutes=5)
"""How much earlier than `since` is asked for, where the service is asked with a time."""
OVERLAP_DAYS = timedelta(days=1)
"""The same, where it is asked with a date: its days may be those of its own time zone."""
MOST_EMPTY = 20
"""Pages without an entry, in a row, of a list that has not ended."""
MOST_FAILED = 10
"""Largest number of failed records in a row with which a harvest continues."""
_REFUSED = frozenset({403, 404, 410})
"""Statuses that concern one record alone."""


class _Page(NamedTuple):
    """One page of a list."""

    value: Any
    entries: list[Any]
    url: str


class _Lost(NamedTuple):
    """Records that could not be fetched: their number, the place of their sentence in `losses`, and the first one."""

    number: int
    place: int
    first: str


class _RefusedError(Exception):
    """One record cannot be fetched; reject code and message."""


class JsonHarvest(Harvest):
    """The records of a JSON API.

    Its state after a page is `{step, seen, total, watermark, losses, lost, failed}`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        protocol: JsonProtocol,
        fmt: RecordFormat,
        options: HarvestOptions = EVERYTHING,
        *,
        records: str | None = None,
    ) -> None:
        if options.since is not None and not protocol.selective:
            raise UsageError(
                f"{catalogue.name}: its file does not state how to ask for changes since {options.since}. Leave "
                "--since out, or state it by protocol.since: unchanged records are recognised by their content."
            )
        super().__init__(catalogue, fmt, options)
        self._protocol = protocol
        self._records = records or catalogue.records or fmt.records_at or "@"
        self._earliest = self._since - OVERLAP_DAYS if self._since is not None and protocol.lists_changes else None
        self._stated: int | None = None  # how many records there are
        self._failed: int | None = None  # records in a row that failed; None before the first was fetched
        self._lost: _Lost | None = None
        self._shrank = False
        self.snapshot = options.since is None or protocol.lists_changes

    def _fetch(self) -> Generator[Fetched, None, None]:
        protocol, file = self._protocol, self._catalogue.file
        self._params: dict[str, Any] = expand(protocol.params, file)
        self._body: dict[str, Any] | None = expand(protocol.body, file)
        headers: dict[str, str] = expand(protocol.headers, file)
        with Client(
            protocol.url,
            headers=headers,
            allow_hosts=self._catalogue.allow_hosts,
            requests_per_second=protocol.requests_per_second,
            clocks=self._clocks,
        ) as client:
            self._shown = client.shown(protocol.url)
            self._keys = self._keys_in_query()
            seen = int(self._resume["seen"]) if self._resume else 0
            for page, step in self._pages(client, seen):
                for entry in page.entries:
                    yield from self._item(client, entry, seen)
                    seen += 1
                if self._earliest is None:  # a state does not hold which records are unchanged
                    lost = None if self._lost is None else [*self._lost]
                    failures = {"losses": [*self.losses], "lost": lost, "failed": self._failed}
                    known = {"total": self._stated, "watermark": self.watermark, **failures}
                    self.on_page({"step": step, "seen": seen, **known})
        self._compare(seen)

    # -- the list ---------------------------------------------------------------------------------------------------

    def _pages(self, client: Client, seen: int) -> Iterator[tuple[_Page, Step]]:
        """The pages of the list, each with the step of the next one."""
        step = first(self._protocol.paging)
        if self._resume:
            step, self.watermark, self._stated = (self._resume[key] for key in ("step", "watermark", "total"))
            self.total, self.losses = self._stated, [*self._resume["losses"]]
            self._lost = _Lost(*self._resume["lost"]) if self._resume["lost"] else None
            self._failed = self._resume["failed"]
            if step is None:
                return
        steps, fingerprints, empty = {step}, set[int](), 0
        while True:
            page = self._page(client, step, seen, resumed=bool(self._resume) and len(steps) == 1)
            seen += len(page.entries)
            empty = 0 if page.entries else empty + 1
            text = _dumped(page.entries) if page.entries else None
            fingerprint = None if text is None else hash(text)
            step = following(self._protocol.paging, step, page.value, len(page.entries), page.url)
            if isinstance(self._protocol.paging, LinkPaging) and step is not None:
                step, keys = without_secrets(str(step), self._keys)  # other hosts get no key, and no file holds one
                self._keys |= keys
            if (
                isinstance(self._protocol.paging, OffsetPaging | PagePaging)
                and self._stated is not None
                and seen >= self._stated
            ):
                step = None
            if fingerprint in fingerprints or (step is not None and step in steps) or empty > MOST_EMPTY:
                raise FailError(
                    f"{self._catalogue.name}: {client.shown(page.url)} gives a page that it gave before, so the list "
                    "would never end. Check paging in the catalogue file."
                )
            if fingerprint is not None:
                fingerprints.add(fingerprint)
            steps.add(step)
            yield page, step
            if step is None:
                return

    def _page(self, client: Client, step: Step, seen: int, *, resumed: bool) -> _Page:
        request = self._request(step)
        started = self._clocks.now()
        try:
            value, entries, date, url = client.ask(request, partial(_value, self._records))
        except FailError as error:
            if resumed:  # its token has expired
                raise StaleStateError(str(error)) from error
            raise
        if self.watermark is None:
            self.watermark = moments.written(date or started)
        total = self._total(value)
        if entries is None and total is not None and seen >= total:
            entries = []
        if not isinstance(entries, list):
            raise FailError(
                f"{self._catalogue.name}: the answer to {client.shown(request)} has no list of records at "
                f"{self._records!r}: state where it is, by records in the catalogue file. It begins: "
                f"{redact((_dumped(value) or b'')[:2000].decode(errors='replace'))[:200]}"  # no half of a key
            )
        return _Page(value, entries, url)

    def _request(self, step: Step) -> Request:
        protocol = self._protocol
        params, body = dict(self._params), None if self._body is None else dict(self._body)
        changing = params if protocol.method == "GET" else (body := body or {})
        if protocol.since is not None and self._since is not None:
            changing[protocol.since.param] = self._since_value()
        if isinstance(protocol.paging, LinkPaging):
            url = str(step) if step is not None else protocol.url
            if origin(web_url(url)) != origin(web_url(protocol.url)):
                params, body = _public(params, protocol.params), body and _public(body, protocol.body or {})
            elif step is not None:
                params = {**self._keys, **params}
            if step is not None:
                there = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
                params = {name: value for name, value in params.items() if name not in there}
            return Request(url, params, body, protocol.method)
        if protocol.paging is not None and step is not None:
            changing[protocol.paging.param] = step
        return Request(protocol.url, params, body, protocol.method)

    def _keys_in_query(self) -> dict[str, str]:
        """The parameters of the query that may be keys: those of the address, and those of `params`."""
        of_url = {
            name: value
            for name, value in parse_qsl(urlsplit(self._protocol.url).query)
            if holds_secret(f"{name}={value}")
        }
        written = self._protocol.params
        return of_url | {name: str(self._params[name]) for name in written if is_secret(name, written[name])}

    def _since_value(self) -> str:
        since = self._protocol.since
        if since is None or self._since is None:
            return ""
        overlap = OVERLAP if re.search(r"%[HIMSsTXcf]", since.format) else OVERLAP_DAYS
        return since.value.replace(SINCE, (self._since - overlap).strftime(since.format))

    def _total(self, value: Any) -> int | None:
        """The number of records that the service states; a number that falls is a loss."""
        if self._protocol.total is None:
            return None
        total = find(self._protocol.total, value)
        if isinstance(total, str) and total.isdecimal():
            total = int(total)
        if not isinstance(total, int) or isinstance(total, bool):
            return None
        if self._stated is not None and total < self._stated:
            if not self._shrank:
                self._lose(
                    f"The list shrank from {self._stated:,} to {total:,} records while it was read: "
                    "some may be missing."
                )
            self._shrank = True
        self._stated = self.total = total
        return total

    def _compare(self, seen: int) -> None:
        if self._stated is not None and seen < self._stated:
            self._lose(f"The service states {self._stated:,} records and lists {seen:,}.")

    # -- records ----------------------------------------------------------------------------------------------------

    def _item(self, client: Client, entry: Any, number: int) -> Iterator[Fetched]:
        """The record of an entry; nothing where it is unchanged, or cannot be fetched, which is a loss."""
        protocol = self._protocol
        entry, fault = entry if isinstance(entry, FaultyRecord) else (entry, None)
        identifier = _text(find(protocol.id, entry)) if protocol.id else self._key(entry)
        datestamp = _text(find(protocol.updated, entry)) if protocol.updated else None
        if identifier and self._is_earlier(datestamp):
            self.on_unchanged(identifier)
            return

        def raw(payload: bytes | None) -> RawRecord:
            name = identifier or f"{self._shown}#{number}"
            return RawRecord(name, self._format.name, payload, datestamp, positional=not identifier)

        if fault is not None and protocol.detail is None:
            yield raw(None).rejected("malformed", f"A value of the record is not JSON: {fault}")
            return
        try:
            record = self._record(client, entry)
        except _RefusedError as error:
            yield raw(None).rejected(*error.args)
            return
        except RetryError as error:
            self._fail(error)
            self._lose_record(str(error))
            return
        identifier = identifier or self._key(record)
        payload = _dumped(record)
        yield (
            raw(None).rejected("malformed", "The record is nested too deeply")
            if payload is None
            else bounded(raw(payload))
        )

    def _is_earlier(self, datestamp: str | None) -> bool:
        """Whether a record did not change since the time that is asked about, less the overlap."""
        changed = moments.parse(datestamp)
        return self._earliest is not None and changed is not None and changed < self._earliest

    def _record(self, client: Client, entry: Any) -> Any:
        """The entry itself, or the record that is asked for with it.

        Raises:
            _RefusedError: this record cannot be fetched, now or later.
            RetryError: the server was busy or unavailable.
        """
        protocol = self._protocol
        if protocol.detail is None:
            return entry
        request = Request(self._detail(entry))
        try:
            record, status = client.ask(request, _detail_value, accept=_REFUSED)
        except FailError as error:
            self._fail(error)
            raise _RefusedError("malformed", str(error)) from error
        self._failed = 0
        if status in _REFUSED:
            message = f"The catalogue lists the record, and {client.shown(request)} answers HTTP {status}"
            raise _RefusedError("empty", message)
        return find(protocol.detail_record, record) if protocol.detail_record else record

    def _fail(self, error: StudyIndexError) -> None:
        """Count a failure.

        Raises:
            StudyIndexError: `error`, where no record was fetched yet, or more than `MOST_FAILED` in a row failed.
        """
        if self._failed is None or self._failed >= MOST_FAILED:
            raise error
        self._failed += 1

    def _lose_record(self, why: str) -> None:
        """Note a record that could not be fetched. All of them are one loss: a large catalogue may have many."""
        if self._lost is None:
            self._lost = _Lost(1, len(self.losses), why)
            self._lose(why)
        else:
            self._lost = self._lost._replace(number=self._lost.number + 1)
            self.losses[self._lost.place] = (
                f"{self._lost.number:,} records could not be fetched. The first: {self._lost.first}"
            )

    def _key(self, value: Any) -> str | None:
        return self._format.key(value) if isinstance(value, dict) else None

    def _detail(self, entry: Any) -> str:
        """The address of a record."""

        def filled(place: re.Match[str]) -> str:
            found = _text(find(place[1], entry))
            if found is None:
                raise _RefusedError("no_id", f"The entry has no value at {place[1]}, which protocol.detail asks for")
            return quote(found, safe="")

        return PLACE.sub(filled, str(self._protocol.detail))


def _public(values: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """The values that are no keys, by their names and as they are `written` in the catalogue file."""
    return {name: value for name, value in values.items() if not is_secret(name, written.get(name))}


def _value(records: str, answer: Answer) -> tuple[Any, Any, datetime | None, str]:
    return *answer.json_records(records), answer.date, answer.url


def _detail_value(answer: Answer) -> tuple[Any, int]:
    return (None if answer.status in _REFUSED else answer.json()), answer.status


def _text(value: Any) -> str | None:
    """An id that is a text or a number; None for other values."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _dumped(value: Any) -> bytes | None:
    """The JSON text; None where the value is nested deeper than can be written."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return None

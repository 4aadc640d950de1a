"""JSON APIs, as the catalogue file describes them: pages of a list, or a list and then each record.

The list has to be complete before a record that is absent from it counts as deleted. So an answer without a list is not
an empty list: as the first answer it is a failure; in place of a later page, like a refusal there, it ends the list
early, and the harvest is not complete.
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
from pipeline.catalogue.protocols import PLACE, SINCE, JsonProtocol, LinkPaging, OffsetPaging
from pipeline.catalogue.variables import is_secret
from pipeline.errors import FailError, RejectError, UsageError
from pipeline.model import moments
from pipeline.model.numbers import stated_number
from pipeline.model.raw import Fetched, RawRecord
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import EVERYTHING, Harvest, HarvestOptions, StaleStateError, bounded
from pipeline.protocols.http import Client, RefusedError, ServerFaultError
from pipeline.protocols.http_messages import Answer, Request, origin, web_url
from pipeline.protocols.json.paging import Step, first, following, without_secrets
from pipeline.protocols.json_text import FaultyRecord
from pipeline.protocols.unusable import UnusableAnswerError
from pipeline.redaction import holds_secret, redact

OVERLAP = timedelta(minutes=5)
"""How much earlier than `since` is asked for, where the service is asked with a time."""
OVERLAP_DAYS = timedelta(days=1)
"""The same, where it is asked with a date: its days may be those of its own time zone."""
_REFUSED = frozenset({403, 404, 410})
"""Statuses that concern one record alone."""


class _Page(NamedTuple):
    """One page of a list."""

    value: Any
    entries: list[Any]
    url: str


class _NoListError(FailError):
    """An answer has no list of records where there should be one."""


class JsonHarvest(Harvest):
    """The records of a JSON API.

    A record that was not received before is asked for again where the list has it. A list of changes alone may lack it,
    so that everything is asked for then. Its state after a page is `{step, seen, last}`, and what every harvest needs.

    A list by offsets shifts where a record before the offset is deleted or added between two pages: the number of
    records may agree, and one is passed over. So each page is asked for from the last record of the page before it,
    where that has an id, and has to begin with it.
    """

    total_key = "correct `total` or leave it out"
    shift_key = "set `overlap: false` under `paging`"
    """What to do in the catalogue file where the service does not count records as `paging` states."""

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
        if self._again and not protocol.lists_changes:
            self._since = None
        self.snapshot = self._since is None or protocol.lists_changes
        self._last: str | None = None  # what the next page has to begin with: the id of the last record of this one

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
                if nameless := sum(
                    isinstance(each, FaultyRecord) and not self._identifier(each) for each in page.entries
                ):
                    self._lose(f"records with values that are not JSON and no readable id in {self._shown}: {nameless}")
                if self._earliest is None:  # a state does not hold which records are unchanged
                    self.on_page(self._state(step=step, seen=seen, last=self._last))
            if protocol.total and self._listing.stated is None and self._listing.ids:
                self._lose(
                    f"No answer of {self._shown} states a number of records at {protocol.total!r}, so the list may "
                    f"have ended early. If that is always so, {self.total_key} in the catalogue file."
                )

    # -- the list ---------------------------------------------------------------------------------------------------

    def _pages(self, client: Client, seen: int) -> Iterator[tuple[_Page, Step]]:
        """The pages of the list, each with the step of the next one."""
        paging, resumed = self._protocol.paging, self._resume is not None
        step = first(paging)
        if self._resume is not None:
            self._restore(self._resume)
            step, self._last = self._resume["step"], self._resume["last"]
            if step is None:
                return
        while True:
            try:
                page = self._page(client, step, seen)
            except (RefusedError, ServerFaultError, UnusableAnswerError, _NoListError) as error:
                if resumed:  # its token has expired
                    raise StaleStateError(str(error)) from error
                if not self._has_all_stated(seen):  # some services refuse what follows the last page
                    self._break_off(error)
                return
            resumed = False
            step = following(paging, step, page.value, len(page.entries), page.url)
            fresh = self._without_last(page)
            seen += len(fresh.entries)
            if page.entries and not fresh.entries and self._has_all_stated(seen):
                step = None  # nothing follows the last record of the page before
            page, self._last = fresh, self._last_of(page)
            if self._last is not None:
                step = int(step or 0) - 1
            step = self._without_keys(step)
            yield page, step
            self._end_page(leads_on=step is not None)
            if step is None:
                return

    def _page(self, client: Client, step: Step, seen: int) -> _Page:
        request = self._request(step)
        started = self._clocks.now()
        value, entries, date, url = client.ask(request, partial(_value, self._records))
        self._note_time(date, started)
        self._note_stated(value)
        if entries is None and self._has_all_stated(seen):
            entries = []
        if not isinstance(entries, list):
            raise _NoListError(
                f"{self._name}: the answer to {client.shown(request)} has no list of records at "
                f"{self._records!r}: state where it is, by records in the catalogue file. It begins: "
                f"{redact((_dumped(value) or b'')[:2000].decode(errors='replace'))[:300]}"  # no half of a key
            )
        return _Page(value, entries, url)

    def _without_keys(self, step: Step) -> Step:
        """The step without keys, which are kept apart: other hosts get no key, and no file holds one."""
        if not isinstance(self._protocol.paging, LinkPaging) or step is None:
            return step
        link, keys = without_secrets(str(step), self._keys)
        self._keys |= keys
        return link

    def _last_of(self, page: _Page) -> str | None:
        """The id with which the next page has to begin; None where the next one does not overlap with this one.

        After a page of one record, the next page could be the same.
        """
        paging = self._protocol.paging
        if not isinstance(paging, OffsetPaging) or not paging.overlap or len(page.entries) < 2:
            return None
        return self._identifier(page.entries[-1])

    def _without_last(self, page: _Page) -> _Page:
        """The page without the last record of the page before it."""
        if self._last is None:
            return page
        if page.entries and self._identifier(page.entries[0]) == self._last:
            return page._replace(entries=page.entries[1:])
        self._doubt(
            "The list shifted while it was read, so some records may have been passed over. If that is always so, "
            f"{self.shift_key} in the catalogue file."
        )
        return page

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

    def _note_stated(self, value: Any) -> None:
        """Note the number of records that the service states."""
        total = stated_number(find(self._protocol.total, value)) if self._protocol.total else None
        if total is not None:
            self._note_total(total)

    def _has_all_stated(self, seen: int) -> bool:
        """Whether the list had as many entries as the service states. It may state fewer than there are."""
        return self._listing.stated is not None and seen >= self._listing.stated

    # -- records ----------------------------------------------------------------------------------------------------

    def _item(self, client: Client, entry: Any, number: int) -> Iterator[Fetched]:
        """The record of an entry, or its reject; nothing where it is unchanged."""
        protocol = self._protocol
        identifier = self._identifier(entry)
        entry, fault = entry if isinstance(entry, FaultyRecord) else (entry, None)
        datestamp = _text(find(protocol.updated, entry)) if protocol.updated else None
        if identifier and self._is_earlier(datestamp) and self._is_received(identifier):
            self._unchanged(identifier)
            return

        def raw(name: str | None) -> RawRecord:
            return RawRecord(name or f"{self._shown}#{number}", self._format.name, None, datestamp, positional=not name)

        if fault is not None and protocol.detail is None:
            yield raw(identifier).rejected("malformed", f"A value of the record is not JSON: {fault}")
            return

        def ask() -> Fetched:
            record = self._record(client, entry)
            named, payload = raw(identifier or self._key(record)), _dumped(record)
            if payload is None:
                return named.rejected("malformed", "The record is nested too deeply")
            return bounded(named._replace(payload=payload))

        yield self._received(raw(identifier), ask)

    def _identifier(self, entry: Any) -> str | None:
        """The record id that an entry of the list has."""
        value = entry.value if isinstance(entry, FaultyRecord) else entry
        return _text(find(self._protocol.id, value)) if self._protocol.id else self._key(value)

    def _is_earlier(self, datestamp: str | None) -> bool:
        """Whether a record did not change since the time that is asked about, less the overlap."""
        changed = moments.parse(datestamp)
        return self._earliest is not None and changed is not None and changed < self._earliest

    def _record(self, client: Client, entry: Any) -> Any:
        """The entry itself, or the record that is asked for with it.

        Raises:
            RejectError: there is no record that could be asked for, or the service answers so.
            RetryError, FailError: it was not received.
        """
        protocol = self._protocol
        if protocol.detail is None:
            return entry
        request = Request(self._detail(entry))
        record, status = client.ask(request, _detail_value, accept=_REFUSED)
        if status in _REFUSED:
            raise RejectError(
                "empty", f"The catalogue lists the record, and {client.shown(request)} answers HTTP {status}"
            )
        return find(protocol.detail_record, record) if protocol.detail_record else record

    def _key(self, value: Any) -> str | None:
        return self._format.key(value) if isinstance(value, dict) else None

    def _detail(self, entry: Any) -> str:
        """The address of a record."""

        def filled(place: re.Match[str]) -> str:
            found = _text(find(place[1], entry))
            if found is None:
                raise RejectError("no_id", f"The entry has no value at {place[1]}, which protocol.detail asks for")
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

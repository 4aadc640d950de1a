"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).

What is asked for: everything where `since` is None, where the server does not keep its deletions (`deletedRecord` no or
transient: then only a complete listing shows them), where the catalogue file says `listing: always`, or names several
metadata prefixes; else what changed since `since`, less an overlap.

ListRecords that the server cannot answer (no such verb, HTTP 500 for a page, a page that breaks off and stays so) is
replaced by ListIdentifiers and a GetRecord each. A page that is whole but for some records costs these: they are
rejected, and named among the losses of the harvest.

A resumption token that expires on the way: the list is asked for once more from its beginning, and records that were
handed on are passed over by their identifier. A record that changed in between is passed over too; it is newer than the
watermark, so the next harvest brings it. Remembering costs 8 bytes a record (a hash), and some 70 while passing over.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from oaipmh_scythe import exceptions
from oaipmh_scythe.models import Identify

from pipeline.catalogue import Catalogue, OaiPmhProtocol
from pipeline.errors import FailError, StudyIndexError, UsageError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.protocols.base import MAX_RECORD_BYTES, Harvest, StaleStateError, now
from pipeline.protocols.oai.advice import BASE_URL_ADVICE, advice, code_of
from pipeline.protocols.oai.client import BrokenPageError, Page, Provider, ServerFaultError
from pipeline.protocols.oai.envelope import child, local_name, raw_record, text

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
DAYS = "%Y-%m-%d"

OVERLAP = {SECONDS: timedelta(minutes=5), DAYS: timedelta(days=1)}
"""How much earlier than `since` is asked for, by granularity: a record may appear some time after the datestamp that it
gets, and a server's days may be those of its own time zone. What comes twice has the same content, and is unchanged."""

MAX_LOSSES = 10
"""Broken pages or records of one harvest that are gone on without: more is a server to be mended first."""


class _ListFailedError(Exception):
    """ListRecords cannot be read to its end; `error` says why."""

    def __init__(self, error: StudyIndexError) -> None:
        super().__init__(str(error))
        self.error = error


class OaiPmhHarvest(Harvest):
    """The records of an OAI-PMH server, page by page.

    Args:
        resume: a state that an earlier harvest gave to `on_page`: goes on after that page.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        protocol: OaiPmhProtocol,
        fmt: RecordFormat,
        *,
        since: str | None = None,
        limit: int | None = None,
        resume: dict[str, Any] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__(limit)
        self._name = catalogue.name
        self._protocol = protocol
        self._format = fmt
        self._since = None if since is None else _moment(since)
        self._resume = resume
        self._sleep = sleep
        self._clock = clock
        self.snapshot = since is None
        self._handed_on = array("q")  # hashes of identifiers
        self._pass_over: frozenset[int] = frozenset()

    def _fetch(self) -> Generator[Fetched, None, None]:
        with Provider(self._protocol.url, sleep=self._sleep, clock=self._clock) as provider:
            if self._resume is not None:
                first, rest = self._restored(self._resume)
                yield from self._listed(provider, first, rest)
                return
            granularity, keeps_deletions = self._identify(provider)
            for prefix in self._protocol.prefixes:
                yield from self._listed(provider, self._query(prefix, granularity, keeps_deletions))
                self._pass_over = frozenset(self._handed_on)  # the first prefix that has a record wins

    def _identify(self, provider: Provider) -> tuple[str, bool]:
        """Granularity, and whether deletions are kept; sets the watermark."""
        started = self._clock()
        query = {"verb": "Identify"}
        try:
            page = provider.harvest(query)
            identify = Identify(page)
        except exceptions.OAIPMHException as error:
            raise self._failed(provider, query, error) from error
        except ValueError as error:
            raise FailError(
                f"{self._name}: the answer to {provider.address(query)} does not identify the server. {BASE_URL_ADVICE}"
            ) from error
        self.watermark = (_response_date(page) or started).strftime(SECONDS)
        granularity = getattr(identify, "granularity", None) or ""
        keeps_deletions = (getattr(identify, "deletedRecord", None) or "").strip() == "persistent"
        return SECONDS if "ss" in granularity else DAYS, keeps_deletions

    def _query(self, prefix: str, granularity: str, keeps_deletions: bool) -> dict[str, str]:
        query = {"verb": "ListRecords", "metadataPrefix": prefix}
        if self._protocol.set is not None:
            query["set"] = self._protocol.set
        if self._since is not None and keeps_deletions and not self._lists_always:
            query["from"] = (self._since - OVERLAP[granularity]).strftime(granularity)
        self.snapshot = "from" not in query
        return query

    @property
    def _several(self) -> bool:
        return len(self._protocol.prefixes) > 1

    @property
    def _lists_always(self) -> bool:
        """With several prefixes, what changed under one does not tell whether another has the record."""
        return self._protocol.listing == "always" or self._several

    def _restored(self, state: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """The query that began the list, and the one that goes on."""
        self.watermark, self.total, self.losses = state["watermark"], state["total"], list(state["losses"])
        first: dict[str, str] = state["query"]
        self.snapshot = "from" not in first
        return first, {"verb": first["verb"], "resumptionToken": state["token"]}

    def _listed(
        self, provider: Provider, first: dict[str, str], rest: dict[str, str] | None = None
    ) -> Iterator[Fetched]:
        """The records of a list; one by one where the server cannot list them."""
        try:
            yield from self._in_pages(provider, first, rest)
        except _ListFailedError as failed:
            if self._resume is not None:  # what was handed on before is not known here
                raise StaleStateError(str(failed)) from failed
            error = failed.error
        else:
            return
        yield from self._one_by_one(provider, first, error)

    def _in_pages(self, provider: Provider, first: dict[str, str], rest: dict[str, str] | None) -> Iterator[Fetched]:
        number, address = 0, provider.address({})
        for page in self._pages(provider, first, rest):
            for element in self._elements(provider, page, "record"):
                item = self._item(element, f"{address}#{number}")
                number += 1
                yield from self._new(item)
            for identifier in page.broken:
                yield from self._new(_malformed(identifier, provider.address(page.params)))
            if page.broken:
                self._lose(f"records that are not well-formed in {provider.address(page.params)}: {len(page.broken)}")
            self._tell(first, page)

    def _one_by_one(self, provider: Provider, first: dict[str, str], error: StudyIndexError) -> Iterator[Fetched]:
        """The records that ListIdentifiers names, each by GetRecord.

        Raises:
            StudyIndexError: `error`, where the server does not list identifiers either.
        """
        self._pass_over |= frozenset(self._handed_on)
        listed = False
        try:
            for page in self._pages(provider, {**first, "verb": "ListIdentifiers"}):
                listed = True
                for header in self._elements(provider, page, "header"):
                    yield from self._named(provider, first, page, header)
        except (StudyIndexError, _ListFailedError) as other:
            if not listed:
                raise error from other
            raise (other.error if isinstance(other, _ListFailedError) else other) from other

    def _named(
        self, provider: Provider, first: dict[str, str], page: Page, header: etree._Element
    ) -> Iterator[Fetched]:
        """The record that a header of ListIdentifiers names."""
        identifier = text(child(header, "identifier"))
        if identifier is None:
            self._lose(f"{provider.address(page.params)} lists a record without identifier")
        elif hash(identifier) not in self._pass_over:
            deleted = header.get("status") == "deleted"
            yield from self._new(
                self._deletion(header, identifier) if deleted else self._got(provider, first, identifier)
            )

    def _got(self, provider: Provider, first: dict[str, str], identifier: str) -> Fetched:
        query = {"verb": "GetRecord", "metadataPrefix": first["metadataPrefix"], "identifier": identifier}
        try:
            page = provider.harvest(query)
        except exceptions.CannotDisseminateFormat as error:
            return RejectedRaw(identifier, None, positional=False, code="wrong_format", message=_words(error))
        except exceptions.OAIPMHException as error:
            self._lose(f"{provider.address(query)} answered {code_of(error)}: {_words(error)}")
            return RejectedRaw(identifier, None, positional=False, code="empty", message=_words(error))
        except (BrokenPageError, ServerFaultError) as error:
            self._lose(str(error))
            return _malformed(identifier, provider.address(query))
        elements = list(self._elements(provider, page, "record"))
        if len(elements) == 1:
            return self._item(elements[0], identifier)
        self._lose(f"{provider.address(query)} holds {len(elements)} records")
        return RejectedRaw(identifier, None, positional=False, code="empty", message="The server gave no record")

    def _deletion(self, header: etree._Element, identifier: str) -> RawRecord:
        return RawRecord(identifier, self._format.name, None, datestamp=text(child(header, "datestamp")))

    def _new(self, item: Fetched) -> Iterator[Fetched]:
        """The item, unless it was handed on; what only its place names cannot be recognised, and is.

        Of several prefixes a deletion says nothing about the others; their listing is complete, so absence tells.
        """
        if self._several and isinstance(item, RawRecord) and item.deleted:
            return
        handle = hash(item.record_id)
        if item.positional or handle not in self._pass_over:
            self._handed_on.append(handle)
            yield item

    def _lose(self, what: str) -> None:
        self.losses.append(what)
        if len(self.losses) > MAX_LOSSES:
            raise FailError(
                f"{self._name}: too much of what the server sends is broken; lastly, {what}. Tell whoever runs it."
            )

    def _tell(self, first: dict[str, str], page: Page) -> None:
        """Say where a harvest could go on; not where that takes what only this one remembers."""
        token = self._token(page)
        if token is not None and not self._pass_over and not self._several:
            self.on_page(
                {
                    "query": first,
                    "token": token,
                    "watermark": self.watermark,
                    "total": self.total,
                    "losses": list(self.losses),
                }
            )

    def _pages(self, provider: Provider, first: dict[str, str], rest: dict[str, str] | None = None) -> Iterator[Page]:
        """The pages of a list that `first` asks for, from `rest` on."""
        query, tokens, again = rest or first, set[str](), False
        while True:
            try:
                page = self._page(provider, query)
            except exceptions.NoRecordsMatch as error:
                if query is first:
                    return
                raise self._failed(provider, query, error) from error
            except exceptions.BadResumptionToken as error:
                if self._resume is not None:
                    raise StaleStateError(f"the resumption token of {self._name} has expired") from error
                if again:
                    raise self._failed(provider, query, error) from error
                query, again = first, True
                tokens.clear()
                self._pass_over |= frozenset(self._handed_on)
                continue
            yield page
            token = self._token(page)
            if token is None:
                return
            if token in tokens:
                raise FailError(
                    f"{self._name}: the server gave the resumption token {token!r} twice, so its list would never end. "
                    "Tell whoever runs it."
                )
            tokens.add(token)
            query = {"verb": first["verb"], "resumptionToken": token}

    def _page(self, provider: Provider, query: dict[str, str]) -> Page:
        """The answer; whether NoRecordsMatch and BadResumptionToken are errors depends on the list."""
        try:
            return provider.harvest(query)
        except (exceptions.NoRecordsMatch, exceptions.BadResumptionToken):
            raise
        except exceptions.BadVerb as error:  # the server identified itself: it lacks this verb
            raise _ListFailedError(self._failed(provider, query, error)) from error
        except exceptions.OAIPMHException as error:
            raise self._failed(provider, query, error) from error
        except (BrokenPageError, ServerFaultError) as error:
            raise _ListFailedError(error) from error

    def _token(self, page: Page) -> str | None:
        answer = _answer(page)
        element = child(answer, "resumptionToken") if answer is not None else None
        if element is not None and (size := element.get("completeListSize", "")).isdecimal():
            self.total = int(size)
        return text(element)

    def _elements(self, provider: Provider, page: Page, name: str) -> Iterator[etree._Element]:
        answer = _answer(page)
        if answer is None:
            raise FailError(
                f"{self._name}: the answer to {provider.address(page.params)} holds neither records nor an error. "
                f"{BASE_URL_ADVICE}"
            )
        return (element for element in answer if local_name(element) == name)

    def _item(self, element: etree._Element, place: str) -> Fetched:
        raw = raw_record(element, self._format.name, place, None)
        if len(raw.payload or b"") <= MAX_RECORD_BYTES:
            return raw
        message = f"The record is larger than {MAX_RECORD_BYTES:,} bytes"
        return RejectedRaw(raw.record_id, None, positional=raw.positional, code="too_large", message=message)

    def _failed(self, provider: Provider, query: dict[str, str], error: exceptions.OAIPMHException) -> FailError:
        return FailError(
            f"{self._name}: {provider.address(query)} answered {code_of(error)}: {_words(error)}. "
            f"{advice(provider, error)}"
        )


def _answer(page: Page) -> etree._Element | None:
    """The element of the verb that was asked for."""
    return child(page.xml, page.params["verb"])


def _words(error: exceptions.OAIPMHException) -> str:
    return " ".join(str(error).split()) or "no reason given"


def _malformed(identifier: str | None, address: str) -> RejectedRaw:
    return RejectedRaw(
        identifier or address,
        None,
        positional=identifier is None,
        code="malformed",
        message=f"The record is not well-formed in {address}",
    )


def _moment(since: str) -> datetime:
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise UsageError(f"{since!r} is neither a date (2026-01-31) nor a time (2026-01-31T12:00:00Z)") from error
    return _utc(moment)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _response_date(page: Page) -> datetime | None:
    """The server's time; None where it does not say, in a form that OAI-PMH allows."""
    try:
        return _utc(datetime.fromisoformat(text(child(page.xml, "responseDate")) or ""))
    except ValueError:
        return None

"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).

What is asked for: everything where `since` is None, where the server does not keep its deletions (`deletedRecord` no or
transient: then only a full snapshot shows them), where the catalogue file has `listing: always`, or where it names
several metadata prefixes; else what changed since `since`, less an overlap.

Where the server cannot answer ListRecords (no such verb, HTTP 500 for a page, a page that stays cut off), the harvest
uses ListIdentifiers and one GetRecord a record. A page that is well-formed but for some records costs these records:
they are rejected, and named among the losses of the harvest.

Where a resumption token expires on the way, the list is asked for once more from its beginning, and records that were
handed on are skipped by their identifier. A record that changed in between is skipped too; it is newer than the
watermark, so the next harvest brings it. Remembering takes 8 bytes a record (a hash), and some 70 while skipping.
"""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import Any

from lxml import etree

from pipeline.catalogue import Catalogue, OaiPmhProtocol
from pipeline.errors import FailError, StudyIndexError
from pipeline.model import moments
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.model.xml import child, text
from pipeline.protocols.base import EVERYTHING, Harvest, HarvestOptions, StaleStateError, bounded
from pipeline.protocols.http import ServerFaultError
from pipeline.protocols.oai.advice import advice
from pipeline.protocols.oai.client import BrokenPageError, OaiError, Page, Provider, Query
from pipeline.protocols.oai.envelope import is_deleted, raw_record

DAYS = "%Y-%m-%d"

OVERLAP = {moments.SECONDS: timedelta(minutes=5), DAYS: timedelta(days=1)}
"""How much earlier than `since` is asked for, by granularity: a record may appear some time after the datestamp that it
gets, and a server's days may be those of its own time zone. A record that is received
twice has the same content, and is unchanged."""


class _ListFailedError(Exception):
    """ListRecords cannot be read to its end; `error` states why."""

    def __init__(self, error: StudyIndexError) -> None:
        super().__init__(str(error))
        self.error = error


class OaiPmhHarvest(Harvest):
    """The records of an OAI-PMH server, page by page.

    Its state after a page is `{query, token, watermark, total, losses}`.
    """

    def __init__(
        self, catalogue: Catalogue, protocol: OaiPmhProtocol, fmt: RecordFormat, options: HarvestOptions = EVERYTHING
    ) -> None:
        super().__init__(catalogue, fmt, options)
        self._protocol = protocol
        self._provider = Provider(protocol.url, allow_hosts=catalogue.allow_hosts, clocks=self._clocks)
        self.snapshot = options.since is None
        self._handed_on = array("q")  # hashes of identifiers
        self._skip: frozenset[int] = frozenset()

    def _fetch(self) -> Generator[Fetched, None, None]:
        with self._provider:
            if self._resume is not None:
                yield from self._listed(self._restored(self._resume), self._resume["token"])
                return
            granularity, keeps_deletions = self._identify()
            for prefix in self._protocol.prefixes:
                yield from self._listed(self._query(prefix, granularity, keeps_deletions))
                self._skip = frozenset(self._handed_on)  # the first prefix that has a record gives it

    # -- what is asked for ------------------------------------------------------------------------------------------

    def _identify(self) -> tuple[str, bool]:
        """Granularity, and whether deletions are kept; sets the watermark."""
        started = self._clocks.now()
        try:
            identify = self._provider.identify()
        except OaiError as error:
            raise self._failed(error) from error
        self.watermark = moments.written(identify.date or started)
        return moments.SECONDS if "ss" in identify.granularity else DAYS, identify.deleted_record == "persistent"

    def _query(self, prefix: str, granularity: str, keeps_deletions: bool) -> Query:
        query = {"verb": "ListRecords", "metadataPrefix": prefix}
        if self._protocol.set is not None:
            query["set"] = self._protocol.set
        if self._since is not None and keeps_deletions and not self._protocol.always_snapshot:
            query["from"] = (self._since - OVERLAP[granularity]).strftime(granularity)
        self.snapshot = "from" not in query
        return query

    def _restored(self, state: dict[str, Any]) -> Query:
        """The query that began the list of a state."""
        self.watermark, self.total, self.losses = state["watermark"], state["total"], list(state["losses"])
        first: Query = state["query"]
        self.snapshot = "from" not in first
        return first

    # -- the list ---------------------------------------------------------------------------------------------------

    def _listed(self, first: Query, token: str | None = None) -> Iterator[Fetched]:
        """The records of a list; one by one where the server cannot list them."""
        try:
            yield from self._in_pages(first, token)
        except _ListFailedError as failed:
            if self._resume is not None:  # what was handed on before is not known here
                raise StaleStateError(str(failed)) from failed
            error = failed.error
        else:
            return
        yield from self._one_by_one(first, error)

    def _in_pages(self, first: Query, token: str | None) -> Iterator[Fetched]:
        number, address = 0, self._provider.address({})
        for page in self._pages(first, token):
            for element in page.elements("record"):
                item = bounded(raw_record(element, self._format.name, f"{address}#{number}", None))
                number += 1
                yield from self._new(item)
            for identifier in page.broken:
                yield from self._new(self._malformed(identifier, page.address))
            if page.broken:
                self._lose(f"records that are not well-formed in {page.address}: {len(page.broken)}")
            self._offer_state(first, text(page.token))

    def _pages(self, first: Query, token: str | None = None) -> Iterator[Page]:
        """The pages of a list, which is begun again once where its resumption token expires."""
        began_again = False
        while True:
            begun = token is not None
            try:
                for page in self._provider.pages(first, token):
                    begun = True
                    self._note_total(page)
                    yield page
            except OaiError as error:
                if error.code == "noRecordsMatch" and not begun:
                    return
                self._check_expired(error, began_again=began_again)
            except (BrokenPageError, ServerFaultError) as error:
                raise _ListFailedError(error) from error
            else:
                return
            token, began_again = None, True
            self._skip |= frozenset(self._handed_on)

    def _check_expired(self, error: OaiError, *, began_again: bool) -> None:
        """Raise, unless the error is that a resumption token expired and the list may begin again."""
        if error.code == "badVerb":  # the server identified itself: it lacks this verb
            raise _ListFailedError(self._failed(error)) from error
        if error.code != "badResumptionToken" or began_again:
            raise self._failed(error) from error
        if self._resume is not None:
            raise StaleStateError(f"the resumption token of {self._name} has expired") from error

    def _note_total(self, page: Page) -> None:
        size = page.token.get("completeListSize", "") if page.token is not None else ""
        if size.isdecimal():
            self.total = int(size)

    def _offer_state(self, first: Query, token: str | None) -> None:
        """Hand out where a harvest could continue; not where that takes what only this harvest remembers."""
        if token is not None and not self._skip and len(self._protocol.prefixes) == 1:
            known = {"watermark": self.watermark, "total": self.total, "losses": [*self.losses]}
            self.on_page({"query": first, "token": token, **known})

    # -- records ----------------------------------------------------------------------------------------------------

    def _one_by_one(self, first: Query, error: StudyIndexError) -> Iterator[Fetched]:
        """The records that ListIdentifiers names, each by GetRecord.

        Raises:
            StudyIndexError: `error`, where the server does not list identifiers either.
        """
        self._skip |= frozenset(self._handed_on)
        listed = False
        try:
            for page in self._pages({**first, "verb": "ListIdentifiers"}):
                listed = True
                for header in page.elements("header"):
                    yield from self._named(first["metadataPrefix"], page, header)
        except (StudyIndexError, _ListFailedError) as other:
            if not listed:
                raise error from other
            raise (other.error if isinstance(other, _ListFailedError) else other) from other

    def _named(self, prefix: str, page: Page, header: etree._Element) -> Iterator[Fetched]:
        """The record that a header of ListIdentifiers names."""
        identifier = text(child(header, "identifier"))
        if identifier is None:
            self._lose(f"{page.address} lists a record without identifier")
        elif hash(identifier) not in self._skip:
            datestamp = text(child(header, "datestamp"))
            yield from self._new(
                RawRecord(identifier, self._format.name, None, datestamp)
                if is_deleted(header)
                else self._got(prefix, identifier)
            )

    def _got(self, prefix: str, identifier: str) -> Fetched:
        """The record that GetRecord gives, or its reject."""
        query = {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": identifier}
        address = self._provider.address(query)
        wanted = RawRecord(identifier, self._format.name, None)
        try:
            elements = list(self._provider.ask(query).elements("record"))
        except OaiError as error:
            if error.code == "cannotDisseminateFormat":
                return wanted.rejected("wrong_format", error.words)
            self._lose(f"{error.address} answered {error}")
            return wanted.rejected("empty", error.words)
        except (BrokenPageError, ServerFaultError) as error:
            self._lose(str(error))
            return self._malformed(identifier, address)
        if len(elements) == 1:
            return bounded(raw_record(elements[0], self._format.name, identifier, None))
        self._lose(f"{address} holds {len(elements)} records")
        return wanted.rejected("empty", "The server gave no record")

    def _new(self, item: Fetched) -> Iterator[Fetched]:
        """The item, unless it was handed on before. An item that only its position names cannot be recognised.

        With several prefixes a deletion under one does not concern the others; as their lists are full snapshots, a
        deleted record is absent.
        """
        if len(self._protocol.prefixes) > 1 and isinstance(item, RawRecord) and item.deleted:
            return
        handle = hash(item.record_id)
        if item.positional or handle not in self._skip:
            self._handed_on.append(handle)
            yield item

    def _malformed(self, identifier: str | None, address: str) -> RejectedRaw:
        record = RawRecord(identifier or address, self._format.name, None, positional=identifier is None)
        return record.rejected("malformed", f"The record is not well-formed in {address}")

    def _failed(self, error: OaiError) -> FailError:
        return FailError(f"{self._name}: {error.address} answered {error}. {advice(self._provider, error)}")

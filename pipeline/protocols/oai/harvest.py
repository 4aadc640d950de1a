"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).

What is asked for: everything where `since` is None, where the server does not keep its deletions (`deletedRecord` no or
transient: then only a full snapshot shows them), where the catalogue file has `listing: always`, or where it names
several metadata prefixes; else what changed since `since`, less an overlap.

Where the server cannot answer ListRecords (no such verb, HTTP 500 for a page, a page that stays cut off), the harvest
uses ListIdentifiers and one GetRecord a record. A page that is well-formed but for some records costs these records:
they are rejected; those without a readable identifier are a loss, too. An error in place of a later page ends the list
early: what came is handed on, and the harvest is not complete.

Where a resumption token expires on the way, the list is asked for once more from its beginning, and records that were
handed on are skipped by their identifier. A record that changed in between is skipped too; it is newer than the
watermark, so the next harvest brings it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta

from lxml import etree

from pipeline.catalogue import Catalogue, OaiPmhProtocol
from pipeline.errors import FailError, RejectError, StudyIndexError
from pipeline.model import moments
from pipeline.model.numbers import stated_number
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.model.xml import child, text
from pipeline.protocols.base import EVERYTHING, IGNORE_SIZE, Harvest, HarvestOptions, bounded, named_by
from pipeline.protocols.http import RefusedError, ServerFaultError
from pipeline.protocols.oai.advice import advice
from pipeline.protocols.oai.client import BrokenPageError, OaiError, Page, Provider, Query
from pipeline.protocols.oai.envelope import is_deleted, raw_record
from pipeline.protocols.unusable import UnusableAnswerError

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

    Its state after a page is `{query, token}`, and what every harvest needs.
    """

    total_key = IGNORE_SIZE

    def __init__(
        self, catalogue: Catalogue, protocol: OaiPmhProtocol, fmt: RecordFormat, options: HarvestOptions = EVERYTHING
    ) -> None:
        super().__init__(catalogue, fmt, options)
        self._protocol = protocol
        self._provider = Provider(protocol.url, allow_hosts=catalogue.allow_hosts, clocks=self._clocks)
        self.snapshot = options.since is None
        self._deleted: set[str | bytes] = set()  # with several prefixes: deleted under one, and not had by another

    def _fetch(self) -> Generator[Fetched, None, None]:
        with self._provider:
            if self._resume is not None:
                self._restore(self._resume)
                yield from self._listed(self._resume["query"], self._resume["token"])
            else:
                granularity, keeps_deletions = self._identify()
                for prefix in self._protocol.prefixes:
                    yield from self._listed(self._query(prefix, granularity, keeps_deletions))
            if not self.snapshot:
                for identifier in self._not_listed():
                    yield self._got(self._protocol.prefixes[0], identifier)

    # -- what is asked for ------------------------------------------------------------------------------------------

    def _identify(self) -> tuple[str, bool]:
        """Granularity, and whether deletions are kept; sets the watermark."""
        started = self._clocks.now()
        try:
            identify = self._provider.identify()
        except OaiError as error:
            raise self._failed_by(error) from error
        self._note_time(identify.date, started)
        return moments.SECONDS if "ss" in identify.granularity else DAYS, identify.deleted_record == "persistent"

    def _query(self, prefix: str, granularity: str, keeps_deletions: bool) -> Query:
        query = {"verb": "ListRecords", "metadataPrefix": prefix}
        if self._protocol.set is not None:
            query["set"] = self._protocol.set
        if self._since is not None and keeps_deletions and not self._protocol.always_snapshot:
            query["from"] = (self._since - OVERLAP[granularity]).strftime(granularity)
        return query

    # -- the list ---------------------------------------------------------------------------------------------------

    def _listed(self, first: Query, token: str | None = None) -> Iterator[Fetched]:
        """The records of a list; one by one where the server cannot list them."""
        self.snapshot = "from" not in first
        try:
            yield from self._in_pages(first, token)
        except _ListFailedError as failed:
            yield from self._one_by_one(first, failed.error)
        self._end_list()

    def _in_pages(self, first: Query, token: str | None) -> Iterator[Fetched]:
        number, address = 0, self._provider.address({})
        for page in self._pages(first, token):
            for element in page.elements("record"):
                yield from self._new(bounded(raw_record(element, self._format.name, f"{address}#{number}", None)))
                number += 1
            for identifier in page.broken:
                yield from self._new(self._malformed(identifier, page.address))
            if nameless := page.broken.count(None):
                self._lose(f"records that are not well-formed and have no readable id in {page.address}: {nameless}")
            self._offer_state(first, text(page.token))

    def _pages(self, first: Query, token: str | None = None) -> Iterator[Page]:
        """The pages of a list, which is begun again once where its resumption token expires."""
        began_again = False
        while True:
            try:
                for page in self._provider.pages(first, self._end_page, token):
                    self._note_size(page)
                    yield page
            except OaiError as error:
                if error.code == "noRecordsMatch" and not self._listing.pages:
                    return
                if error.code == "badVerb":  # the server identified itself: it lacks this verb
                    raise _ListFailedError(self._failed_by(error)) from error
                if error.code != "badResumptionToken" or began_again:
                    self._break_off(self._failed_by(error), error)
                    return
            except (BrokenPageError, ServerFaultError) as error:
                raise _ListFailedError(error) from error
            except (RefusedError, UnusableAnswerError) as error:
                self._break_off(error)
                return
            else:
                return
            token, began_again = None, True
            self._begin_list(self._listing.pages)

    def _note_size(self, page: Page) -> None:
        size = page.token.get("completeListSize", "") if page.token is not None else ""
        number = stated_number(size)
        if number is None:
            return
        if self._protocol.list_size == "check":
            self._note_total(number)
        else:
            self.total = number

    def _offer_state(self, first: Query, token: str | None) -> None:
        """Hand out where a harvest could continue; not where that takes what only this harvest remembers."""
        if token is not None and not self._listed_before and len(self._protocol.prefixes) == 1:
            self.on_page(self._state(query=first, token=token))

    # -- records ----------------------------------------------------------------------------------------------------

    def _one_by_one(self, first: Query, error: StudyIndexError) -> Iterator[Fetched]:
        """The records that ListIdentifiers names, each by GetRecord.

        Raises:
            StudyIndexError: `error`, where the server does not list identifiers either and no page came before.
        """
        before = self._listing.pages
        self._begin_list(before)
        try:
            for page in self._pages({**first, "verb": "ListIdentifiers"}):
                for header in page.elements("header"):
                    yield from self._named(first["metadataPrefix"], page, header)
        except _ListFailedError as other:
            self._break_off(error if self._listing.pages == before else other.error)

    def _named(self, prefix: str, page: Page, header: etree._Element) -> Iterator[Fetched]:
        """The record that a header of ListIdentifiers names."""
        identifier = text(child(header, "identifier"))
        if identifier is None:
            self._lose(f"{page.address} lists a record without identifier")
        elif identifier in self._listed_before:
            self._listing.ids.add(identifier)
        else:
            datestamp = text(child(header, "datestamp"))
            yield from self._new(
                RawRecord(identifier, self._format.name, None, datestamp)
                if is_deleted(header)
                else self._got(prefix, identifier)
            )

    def _got(self, prefix: str, identifier: str) -> Fetched:
        """The record that GetRecord gives, or its reject."""
        query = {"verb": "GetRecord", "metadataPrefix": prefix, "identifier": identifier}

        def ask() -> Fetched:
            try:
                page = self._provider.ask(query)
            except OaiError as error:
                code = "wrong_format" if error.code == "cannotDisseminateFormat" else "empty"
                raise RejectError(code, f"{error.address} answered {error}") from error
            elements = list(page.elements("record"))
            if len(elements) != 1:
                raise RejectError("empty", f"{page.address} holds {len(elements)} records")
            record = raw_record(elements[0], self._format.name, identifier, None)
            return bounded(record._replace(record_id=identifier, positional=False))

        return self._received(RawRecord(identifier, self._format.name, None), ask)

    def _new(self, item: Fetched) -> Iterator[Fetched]:
        """The item, unless a list before had it, under another prefix or before the list was begun again.

        With several prefixes a deletion under one does not concern the others; as their lists are full snapshots, a
        deleted record is absent.
        """
        name = named_by(item)
        self._listing.ids.add(name)
        is_known = name in self._listed_before and name not in self._deleted
        if len(self._protocol.prefixes) > 1 and isinstance(item, RawRecord) and item.deleted:
            if not is_known:
                self._deleted.add(name)
        elif not is_known:
            self._deleted.discard(name)
            yield item

    def _malformed(self, identifier: str | None, address: str) -> RejectedRaw:
        record = RawRecord(identifier or address, self._format.name, None, positional=identifier is None)
        return record.rejected("malformed", f"The record is not well-formed in {address}")

    def _failed_by(self, error: OaiError) -> FailError:
        return FailError(f"{self._name}: {error.address} answered {error}. {advice(self._provider, error)}")

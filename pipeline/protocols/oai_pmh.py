"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).

What is asked for: everything where `since` is None, or where the server does not keep its deletions
(`deletedRecord` no or transient: then only a complete listing shows them); else what changed since `since`, less an
overlap.

A resumption token that expires on the way: the list is asked for once more from its beginning, and records that were
handed on are passed over by their identifier. A record that changed in between is passed over too; it is newer than the
watermark, so the next harvest brings it. Remembering costs 8 bytes a record (a hash), and some 70 while passing over.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta

from lxml import etree
from oaipmh_scythe import exceptions
from oaipmh_scythe.models import Identify, MetadataFormat

from pipeline.catalogue import Catalogue, OaiPmhProtocol
from pipeline.errors import FailError, StudyIndexError, UsageError
from pipeline.formats.base import Format
from pipeline.protocols.base import MAX_RECORD_BYTES, Fetched, Harvest, RejectedRaw, now
from pipeline.protocols.envelope import child, local_name, raw_record, text
from pipeline.protocols.oai_client import Page, Provider

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
DAYS = "%Y-%m-%d"

OVERLAP = {SECONDS: timedelta(minutes=5), DAYS: timedelta(days=1)}
"""How much earlier than `since` is asked for, by granularity: a record may appear some time after the datestamp that it
gets, and a server's days may be those of its own time zone. What comes twice has the same content, and is unchanged."""

_ADVICE: dict[type[exceptions.OAIPMHException], str] = {
    exceptions.BadArgument: "Check metadata_prefix and set in the catalogue file, and the date of --since.",
    exceptions.BadVerb: "Check the url in the catalogue file: it has to be the server's OAI-PMH base URL.",
    exceptions.NoSetHierarchy: "The server has no sets: remove set from the catalogue file.",
}


class OaiPmhHarvest(Harvest):
    """The records of an OAI-PMH server, page by page."""

    def __init__(
        self,
        catalogue: Catalogue,
        protocol: OaiPmhProtocol,
        fmt: Format,
        *,
        since: str | None = None,
        limit: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__(limit)
        self._name = catalogue.name
        self._protocol = protocol
        self._format = fmt
        self._since = None if since is None else _moment(since)
        self._sleep = sleep
        self._clock = clock
        self.listing = since is None
        self._handed_on = array("q")  # hashes of identifiers
        self._pass_over: frozenset[int] = frozenset()

    def _fetch(self) -> Generator[Fetched, None, None]:
        with Provider(self._protocol.url, sleep=self._sleep, clock=self._clock) as provider:
            query = self._query(*self._identify(provider))
            number = 0
            for page in self._pages(provider, query):
                for element in self._records(provider, page):
                    item = self._item(element, f"{provider.address({})}#{number}")
                    number += 1
                    if (handle := hash(item.record_id)) not in self._pass_over:
                        self._handed_on.append(handle)
                        yield item

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
                f"{self._name}: the answer to {provider.address(query)} does not identify the server. "
                f"{_ADVICE[exceptions.BadVerb]}"
            ) from error
        self.watermark = (_response_date(page) or started).strftime(SECONDS)
        granularity = getattr(identify, "granularity", None) or ""
        keeps_deletions = (getattr(identify, "deletedRecord", None) or "").strip() == "persistent"
        return SECONDS if "ss" in granularity else DAYS, keeps_deletions

    def _query(self, granularity: str, keeps_deletions: bool) -> dict[str, str]:
        query = {"verb": "ListRecords", "metadataPrefix": self._protocol.metadata_prefix}
        if self._protocol.set is not None:
            query["set"] = self._protocol.set
        if self._since is not None and keeps_deletions:
            query["from"] = (self._since - OVERLAP[granularity]).strftime(granularity)
        self.listing = "from" not in query
        return query

    def _pages(self, provider: Provider, query: dict[str, str]) -> Iterator[Page]:
        """The pages of a list."""
        first, tokens, again = query, set[str](), False
        while True:
            try:
                page = provider.harvest(query)
            except exceptions.NoRecordsMatch as error:
                if query is first:
                    return
                raise self._failed(provider, query, error) from error
            except exceptions.BadResumptionToken as error:
                if again:
                    raise self._failed(provider, query, error) from error
                query, again = first, True
                tokens.clear()
                self._pass_over = frozenset(self._handed_on)
                continue
            except exceptions.OAIPMHException as error:
                raise self._failed(provider, query, error) from error
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
            query = {"verb": "ListRecords", "resumptionToken": token}

    def _token(self, page: Page) -> str | None:
        answer = child(page.xml, "ListRecords")
        element = child(answer, "resumptionToken") if answer is not None else None
        if element is not None and (size := element.get("completeListSize", "")).isdecimal():
            self.total = int(size)
        return text(element)

    def _records(self, provider: Provider, page: Page) -> Iterator[etree._Element]:
        answer = child(page.xml, "ListRecords")
        if answer is None:
            raise FailError(
                f"{self._name}: the answer to {provider.address(page.params)} holds neither records nor an error. "
                f"{_ADVICE[exceptions.BadVerb]}"
            )
        return (element for element in answer if local_name(element) == "record")

    def _item(self, element: etree._Element, place: str) -> Fetched:
        raw = raw_record(element, self._format.name, place, None)
        if len(raw.payload or b"") <= MAX_RECORD_BYTES:
            return raw
        message = f"The record is larger than {MAX_RECORD_BYTES:,} bytes"
        return RejectedRaw(raw.record_id, None, positional=raw.positional, code="too_large", message=message)

    def _failed(self, provider: Provider, query: dict[str, str], error: exceptions.OAIPMHException) -> FailError:
        words = " ".join(str(error).split()) or "no reason given"
        name = type(error).__name__
        return FailError(
            f"{self._name}: {provider.address(query)} answered {name[0].lower()}{name[1:]}: {words}. "
            f"{self._advice(provider, error)}"
        )

    def _advice(self, provider: Provider, error: exceptions.OAIPMHException) -> str:
        match error:
            case exceptions.CannotDisseminateFormat():
                known = _prefixes(provider)
                return "Change metadata_prefix in the catalogue file" + (f" to one of {known}." if known else ".")
            case exceptions.BadResumptionToken():
                return (
                    "The list broke off there twice. Ask whoever runs the server how long its resumption tokens live, "
                    "then run the catalogue again."
                )
            case exceptions.NoRecordsMatch():
                return "The list broke off there: run the catalogue again."
        return _ADVICE.get(type(error), "Tell whoever runs the server.")


def _prefixes(provider: Provider) -> str:
    """The metadata prefixes that the server offers; empty where it does not say."""
    try:
        formats = [item for item in provider.list_metadata_formats() if isinstance(item, MetadataFormat)]
    except (exceptions.OAIPMHException, StudyIndexError):
        return ""  # the error that this is advice for is about to be raised
    return ", ".join(sorted(item.metadataPrefix for item in formats if item.metadataPrefix))


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

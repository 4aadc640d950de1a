"""An OAI-PMH 2.0 server: requests, errors of the protocol, and what the server states about itself.

http://www.openarchives.org/OAI/openarchivesprotocol.html. Each answer is parsed once and strictly: a parser that
recovers would take a truncated page for one that ends, and the list for complete.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from lxml import etree

from pipeline.errors import FailError
from pipeline.model import moments, xml
from pipeline.model.xml import child, local_name, text
from pipeline.protocols.clocks import CLOCKS, Clocks
from pipeline.protocols.http import Client
from pipeline.protocols.http_messages import Answer, MalformedError, Request
from pipeline.protocols.listing import Listing
from pipeline.protocols.oai.envelope import is_envelope
from pipeline.protocols.oai.repair import repaired
from pipeline.protocols.unusable import UnusableAnswerError

BASE_URL_ADVICE = "Check the url in the catalogue file: it has to be the server's OAI-PMH base URL."

Query = dict[str, str]
"""The arguments of a request, `verb` among them."""

_END = re.compile(rb"</(?:[\w.-]{1,100}:)?OAI-PMH\s*>")


class EndPage(Protocol):
    """Takes note that a page was read, and whether it leads on to a further page."""

    def __call__(self, *, leads_on: bool) -> None:
        """Raise FailError where the list would never end."""


class OaiError(Exception):
    """An error of the protocol (section 3.6): its code, the server's words, and the address that answered so.

    It never leaves this package: the harvest and the survey turn it into an error or a finding for people.
    """

    def __init__(self, code: str, words: str, address: str) -> None:
        self.code = code
        self.address = address
        self.words = " ".join(words.split()) or "no reason given"
        super().__init__(f"{code}: {self.words}")


class BrokenPageError(UnusableAnswerError):
    """An OAI-PMH response that is not well-formed, also not when asked for again."""


class Page(NamedTuple):
    """One response. `broken` are the identifiers of records that were not well-formed and are left out of `root`;
    None stands for an identifier that cannot be read."""

    query: Query
    address: str
    root: etree._Element
    broken: tuple[str | None, ...] = ()

    @property
    def answer(self) -> etree._Element | None:
        """The element of the verb that was asked for."""
        return child(self.root, self.query["verb"])

    @property
    def token(self) -> etree._Element | None:
        """The resumption token; it has no text at the end of a list (section 3.5)."""
        return child(self.answer, "resumptionToken") if self.answer is not None else None

    @property
    def date(self) -> datetime | None:
        """The server's time; None where it is missing or not a time."""
        return moments.parse(text(child(self.root, "responseDate")))

    def elements(self, name: str) -> Iterator[etree._Element]:
        """The elements of that name in the answer.

        Raises:
            FailError: the response holds no answer to the verb.
        """
        if self.answer is None:
            raise FailError(f"The answer to {self.address} holds neither records nor an error. {BASE_URL_ADVICE}")
        return (element for element in self.answer if local_name(element) == name)


class Identify(NamedTuple):
    """What a server states about itself (section 4.2); a missing value is empty. `date` is its time of answering."""

    name: str
    version: str
    deleted_record: str
    granularity: str
    earliest: str
    date: datetime | None


class Provider:
    """An OAI-PMH server.

    Args:
        url: its base URL.
        allow_hosts: hosts besides that of the URL to which it may redirect.
        clocks: how to wait, and what the time is.

    Raises:
        UsageError: the URL is not a web address.
    """

    def __init__(self, url: str, *, allow_hosts: Iterable[str] = (), clocks: Clocks = CLOCKS) -> None:
        self._url = url
        self._client = Client(url, allow_hosts=allow_hosts, clocks=clocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def ask(self, query: Query) -> Page:
        """The response to a query; for ListRecords also one with broken records, without these.

        Raises:
            OaiError: the response is an error of the protocol.
            RetryError: the server stayed busy or unavailable; ServerFaultError where it failed on this query.
            FailError: the response cannot be used; BrokenPageError where it is OAI-PMH and not well-formed.
        """
        try:
            return self._client.ask(
                Request(self._url, query), lambda answer: self._read(query, answer), accept=range(300, 600)
            )
        except UnusableAnswerError as error:
            content = _stripped(error.answer.content)
            if not is_envelope(content):
                raise
            found = repaired(_up_to_its_end(content)) if query["verb"] == "ListRecords" else None
            if found is None:
                raise BrokenPageError(str(error), error.answer) from error
            return Page(query, self.address(query), xml.parse(found.content), tuple(found.broken))

    def address(self, query: Query) -> str:
        """The address of a query, without credentials."""
        return self._client.shown(Request(self._url, query))

    def pages(self, first: Query, end_page: EndPage, token: str | None = None) -> Iterator[Page]:
        """The pages of a list (section 3.5): those of the query `first`, or those from a resumption token of it on.

        `end_page` is called after each page.

        Raises:
            OaiError, RetryError, FailError: as `ask`, and as `end_page`.
        """
        while True:
            page = self.ask(first if token is None else {"verb": first["verb"], "resumptionToken": token})
            yield page
            token = text(page.token)
            end_page(leads_on=token is not None)
            if token is None:
                return

    def identify(self) -> Identify:
        """What the server states about itself.

        Raises:
            OaiError, RetryError, FailError: as `ask`; FailError where the answer does not identify a server.
        """
        page = self.ask({"verb": "Identify"})
        answer = page.answer
        if answer is None:
            raise FailError(f"The answer to {page.address} does not identify the server. {BASE_URL_ADVICE}")
        stated = {local_name(item): text(item) or "" for item in answer}
        return Identify(
            name=stated.get("repositoryName", ""),
            version=stated.get("protocolVersion", ""),
            deleted_record=stated.get("deletedRecord", ""),
            granularity=stated.get("granularity", ""),
            earliest=stated.get("earliestDatestamp", ""),
            date=page.date,
        )

    def metadata_formats(self) -> dict[str, str | None]:
        """The namespace of each metadata prefix that the server offers.

        Raises:
            OaiError, RetryError, FailError: as `ask`.
        """
        formats = self.ask({"verb": "ListMetadataFormats"}).elements("metadataFormat")
        found = ((text(child(item, "metadataPrefix")), text(child(item, "metadataNamespace"))) for item in formats)
        return {prefix: namespace for prefix, namespace in found if prefix}

    def sets(self) -> Iterator[str]:
        """The setSpec of each set, page by page.

        Raises:
            OaiError, RetryError, FailError: as `pages`.
        """
        listing = Listing(self.address({"verb": "ListSets"}))
        for page in self.pages({"verb": "ListSets"}, listing.end_page):
            for spec in filter(None, (text(child(item, "setSpec")) for item in page.elements("set"))):
                listing.ids.add(spec)
                yield spec

    def _read(self, query: Query, answer: Answer) -> Page:
        refused = answer.status >= 300
        try:
            page = Page(query, self.address(query), _parsed(answer))
        except MalformedError:
            if refused:
                raise self._client.refusal(answer) from None
            raise
        error = child(page.root, "error")
        if error is not None:
            raise OaiError(error.get("code") or "an error without a code", error.text or "", page.address)
        if refused:
            raise self._client.refusal(answer)
        return page


def _parsed(answer: Answer) -> etree._Element:
    """The root of an OAI-PMH response.

    Raises:
        MalformedError: the answer is none, or is not well-formed.
    """
    content = _stripped(answer.content)
    if not content:
        raise MalformedError("it is empty")
    if not is_envelope(content):
        raise MalformedError("it is not an OAI-PMH response" + (", but a web page" if answer.is_web_page else ""))
    try:
        return _well_formed(content)
    except etree.XMLSyntaxError as error:
        raise MalformedError(f"the XML is not well-formed ({error.msg})") from error


def _well_formed(content: bytes) -> etree._Element:
    """The root; what follows its end tag is left out, such as a warning that the server's software printed."""
    try:
        return xml.parse(content)
    except etree.XMLSyntaxError:
        if (document := _up_to_its_end(content)) == content:
            raise
        return xml.parse(document)


def _up_to_its_end(content: bytes) -> bytes:
    """The content up to the last end tag of an OAI-PMH response; all of it where there is none."""
    ends = [match.end() for match in _END.finditer(content)]
    return content[: ends[-1]] if ends else content


def _stripped(content: bytes) -> bytes:
    return content.removeprefix(codecs.BOM_UTF8).lstrip()

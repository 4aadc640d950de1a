"""Records of one saved OAI-PMH response, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from lxml import etree

from pipeline.model import xml
from pipeline.model.raw import Fetched
from pipeline.model.sizes import MAX_RECORD_PARTS, xml_parts
from pipeline.model.xml import local_name, text
from pipeline.protocols.base import bounded, too_large, too_many_parts
from pipeline.protocols.oai.envelope import LISTS, raw_record
from pipeline.protocols.unpacking import BrokenStreamError

_OTHER_VERBS = frozenset({"Identify", "ListSets", "ListIdentifiers", "ListMetadataFormats"})
_WATCHED = ["record", "request", "error", *sorted(LISTS), *sorted(_OTHER_VERBS)]

_BEYOND_HOLDING = 4
"""A record larger than this many times the limit ends the harvest: the parser would have to hold it to find its end."""


class BrokenEnvelopeError(Exception):
    """A response that cannot be read to its end.

    `many` where records may be missing because of it; else the response is one record that is rejected with `code`.
    """

    def __init__(self, message: str, *, many: bool, code: str = "malformed") -> None:
        super().__init__(message)
        self.many = many
        self.code = code


def records(content: Iterable[bytes], record_format: str, name: str, limit: int) -> Iterator[Fetched]:
    """The records of a response that `is_envelope`.

    Raises:
        BrokenEnvelopeError: after the last record that could be read.
    """
    return _Response(record_format, name, limit).read(content)


class _Response:
    def __init__(self, record_format: str, name: str, limit: int) -> None:
        self._format = record_format
        self._name = name
        self._limit = limit
        self._parser = etree.XMLPullParser(
            events=("start", "end"), tag=[f"{{*}}{name}" for name in _WATCHED], **xml.SAFE
        )
        self._asked_for: str | None = None
        self._verb: str | None = None
        self._count = 0
        self._record: etree._Element | None = None  # the record that has begun and not ended
        self._size = self._parts = 0  # bytes, and elements and attributes, of whole chunks within or between records

    def read(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        try:
            for chunk in content:
                yield from self._feed(chunk)
                self._guard()
            self._parser.close()
        except etree.XMLSyntaxError as error:
            raise BrokenEnvelopeError(f"the XML is not well-formed: {error.msg}", many=self._many) from error
        except BrokenStreamError as error:
            raise BrokenEnvelopeError(f"the file is compressed and damaged: {error}", many=self._many) from error

    def _feed(self, chunk: bytes) -> Iterator[Fetched]:
        """The records that end in the chunk, also those before a fault in it."""
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError:
            yield from self._events()
            raise
        before = self._record, self._count
        yield from self._events()
        if before == (self._record, self._count):
            self._size += len(chunk)
            self._parts += xml_parts(chunk)
        else:
            self._size = self._parts = 0

    @property
    def _many(self) -> bool:
        return self._count > 0 or self._verb == "ListRecords"

    def _guard(self) -> None:
        """Of a record that is too large, hold no more than it takes to find its end; between records, hold little."""
        excess = max(self._size / self._limit, self._parts / MAX_RECORD_PARTS)
        if excess > (_BEYOND_HOLDING if self._record is not None else 1):
            what = f"record {self._count} is" if self._record is not None else f"what follows record {self._count} is"
            raise BrokenEnvelopeError(f"{what} larger than {self._size:,} bytes", many=True)
        if self._record is not None and excess > 1:
            _prune(self._record)

    def _events(self) -> Iterator[Fetched]:
        for event, element in cast("Iterator[tuple[str, etree._Element]]", self._parser.read_events()):
            parent = element.getparent()
            if event == "start":
                if self._record is None and _is_record(element):
                    self._record = element
                    self._size = self._parts = 0
                elif local_name(element) in LISTS and parent is not None and parent.getparent() is None:
                    self._verb = local_name(element)
            elif element is self._record:
                yield self._item(element)
                self._record = None
                self._size = self._parts = 0
                element.clear()
                _forget_before(element)
            elif parent is not None and parent.getparent() is None:
                self._answer(element)

    def _item(self, element: etree._Element) -> Fetched:
        number, self._count = self._count, self._count + 1
        raw = raw_record(element, self._format, f"{self._name}#{number}", {"record": number})
        if self._size > self._limit:
            return too_large(raw, self._limit)
        return too_many_parts(raw) if self._parts > MAX_RECORD_PARTS else bounded(raw, self._limit)

    def _answer(self, element: etree._Element) -> None:
        """Refuse answers without records; the answer that no record matches is an empty list."""
        verb = local_name(element)
        if verb == "request":
            self._asked_for = element.get("verb")
        if verb == "error" and element.get("code") != "noRecordsMatch":
            words = " ".join(filter(None, [element.get("code"), text(element)]))
            raise BrokenEnvelopeError(
                f"it is an error of an OAI-PMH server: {words}",
                many=self._asked_for == "ListRecords",
                code="wrong_format",
            )
        if verb in _OTHER_VERBS:
            raise BrokenEnvelopeError(
                f"it is an OAI-PMH server's answer to {verb}, which holds no records",
                many=False,
                code="wrong_format",
            )


def _is_record(element: etree._Element) -> bool:
    """Whether it is a record of the response, and not an element of that name in its metadata."""
    if local_name(element) != "record":
        return False
    above = [local_name(item) for item in element.iterancestors()]
    return not above or (len(above) == 2 and above[0] in LISTS)


def _prune(record: etree._Element) -> None:
    """Drop the elements that have ended in a record that has not; its header stays."""
    open_element = record
    while len(open_element):
        if open_element is not record:
            del open_element[:-1]
        open_element = open_element[-1]


def _forget_before(element: etree._Element) -> None:
    """Drop the siblings before the element, which the parser has finished."""
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]

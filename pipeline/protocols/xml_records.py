"""Records of one saved OAI-PMH response, one at a time."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import cast

from lxml import etree

from pipeline.protocols.base import Fetched, RejectedRaw
from pipeline.protocols.envelope import LISTS, OAI_NAMESPACE, local_name, raw_record, text
from pipeline.protocols.streams import BrokenStreamError

_PROLOG = r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*"
_ENVELOPE = re.compile(_PROLOG + r"<(?:[\w.-]+:)?OAI-PMH[\s/>]", re.DOTALL)
_RECORD = re.compile(_PROLOG + r"<(?:[\w.-]+:)?record\s[^>]*" + re.escape(f'"{OAI_NAMESPACE}"'), re.DOTALL)

_BEYOND_HOLDING = 4
"""A record of so many times the limit ends the harvest: the parser would have to hold it to find its end."""


class BrokenEnvelopeError(Exception):
    """A response that cannot be read to its end.

    `many` where records may be missing because of it; else it is one record that is rejected with `code`.
    """

    def __init__(self, message: str, *, many: bool, code: str = "malformed") -> None:
        super().__init__(message)
        self.many = many
        self.code = code


def is_envelope(head: bytes) -> bool:
    """Whether an XML document is an OAI-PMH response, or one `record` of it, by its first bytes.

    A document with a document type declaration is none, so that no entities have to be guarded against here.
    """
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    start = head[: 1 << 16].decode("utf-16" if utf16 else "utf-8", errors="replace").removeprefix("\ufeff")
    return bool(_ENVELOPE.match(start) or _RECORD.match(start))


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
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        self._depth = 0
        self._record_depth = 0
        self._asked_for: str | None = None
        self._verb: str | None = None
        self._count = 0
        self._in_record = 0  # bytes fed since the record began
        self._too_large = False

    def read(self, content: Iterable[bytes]) -> Iterator[Fetched]:
        try:
            for chunk in content:
                yield from self._feed(chunk)
                self._guard()
            self._parser.close()
        except etree.XMLSyntaxError as error:
            raise BrokenEnvelopeError(f"the XML is not well-formed: {error.msg}", many=self._many) from error
        except BrokenStreamError as error:
            raise BrokenEnvelopeError(f"the file is packed and damaged: {error}", many=self._many) from error

    def _feed(self, chunk: bytes) -> Iterator[Fetched]:
        """The records that end in the chunk, those before a fault in it too."""
        try:
            self._parser.feed(chunk)
        except etree.XMLSyntaxError:
            yield from self._events()
            raise
        self._in_record += len(chunk)
        yield from self._events()

    @property
    def _many(self) -> bool:
        return self._count > 0 or self._verb == "ListRecords"

    def _guard(self) -> None:
        inside = self._record_depth and self._depth >= self._record_depth
        if not inside:
            self._in_record = 0
        self._too_large = bool(inside) and self._in_record > self._limit
        if self._in_record > self._limit * _BEYOND_HOLDING:
            raise BrokenEnvelopeError(f"record {self._count} is larger than {self._in_record:,} bytes", many=True)

    def _events(self) -> Iterator[Fetched]:
        for event, element in cast("Iterator[tuple[str, etree._Element]]", self._parser.read_events()):
            if event == "start":
                self._start(element)
                continue
            if self._depth == self._record_depth and local_name(element) == "record":
                yield self._record(element)
                element.clear()
                _forget_before(element)
                self._in_record = 0
                self._too_large = False
            elif self._depth == 2:
                self._answer(element)
            elif self._too_large and local_name(element) not in {"header", "identifier"}:
                element.clear()
            self._depth -= 1

    def _start(self, element: etree._Element) -> None:
        self._depth += 1
        name = local_name(element)
        if self._depth == 1 and name == "record":
            self._record_depth = 1
        elif self._depth == 2 and name in LISTS:
            self._verb = name
            self._record_depth = 3
        elif self._depth == 2 and self._record_depth != 1:
            self._record_depth = 0

    def _record(self, element: etree._Element) -> Fetched:
        at: dict[str, int | str] = {"record": self._count}
        place = f"{self._name}#{self._count}"
        self._count += 1
        raw = raw_record(element, self._format, place, at)
        if self._too_large or len(raw.payload or b"") > self._limit:
            message = f"The record is larger than {self._limit:,} bytes"
            return RejectedRaw(raw.record_id, at, positional=raw.positional, code="too_large", message=message)
        return raw

    def _answer(self, element: etree._Element) -> None:
        """Refuse answers that are no records, other than that there are none."""
        verb = local_name(element)
        if verb == "request":
            self._asked_for = element.get("verb")
        if verb == "error" and element.get("code") != "noRecordsMatch":
            words = " ".join(filter(None, [element.get("code"), text(element)]))
            raise BrokenEnvelopeError(
                f"it is an OAI-PMH server's answer that something is wrong: {words}",
                many=self._asked_for == "ListRecords",
                code="wrong_format",
            )
        if verb in {"Identify", "ListSets", "ListIdentifiers", "ListMetadataFormats"}:
            raise BrokenEnvelopeError(
                f"it is an OAI-PMH server's answer to {verb}, which holds no records",
                many=False,
                code="wrong_format",
            )


def _forget_before(element: etree._Element) -> None:
    """Drop the siblings before, which the parser has finished."""
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]

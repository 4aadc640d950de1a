"""The keys of a catalogue file below `protocol`: one model a protocol, and the types that several of them share."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.catalogue.expressions import Expression, check_jmespath

SINCE = "{since}"
"""Placeholder of the time in the value of a query for changes."""

PLACE = re.compile(r"\{([^{}]+)\}")
"""A JMESPath in the address of one record."""


class Strict(BaseModel):
    """A part of a catalogue file: unknown keys are errors, and values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_http(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise ValueError(f"{url} is not an http or https address")
    return url


ListSize = Literal["check", "ignore"]
"""What to do with the number of records that a catalogue states for a list; `ignore` where it is always wrong."""
HttpUrl = Annotated[str, AfterValidator(_is_http)]
Scalar = str | int | float | bool
Rate = Annotated[float, Field(gt=0)]


# `selective`: whether the protocol can be asked for changes since a time.
class FilesProtocol(Strict):
    """Files on disk or at any fsspec URL."""

    selective: ClassVar[bool] = False

    type: Literal["files"]
    path: str
    """A path, glob or URL; a relative path is relative to the catalogue file."""


class OaiPmhProtocol(Strict):
    """An OAI-PMH 2.0 provider."""

    selective: ClassVar[bool] = True

    type: Literal["oai-pmh"]
    url: HttpUrl
    metadata_prefix: str | Annotated[list[str], Field(min_length=1)]
    """One, or several in order of preference."""
    set: str | None = None
    listing: Literal["auto", "always"] = "auto"
    """`always` asks for a full snapshot each time. Only that shows records that leave the set, as the protocol has no
    deletion for them."""
    list_size: ListSize = "check"

    @property
    def prefixes(self) -> list[str]:
        """The metadata prefixes, the preferred one first."""
        return [self.metadata_prefix] if isinstance(self.metadata_prefix, str) else self.metadata_prefix

    @property
    def always_snapshot(self) -> bool:
        """Whether every harvest asks for everything. With several prefixes it has to: a change under one prefix does
        not show whether another prefix has the record."""
        return self.listing == "always" or len(self.prefixes) > 1


class SitemapProtocol(Strict):
    """Web pages that a sitemap lists."""

    selective: ClassVar[bool] = True

    type: Literal["sitemap"]
    url: HttpUrl
    """The sitemap, or an index of sitemaps."""
    include: str | None = None
    """Regular expression; only addresses that contain a match are fetched."""

    @field_validator("include")
    @classmethod
    def _is_pattern(cls, include: str | None) -> str | None:
        try:
            re.compile(include or "")
        except re.error as error:
            raise ValueError(f"{include!r} is not a regular expression: {error}") from error
        return include


class DataverseProtocol(Strict):
    """A Dataverse server, by its search and native APIs (guides.dataverse.org/en/latest/api)."""

    selective: ClassVar[bool] = True

    type: Literal["dataverse"]
    url: HttpUrl
    """The server: `https://dataverse.example`."""
    subtree: str | None = None
    """Alias of the collection to which the harvest keeps; the whole server by default."""
    headers: dict[str, str] = {}
    """Sent with each request: `X-Dataverse-key: ${NAME}`."""
    page_size: Annotated[int, Field(ge=1, le=1000)] = 100
    list_size: ListSize = "check"
    requests_per_second: Rate | None = None
    """Pace towards one host; 5 by default, and none on loopback."""


class OffsetPaging(Strict):
    """The parameter is the number of records to skip: `?offset=200`."""

    style: Literal["offset"]
    param: str = "offset"
    start: int = 0
    overlap: bool = True
    """Whether each page is asked for from the last record of the page before it, which shows if the list shifted."""


class PagePaging(Strict):
    """The parameter is the number of the page: `?page=3`."""

    style: Literal["page"]
    param: str = "page"
    start: int = 1
    pages: Expression | None = None
    """Place of the number of pages in an answer."""


class CursorPaging(Strict):
    """Each answer has a token, which the next request sends as the parameter: `?pageToken=abc`."""

    style: Literal["cursor"]
    param: str
    next: Expression
    """Place of the token in an answer; the last answer has none."""
    start: str | None = None
    """The first token, where the service requires one."""


class LinkPaging(Strict):
    """Each answer has the address of the next one."""

    style: Literal["link"]
    next: Expression
    """Place of the address in an answer; the last answer has none."""


Paging = Annotated[OffsetPaging | PagePaging | CursorPaging | LinkPaging, Field(discriminator="style")]


class Since(Strict):
    """How the service is asked for changes since a time."""

    param: str
    """Name of the query parameter, or of the key of the body."""
    value: str = SINCE
    """Its value, with `{since}` for the time."""
    format: str = "%Y-%m-%dT%H:%M:%SZ"
    """How the time is written (strftime, in UTC)."""

    @field_validator("value")
    @classmethod
    def _contains_since(cls, value: str) -> str:
        if SINCE not in value:
            raise ValueError(f"{value!r} does not contain {SINCE}")
        return value


class JsonProtocol(Strict):
    """A JSON API, described by the catalogue file: its pages and its parameters."""

    type: Literal["json"]
    url: HttpUrl
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Scalar] = {}
    """Query parameters of each request for the list."""
    headers: dict[str, str] = {}
    """Sent with each request to the host of `url`."""
    body: dict[str, Any] | None = None
    """JSON body of a POST; the parameter of `paging` and `since` goes into it too."""
    paging: Paging | None = None
    """None where one answer has the whole list."""
    total: Expression | None = None
    """Place of the number of records in an answer: a list with fewer is incomplete."""
    id: Expression | None = None
    """Place of the record id in an entry of the list; by default `fields.id`, or the key that the format knows."""
    updated: Expression | None = None
    """Place of the time of a record's last change in its entry of the list."""
    detail: str | None = None
    """Address of one record, where the list has entries only; `{expression}` is a JMESPath in the entry."""
    detail_record: Expression | None = None
    """Place of the record in the answer of `detail`; the whole answer by default."""
    since: Since | None = None
    requests_per_second: Rate | None = None
    """Pace towards one host; 5 by default, and none on loopback."""

    @property
    def selective(self) -> bool:
        """Whether changed records can be distinguished from unchanged ones before they are fetched."""
        return self.since is not None or self.lists_changes

    @property
    def lists_changes(self) -> bool:
        """Whether the list has every record with the time of its last change, and records are fetched one by one."""
        return self.since is None and self.detail is not None and self.updated is not None

    @field_validator("detail")
    @classmethod
    def _names_a_record(cls, detail: str | None) -> str | None:
        if detail is None:
            return None
        _is_http(detail)
        if not PLACE.search(detail):
            raise ValueError(f"{detail} names no record: put {{id}}, or another key of the list's entries, into it")
        for expression in PLACE.findall(detail):
            check_jmespath(expression)
        return detail

    @model_validator(mode="after")
    def _keys_agree(self) -> JsonProtocol:
        if self.body is not None and self.method != "POST":
            raise ValueError("a body needs method: POST")
        if self.detail_record is not None and self.detail is None:
            raise ValueError("detail_record is a place in the answer of detail, and the key detail is missing")
        return self


Protocol = Annotated[
    FilesProtocol | OaiPmhProtocol | JsonProtocol | DataverseProtocol | SitemapProtocol, Field(discriminator="type")
]

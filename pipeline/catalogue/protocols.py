"""What a catalogue file may say of its protocol: one model a protocol, and the values that several of them share."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.catalogue.expressions import Expression, check_jmespath

SINCE = "{since}"
"""Where the time stands in the value of a query for changes."""

PLACE = re.compile(r"\{([^{}]+)\}")
"""A JMESPath in the address of one record."""


class Strict(BaseModel):
    """A part of a catalogue file: unknown keys are errors, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_http(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise ValueError(f"{url} is not an http or https address")
    return url


HttpUrl = Annotated[str, AfterValidator(_is_http)]
Scalar = str | int | float | bool
Rate = Annotated[float, Field(gt=0)]


# `selective`: whether the protocol can be asked for what changed since a time.
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
    """One, or several in the order in which they count."""
    set: str | None = None
    listing: Literal["auto", "always"] = "auto"
    """`always` asks for everything each time: where leaving the set sends no deletion, only that shows it."""

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
    """Regular expression; only addresses in which it is found are fetched."""

    @field_validator("include")
    @classmethod
    def _is_pattern(cls, include: str | None) -> str | None:
        try:
            re.compile(include or "")
        except re.error as error:
            raise ValueError(f"{include!r} is no regular expression: {error}") from error
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
    requests_per_second: Rate = 5


class OffsetPaging(Strict):
    """The parameter says how many records to pass over: `?offset=200`."""

    style: Literal["offset"]
    param: str = "offset"
    start: int = 0


class PagePaging(Strict):
    """The parameter is the number of the page: `?page=3`."""

    style: Literal["page"]
    param: str = "page"
    start: int = 1
    pages: Expression | None = None
    """Where an answer says how many pages there are."""


class CursorPaging(Strict):
    """An answer holds a token, which is sent back as the parameter: `?pageToken=abc`."""

    style: Literal["cursor"]
    param: str
    next: Expression
    """Where an answer holds the token; the last answer holds none."""
    start: str | None = None
    """The first token, where the service wants one."""


class LinkPaging(Strict):
    """An answer holds the address of the next one."""

    style: Literal["link"]
    next: Expression
    """Where an answer holds the address; the last answer holds none."""


Paging = Annotated[OffsetPaging | PagePaging | CursorPaging | LinkPaging, Field(discriminator="style")]


class Since(Strict):
    """How the service is asked for what changed since a time."""

    param: str
    """Name of the query parameter, or of the key of the body."""
    value: str = SINCE
    """Its value, with `{since}` for the time."""
    format: str = "%Y-%m-%dT%H:%M:%SZ"
    """How a time is written there (strftime, in UTC)."""

    @field_validator("value")
    @classmethod
    def _has_a_place(cls, value: str) -> str:
        if SINCE not in value:
            raise ValueError(f"{value!r} has no {SINCE} in it")
        return value


class JsonProtocol(Strict):
    """A JSON API, said in this file: how it pages, and what it is asked."""

    type: Literal["json"]
    url: HttpUrl
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, Scalar] = {}
    """Of the query of each request for the list."""
    headers: dict[str, str] = {}
    """Sent with each request to the host of `url`."""
    body: dict[str, Any] | None = None
    """JSON body of a POST; the parameter of `paging` and `since` goes into it too."""
    paging: Paging | None = None
    """None where one answer holds the whole list."""
    total: Expression | None = None
    """Where an answer says how many records there are: a list with fewer is then incomplete."""
    id: Expression | None = None
    """The record id in an entry of the list; what `fields.id` finds, or the format knows, by default."""
    updated: Expression | None = None
    """The time of a record's last change, in its entry of the list."""
    detail: str | None = None
    """Address of one record, where the list holds entries alone; `{expression}` is a JMESPath in the entry."""
    detail_record: Expression | None = None
    """Where the answer of `detail` holds the record; the whole answer by default."""
    since: Since | None = None
    requests_per_second: Rate = 5

    @property
    def selective(self) -> bool:
        """Whether what changed can be told from what did not before it is fetched."""
        return self.since is not None or self.lists_changes

    @property
    def lists_changes(self) -> bool:
        """Whether everything is listed, with the time of its last change, and records are fetched one by one."""
        return self.since is None and self.detail is not None and self.updated is not None

    @field_validator("detail")
    @classmethod
    def _is_template(cls, detail: str | None) -> str | None:
        if detail is None:
            return None
        _is_http(detail)
        if not PLACE.search(detail):
            raise ValueError(f"{detail} names no record: write {{id}}, or another key of the list's entries, in it")
        for expression in PLACE.findall(detail):
            check_jmespath(expression)
        return detail

    @model_validator(mode="after")
    def _fits(self) -> JsonProtocol:
        if self.body is not None and self.method != "POST":
            raise ValueError("a body is sent with method: POST")
        if self.detail_record is not None and self.detail is None:
            raise ValueError("detail_record says where the record is in the answer of detail, which is missing")
        return self


Protocol = Annotated[
    FilesProtocol | OaiPmhProtocol | JsonProtocol | DataverseProtocol | SitemapProtocol, Field(discriminator="type")
]

"""A resource of the DataCite Metadata Schema, independent of its syntax: XML and JSON are made into this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pipeline.formats.agents import Agent


class Text(NamedTuple):
    """A title or description: its type in folded form (see `datacite_terms.folded`), text, and language."""

    kind: str
    text: str
    language: str | None


class Subject(NamedTuple):
    """A subject: its text, language, code, and the scheme of the code."""

    text: str
    language: str | None
    code: str
    scheme: str


class Rights(NamedTuple):
    """Rights in the resource: text, language, URI, and the scheme of a licence's identifier."""

    text: str
    language: str | None
    uri: str
    scheme: str


class Typed(NamedTuple):
    """A value and its type: a date, an identifier, a relation, the role of a person."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """The properties of a resource that are read. Texts are cleaned; placeholders and empty texts are among them."""

    rights_uri_field: str
    """Field of the URI of rights, in the words of the syntax."""
    titles: list[Text]
    descriptions: list[Text]
    subjects: list[Subject]
    places: list[str]
    dates: list[Typed]
    languages: list[str]
    rights: list[Rights]
    own_ids: list[str]
    """Identifiers that are the DOI of the resource, where they are one."""
    identifiers: list[Typed]
    """All identifiers, alternate ones included."""
    urls: list[str]
    related_identifiers: list[Typed]
    related_items: list[Typed]
    creators: list[str]
    agents: list[Agent]
    """Names of creators, contributors and funders, with each kind that is stated of them."""
    contributors: list[Typed]
    publishers: list[str]
    funders: list[str]
    series: str
    """Title of the series; empty where only a description of type SeriesInformation may state it."""
    version: str
    years: list[str]
    """Years of publication."""
    modified: str | None


class Source(Protocol):
    """A resource in one syntax. Its resource type is known before the rest is read: most resources are no data."""

    kind_field: str
    """Field of the resource type, in the words of the syntax."""

    def kinds(self) -> list[Typed]:
        """General resource type, and resource type in free text."""

    def resource(self) -> Resource:
        """All properties."""

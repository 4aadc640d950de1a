"""What every format promises: bytes in, a study record out, no network, no index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

import orjson

from pipeline.errors import RejectError
from pipeline.model.record import ResourceType, StudyRecord

Syntax = Literal["xml", "json", "text"]


class Format(ABC):
    """How one record is written. Instances hold no state; one instance reads any number of records."""

    name: ClassVar[str]
    syntax: ClassVar[Syntax]
    """How files of such records are split: XML documents and OAI envelopes, JSON values, or one record a file."""
    resource_type: ClassVar[ResourceType]
    """What a record is where neither it nor the catalogue file says (evidence `format`)."""
    records_at: ClassVar[str | None] = None
    """Where an API's answer of many records has their list: the key of its object."""

    @abstractmethod
    def read(self, payload: bytes) -> StudyRecord:
        """The record that the payload states.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format`, `no_title`, `not_a_study` or `invalid`.
        """

    def key(self, value: Any) -> str | None:  # noqa: ARG002 - a format without keys of its own needs none
        """The id that one record in a JSON list carries, cheaply; None where it carries none."""
        return None

    def is_record(self, value: dict[str, Any]) -> bool:  # noqa: ARG002
        """Whether a JSON object is one record, rather than records by key."""
        return True


def json_object(payload: bytes) -> dict[str, Any]:
    """The JSON object in a payload.

    Raises:
        RejectError: `empty`, `malformed`, or `wrong_format` for JSON that is not an object.
    """
    if not payload.strip():
        raise RejectError("empty", "The payload is empty")
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", f"The payload is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RejectError("wrong_format", f"The payload is a JSON {type(value).__name__}, where an object was expected")
    return value

"""What every format promises: bytes in, a study record out, no network, no index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import orjson

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.model.record import ResourceType, StudyRecord
from pipeline.model.record_format import RecordFormat, Syntax

__all__ = ["Format", "Syntax", "json_object"]


MAX_DEPTH = 100
"""Objects and lists in each other that a JSON record may have."""
_HOLDERS = frozenset({dict, list})
_DEEP = b"\n" + b" " * (2 * MAX_DEPTH)
"""The beginning of a line in an object that is nested so deeply, where JSON is written with an indent of 2."""


class Format(RecordFormat, ABC):
    """How one record is written. Instances hold no state; one instance reads any number of records."""

    name: ClassVar[FormatName]
    resource_type: ClassVar[ResourceType]
    """What a record is where neither it nor the catalogue file states it (evidence `format`)."""

    @abstractmethod
    def read(self, payload: bytes) -> StudyRecord:
        """The record that the payload states.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format`, `no_title`, `not_a_study` or `invalid`.
        """

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether a JSON object is one record, rather than an object that holds records by key."""
        if not value or self.is_one(value):
            return True
        return not all(isinstance(each, dict) and self.is_one(each) for each in value.values())

    def is_one(self, value: dict[str, Any]) -> bool:  # noqa: ARG002 - formats that are never listed by key need no sign
        """Whether a JSON object has the main parts of a record of this format."""
        return True


def json_object(payload: bytes) -> dict[str, Any]:
    """The JSON object in a payload.

    Raises:
        RejectError: `empty`, `malformed` (not JSON, or nested too deeply), or `wrong_format` for JSON that is not an
            object.
    """
    if not payload.strip():
        raise RejectError("empty", "The payload is empty")
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", f"The payload is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RejectError("wrong_format", f"The payload is a JSON {type(value).__name__}; an object was expected")
    _check_depth(value)
    return value


def _check_depth(value: dict[str, Any]) -> None:
    """Rejects an object that is nested too deeply to be part of a document: JSON is written within bounds of depth."""
    try:
        if _DEEP not in orjson.dumps(value, option=orjson.OPT_INDENT_2):  # faster than to look at each value
            return
    except orjson.JSONEncodeError:  # nested deeper than can be written
        pass
    level: list[Any] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise RejectError("malformed", f"The payload is nested more than {MAX_DEPTH} deep")
        level = [
            each for held in level for each in (held.values() if type(held) is dict else held) if type(each) in _HOLDERS
        ]

"""What every format promises: bytes in, a study record out, no network, no index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import orjson

from pipeline.errors import RejectError
from pipeline.model.record import ResourceType, StudyRecord
from pipeline.model.record_format import RecordFormat, Syntax

__all__ = ["Format", "Syntax", "json_object"]


class Format(RecordFormat, ABC):
    """How one record is written. Instances hold no state; one instance reads any number of records."""

    resource_type: ClassVar[ResourceType]
    """What a record is where neither it nor the catalogue file says (evidence `format`)."""

    @abstractmethod
    def read(self, payload: bytes) -> StudyRecord:
        """The record that the payload states.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format`, `no_title`, `not_a_study` or `invalid`.
        """


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

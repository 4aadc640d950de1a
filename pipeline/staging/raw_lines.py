"""Raw records as lines of a part: one JSON object a line, read with one parse."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from pipeline.model.raw import Fetched, RawRecord, RejectedRaw


def pack(item: Fetched) -> bytes:
    """What a protocol yielded, as one line. A payload that is not UTF-8 is kept as base64."""
    if isinstance(item, RejectedRaw):
        return orjson.dumps({"reject": item._asdict()})
    fields: dict[str, Any] = item._asdict()
    payload = fields.pop("payload")
    if payload is not None:
        try:
            fields["payload"] = payload.decode("utf-8")
        except UnicodeDecodeError:
            fields["payload_base64"] = base64.b64encode(payload).decode()
    return orjson.dumps({name: value for name, value in fields.items() if value is not None})


def unpack(line: bytes) -> Fetched:
    """What `pack` wrote."""
    fields = orjson.loads(line)
    if "reject" in fields:
        return RejectedRaw(**fields["reject"])
    payload = fields.pop("payload", None)
    packed = fields.pop("payload_base64", None)
    if packed is not None:
        content: bytes | None = base64.b64decode(packed)
    else:
        content = payload.encode() if payload is not None else None
    return RawRecord(**fields, payload=content)

"""Raw records as lines of a part: one JSON object a line, read with one parse; and their keys, beside them.

The keys are enough wherever only the ids of records matter, or whether a record is the one that it was before.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.model.raw import Fetched, RawRecord, RejectedRaw


class RawKey(NamedTuple):
    """What a line of a raw part is about. The fields are those of a raw record."""

    record_id: str
    digest: str | None
    """Of all in the raw record that decides what it becomes; None of a deletion and of an unreadable record."""
    positional: bool
    deleted: bool


def key_of(item: Fetched) -> RawKey:
    """The key of what a protocol yielded."""
    if isinstance(item, RejectedRaw) or item.payload is None:
        return RawKey(item.record_id, None, item.positional, isinstance(item, RawRecord))
    found = hashlib.blake2b(item.payload, digest_size=16)
    found.update(f"\0{item.format}\0{item.positional:d}\0{item.record_id}".encode(errors="surrogatepass"))
    return RawKey(item.record_id, found.hexdigest(), item.positional, deleted=False)


def line_of_key(key: RawKey) -> bytes:
    """A key as a line of a part."""
    return orjson.dumps([*key])


def keys_in(lines: Iterable[bytes]) -> Iterator[RawKey]:
    """The keys in the lines of parts."""
    return (RawKey(*orjson.loads(line)) for line in lines)


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

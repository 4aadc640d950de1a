"""Load: ready documents into the candidate generation, a part at a time; then what goes and what is carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.index.bulk import Refusal, Write, write
from pipeline.run.context import Context, timed
from pipeline.run.plan import Mark
from pipeline.staging.store import Staging


class Marked(NamedTuple):
    """A document on its way: what it is to the live generation, and its record id."""

    mark: Mark
    record_id: str


def load(context: Context, part: int) -> dict[str, Any]:
    """Write the marked documents of one part.

    A document that Elasticsearch refuses becomes a reject (part of kind `refused`); its live predecessor, if it has
    one, is kept. Returns (and stages as `load/<part>`) written, refused by mark, and seconds.
    """
    plan = context.staging.read_json("plan")
    if _is_finished(context.staging, plan):  # and closed for writing: all of it was loaded then
        return context.staging.read_json(f"load/{part:05d}")
    result: dict[str, Any] = {"part": part, "written": 0}
    with timed(result):
        marks = _marks(context.staging, part)
        marked: dict[str, Marked] = {}
        writes = _writes(context.staging, part, marks, marked, everything=plan["start_empty"])
        refusals = list(write(context.client, plan["index"], writes))
        rejects = [_reject(refusal, marked[refusal.id]) for refusal in refusals]
        context.staging.write_part("refused", part, map(orjson.dumps, rejects))
        kept = [item.id for item in refusals if marked[item.id].mark is not Mark.CREATED]
        if kept and plan["start_empty"]:
            _carry(context, plan, kept)
    result |= {
        "written": len(marked) - len(refusals),
        "refused": dict(Counter(marked[item.id].mark.name.lower() for item in refusals)),
    }
    context.staging.write_json(f"load/{part:05d}", result)
    return result


def finish(context: Context, plan: dict[str, Any]) -> None:
    """Take out what goes, and copy what stays into a generation that started empty; once."""
    staging = context.staging
    if _is_finished(staging, plan):
        return
    for part in staging.parts("remove") if not plan["start_empty"] else []:
        removals = (Write(orjson.loads(line), None) for line in staging.read_part("remove", part))
        _all_accepted(write(context.client, plan["index"], removals))
    for part in staging.parts("carry") if plan["start_empty"] else []:
        _carry(context, plan, map(orjson.loads, staging.read_part("carry", part)))
    staging.write_json("finish", {"planned": plan["planned"]})


def _is_finished(staging: Staging, plan: dict[str, Any]) -> bool:
    return staging.has_json("finish") and staging.read_json("finish")["planned"] == plan["planned"]


def _carry(context: Context, plan: dict[str, Any], uuids: Any) -> None:
    found = lookup.sources(context.client, plan["live_index"], uuids)
    _all_accepted(write(context.client, plan["index"], (Write(uuid, orjson.dumps(source)) for uuid, source in found)))


def _all_accepted(refusals: Iterator[Refusal]) -> None:
    for refusal in refusals:
        raise FailError(f"Elasticsearch refused a change of the live document {refusal.id}: {refusal.reason}")


def _marks(staging: Staging, part: int) -> bytes:
    (line,) = staging.read_part("marks", part)
    return bytes.fromhex(line.decode())


def _writes(
    staging: Staging, part: int, marks: bytes, marked: dict[str, Marked], *, everything: bool
) -> Iterator[Write]:
    wanted = {Mark.CREATED, Mark.UPDATED} | ({Mark.UNCHANGED} if everything else set())
    for mark, line in zip(marks, staging.read_part("ready", part), strict=True):
        if mark in wanted:
            document = orjson.loads(line)
            marked[document["uuid"]] = Marked(Mark(mark), document["record_id"])
            yield Write(document["uuid"], line)


def _reject(refusal: Refusal, marked: Marked) -> dict[str, Any]:
    return {
        "code": "refused_by_index",
        "field": None,
        "message": refusal.reason,
        "record_id": marked.record_id,
        "positional": False,
        "at": None,
        "payload": "",
    }

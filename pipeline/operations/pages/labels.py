"""Names for people: of facets, fields, values, stages, reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.model.facets import BY_NAME

REASONS = {
    "empty": "No live document is listed any more",
    "max_drop": "Too many deletions",
    "max_rejects": "Too many rejects",
    "max_drift": "A facet moved too far",
    "pinned": "Pinned after a rollback",
}
"""Kinds of reasons for which the gate holds a run, by code."""

FIELDS = {
    "name": "Title",
    "name_language": "Language of the title",
    "dois": "DOIs",
    "urls": "Links",
    "same_as": "Same as",
    "harmony_id": "Harmony id",
    "record_id": "Record id",
    "work_id": "Work id",
    "uuid": "UUID",
}
"""Fields whose name is not their label."""

EVIDENCE = {
    "stated": "stated",
    "catalogue": "default of the catalogue file",
    "format": "follows from the format",
    "derived": "derived from",
    "curator": "correction",
}
"""Kinds of evidence."""

MODES = {"full": "full run", "incremental": "incremental run"}


def field_label(name: str) -> str:
    """A field of the document, or a facet."""
    if facet := BY_NAME.get(name):
        return facet.label
    return FIELDS.get(name) or name.replace("_", " ").replace(".", ": ").capitalize()


def value_label(field: str, value: Any) -> str:
    """One value of a field: codes in words, such as United Kingdom for GB."""
    if value is True or value == "true":
        return "Yes"
    if value is False or value == "false":
        return "No"
    facet = BY_NAME.get(field)
    if facet is not None and facet.vocabulary is not None and isinstance(value, str):
        name = facet.vocabulary.name(value)
        return name[:1].upper() + name[1:]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def reason_text(text: str) -> str:
    """The sentence of a reason, without the code before it."""
    code, colon, rest = text.partition(": ")
    return rest if colon and code in REASONS else text


def reason_label(text: str) -> str:
    """What a reason is about, by the code that its sentence begins with."""
    return REASONS.get(text.partition(": ")[0], "Held by the gate")


def evidence_texts(evidence: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """Each piece of evidence as a phrase, from what the document keeps."""
    return [_evidence_text(piece) for piece in evidence or ()]


def _evidence_text(piece: Mapping[str, Any]) -> str:
    kind = str(piece["kind"])
    text = EVIDENCE.get(kind, kind)
    if kind == "stated" and piece.get("field"):
        text = f"stated in {piece['field']}"
    elif piece.get("field"):
        text = f"{text} {piece['field']}"
    if piece.get("words"):
        text += f": “{piece['words']}”"
    if piece.get("reason"):
        text += f" ({piece['reason']})"
    if piece.get("doubt"):
        text += f"; a second opinion would say {piece['doubt']}"
    return text

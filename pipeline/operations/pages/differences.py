"""What differs between two values of a field, in pieces that a template marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from pipeline.operations.pages.labels import evidence_texts, field_label, value_label
from pipeline.run.details import FieldChange

LONGEST = 600
"""Characters of a value that are shown."""
_MOST_WORDS = 2000
"""Words of a text up to which the words that changed are looked for."""


class Piece(NamedTuple):
    """A stretch of a value, and whether it is only on this side."""

    text: str
    changed: bool


class Side(NamedTuple):
    """A value before or after; no pieces where it is absent."""

    pieces: tuple[Piece, ...]
    cut: int
    """Characters that are not shown."""
    evidence: tuple[str, ...]


class FieldDifference(NamedTuple):
    """One field of a changed document."""

    label: str
    before: Side
    after: Side


def difference(change: FieldChange) -> FieldDifference:
    """Both sides of a change."""
    old, new = _words(change.field, change.before), _words(change.field, change.after)
    before, after = _compared(old, new) if old and new else (_all(old), _all(new))
    return FieldDifference(
        field_label(change.field),
        Side(*_cut(before), tuple(evidence_texts(change.evidence_before))),
        Side(*_cut(after), tuple(evidence_texts(change.evidence_after))),
    )


def _words(field: str, value: Any) -> list[str]:
    """A value as pieces that are compared as wholes: values of a list, words of a text."""
    if value is None or value in ([], {}, ""):
        return []
    if isinstance(value, list | tuple):
        shown = [value_label(field, item) for item in value]
        return [f"{item}, " for item in shown[:-1]] + shown[-1:]
    if isinstance(value, str) and " " in (text := value_label(field, value)):
        return re.findall(r"\S+\s*|\s+", text)
    return [value_label(field, value)]


def _all(words: Sequence[str]) -> list[Piece]:
    return [Piece("".join(words), False)] if words else []


def _compared(old: Sequence[str], new: Sequence[str]) -> tuple[list[Piece], list[Piece]]:
    if len(old) + len(new) > _MOST_WORDS:
        return _all(old), _all(new)
    matcher = SequenceMatcher(None, [_key(word) for word in old], [_key(word) for word in new], autojunk=False)
    before: list[Piece] = []
    after: list[Piece] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        before += _pieces("".join(old[i1:i2]), changed=kind != "equal")
        after += _pieces("".join(new[j1:j2]), changed=kind != "equal")
    return before, after


def _pieces(text: str, *, changed: bool) -> list[Piece]:
    """A stretch; the space after what changed is not marked."""
    ends = len(text.rstrip(", ")) if changed else len(text)
    return [piece for piece in (Piece(text[:ends], changed), Piece(text[ends:], False)) if piece.text]


def _key(word: str) -> str:
    return word.strip().removesuffix(",")


def _cut(pieces: list[Piece]) -> tuple[tuple[Piece, ...], int]:
    """The pieces up to the longest length; long stretches that did not change are shortened first."""
    shown, room = [], LONGEST
    total = sum(len(piece.text) for piece in pieces)
    if total > LONGEST:
        pieces = [Piece(_shortened(piece.text), False) if not piece.changed else piece for piece in pieces]
    for piece in pieces:
        text = piece.text[:room]
        room -= len(text)
        if text:
            shown.append(Piece(text, piece.changed))
    return tuple(shown), max(0, sum(len(piece.text) for piece in pieces) - LONGEST)


def _shortened(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:80]} … {text[-70:]}"

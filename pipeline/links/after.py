"""Linking after something went live: what it did in words. Its failure undoes nothing, as the next pass heals it."""

from __future__ import annotations

from elasticsearch import Elasticsearch

from pipeline.errors import StudyIndexError
from pipeline.index.generations import generations
from pipeline.links.changes import Changes
from pipeline.links.stage import Linked, Progress, link

FAILED = (
    "works and hierarchy were not found anew, so the next run finds them for all documents, as does study-index link"
)


def no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


def linked_after(client: Elasticsearch, changes: Changes | None, progress: Progress = no_progress) -> str:
    """Link what went live; returns a sentence about it, empty where no document changed."""
    try:
        return in_words(link(client, changes, progress))
    except (StudyIndexError, OSError) as error:
        return f"{FAILED}: {error}"


def in_words(linked: Linked) -> str:
    """What a pass did, in a sentence without a full stop; empty where it changed nothing."""
    counts = linked.counts
    told = (
        (counts.joined, "joined with others of the same work"),
        (counts.unjoined, "no longer joined with others"),
        (counts.superseded, "superseded by a newer version"),
        (counts.reinstated, "no longer superseded"),
        (counts.placed, "given a parent"),
        (counts.unplaced, "without the parent that they had"),
    )
    parts = [f"{number:,} {what}" for number, what in told if number]
    words = f"documents of all catalogues: {', '.join(parts)}" if parts else ""
    waiting = left_to_do(linked)
    return f"{words}; {waiting}" if words and waiting else words or waiting


def left_to_do(linked: Linked) -> str:
    """What a pass left to the next one, in a sentence without a full stop; empty where it left nothing."""
    if not linked.pending:
        return ""
    return f"others work on {', '.join(linked.pending)}, so the next run, or study-index link, links it"


def unlinked(client: Elasticsearch) -> list[str]:
    """The catalogues of which something is live that was not linked since it went live."""
    return [item.catalogue for item in generations(client) if item.live and item.meta.links != "done"]

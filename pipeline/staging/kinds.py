"""The kinds of parts that a run stages."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """One kind of parts: the name of their folder. All but `raw` and `pages` are rebuilt by their stage."""

    RAW = "raw"
    """What the catalogue sent, a raw record, deletion or unreadable record a line (`raw_lines`)."""
    PAGES = "pages"
    """Raw records of a harvest that is unfinished, not yet in a full part."""
    SUPERSEDED = "superseded"
    """Positions in the raw part of the same number: versions of records that came more than once and do not count."""
    UNCHANGED_UPSTREAM = "unchanged_upstream"
    """Ids of records that the catalogue lists as unchanged; they were not fetched."""
    CORRECTIONS = "corrections"
    """The corrections that the run applies: harmony_id and correction, a line each."""
    READY = "ready"
    """Documents, one a line, of the raw part of the same number."""
    KEYS = "keys"
    """A key for each ready document, sorted by uuid."""
    MERGED = "merged"
    """Sorted keys of several parts."""
    REJECTS = "rejects"
    """Rejects of the raw part of the same number."""
    DELETIONS = "deletions"
    """Record ids that the catalogue states to be deleted."""
    CHANGES = "changes"
    """The change action of each ready document, one byte each, in one hexadecimal line."""
    DUPLICATES = "duplicates"
    """Rejects: ready documents with the id of an earlier one of the run, or of another catalogue of the source."""
    DELETE = "delete"
    """uuids of live documents that the candidate must not have."""
    COPY = "copy"
    """uuids of live documents that are copied into a candidate that starts empty."""
    REFUSED = "refused"
    """Rejects: documents that Elasticsearch refused."""

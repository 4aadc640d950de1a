"""Who could be in the study, by sex."""

from __future__ import annotations

from pipeline.record import Found, StudyRecord


def find(record: StudyRecord) -> Found | None:
    """`female`, `male` or `all`; None where the record is not about people, or does not say."""
    del record
    return None

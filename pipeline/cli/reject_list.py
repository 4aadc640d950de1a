"""Rejects for people: counts by code, then the records of each code with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipeline.cli import output
from pipeline.errors import REJECT_CODES
from pipeline.model.raw import Reject


def show_rejects(rejects: Iterable[Reject]) -> None:
    """Print counts by code, the most common first, then the records in the same order."""
    by_code: dict[str, list[Reject]] = defaultdict(list)
    for reject in rejects:
        by_code[reject.code].append(reject)
    if not by_code:
        output.show("No rejects.")
        return
    codes = sorted(by_code, key=lambda code: -len(by_code[code]))
    counts = ((code, len(by_code[code]), REJECT_CODES[code]) for code in codes)
    output.show(output.table(("code", "rejects", "meaning"), counts))
    for code in codes:
        output.show("", output.paragraph(code, style="bold"))
        for reject in by_code[code]:
            reason = f"{reject.field}: {reject.message}" if reject.field else reject.message
            output.show(output.paragraph(reject.record_id, indent=2), output.paragraph(reason, indent=6))

"""Ages after a label inside a text: "Age: 18 and over", or the value in the line after the label."""

from __future__ import annotations

import re

from pipeline.enrich.people.age_ranges import ages_of_value
from pipeline.enrich.people.age_shapes import Ages
from pipeline.enrich.people.criteria import is_excluded
from pipeline.enrich.people.is_age import follows_directly
from pipeline.enrich.text.patterns import alternatives

FARTHEST = 25
"""Characters of a value before its first age."""

_LABEL = re.compile(
    rf"(?:^|[:.;•])[\s\-*•\d.)]{{0,12}}{alternatives('ages', 'label', ignore_case=True)}(?:\s?\([^)\n]{{0,40}}\))?"
    rf"(?:\s?[:：]\s*|[^\S\n]*\n\s*)(?:[-*•]\s*|\d{{1,2}}[.)]\s+(?=[^\W\d]))?(?P<value>[^\n]{{1,160}})",
    re.IGNORECASE | re.MULTILINE,
)
_VALUE_END = re.compile(r"\s[A-Z]\w+(?:\s\w+){0,3}:|\s\(|\.\s")
"""What ends a value in a line: the next label, a remark, the next sentence."""


def labelled_ages(text: str) -> list[Ages]:
    """The ages after the first label for ages that has any, apart from those of people who are excluded."""
    for label in _LABEL.finditer(text):
        if is_excluded(text, label.start("value")):
            continue
        start, end = label.span("value")
        stop = _VALUE_END.search(text, start, end)
        if found := _at_beginning(text, start, ages_of_value(text, start, stop.start() if stop else end)):
            return found
    return []


def _at_beginning(text: str, start: int, found: list[Ages]) -> list[Ages]:
    """The first ages of a value, and those that follow it directly."""
    if not found or found[0].start > start + FARTHEST:
        return []
    first = [found[0]]
    for ages in found[1:]:
        if not follows_directly(text, first[-1].end, ages.start):
            break
        first.append(ages)
    return first

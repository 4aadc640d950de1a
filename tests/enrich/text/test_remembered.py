"""What is kept of short texts that repeat."""

from __future__ import annotations

from pipeline.enrich.text.remembered import LONGEST_REMEMBERED, remembered


def test_a_short_text_is_looked_at_once_and_a_long_one_each_time() -> None:
    seen: list[int] = []

    @remembered
    def length(text: str, more: str) -> int:
        seen.append(len(text) + len(more))
        return seen[-1]

    assert [length("tide", "") for _ in range(3)] == [4, 4, 4]
    assert seen == [4]
    long = "tide " * LONGEST_REMEMBERED
    assert length(long, "") == length(long, "")
    assert len(seen) == 3

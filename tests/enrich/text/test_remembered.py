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


def test_all_texts_of_a_call_together_decide_whether_it_is_remembered() -> None:
    seen: list[str] = []

    @remembered
    def joined(text: str, *others: str) -> str:
        seen.append(text)
        return "".join([text, *others])

    longest, half = "t" * LONGEST_REMEMBERED, "t" * (LONGEST_REMEMBERED // 2)
    for texts, calls in [
        ((longest,), 1), ((f"{longest}t",), 2), ((half, half), 1), ((half, f"{half}tt"), 2), (("", f"{longest}t"), 2),
        ((f"{half}tt", half, ""), 2),
    ]:  # fmt: skip
        seen.clear()
        assert [joined(*texts), joined(*texts)] == ["".join(texts)] * 2
        assert len(seen) == calls

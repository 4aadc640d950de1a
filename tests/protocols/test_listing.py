"""The set of record ids of a list: what it holds, and what it costs."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from pipeline.protocols.listing import RecordIds


@given(st.lists(st.integers(0, 3000)), st.lists(st.integers(0, 3000)))
def test_it_is_a_set(first: list[int], second: list[int]) -> None:
    ids, others = RecordIds(), RecordIds()
    for number in first:
        ids.add(f"record-{number}")
    for number in second:
        others.add(f"record-{number}")
    ids.update(others)
    known = {*first, *second}
    assert len(ids) == len(known)
    assert all((f"record-{number}" in ids) is (number in known) for number in range(3001))


def test_an_id_takes_some_bytes_alone() -> None:
    tracemalloc.start()
    try:
        ids = RecordIds()
        for number in range(20_000):
            ids.add(f"oai:archive.invalid:{number}")
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(ids) == 20_000
    assert size < 20_000 * 24

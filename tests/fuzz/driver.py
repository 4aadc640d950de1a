"""Tries inputs that are mutated at random, and keeps those that fail.

`make test` tries some dozens for each target, `make fuzz` 20,000: STUDY_INDEX_FUZZ is their number,
STUDY_INDEX_FUZZ_SEED the first seed. Each input has a seed of its own, so that one can be tried again alone. An input
that fails is made smaller and kept, in `tests/fuzz/corpus` or, where it is made of a real record, in the state folder.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.settings import home

CORPUS = Path(__file__).parent / "corpus"
MOST_SHRINKING = 300
"""Tries to make a failing input smaller."""

Check = Callable[[bytes], str]
"""Tries one input. Returns what it became, such as `document` or a reject code; raises what no input may cause."""


@dataclass
class Report:
    """What the inputs of one target became."""

    target: str
    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    """Seconds of processor time, and the seed of that input."""

    def __str__(self) -> str:
        counts = ", ".join(f"{outcome} {count}" for outcome, count in self.outcomes.most_common())
        seconds, seed = self.slowest
        tried = self.outcomes.total()
        return f"{self.target}: {tried} tried from seed {self.seed}: {counts}; slowest {seconds:.2f} s (seed {seed})"


def tries(short: int) -> int:
    """How many inputs are tried: STUDY_INDEX_FUZZ, else the number for `make test`."""
    return int(os.environ.get("STUDY_INDEX_FUZZ") or short)


def fuzz(
    target: str, make: Callable[[random.Random], bytes], check: Check, *, short: int, invented: bool = True
) -> Report:
    """Tries mutated inputs, and prints what they became.

    Args:
        target: name of what is tried, and of its folder in the corpus.
        make: an input, from a source of randomness.
        check: tries one input.
        short: how many inputs are tried where STUDY_INDEX_FUZZ is not set.
        invented: whether a failing input may be added to the project.

    Raises:
        AssertionError: an input failed; the message names its seed and its file.
    """
    first = int(os.environ.get("STUDY_INDEX_FUZZ_SEED", "0"))
    report = Report(target, first)
    for seed in range(first, first + tries(short)):
        payload = make(random.Random(f"{target} {seed}"))
        start = time.process_time()
        try:
            report.outcomes[check(payload)] += 1
        except Exception as error:
            kept = _keep(target, payload, check, error, invented=invented)
            raise AssertionError(f"{target}, seed {seed}: {type(error).__name__}: {error}. Input: {kept}") from error
        report.slowest = max(report.slowest, (time.process_time() - start, seed))
    sys.stderr.write(f"{report}\n")
    return report


def corpus(target: str) -> list[Path]:
    """The inputs of a target that failed once."""
    return sorted(path for path in (CORPUS / target).glob("*") if path.is_file())


def _keep(target: str, payload: bytes, check: Check, error: Exception, *, invented: bool) -> Path:
    """Writes a smaller input that fails in the same way; returns its path."""
    small = _smaller(payload, lambda smaller: type(error) is type(_failure(smaller, check)))
    folder = (CORPUS if invented else home() / "fuzz") / target
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{type(error).__name__}-{hashlib.sha256(small).hexdigest()[:10]}"
    kept.write_bytes(small)
    return kept


def _failure(payload: bytes, check: Check) -> Exception | None:
    try:
        check(payload)
    except Exception as error:  # noqa: BLE001 - any error is what the input is kept for
        return error
    return None


def _smaller(payload: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """The input without pieces that it does not need in order to fail: halves first, then ever smaller ones."""
    tries, size = 0, len(payload) // 2
    while size and tries < MOST_SHRINKING:
        at = 0
        while at < len(payload) and tries < MOST_SHRINKING:
            tries += 1
            without = payload[:at] + payload[at + size :]
            if fails(without):
                payload = without
            else:
                at += size
        size //= 2
    return payload

"""The memory of a process and of all that it started, while it runs. Linux only: elsewhere nothing is counted."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple, Self

_PROC = Path("/proc")
_EVERY = 0.25


class Memory(NamedTuple):
    """Peaks in MB. In `pss` memory that processes share counts once; in `rss` it counts in each of them."""

    pss: float = 0.0
    rss: float = 0.0
    processes: int = 0

    def at_least(self, other: Memory) -> Memory:
        """The larger of each."""
        return Memory(max(self.pss, other.pss), max(self.rss, other.rss), max(self.processes, other.processes))


class Sampler:
    """Samples the memory of a process tree four times a second; a context manager."""

    def __init__(self, pid: int) -> None:
        self.peak = Memory()
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(_EVERY):
            self.peak = self.peak.at_least(memory_of(tree(self._pid)))


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.iterdir() if _PROC.is_dir() else ():
        if folder.name.isdecimal() and (parent := _parent(folder)) is not None:
            children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += children.get(each, ())
    return found


def memory_of(pids: list[int]) -> Memory:
    """The memory of processes at this moment; those that have ended count nothing."""
    pss = rss = 0.0
    for pid in pids:
        pss += _kilobytes(_PROC / str(pid) / "smaps_rollup", "Pss:") / 1024
        rss += _kilobytes(_PROC / str(pid) / "status", "VmRSS:") / 1024
    return Memory(pss, rss, len(pids))


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far; 0 where there is no such process."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _parent(folder: Path) -> int | None:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _kilobytes(file: Path, name: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)

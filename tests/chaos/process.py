"""Runs of the command line in processes of their own, some of which are killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.chaos.command import STAGES, Kill, run_killable

HANG = 120
"""Seconds after which a process, or one that it started, is said to hang. A run takes about one second."""

SETTINGS = ("ELASTICSEARCH_", "STUDY_INDEX_")
"""Beginnings of the names of variables that a command reads."""

PROCESSES = multiprocessing.get_context("forkserver")
"""Forks processes that have imported the command line and read a record already, which takes a second elsewhere."""
PROCESSES.set_forkserver_preload(["tests.chaos.warm"])


class Ended(NamedTuple):
    """How a process ended: its exit code (negative: the signal), its output, and the moments of each stage."""

    code: int
    out: str
    err: str
    moments: Counter[str]

    @property
    def killed(self) -> bool:
        """Whether the process itself was killed."""
        return self.code == -signal.SIGKILL

    @property
    def json(self) -> Any:
        """What it printed."""
        return json.loads(self.out)


def command(folder: Path, url: str, *words: str, kill: Kill | None = None) -> Ended:
    """Run a command to its end, and until no process that it started is left.

    Raises:
        AssertionError: it hangs, or printed a traceback.
    """
    log = folder / "moments"
    log.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if name.startswith(SETTINGS)}
    environment["ELASTICSEARCH_URL"] = url
    until, end = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=run_killable, args=(list(words), folder, environment, kill, end))
    process.start()
    end.close()
    with until:
        ended = until.poll(HANG)  # True at its end, when no process is left that could write to it
    if not ended and process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    process.join()
    out, err = ((folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
    assert ended, f"{words} hangs, or left a process behind: {kill}\n{out}{err}"
    assert "Traceback" not in err, err
    assert process.exitcode is not None
    return Ended(process.exitcode, out, err, counted(log))


def counted(log: Path) -> Counter[str]:
    """The moments of each stage in a log."""
    seen = log.read_text(encoding="ascii") if log.exists() else ""
    names = {name[:2]: name for name in STAGES}
    return Counter(names[seen[place : place + 2]] for place in range(0, len(seen), 2))


def moment_in(stage: str, moments: Counter[str], chance: Random) -> Kill:
    """A kill at a random moment of a stage that has so many of them."""
    assert moments[stage], f"nothing can be seen of {stage}"
    return Kill(
        stage,
        chance.randint(1, moments[stage]),
        chance.choice(["run", "worker"]) if stage == "process" else "run",
        chance.choice([0, chance.uniform(0, 0.02)]),
    )

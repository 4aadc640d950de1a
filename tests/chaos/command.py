"""The command line in a process that notes what it does, and that is killed at a chosen moment.

Moments are what can be seen from outside: a file of staging that is opened, renamed or removed, and a request to
Elasticsearch. Between two of them a run only computes, so kills at all of them meet every state that it can leave.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import settings
from pipeline.run import runner, workers

STAGES = ("fetch", "process", "plan", "load", "gate", "publish")
FILES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


PARTS = 20
"""Records in a part, so that there are several parts."""


class Kill(NamedTuple):
    """A kill at a moment of a stage, counted from 1 over all processes of the run."""

    stage: str
    moment: int
    victim: str = "run"
    """`run`, or `worker`: the process that met the moment while it read records."""
    delay: float = 0
    """Seconds after the moment."""


class Moments:
    """Counts the moments of a run over all of its processes, and kills one of them.

    Each moment appends the first two letters of its stage to the file `log`.
    """

    def __init__(self, log: Path, kill: Kill | None) -> None:
        self._log = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._asked = kill
        self._run = os.getpid()
        self._stage = ""
        self._staging = settings.staging_url().removeprefix("file://")

    def entering(self, name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        """The stage, which says that it is under way."""

        def entered(*args: Any, **keys: Any) -> Any:
            self._stage = name
            return stage(*args, **keys)

        return entered

    def see(self, event: str, args: tuple[Any, ...]) -> None:
        """An audit hook of the interpreter."""
        if event in FILES:
            if not str(args[0]).startswith(self._staging):
                return
        elif event != "http.client.send":
            return
        if self._stage:
            os.write(self._log, self._stage[:2].encode())
            if self._asked is not None and self._stage == self._asked.stage:
                self._meet(self._asked)

    def _meet(self, kill: Kill) -> None:
        seen = os.pread(self._log, os.fstat(self._log).st_size, 0)
        codes = [seen[place : place + 2] for place in range(0, len(seen), 2)]
        if codes.count(self._stage[:2].encode()) >= kill.moment:
            victim = os.getpid() if kill.victim == "worker" else self._run
            threading.Thread(target=_kill, args=(victim, kill.delay), daemon=True).start()
            if not kill.delay:
                signal.pause()


def _kill(victim: int, delay: float) -> None:
    time.sleep(delay)
    with suppress(ProcessLookupError):  # another process of the run met the moment, too, and was faster
        os.kill(victim, signal.SIGKILL)


def run_killable(
    words: list[str], folder: Path, environment: dict[str, str], kill: Kill | None, end: Connection
) -> None:
    """Run the command line in this process; `end` is closed when it and all processes that it starts have ended."""
    os.setsid()
    os.environ.update(environment)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    disturbed(folder / "moments", kill)
    from pipeline.cli import main  # noqa: PLC0415

    main(words)
    end.close()


def disturbed(log: Path, kill: Kill | None, parts: int = PARTS) -> None:
    """From now on note the moments of this process's runs, of which one may be a kill; their parts are small."""
    moments = Moments(log, kill)
    for name in STAGES:
        module = import_module(f"pipeline.run.{name}")
        stage = getattr(module, name)
        entered = moments.entering(name, partial(stage, part_size=parts) if name == "fetch" else stage)
        for user in (module, workers if name == "process" else runner):
            setattr(user, name, entered)
    workers.FEW, workers.START_METHOD = 0, "fork"  # several processes read, and know of the kill
    sys.addaudithook(moments.see)

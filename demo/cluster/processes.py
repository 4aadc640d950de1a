"""Processes that end with the cluster, whatever happens: each in a group of its own, with all that it starts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from pipeline.local.files import read, tail

LONGEST_STOP = 20
"""Seconds that a process has to end by itself."""


class Process:
    """A program in a group of its own; what it prints is in a file.

    On Linux it is asked to end, too, when the process that started it ends without a word, as killed ones do.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], log: Path, *, cwd: Path, user: str | None = None
    ) -> None:
        setpriv = shutil.which("setpriv")
        with_parent = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*with_parent, *command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )
        self._family: set[psutil.Process] = set()

    @property
    def pid(self) -> int:
        """The process id, which is that of the group too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> int:
        """Wait until it ends; raises `subprocess.TimeoutExpired` after so many seconds."""
        return self._process.wait(seconds)

    def said(self) -> str:
        """The end of what it printed."""
        return tail(read(self.log))

    def family(self) -> set[psutil.Process]:
        """The process and all that it started, as far as they run."""
        with suppress(psutil.NoSuchProcess):
            self._family |= _with_children(self.pid)
        self._family = {one for one in self._family if one.is_running()}
        return self._family

    def kill(self) -> int:
        """Kill it and all that it started, at once, as a machine that fails does; how many processes that were."""
        family = self.family()
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self._process.wait(LONGEST_STOP)
        return len(family)

    def ask_to_end(self) -> None:
        """Ask it to end, without waiting for it."""
        self.family()
        if self.exit_code is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait for its end until that moment (`time.monotonic`), then kill what is left of it."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self.kill()


def end_all(processes: Sequence[Process]) -> None:
    """End all of them together, and what they started."""
    for process in processes:
        process.ask_to_end()
    deadline = time.monotonic() + LONGEST_STOP
    for process in processes:
        process.end(deadline)


def _with_children(pid: int) -> set[psutil.Process]:
    parent = psutil.Process(pid)
    return {parent, *parent.children(recursive=True)}

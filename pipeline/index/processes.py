"""Which process of which machine holds a lease, and whether it has ended."""

from __future__ import annotations

from pathlib import Path

_PROC = Path("/proc")
_START_TIME = 19
"""Place of `starttime` among the fields of /proc/PID/stat that follow the name of the program (proc_pid_stat(5))."""
_STATE_ENDED = frozenset({"Z", "X"})
"""States of a process of which only the exit status is left."""


def identity(pid: int) -> str | None:
    """What distinguishes a running process of this machine from every other one: a process id is used again.

    It has the id of the machine's boot, the namespace of process ids (each container has one), the process id, and
    when the process started. None where it has ended, or where the system does not state these (it has no /proc).
    """
    try:
        _, _, after_name = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
        fields = after_name.split()
        if fields[0] in _STATE_ENDED:
            return None
        return f"{_machine()} {pid} {fields[_START_TIME]}"
    except (OSError, IndexError):
        return None


def has_ended(process: str | None) -> bool:
    """Whether a process, given by its `identity`, has ended. False where that cannot be known from here."""
    machine, _, rest = (process or "").rpartition(" ")
    machine, _, pid = machine.rpartition(" ")
    try:
        same_machine = bool(rest) and machine == _machine()
    except OSError:
        return False
    return same_machine and identity(int(pid)) != process


def _machine() -> str:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"

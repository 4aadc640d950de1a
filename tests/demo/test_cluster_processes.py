"""Processes of the cluster end with all that they started."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from demo.cluster.processes import Process


def test_what_a_process_left_running_ends_with_it(tmp_path: Path) -> None:
    process = Process(["/bin/sh", "-c", "sleep 1000 & echo $!"], os.environ, tmp_path / "log", cwd=tmp_path)
    assert process.wait(60) == 0
    left = psutil.Process(int(process.said()))
    process.kill()
    left.wait(60)

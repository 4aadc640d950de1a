"""The command `study-index serve`: it prints where it listens, answers, and ends cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.nodes import credentials
from tests.serve.serving import Service


@contextmanager
def command(url: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process of its own; it is killed if a test leaves it running."""
    environment = {**os.environ, **credentials(), "ELASTICSEARCH_URL": url}
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "serve", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_at_the_address_that_it_prints_until_it_is_stopped(
    own_elasticsearch_url: str, stop: signal.Signals
) -> None:
    with command(own_elasticsearch_url, "--port", "0") as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        assert Service(address).get("/health-check").json == {"status": "ok"}
        assert b"<title>Studies</title>" in Service(address).get("/").content
        process.send_signal(stop)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert out == ""
        assert "Traceback" not in err


def test_a_port_that_is_taken_is_told(own_elasticsearch_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with command(own_elasticsearch_url, "--port", port) as process:
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert f"Nothing can listen at 127.0.0.1, port {port}" in err
    assert "--port" in err

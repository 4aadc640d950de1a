"""The light Elasticsearch: a real single node for a machine without Docker, made from published Maven artifacts.

`LightNode` is the one node of a state folder: it outlives the process that starts it, and any later process finds it.
`ephemeral_node` is a node for tests: it has a port and data of its own, and ends with the process that started it.

The node's folder is `elasticsearch` in the state folder. In it, `server/` is the server that Maven assembled from
`devnode/`, `data/` holds the indices, `node.log` is the log, `node.json` has the process id, the port and the URL;
`port` has the last port, which the next start takes again.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipeline import settings
from pipeline.errors import FailError, RetryError
from pipeline.local.assembly import assemble, find_jdk
from pipeline.local.files import Progress, locked, read, tail

log = logging.getLogger(__name__)

MAIN_CLASS = "studyindex.devnode.Main"
DEFAULT_HEAP = "512m"
# Elasticsearch takes the first free port of a range; zero lets the operating system choose.
DEFAULT_PORTS = "9200-9299"
ANY_PORT = "0"
START_SECONDS = 120
ROOM_IN_MEMORY = 2 * 1024**3
"""Bytes that have to be free for data to be kept in memory."""
STOP_SECONDS = 30


class LightNode:
    """The light Elasticsearch of one state folder.

    `home` is the node's folder (default: `elasticsearch` in the state folder), `port` the port on 127.0.0.1 (default:
    9200, or the next free one), `heap` the Java heap as in `-Xmx`. `progress` is called with a sentence before each
    step that takes longer than a second. Methods raise FailError where Java or Maven is missing, or Maven or the node
    fails.
    """

    def __init__(
        self,
        home: Path | None = None,
        port: int | None = None,
        *,
        heap: str = DEFAULT_HEAP,
        progress: Progress = log.info,
    ) -> None:
        self.home = (home or default_home()).absolute()
        self._port = port
        self._heap = heap
        self._progress = progress

    @property
    def url(self) -> str | None:
        """URL of the node that was started last and not stopped since; it need not answer (see `is_running`)."""
        record = self._record()
        return record.url if record else None

    def start(self) -> str:
        """Start the node unless it runs, wait until it answers, and return its URL."""
        with locked(self.home / "node.lock", self._progress):
            record = self._record()
            if record is None or not self._is_ours(record.pid):
                record = self._launch()
            url = _await_health(self.home, lambda: self._is_ours(record.pid))
            port = urlsplit(url).port
            self._write(_Record(pid=record.pid, port=port, url=url))
            self._last_port_file.write_text(f"{port}\n")
            return url

    def stop(self) -> bool:
        """Stop the node and no other process; true where it was running."""
        with locked(self.home / "node.lock", self._progress):
            record = self._record()
            running = record is not None and self._is_ours(record.pid)
            if record is not None and running:
                self._progress("Stopping the light Elasticsearch.")
                self._end(record.pid)
            self._record_file.unlink(missing_ok=True)
            return running

    def is_running(self) -> bool:
        """Whether the node of this folder runs and answers."""
        record = self._record()
        return record is not None and record.url is not None and self._is_ours(record.pid) and _is_healthy(record.url)

    @property
    def _record_file(self) -> Path:
        return self.home / "node.json"

    @property
    def _last_port_file(self) -> Path:
        """Outlasts `stop`: whoever knows the address finds the node there again."""
        return self.home / "port"

    def _ports(self) -> str:
        """The ports to try: the one that was asked for; else that of the last start, if it is free, and the others."""
        if self._port is not None:
            return str(self._port)
        last = read(self._last_port_file).strip()
        return f"{last},{DEFAULT_PORTS}" if last.isdecimal() else DEFAULT_PORTS

    def _record(self) -> _Record | None:
        try:
            return _Record.model_validate_json(self._record_file.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise FailError(f"{self._record_file} is damaged; end the node that it names, then delete it.") from error

    def _write(self, record: _Record) -> None:
        new = self._record_file.with_suffix(".new")
        new.write_text(record.model_dump_json(indent=2) + "\n")
        new.replace(self._record_file)

    def _launch(self) -> _Record:
        command = _assembled_command(self.home, self.home, self._ports(), self._heap, self._progress)
        self._progress(f"Starting the light Elasticsearch of {self.home}.")
        # The shell ends at once, which leaves the node without a parent that would have to wait for it.
        shell = ["sh", "-c", 'log=$1; shift; "$@" >"$log" 2>&1 </dev/null & echo $!', "sh", str(self.home / "node.log")]
        started = subprocess.run(
            [*shell, *command], stdout=subprocess.PIPE, start_new_session=True, check=True, text=True
        )
        record = _Record(pid=int(started.stdout))
        # Written before the node answers: a start that is interrupted now leaves a node that the next one finds.
        self._write(record)
        return record

    def _is_ours(self, pid: int) -> bool:
        # Process ids are used again after a restart of the machine.
        command = _command_line(pid)
        return MAIN_CLASS in command and f"path.data={self.home / 'data'}" in command

    def _end(self, pid: int) -> None:
        os.kill(pid, signal.SIGTERM)
        deadline = _retrying(STOP_SECONDS)
        try:
            deadline(self._check_ended, pid)
        except RetryError:
            self._progress("It does not stop, and is killed.")
            os.kill(pid, signal.SIGKILL)
            deadline(self._check_ended, pid)

    def _check_ended(self, pid: int) -> None:
        if self._is_ours(pid):
            raise RetryError(f"The light Elasticsearch, process {pid}, is still running.")


class _Record(BaseModel):
    """The content of `node.json`; there is no URL before the node answers."""

    pid: int
    port: int | None = None
    url: str | None = None


@contextmanager
def ephemeral_node(
    home: Path | None = None, *, heap: str = DEFAULT_HEAP, progress: Progress = log.info, brief: bool = True
) -> Iterator[str]:
    """Run an empty node on a port of its own and yield its URL; on leaving, end it and delete its data.

    A `brief` one is for work of seconds: it starts quickly, and has its data in memory. Another is as fast as a node
    that runs for long, and has its data in the folder for temporary files.

    The node ends when its standard input is closed, so that it does not outlive the process that started it, even
    where that is killed. `home` is the folder whose `server/` is used; `LightNode` uses the same.
    """
    parent = _memory() if brief else None
    with tempfile.TemporaryDirectory(prefix="study-index-node-", dir=parent, ignore_cleanup_errors=True) as folder:
        run = Path(folder)
        command = _assembled_command((home or default_home()).absolute(), run, ANY_PORT, heap, progress)
        # The optimising compiler does not pay for so short a run: without it, a start takes half the processor time.
        command[1:1] = ["-Dstudyindex.until.stdin.ends=true", *(["-XX:TieredStopAtLevel=1"] if brief else [])]
        with (run / "node.log").open("wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            yield _await_health(run, lambda: process.poll() is None)
        finally:
            _end_child(process)


def _memory() -> Path | None:
    """A folder in memory, where changes of indices take half the time.

    None where memory has no room for a small index, or where `TMPDIR` names the folder for temporary files.
    """
    folder = Path("/dev/shm")  # noqa: S108 - the node's own folder in it is made by tempfile
    if not os.environ.get("TMPDIR") and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM_IN_MEMORY:
        return folder
    return None


def _end_child(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def default_home() -> Path:
    """Folder of the light Elasticsearch in the state folder."""
    return settings.home() / "elasticsearch"


def _assembled_command(home: Path, run: Path, ports: str, heap: str, progress: Progress) -> list[str]:
    """The command that runs the server with its data in the folder `run`; assembles `home/server` where needed."""
    jdk = find_jdk()
    server = assemble(home, jdk, progress)
    url_file = run / "url"
    url_file.unlink(missing_ok=True)
    return [
        str(jdk / "bin/java"),
        f"@{server / 'config/jvm.options'}",
        f"-Xmx{heap}",
        f"-Dstudyindex.url.file={url_file}",
        "-cp",
        f"{server / 'lib'}/*",
        MAIN_CLASS,
        f"path.home={server}",
        f"path.data={run / 'data'}",
        f"path.logs={run / 'logs'}",
        f"http.port={ports}",
    ]


def _retrying(seconds: float) -> Retrying:
    """Calls a function every tenth of a second as long as it raises RetryError, but no longer than `seconds`."""
    return Retrying(
        retry=retry_if_exception_type(RetryError), wait=wait_fixed(0.1), stop=stop_after_delay(seconds), reraise=True
    )


def _await_health(run: Path, is_alive: Callable[[], bool]) -> str:
    """URL of the node whose files are in `run`, once it answers. Raises FailError where it ends or takes too long."""
    try:
        return _retrying(START_SECONDS)(_healthy_url, run, is_alive)
    except RetryError as error:
        raise FailError(f"{error} after {START_SECONDS} s. Its log ends:\n{tail(read(run / 'node.log'))}") from error


def _healthy_url(run: Path, is_alive: Callable[[], bool]) -> str:
    if not is_alive():
        raise FailError(f"The light Elasticsearch ended by itself. Its log ends:\n{tail(read(run / 'node.log'))}")
    url = read(run / "url")
    if not url or not _is_healthy(url):
        raise RetryError("The light Elasticsearch is not ready (it does not answer, or an index is red)")
    return url


def _is_healthy(url: str) -> bool:
    """Whether all indices of the node at `url` can be read and written."""
    address = urlsplit(url)
    # A proxy that the environment names is not asked for a server of this machine: this client knows of none.
    with closing(HTTPConnection(address.hostname or "", address.port, timeout=10)) as connection:
        try:
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=5s")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False


def _command_line(pid: int) -> str:
    """Arguments of a running process, or "" where there is none (or only its exit status is left)."""
    if Path("/proc/self").exists():
        process = Path(f"/proc/{pid}")
        try:
            arguments = (process / "cmdline").read_bytes()
            # A program that has just been started has none for a moment, but then it has a file already.
            while not arguments and (process / "exe").exists():
                arguments = (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return ""
        return arguments.replace(b"\0", b" ").decode(errors="replace")
    listed = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], stdout=subprocess.PIPE, text=True, check=False
    )
    return listed.stdout

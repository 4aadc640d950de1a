"""The light Elasticsearch: a real single node for a machine without Docker, made from published Maven artifacts.

`LightNode` is the one node of a state folder: it outlives the process that starts it, and any later process finds it.
`ephemeral_node` is a node for tests: it has its own port and data, and ends with the process that started it.

Below the node's folder (`<state folder>/elasticsearch`): `server/` is assembled from `devnode/` by Maven, `data/` holds
the indices, `node.log` what the node said, `node.json` its process id, port and URL.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from pydantic import BaseModel, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from pipeline import settings
from pipeline.errors import FailError, RetryError

log = logging.getLogger(__name__)

Progress = Callable[[str], None]

SOURCES = Path(__file__).with_name("devnode")
MAIN_CLASS = "studyindex.devnode.Main"
MINIMUM_JAVA = 17
JDK_FOLDERS = (Path("/usr/lib/jvm"), Path("/Library/Java/JavaVirtualMachines"), Path("/opt/homebrew/opt"))
DEFAULT_HEAP = "512m"
# Elasticsearch takes the first free port of a range; zero lets the operating system choose.
DEFAULT_PORTS = "9200-9299"
ANY_PORT = "0"
START_SECONDS = 120
ROOM_IN_MEMORY = 2 * 1024**3
"""Bytes that have to be free for data to be kept in memory."""
STOP_SECONDS = 30
LOG_TAIL_LINES = 10


class LightNode:
    """The light Elasticsearch of one state folder.

    `home` is the node's folder (default: `elasticsearch` in the state folder), `port` the port on 127.0.0.1 (default:
    9200, or the next free one), `heap` the Java heap as in `-Xmx`; `progress` hears of anything that takes longer than
    a second. Raises FailError where Java or Maven is missing, or Maven or the node fails.
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
        self._ports = DEFAULT_PORTS if port is None else str(port)
        self._heap = heap
        self._progress = progress

    @property
    def url(self) -> str | None:
        """URL of the node that was started last and not stopped since; it need not answer (see `is_running`)."""
        record = self._record()
        return record.url if record else None

    def start(self) -> str:
        """Start the node unless it runs, wait until it answers, and return its URL."""
        with _locked(self.home / "node.lock", self._progress):
            record = self._record()
            if record is None or not self._is_ours(record.pid):
                record = self._launch()
            url = _await_health(self.home, lambda: self._is_ours(record.pid))
            self._write(_Record(pid=record.pid, port=httpx.URL(url).port, url=url))
            return url

    def stop(self) -> bool:
        """Stop the node, and only it; true where one was running."""
        with _locked(self.home / "node.lock", self._progress):
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
        command = _assembled_command(self.home, self.home, self._ports, self._heap, self._progress)
        self._progress("Starting the light Elasticsearch.")
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
        deadline = Retrying(
            retry=retry_if_exception_type(RetryError),
            wait=wait_fixed(0.1),
            stop=stop_after_delay(STOP_SECONDS),
            reraise=True,
        )
        try:
            deadline(self._check_ended, pid)
        except RetryError:
            self._progress("It does not stop; killing it.")
            os.kill(pid, signal.SIGKILL)
            deadline(self._check_ended, pid)

    def _check_ended(self, pid: int) -> None:
        if self._is_ours(pid):
            raise RetryError(f"The light Elasticsearch, process {pid}, is still running.")


class _Record(BaseModel):
    """What `node.json` says of a node; no URL before it answers."""

    pid: int
    port: int | None = None
    url: str | None = None


@contextmanager
def ephemeral_node(
    home: Path | None = None, *, heap: str = DEFAULT_HEAP, progress: Progress = log.info
) -> Iterator[str]:
    """Run an empty node on a port of its own; give its URL; end it and delete its data on leaving.

    It ends as soon as its standard input does, so that not even a killed process leaves it behind. `home` is the folder
    whose `server/` is used, shared with `LightNode`.
    """
    with tempfile.TemporaryDirectory(prefix="study-index-node-", dir=_memory(), ignore_cleanup_errors=True) as folder:
        run = Path(folder)
        command = _assembled_command((home or default_home()).absolute(), run, ANY_PORT, heap, progress)
        # So short a life does not repay the optimising compiler: without it, a start takes half the processor time.
        command[1:1] = ["-Dstudyindex.until.stdin.ends=true", "-XX:TieredStopAtLevel=1"]
        with (run / "node.log").open("wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            yield _await_health(run, lambda: process.poll() is None)
        finally:
            _end_child(process)


def _memory() -> Path | None:
    """A folder in memory with room for a small index: there, changes of indices take half the time.

    None where there is no such room, or where `TMPDIR` says where temporary files go.
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


def find_jdk(environ: Mapping[str, str] = os.environ, folders: Sequence[Path] = JDK_FOLDERS) -> Path:
    """Home of a JDK 17 or newer: `JAVA_HOME`, else the one of `java` on the `PATH`, else one below `folders`.

    Raises FailError, with what to install, where there is none.
    """
    candidates = [Path(environ["JAVA_HOME"])] if environ.get("JAVA_HOME") else []
    java = shutil.which("java", path=environ.get("PATH", ""))
    if java is not None:
        candidates.append(Path(java).resolve().parents[1])
    for folder in folders:
        installed = sorted(folder.glob("*"))
        candidates += [*installed, *(path / "Contents/Home" for path in installed)]
    for candidate in candidates:
        if _java_version(candidate) >= MINIMUM_JAVA and (candidate / "bin/javac").is_file():
            return candidate
    raise FailError(_missing(f"a JDK {MINIMUM_JAVA} or newer (not in JAVA_HOME, nor on the PATH, nor in /usr/lib/jvm)"))


def find_maven(environ: Mapping[str, str] = os.environ) -> str:
    """Path of `mvn` on the `PATH`. Raises FailError, with what to install, where there is none."""
    maven = shutil.which("mvn", path=environ.get("PATH", ""))
    if maven is None:
        raise FailError(_missing("Maven (no mvn on the PATH)"))
    return maven


def _missing(what: str) -> str:
    return (
        f"The light Elasticsearch needs {what}. Install a JDK and Maven (Debian and Ubuntu: "
        f"`apt install openjdk-{MINIMUM_JAVA}-jdk-headless maven`; macOS: `brew install openjdk maven`), or set "
        "ELASTICSEARCH_URL to an Elasticsearch 8.19 or 9 of your own."
    )


def _java_version(home: Path) -> int:
    """Major version of the Java in `home`, by its `release` file; 0 where there is none."""
    try:
        lines = (home / "release").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    major = values.get("JAVA_VERSION", "").strip('"').split(".")[0]
    return int(major) if major.isdigit() else 0


def _assembled_command(home: Path, run: Path, ports: str, heap: str, progress: Progress) -> list[str]:
    """Assemble `home/server` where needed; the command that runs it with its data in the folder `run`."""
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


def assemble(home: Path, jdk: Path, progress: Progress = log.info) -> Path:
    """Make `home/server` with Maven, unless it was made of the very same sources; return its path.

    Raises FailError where Maven is missing or fails.
    """
    server = home / "server"
    stamp = _stamp(SOURCES)
    with _locked(home / "assemble.lock", progress):
        if _read(server / "stamp") == stamp:
            return server
        maven = find_maven()
        progress("Assembling the light Elasticsearch; the first time, Maven downloads some 70 MB.")
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="build-", dir=home) as build:
            _run_maven(maven, jdk, Path(build))
            made = Path(build, "server")
            (made / "stamp").write_text(stamp)
            if server.exists():
                shutil.rmtree(server)
            made.rename(server)
        progress(f"Assembled in {time.monotonic() - begin:.0f} s.")
    return server


def _stamp(sources: Path) -> str:
    """Digest of the names and contents of all files that go into the server."""
    digest = hashlib.sha256()
    for path in [sources / "pom.xml", *sorted((sources / "src").rglob("*"))]:
        if path.is_file():
            digest.update(f"{path.relative_to(sources)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _run_maven(maven: str, jdk: Path, build: Path) -> None:
    command = [maven, "--batch-mode", "--quiet", "-Dstyle.color=never", f"-DbuildDirectory={build}"]
    result = subprocess.run(
        [*command, "--file", str(SOURCES / "pom.xml"), "package"],
        env={**os.environ, "JAVA_HOME": str(jdk)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise FailError(
            "Maven could not assemble the light Elasticsearch (it needs to reach a Maven repository the first time; "
            f"settings are read from ~/.m2/settings.xml and MAVEN_OPTS). It said:\n{_tail(result.stdout)}"
        )


def _await_health(run: Path, is_alive: Callable[[], bool]) -> str:
    """URL of the node whose files are in `run`, once it answers. Raises FailError where it ends or takes too long."""
    attempts = Retrying(
        retry=retry_if_exception_type(RetryError),
        wait=wait_fixed(0.1),
        stop=stop_after_delay(START_SECONDS),
        reraise=True,
    )
    try:
        return attempts(_healthy_url, run, is_alive)
    except RetryError as error:
        raise FailError(f"{error} after {START_SECONDS} s. Its log ends:\n{_tail(_read(run / 'node.log'))}") from error


def _healthy_url(run: Path, is_alive: Callable[[], bool]) -> str:
    if not is_alive():
        raise FailError(f"The light Elasticsearch ended by itself. Its log ends:\n{_tail(_read(run / 'node.log'))}")
    url = _read(run / "url")
    if not url or not _is_healthy(url):
        raise RetryError("The light Elasticsearch is not ready (it does not answer, or an index is red)")
    return url


def _is_healthy(url: str) -> bool:
    """Whether all indices of the node at `url` can be read and written."""
    try:
        # No proxy of the environment stands between this machine and itself.
        with httpx.Client(trust_env=False, timeout=10) as client:
            response = client.get(f"{url}/_cluster/health", params={"wait_for_status": "yellow", "timeout": "5s"})
    except httpx.TransportError:
        return False
    return response.status_code == httpx.codes.OK


def _command_line(pid: int) -> str:
    """Arguments of a running process, or "" where there is none (or only its exit status is left)."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], stdout=subprocess.PIPE, text=True, check=False
    )
    return listed.stdout


def _read(path: Path) -> str:
    """Content of a text file, or "" where there is none."""
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-LOG_TAIL_LINES:])


@contextmanager
def _locked(path: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock file `path`; the operating system lets go of it when the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another process is at work on the light Elasticsearch; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield

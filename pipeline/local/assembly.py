"""Assembling the light Elasticsearch with Maven from its sources.

The sources are in `devnode/` at the top of the repository; the package links to that folder, so that a wheel has them.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import FailError
from pipeline.local.files import Progress, locked, read, tail

log = logging.getLogger(__name__)

SOURCES = Path(__file__).with_name("devnode")
MINIMUM_JAVA = 17
JDK_FOLDERS = (Path("/usr/lib/jvm"), Path("/Library/Java/JavaVirtualMachines"), Path("/opt/homebrew/opt"))


def find_jdk(environ: Mapping[str, str] = os.environ, folders: Sequence[Path] = JDK_FOLDERS) -> Path:
    """Home of a JDK 17 or newer: `JAVA_HOME`, else the one of `java` on the `PATH`, else one below `folders`.

    Raises FailError, with what to install, where there is none.
    """
    for home in java_homes(environ, folders):
        if java_version(home) >= MINIMUM_JAVA and (home / "bin/javac").is_file():
            return home
    raise FailError(_missing(f"a JDK {MINIMUM_JAVA} or newer (not in JAVA_HOME, nor on the PATH, nor in /usr/lib/jvm)"))


def java_homes(environ: Mapping[str, str] = os.environ, folders: Sequence[Path] = JDK_FOLDERS) -> Iterator[Path]:
    """Folders in which a Java may be: `JAVA_HOME`, that of `java` on the `PATH`, and those below `folders`."""
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"])
    java = shutil.which("java", path=environ.get("PATH", ""))
    if java is not None:
        yield Path(java).resolve().parents[1]
    for folder in folders:
        installed = sorted(folder.glob("*"))
        yield from installed
        yield from (path / "Contents/Home" for path in installed)


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


def java_version(home: Path) -> int:
    """Major version of the Java in `home`, by its `release` file; 0 where there is none."""
    try:
        lines = (home / "release").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    major = values.get("JAVA_VERSION", "").strip('"').split(".")[0]
    return int(major) if major.isdigit() else 0


def assemble(home: Path, jdk: Path, progress: Progress = log.info) -> Path:
    """Make `home/server` with Maven, unless it was made from the same sources; return its path.

    Raises FailError where Maven is missing or fails.
    """
    server = home / "server"
    stamp = _stamp(SOURCES)
    with locked(home / "assemble.lock", progress):
        if read(server / "stamp") == stamp:
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
            "Maven could not assemble the light Elasticsearch (the first time, it has to reach a Maven repository; "
            f"its settings are in ~/.m2/settings.xml and MAVEN_OPTS). Its output ends:\n{tail(result.stdout)}"
        )

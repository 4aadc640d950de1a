"""The programs of this machine that stand for images, and what to install where one is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from demo.cluster import distribution
from pipeline.errors import FailError, UsageError
from pipeline.local.files import Progress

INSTALL = "apt-get install postgresql redis-server"
POSTGRES_FOLDERS = (Path("/usr/lib/postgresql"),)


class Programs(NamedTuple):
    """Where the programs are: folders of PostgreSQL's and Redis's, a complete Elasticsearch, and a Java for it."""

    postgres: Path
    redis: Path
    elasticsearch: Path
    java: Path

    def versions(self) -> dict[str, str]:
        """The version of each, by service."""
        return {
            "postgres": _version([str(self.postgres / "postgres"), "--version"]),
            "redis": _version([str(self.redis / "redis-server"), "--version"]),
            "elasticsearch": distribution.version_of(self.elasticsearch),
        }


def missing(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Sentences on what is not installed; PostgreSQL and Redis are told together with how to install them."""
    lacking = [name for name, found in (("PostgreSQL", _postgres(environ)), ("Redis", _redis(environ))) if not found]
    sentences = [f"{' and '.join(lacking)} not found: {INSTALL}"] if lacking else []
    try:
        distribution.java(environ)
    except FailError as error:
        sentences.append(str(error))
    return sentences


def programs(progress: Progress, environ: Mapping[str, str] = os.environ) -> Programs:
    """All programs; a complete Elasticsearch is downloaded where there is none.

    Raises:
        UsageError: some are not installed; the message names them, and how to install them.
        FailError: Elasticsearch cannot be had.
    """
    postgres, redis = _postgres(environ), _redis(environ)
    lacking = missing(environ)
    if postgres is None or redis is None or lacking:
        raise UsageError("make cluster needs programs that are not here.\n" + "\n".join(f"- {one}" for one in lacking))
    return Programs(postgres, redis, distribution.distribution(progress), distribution.java(environ))


def _postgres(environ: Mapping[str, str]) -> Path | None:
    """The folder with `postgres` and `initdb`: Debian keeps them off the `PATH`. Of several, the newest."""
    found = [path for folder in POSTGRES_FOLDERS for path in folder.glob("*/bin") if (path / "initdb").is_file()]
    newest = sorted(found, key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb", path=environ.get("PATH"))
    return newest[0] if newest else Path(on_path).resolve().parent if on_path else None


def _redis(environ: Mapping[str, str]) -> Path | None:
    found = shutil.which("redis-server", path=environ.get("PATH"))
    return Path(found).parent if found else None


def _version(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = said.replace("v=", " ").split()
    return next(word for word in words if word[0].isdecimal())

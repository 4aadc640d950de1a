"""Where the files and ports of a service are here: container paths become folders, service names loopback ports."""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from demo.cluster.compose import Mount, Service
from pipeline.errors import FailError

LOOPBACK = "127.0.0.1"
OWN = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0)"
SYSTEM_FOLDERS = {"/bin", "/dev", "/etc", "/home", "/lib", "/opt", "/root", "/run", "/tmp", "/usr", "/var"}  # noqa: S108
"""Folders of a container that are no service's own, so that texts may mean those of this machine."""
FIRST_PORT = 19200
LAST_PORT = 19999


def free_ports(first: int = FIRST_PORT) -> Iterator[int]:
    """Ports of the loopback address that nobody listens on, below those that the system gives to clients."""
    for port in range(first, LAST_PORT + 1):
        with socket.socket() as tried:
            try:
                tried.bind((LOOPBACK, port))
            except OSError:
                continue
        yield port
    raise FailError(f"There is no free port from {first} to {LAST_PORT} on {LOOPBACK}")


@dataclass
class Place:
    """The files and ports of one instance of a service.

    `root` stands for the file system of the container. `ports` has the port here by the port there, `hosts` those of
    other services by name; `published` has the ports here of all services by the ports at which Compose publishes them.
    """

    name: str
    root: Path
    ports: dict[int, int]
    hosts: dict[str, dict[int, int]]
    published: dict[int, int] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)

    def path(self, there: str) -> Path:
        """Where a path of the container is here."""
        return self.root / there.lstrip("/")

    def here(self, text: str, *, from_outside: bool = False) -> str:
        """A text of the service (a command, a variable, a script) with the paths and ports of this machine.

        With `from_outside`, ports of localhost are those that Compose publishes, as in the address of a web page.
        """
        return self._addresses(self._with_paths(text), {**self.ports, **(self.published if from_outside else {})})

    def _with_paths(self, text: str) -> str:
        known = "|".join(re.escape(path) for path in sorted(self.paths, key=len, reverse=True))
        if not known:
            return text
        return re.sub(rf"(?<![\w.-])(?:{known})(?![\w.-])", lambda found: str(self.paths[found[0]]), text)

    def _addresses(self, text: str, own_ports: dict[int, int]) -> str:
        names = "|".join(re.escape(name) for name in sorted(self.hosts, key=len, reverse=True))

        def own(found: re.Match[str]) -> str:
            return f"{found[1]}:{own_ports.get(int(found[2]), int(found[2]))}"

        def other(found: re.Match[str]) -> str:
            there = int(found[2])
            return f"{host_of(found[1])}:{self.hosts[found[1]].get(there, there)}"

        text = re.sub(rf"(?<![\w.-])({OWN}):(\d+)", own, text)
        return re.sub(rf"(?:(?<=://)|(?<![\w./-]))({names}):(\d+)", other, text)


def host_of(service: str) -> str:
    """The name by which a service is reached here: one that is in its certificate, if it has one."""
    return "localhost" if service == "elasticsearch" else LOOPBACK


def lay_out(place: Place, service: Service, project: Path, volumes: Path, image_paths: Iterable[str]) -> None:
    """Make the folders of an instance: a root, in which volumes are links, and files are copies with our paths."""
    targets = [mount.target for mount in [*service.mounts, *service.secrets]]
    tops = {"/" + target.split("/")[1] for target in targets} - SYSTEM_FOLDERS
    for there in {*image_paths, *targets, *tops}:
        place.paths[there] = place.path(there)
    for mount in sorted([*service.mounts, *service.secrets], key=lambda one: len(one.target)):
        _mount(place, mount, project, volumes)


def _mount(place: Place, mount: Mount, project: Path, volumes: Path) -> None:
    target = place.path(mount.target)
    target.parent.mkdir(parents=True, exist_ok=True)
    source = volumes / mount.source / mount.subpath if mount.is_named else project / mount.source
    if mount.is_named:
        source.mkdir(parents=True, exist_ok=True)
    if not source.exists():
        raise FailError(f"{place.name}: {mount.source} of docker-compose.yml is not there")
    if source.is_dir():
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)  # what the image has there is hidden
        target.symlink_to(source, target_is_directory=True)
        return
    target.write_text(place.here(source.read_text(encoding="utf-8")), encoding="utf-8")
    target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)

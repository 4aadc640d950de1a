"""What the entry point of each image does before its command, done with programs of this machine."""

from __future__ import annotations

import getpass
import os
import pwd
import re
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from demo.cluster import distribution
from demo.cluster.compose import Service
from demo.cluster.dockerfile import read_dockerfile
from demo.cluster.layout import LOOPBACK, Place
from demo.cluster.programs import Programs
from pipeline.errors import FailError, UsageError
from pipeline.local.files import tail

PROJECT = Path(__file__).parents[2]
OTHERS = ("postgres", "redis", "elasticsearch")
"""Services whose programs are not ours."""
UNPRIVILEGED = "nobody"
"""Who runs what refuses to be run by root, where we are root."""
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Start:
    """A command with its environment, the folder and the user that it is started in and by."""

    command: list[str]
    env: dict[str, str]
    cwd: Path
    user: str | None = None


class Image(ABC):
    """An image: its paths, its ports, and how a command in it is started here."""

    PATHS: ClassVar[tuple[str, ...]] = ()
    """Folders of the image that commands and variables name."""
    PORTS: ClassVar[tuple[int, ...]] = ()

    def __init__(self, programs: Programs) -> None:
        self.programs = programs

    def paths(self) -> set[str]:
        """Folders of the image that commands and variables name."""
        return {*self.PATHS}

    def make(self, place: Place) -> None:  # noqa: B027 - not each has to
        """Put what the image has where the service looks for it."""

    @abstractmethod
    def start(self, place: Place, service: Service) -> Start:
        """Prepare what the image's entry point does, and say what is to be started."""

    def environment(self, place: Place, service: Service) -> dict[str, str]:
        """The service's variables with our paths and ports, and the few that every program needs."""
        shims = place.root / "shims"
        shims.mkdir(parents=True, exist_ok=True)
        variables = {**self.variables(), **service.environment}
        given = {name: place.here(value, from_outside=True) for name, value in variables.items()}
        path = os.pathsep.join([str(shims), *self.folders(), SYSTEM_PATH])
        common = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TZ") if name in os.environ}
        return {**common, "PATH": path, "HOME": str(_made(place.path("/home"))), "HOSTNAME": place.name, **given}

    def folders(self) -> list[str]:
        """Folders of programs that are first on the `PATH`."""
        return []

    def variables(self) -> dict[str, str]:
        """Variables that the image sets."""
        return {}


class Postgres(Image):
    """PostgreSQL: the entry point makes the data folder and a database the first time."""

    PATHS = ("/var/lib/postgresql/data", "/var/lib/postgresql")
    PORTS = (5432,)

    def folders(self) -> list[str]:
        """PostgreSQL's programs."""
        return [str(self.programs.postgres)]

    def start(self, place: Place, service: Service) -> Start:
        """Make the data folder with user and database, and start the server."""
        port = place.ports[5432]
        env = {**self.environment(place, service), "PGHOST": LOOPBACK, "PGPORT": str(port)}
        user = env.get("POSTGRES_USER", "postgres")
        data = _made(place.path("/var/lib/postgresql/data"))
        hand_over(place.root, data)
        options = [place.here(word) for word in (service.command or ["postgres"])[1:]]
        here = [
            "-D",
            str(data),
            "-p",
            str(port),
            "-c",
            f"listen_addresses={LOOPBACK}",
            "-c",
            "unix_socket_directories=",
        ]
        start = Start(_located(["postgres", *options, *here], env), env, data, unprivileged())
        password = place.root / "password"
        password.write_text(_secret(env, "POSTGRES_PASSWORD"), encoding="utf-8")
        hand_over(password)
        auth = ["--auth=scram-sha-256", f"--pwfile={password}"]
        once(start, ["initdb", "-D", str(data), "-U", user, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *auth])
        password.unlink()
        database = env.get("POSTGRES_DB", user)
        if database != "postgres":
            once(start, ["postgres", "--single", "-D", str(data), "postgres"], said=f'CREATE DATABASE "{database}"\n')
        return start


class Redis(Image):
    """Redis: its command line decides everything."""

    PATHS = ("/data",)
    PORTS = (6379,)

    def folders(self) -> list[str]:
        """Redis's programs."""
        return [str(self.programs.redis)]

    def start(self, place: Place, service: Service) -> Start:
        """Start the server, in whatever shell the service has it."""
        env, port = self.environment(place, service), place.ports[6379]
        data = _made(place.path("/data"))
        options = f'"$@" --port {port} --bind {LOOPBACK} --dir "{data}"'
        shim(place, "redis-server", f'exec "{self.programs.redis}/redis-server" {options}')
        shim(place, "redis-cli", f'exec "{self.programs.redis}/redis-cli" -p {port} "$@"')
        words = [*(service.entrypoint or []), *(service.command or ["redis-server"])]
        command = words if words[0].endswith(("sh", "redis-server")) else ["redis-server", *words]
        return Start(_located([place.here(word) for word in command], env), env, data)


class Elasticsearch(Image):
    """Elasticsearch: the entry point takes settings from variables with dots, and the first password."""

    PATHS = ("/usr/share/elasticsearch",)
    PORTS = (9200, 9300)

    def start(self, place: Place, service: Service) -> Start:
        """Start the server; or what else a set-up service does with its tools."""
        home = place.path("/usr/share/elasticsearch")
        env = {**self.environment(place, service), "ES_JAVA_HOME": str(self.programs.java), "ES_HOME": str(home)}
        hand_over(place.root, *(path for path in place.paths.values() if path.exists()))
        words = [place.here(word) for word in [*(service.entrypoint or []), *(service.command or [])]]
        if words and words[0] not in {"eswrapper", "elasticsearch"}:
            return Start(_located(words, env), env, home, unprivileged())
        self._configure(place, home, env)
        if service.memory and "ES_JAVA_OPTS" not in env:
            half = service.memory // 2 // 1024**2  # as Elasticsearch itself does with the memory of a container
            env["ES_JAVA_OPTS"] = f"-Xms{half}m -Xmx{half}m"
        start = Start(["bin/elasticsearch"], _without_settings(env), home, unprivileged())
        if password := _secret(env, "ELASTIC_PASSWORD"):
            once(start, ["bin/elasticsearch-keystore", "create"])
            once(start, ["bin/elasticsearch-keystore", "add", "-x", "bootstrap.password"], said=password)
        return start

    def make(self, place: Place) -> None:
        """Put the distribution where the image has it."""
        distribution.install(self.programs.elasticsearch, place.path("/usr/share/elasticsearch"))

    def _configure(self, place: Place, home: Path, env: Mapping[str, str]) -> None:
        settings = {name: value for name, value in env.items() if "." in name}
        settings |= {"network.host": LOOPBACK, "http.port": str(place.ports[9200])}
        settings |= {"transport.port": str(place.ports[9300])}
        # An engine gives the service a disk; here it shares one, which may be fuller than Elasticsearch likes.
        settings |= {"cluster.routing.allocation.disk.threshold_enabled": "false"}
        config = home / "config/elasticsearch.yml"
        lines = [f"{name}: {value!r}" for name, value in settings.items()]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        hand_over(config)


class Own(Image):
    """Our image on Airflow's: what the virtual environment of this folder has, and the files of the Dockerfile."""

    PORTS = (8080, 8793, 8794, 8974)
    SUPERVISOR = ("/usr/bin/dumb-init", "--")
    """Hands signals on; here each service is a group of processes of its own."""
    PROGRAMS = ("bash", "sh", "python", "airflow", "celery", "study-index", "curl")
    OWNER = re.compile(r"--owner=(\w+)=\d+")

    def __init__(self, programs: Programs) -> None:
        super().__init__(programs)
        self._image = read_dockerfile(PROJECT / "Dockerfile")

    def paths(self) -> set[str]:
        """What the Dockerfile names."""
        return self._image.paths()

    def make(self, place: Place) -> None:
        """Make what the Dockerfile copies."""
        self._image.make(place.root, PROJECT)

    def folders(self) -> list[str]:
        """The virtual environment's programs."""
        return [str(Path(sys.executable).parent)]

    def variables(self) -> dict[str, str]:
        """Those of Airflow's image that matter, and the Dockerfile's."""
        return {"AIRFLOW__CORE__LOAD_EXAMPLES": "false", **self._image.environment}

    def start(self, place: Place, service: Service) -> Start:
        """Start a command; a word that is no program is one of Airflow's, as for the image's entry point."""
        ports = place.ports
        env = {
            "AIRFLOW_HOME": str(_made(place.path("/opt/airflow"))),
            **self.environment(place, service),
            "PYTHONPATH": str(PROJECT),
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "demo.cluster.hostname.hostname",
            "AIRFLOW__API__HOST": LOOPBACK,
            "AIRFLOW__API__PORT": str(ports[8080]),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports[8793]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports[8794]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(ports[8974]),
        }
        shim(place, "hostname", f"echo {place.name}")
        words = [*(service.entrypoint or []), *(service.command or [])]
        words = [
            place.here(self._owned(word)) for word in (words[2:] if tuple(words[:2]) == self.SUPERVISOR else words)
        ]
        command = words if words[0] in self.PROGRAMS else ["airflow", *words]
        if command[:3] == ["airflow", "celery", "worker"]:
            command = [*command, "--celery-hostname", f"celery@{place.name}"]  # two on one machine need two names
        return Start(_located(command, env), env, place.path(self._image.working_dir))

    def _owned(self, word: str) -> str:
        """An option that names the user of a service, with the user here."""

        def owner(found: re.Match[str]) -> str:
            name = unprivileged() if found[1] in OTHERS else None
            return f"--owner={found[1]}={pwd.getpwnam(name).pw_uid if name else os.getuid()}"

        return self.OWNER.sub(owner, word)


def image_of(service: Service, programs: Programs) -> Image:
    """What stands for the image of a service.

    Raises:
        UsageError: nothing does.
    """
    name = service.image.rsplit("/", 1)[-1].split(":")[0]
    if service.is_built:
        return Own(programs)
    for known, image in (("postgres", Postgres), ("redis", Redis), ("elasticsearch", Elasticsearch)):
        if name == known:
            return image(programs)
    raise UsageError(f"{service.name}: no program of this machine stands for the image {service.image}")


def unprivileged() -> str | None:
    """The user for programs that refuse root; None where we are somebody else anyway."""
    return UNPRIVILEGED if getpass.getuser() == "root" else None


def hand_over(*paths: Path) -> None:
    """Give files and folders to that user."""
    if (user := unprivileged()) is None:
        return
    for path in paths:
        subprocess.run(["chown", "-R", "-H", user, str(path)], check=True)


def shim(place: Place, name: str, script: str) -> None:
    """Put a script of that name before the program of that name."""
    file = _made(place.root / "shims") / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def once(start: Start, command: Sequence[str], said: str = "") -> None:
    """Run a command to its end, in the same environment and by the same user.

    Raises:
        FailError: it failed.
    """
    done = subprocess.run(
        _located(command, start.env),
        env=start.env,
        cwd=start.cwd,
        user=start.user,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailError(f"{' '.join(command[:2])} failed:\n{tail(done.stdout + done.stderr)}")


def _located(command: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """The command with the path of its program, by the `PATH` of the service and not by ours."""
    program = shutil.which(command[0], path=env["PATH"])
    return [program or command[0], *command[1:]]


def _secret(env: Mapping[str, str], name: str) -> str:
    """The value of a variable, or of the file that its variable with `_FILE` names."""
    if file := env.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return env.get(name, "")


def _without_settings(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if "." not in name and not name.startswith("ELASTIC_PASSWORD")}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder

"""Starting the services of docker-compose.yml in their order, each when what it depends on is there."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from demo.cluster.compose import Service
from demo.cluster.images import Image, Start, image_of
from demo.cluster.layout import Place, free_ports, lay_out
from demo.cluster.processes import Process, end_all
from demo.cluster.programs import Programs
from pipeline.errors import FailError, UsageError
from pipeline.local.files import Progress

POLL = 1.0
"""Seconds between two looks at whether a service is healthy; an engine looks less often."""
SLOW = 180
"""Seconds that a health check may take at least, on a busy machine."""
PATIENCE = 600
"""Seconds that a service may take to become healthy, or to complete, on a busy machine."""


class Instance:
    """One instance of a service: where it is, and its process once it was started."""

    def __init__(self, service: Service, image: Image, place: Place) -> None:
        self.service = service
        self.image = image
        self.place = place
        self.process: Process | None = None
        self.seconds = 0.0
        """From its start until it was healthy, or completed."""
        self._begun = 0.0
        self._start: Start | None = None

    @property
    def name(self) -> str:
        """The name of the service, with a number where there are several."""
        return self.place.name

    def start(self, logs: Path) -> None:
        """Prepare it and start its process."""
        self._begun = time.monotonic()
        self._start = self.image.start(self.place, self.service)
        self.process = self._process(self._start, logs / f"{self.name}.log")

    @staticmethod
    def _process(start: Start, log: Path) -> Process:
        return Process(start.command, start.env, log, cwd=start.cwd, user=start.user)

    def await_end(self) -> None:
        """Wait until it completed successfully.

        Raises:
            FailError: it failed, or takes too long.
        """
        process = self._running()
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise FailError(f"{self.name} did not complete within {PATIENCE} s: {process.log}") from None
        if code:
            raise FailError(f"{self.name} ended with exit code {code}. The end of {process.log}:\n{process.said()}")
        self._note_seconds()

    def await_health(self, given_up: threading.Event) -> None:
        """Wait until its health check succeeds, or `given_up` is set; without a check, it is enough that it runs.

        Raises:
            FailError: it ended, or is not healthy for too long.
        """
        process, end = self._running(), time.monotonic() + PATIENCE
        while not given_up.is_set():
            if process.exit_code is not None:
                raise FailError(f"{self.name} ended by itself. The end of {process.log}:\n{process.said()}")
            if (said := self._ill()) is None:
                self._note_seconds()
                return
            if time.monotonic() > end:
                raise FailError(f"{self.name} is not healthy after {PATIENCE} s: {said}\n{process.said()}")
            given_up.wait(POLL)

    def _note_seconds(self) -> None:
        self.seconds = self.seconds or time.monotonic() - self._begun

    def _running(self) -> Process:
        if self.process is None:
            raise UsageError(f"{self.name} was not started: docker-compose.yml has no order in which it can be")
        return self.process

    def _ill(self) -> str | None:
        """What a failing health check said; None where it succeeds, or there is none."""
        health, start = self.service.health, self._start
        if health is None or start is None:
            return None
        words = [self.place.here(word) for word in health.test]
        log = self._running().log.with_suffix(".health.log")
        log.unlink(missing_ok=True)
        check = Process(words, start.env, log, cwd=start.cwd, user=start.user)
        try:
            code = check.wait(max(health.timeout, SLOW))
        except subprocess.TimeoutExpired:
            return "its health check takes too long"
        finally:
            check.kill()  # with what it started
        return check.said() if code else None


class Cluster:
    """The services of a compose file as processes of this machine, below the folder `scratch`."""

    def __init__(self, services: Mapping[str, Service], programs: Programs, scratch: Path, project: Path) -> None:
        self._services = {name: one for name, one in services.items() if not one.profiles}
        self._programs = programs
        self._scratch = scratch
        self._project = project
        self._ports = free_ports()
        self._given_up = threading.Event()
        self.instances: dict[str, list[Instance]] = {}

    def up(self, progress: Progress) -> None:
        """Start all services, each as often as the file says, and wait until all are healthy or completed.

        Raises:
            FailError: one does not start, complete or become healthy.
        """
        self._lay_out()
        for name in self._order():
            self._await_dependencies(self._services[name], progress)
            for instance in self.instances[name]:
                instance.start(self._scratch / "logs")
        self._await_all({one for name in self._order() if not self._completes(name) for one in self.instances[name]})

    def down(self) -> None:
        """End whatever runs."""
        end_all([one.process for several in self.instances.values() for one in several if one.process])

    def one(self, name: str) -> Instance:
        """The first instance of a service."""
        return self.instances[name][0]

    def _lay_out(self) -> None:
        """Give each instance its ports and files."""
        hosts: dict[str, dict[int, int]] = {}
        published: dict[int, int] = {}
        for name, service in self._services.items():
            image = image_of(service, self._programs)
            for number in range(1, service.replicas + 1):
                label = name if service.replicas == 1 else f"{name}-{number}"
                ports = {port: next(self._ports) for port in image.PORTS}
                place = Place(label, self._scratch / "services" / label, ports, hosts, published)
                self.instances.setdefault(name, []).append(Instance(service, image, place))
            hosts[name] = self.one(name).place.ports
            published |= {here: hosts[name][there] for here, there in service.published.items()}
        for instance in (one for several in self.instances.values() for one in several):
            instance.image.make(instance.place)
            paths, volumes = instance.image.paths(), self._scratch / "volumes"
            lay_out(instance.place, instance.service, self._project, volumes, paths)

    def _order(self) -> list[str]:
        """The services, each after those that it depends on."""
        done: list[str] = []

        def add(name: str, path: Sequence[str]) -> None:
            if name in path:
                raise UsageError(f"docker-compose.yml: {' → '.join([*path, name])} depend on each other")
            for other in self._services[name].depends_on:
                add(other, [*path, name])
            if name not in done:
                done.append(name)

        for name in self._services:
            add(name, [])
        return done

    def _completes(self, name: str) -> bool:
        """Whether another service waits for the end of this one."""
        wanted = "service_completed_successfully"
        return any(service.depends_on.get(name) == wanted for service in self._services.values())

    def _await_all(self, instances: set[Instance]) -> None:
        """Wait for the health of all at once, as each waits for a program that asks the service."""
        with ThreadPoolExecutor(len(instances)) as pool:
            waiting = [pool.submit(one.await_health, self._given_up) for one in instances]
            try:
                for done in as_completed(waiting):
                    done.result()
            finally:
                self._given_up.set()

    def _await_dependencies(self, service: Service, progress: Progress) -> None:
        for name, condition in service.depends_on.items():
            self._await(name, condition)
        progress(f"starting {service.name}")

    def _await(self, name: str, condition: str) -> None:
        for instance in self.instances[name]:
            if condition == "service_completed_successfully":
                instance.await_end()
            elif condition == "service_healthy":
                instance.await_health(self._given_up)

"""What docker-compose.yml says of each service, as far as processes on one machine need it.

Variables (`${NAME:-default}`) are replaced, anchors and merge keys are followed. What only an engine can do (limits,
restart policies, networks) is left out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.errors import UsageError

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]

_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<plain>\w+)|\{(?P<name>\w+)(?:(?P<rule>:?[-?+])(?P<other>[^{}]*))?\})")
_SPAN = re.compile(r"(\d+)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class HealthCheck:
    """How an engine finds out whether a service is healthy; times in seconds."""

    test: list[str]
    interval: float = 30
    timeout: float = 30
    retries: int = 3
    start_period: float = 0

    @property
    def longest(self) -> float:
        """Seconds after which an engine that never had a good answer gives the service up."""
        return self.start_period + self.retries * (self.interval + self.timeout)


@dataclass(frozen=True)
class Mount:
    """A volume or file of a service: where it comes from, and its place in the container."""

    source: str
    target: str
    is_named: bool
    subpath: str = ""
    """The folder of a named volume that is mounted, where that is not all of it."""


@dataclass(frozen=True)
class Service:
    """One service: what is started, in which environment, and after what."""

    name: str
    image: str
    is_built: bool
    entrypoint: list[str] | None
    command: list[str] | None
    environment: dict[str, str]
    mounts: list[Mount]
    secrets: list[Mount]
    depends_on: dict[str, Condition]
    health: HealthCheck | None
    profiles: list[str]
    published: dict[int, int]
    """Ports of the container by the ports of the machine at which others reach them."""
    replicas: int
    memory: int | None
    """Bytes that it may use."""


def read_compose(file: Path, variables: Mapping[str, str]) -> dict[str, Service]:
    """The services of a compose file by name, those of profiles among them; `variables` are the ones of `.env`.

    Raises:
        UsageError: the file needs a variable that is not set, or has what is not understood here.
    """
    given: dict[str, Any] = _filled(yaml.safe_load(file.read_text(encoding="utf-8")), variables)
    secrets = given.get("secrets") or {}
    return {name: _service(name, about, secrets) for name, about in given["services"].items()}


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with all variables in its texts replaced."""
    if isinstance(value, str):
        return fill(value, variables)
    if isinstance(value, dict):
        return {key: _filled(each, variables) for key, each in value.items()}
    return [_filled(each, variables) for each in value] if isinstance(value, list) else value


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Replace variables as Compose does.

    >>> fill("$$x ${A:-1} ${B:-2}", {"B": "3"})
    '$x 1 3'
    """

    def one(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        name, rule, other = found["plain"] or found["name"], found["rule"] or "", found["other"] or ""
        value = variables.get(name)
        is_set = value is not None and (value != "" or not rule.startswith(":"))
        if rule.endswith("+"):
            return other if is_set else ""
        if not is_set and rule.endswith("?"):
            raise UsageError(f"{name} is not set: {other}")
        if not is_set and rule.endswith("-"):
            return fill(other, variables)
        return value or ""

    return _VARIABLE.sub(one, text)


def _service(name: str, about: dict[str, Any], secrets: dict[str, Any]) -> Service:
    deploy: dict[str, Any] = about.get("deploy") or {}
    return Service(
        name=name,
        image=about.get("image", ""),
        is_built="build" in about,
        entrypoint=_words(about.get("entrypoint")),
        command=_words(about.get("command")),
        environment=_environment(about.get("environment") or {}),
        mounts=[_mount(each) for each in about.get("volumes") or []],
        secrets=[_secret(each, secrets) for each in about.get("secrets") or []],
        depends_on=_dependencies(about.get("depends_on") or {}),
        health=_health(about.get("healthcheck")),
        profiles=list(about.get("profiles") or []),
        published=dict(_published(str(each)) for each in about.get("ports") or []),
        replicas=int(deploy.get("replicas", 1)),
        memory=_bytes(deploy.get("resources", {}).get("limits", {}).get("memory")),
    )


def _words(given: str | list[str] | None) -> list[str] | None:
    return shlex.split(given) if isinstance(given, str) else None if given is None else [str(word) for word in given]


def _environment(given: dict[str, Any] | list[str]) -> dict[str, str]:
    if isinstance(given, list):
        given = dict(each.split("=", 1) for each in given if "=" in each)
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mount(given: str | dict[str, Any]) -> Mount:
    if isinstance(given, dict):
        subpath = str((given.get("volume") or {}).get("subpath", ""))
        return Mount(str(given.get("source", "")), str(given["target"]), given.get("type") == "volume", subpath)
    source, target, *_ = given.split(":")
    return Mount(source, target, not source.startswith((".", "/", "~")))


def _secret(given: str | dict[str, Any], secrets: dict[str, Any]) -> Mount:
    name = given if isinstance(given, str) else str(given["source"])
    target = name if isinstance(given, str) else str(given.get("target", name))
    file = (secrets.get(name) or {}).get("file")
    if file is None:
        raise UsageError(f"The secret {name} is no file: only such ones can be used here")
    return Mount(str(file), target if target.startswith("/") else f"/run/secrets/{target}", is_named=False)


def _published(given: str) -> tuple[int, int]:
    *_, here, there = given.split(":")
    return int(here), int(there)


def _bytes(given: str | None) -> int | None:
    """Bytes of an amount of memory.

    >>> _bytes("512m")
    536870912
    """
    if not given:
        return None
    number, unit = re.fullmatch(r"(\d+)([bkmg]?)b?", given.lower()).groups()  # type: ignore[union-attr]
    return int(number) * {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}[unit]


def _dependencies(given: dict[str, dict[str, Any]] | list[str]) -> dict[str, Condition]:
    if isinstance(given, list):
        return dict.fromkeys(given, "service_started")
    return {name: about.get("condition", "service_started") for name, about in given.items()}


def _health(given: dict[str, Any] | None) -> HealthCheck | None:
    if not given or given.get("disable"):
        return None
    test = given["test"]
    words: Sequence[str] = ["CMD-SHELL", test] if isinstance(test, str) else test
    if words[0] == "NONE":
        return None
    spans = {key: seconds(given[key]) for key in ("interval", "timeout", "start_period") if key in given}
    return HealthCheck(
        test=["/bin/sh", "-c", words[1]] if words[0] == "CMD-SHELL" else [str(word) for word in words[1:]],
        retries=int(given.get("retries", 3)),
        **spans,
    )


def seconds(span: str) -> float:
    """Seconds of a span of time.

    >>> seconds("1m30s")
    90.0
    """
    return float(sum(int(number) * _SECONDS[unit] for number, unit in _SPAN.findall(span)))

"""The Compose files as Docker Compose reads them, and the Dockerfile as a list of instructions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from tests.support import PROJECT

PRODUCTION = "docker-compose.yml"
DEVELOPMENT = "docker-compose.dev.yml"

_VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)(?::-([^}]*)|(:\+)[^}]*)?\}")
"""A variable, and its default or that something stands there only where it is set."""


class _Strict(yaml.SafeLoader):
    """Refuses a mapping that has a key twice, as Docker Compose does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} occurs twice", node.start_mark)
        return super().construct_mapping(node, deep)


def text(name: str) -> str:
    """A file of the project's top folder."""
    return (PROJECT / name).read_text(encoding="utf-8")


def variables(name: str) -> dict[str, str | None]:
    """The variables that a Compose file reads from .env, and their defaults; None where it has none."""
    without_comments = re.sub(r"(^|\s)#.*", "", text(name))
    found: dict[str, str | None] = {}
    for variable, default, only_if_set in _VARIABLE.findall(without_comments):
        if only_if_set:
            continue
        assert found.setdefault(variable, default) == default, f"{variable} has two defaults"
    handed_on = {
        key
        for service in yaml.load(text(name), Loader=_Strict)["services"].values()  # noqa: S506 - it is a safe loader
        for key, value in service.get("environment", {}).items()
        if value is None
    }
    return found | dict.fromkeys(handed_on)


def loaded(name: str) -> dict[str, Any]:
    """A Compose file with the default of each variable."""
    read: dict[str, Any] = yaml.load(text(name), Loader=_Strict)  # noqa: S506 - it is a safe loader
    filled: dict[str, Any] = _filled(read)
    return filled


def services(name: str = PRODUCTION) -> dict[str, dict[str, Any]]:
    """The services of a Compose file."""
    found: dict[str, dict[str, Any]] = loaded(name)["services"]
    return found


def words(service: dict[str, Any]) -> list[str]:
    """All that a service runs: its command and its health check."""
    return [*service.get("command", []), *service.get("healthcheck", {}).get("test", [])]


class Mount(NamedTuple):
    """What a service finds at `target`: a volume, or a folder or file of the machine."""

    source: str
    target: str
    read_only: bool


def mounts(service: dict[str, Any]) -> list[Mount]:
    """The mounts of a service."""
    parts = [volume.split(":") for volume in service.get("volumes", [])]
    return [Mount(source, target, mode == ["ro"]) for source, target, *mode in parts]


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: found[2] or "", value).replace("$$", "$")
    return value


def instructions(name: str = "Dockerfile") -> Iterator[tuple[str, str]]:
    """The instructions of a Dockerfile: word and arguments."""
    without_comments = re.sub(r"^#.*\n", "", text(name), flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", without_comments).splitlines():
        if line:
            word, _, rest = line.partition(" ")
            yield word, rest

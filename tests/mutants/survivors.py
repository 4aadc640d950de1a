"""Mutants that may survive, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Listed:
    """What `survivors.yaml` states."""

    survivors: dict[tuple[str, str], str]
    """The reason for which a mutant survives, by module and mutant."""
    excluded: dict[tuple[str, str], str]
    """The reason for which mutants are not tried, by module and function (or name at its top)."""

    @classmethod
    def read(cls, path: Path) -> Listed:
        """Read the file."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(_flat(content["survivors"]), _flat(content["excluded"]))

    def is_excluded(self, module: str, name: str) -> bool:
        """Whether what a function or a name at the top of a module has is not tried."""
        return any((module, name[: len(start)]) in self.excluded for start in _beginnings(name))


def _beginnings(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _flat(modules: dict[str, list[dict[str, str | list[str]]]] | None) -> dict[tuple[str, str], str]:
    found = {}
    for module, entries in (modules or {}).items():
        for entry in entries:
            mutants = entry["mutants"]
            for mutant in [mutants] if isinstance(mutants, str) else mutants:
                found[module, mutant] = str(entry["reason"])
    return found

"""What a benchmark ran on, and how it shows what it measured: a Markdown table, and one JSON line."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from elasticsearch import Elasticsearch

_CLIENT_PACKAGES = ("elasticsearch", "lxml", "orjson", "pydantic")


def machine() -> dict[str, Any]:
    """Cores, memory, and the versions of Python and of the packages that most time is spent in."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{package: version(package) for package in _CLIENT_PACKAGES},
    }


def _processor() -> str:
    """Its name, where the system has one."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def server(client: Elasticsearch) -> dict[str, Any]:
    """Version, heap and Java of an Elasticsearch, and the number of its nodes."""
    nodes = list(client.nodes.info(metric="jvm")["nodes"].values())
    jvm = nodes[0]["jvm"]
    return {
        "elasticsearch": client.info()["version"]["number"],
        "heap_gb": round(jvm["mem"]["heap_max_in_bytes"] / 2**30, 2),
        "java": jvm["version"],
        "nodes": len(nodes),
    }


def show(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], figures: Mapping[str, Any], **about: Any
) -> None:
    """Print a table, and below it one JSON line of the figures and of what they were measured on."""
    print(f"{title}\n")
    print(f"| {' | '.join(columns)} |")
    print(f"|---|{'--:|' * (len(columns) - 1)}")
    for row in rows:
        print(f"| {' | '.join(map(_cell, row))} |")
    print()
    print(orjson.dumps({"benchmark": title, **figures, "machine": machine(), **about}, default=str).decode())
    sys.stdout.flush()


def note(text: str) -> None:
    """Say on standard error what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)

"""What is live in the cluster against what `study-index run` makes of the same records on a light Elasticsearch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from pipeline.errors import FailError
from pipeline.index.client import connect
from pipeline.local.files import Progress, tail
from pipeline.local.light_node import ephemeral_node
from pipeline.run.results import RunReport

HEAP = "512m"
COUNTS = ("fetched", "read", "rejected", "created", "updated", "unchanged", "deleted", "kept", "live")
"""Counts of a report that have to be the same."""


class Indexed(NamedTuple):
    """What one way of running a catalogue gave: its counts, and the content hash of each live document by id."""

    counts: dict[str, int]
    hashes: dict[str, str]
    documents: int
    """Documents that were read; more than ids if one is there twice."""


def live_documents(client: Elasticsearch, catalogue: str) -> tuple[dict[str, str], int]:
    """The content hash of each document that readers find through the alias, by id; and how many there are."""
    query = {"query": {"term": {"catalogue": catalogue}}, "_source": ["harmony_id", "content_hash"]}
    found = [hit["_source"] for hit in scan(client, query=query, index="studies", size=5000)]
    return {one["harmony_id"]: one["content_hash"] for one in found}, len(found)


def by_command_line(catalogue: Path, folder: Path, progress: Progress) -> Indexed:
    """Run the catalogue file with `study-index run` into a light Elasticsearch that lives as long as this takes.

    Raises:
        FailError: the command failed.
    """
    with ephemeral_node(heap=HEAP, progress=progress) as url:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "run", str(catalogue), "--json"],
            env=_environment(url, folder),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise FailError(f"study-index run ended with exit code {done.returncode}:\n{tail(done.stderr)}")
        report: dict[str, Any] = json.loads(done.stdout)
        with connect(url) as client:
            return Indexed(counts_of(report), *live_documents(client, str(report["catalogue"])))


def _environment(url: str, folder: Path) -> dict[str, str]:
    """The environment without any setting of the pipeline but these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("STUDY_INDEX_", "ELASTICSEARCH_"))}
    places = {"STUDY_INDEX_FOLDER": str(folder), "STUDY_INDEX_HOME": str(folder / "state")}
    return {**own, **places, "ELASTICSEARCH_URL": url}


def counts_of(report: RunReport | dict[str, Any]) -> dict[str, int]:
    """The counts of a report."""
    given = report.as_json() if isinstance(report, RunReport) else report
    return {name: int(given[name]) for name in COUNTS}


def differences(cluster: Indexed, command: Indexed, records: int) -> list[str]:
    """Sentences on what is not as it has to be; none where both ways gave the same, and the counts add up."""
    return [*_sums(cluster.counts, records), *_between(cluster, command), *_doubled(cluster)]


def _sums(counts: dict[str, int], records: int) -> Iterable[str]:
    laws = (
        ("fetched", counts["fetched"], "records that were generated", records),
        ("read + rejected", counts["read"] + counts["rejected"], "fetched", counts["fetched"]),
        (
            "created + updated + unchanged",
            counts["created"] + counts["updated"] + counts["unchanged"],
            "read",
            counts["read"],
        ),
        ("live", counts["live"], "created + kept", counts["created"] + counts["kept"]),
    )
    return [f"{name} is {one}, and {other} {two}" for name, one, other, two in laws if one != two]


def _between(cluster: Indexed, command: Indexed) -> Iterable[str]:
    for name in COUNTS:
        if cluster.counts[name] != command.counts[name]:
            yield f"{name} is {cluster.counts[name]} in the cluster, {command.counts[name]} by the command line"
    if lost := command.hashes.keys() - cluster.hashes.keys():
        yield f"{len(lost)} documents were lost, such as {min(lost)}"
    if more := cluster.hashes.keys() - command.hashes.keys():
        yield f"{len(more)} documents are only in the cluster, such as {min(more)}"
    both = cluster.hashes.keys() & command.hashes.keys()
    if other := [key for key in both if cluster.hashes[key] != command.hashes[key]]:
        yield f"{len(other)} documents differ, such as {min(other)}"


def _doubled(cluster: Indexed) -> Iterable[str]:
    if cluster.documents != len(cluster.hashes):
        yield f"{cluster.documents} documents are live with {len(cluster.hashes)} ids: some are doubled"
    if cluster.documents != cluster.counts["live"]:
        yield f"{cluster.documents} documents are live, and the report states {cluster.counts['live']}"

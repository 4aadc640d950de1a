"""Where the pools are that the DAGs use: `airflow pools import "$(python -m pipeline.dags.pools)"`."""

from __future__ import annotations

from pathlib import Path

POOLS = Path(__file__).with_name("pools.json")
"""A file as `airflow pools import` reads it."""

if __name__ == "__main__":
    print(POOLS)  # noqa: T201 - the caller is a shell

"""What Airflow and its providers know, asked in a process of its own: options, commands, health checks.

    python tests/deployment/airflow_facts.py < commands.json

prints one JSON object; the input is a list of command lines of `airflow`. It needs no database.
"""

from __future__ import annotations

import importlib
import json
import sys
from importlib import resources
from typing import Any

import yaml


def facts(commands: list[list[str]]) -> dict[str, Any]:
    """Options with their defaults, those that may come from a command, and what is wrong with the command lines."""
    from airflow.configuration import conf  # noqa: PLC0415 - reads the environment

    described = conf.configuration_description
    openapi = resources.files("airflow.api_fastapi.core_api.openapi") / "v2-rest-api-generated.yaml"
    return {
        "options": {
            f"AIRFLOW__{section}__{option}".upper(): about["default"]
            for section, whole in described.items()
            for option, about in whole["options"].items()
        },
        "sensitive": [f"AIRFLOW__{section}__{option}".upper() for section, option in conf.sensitive_config_values],
        "deprecated": [
            f"AIRFLOW__{section}__{option}".upper() for section, option, _ in conf.deprecated_options.values()
        ],
        "paths": list(yaml.safe_load(openapi.read_text(encoding="utf-8"))["paths"]),
        "auth_manager": type_name(conf.get("core", "auth_manager")),
        "celery_app": type_name("airflow.providers.celery.executors.celery_executor.app"),
        "refused": refused(commands),
    }


def type_name(path: str) -> str:
    """The type of what a dotted path names."""
    module, _, name = path.rpartition(".")
    return type(getattr(importlib.import_module(module), name)).__name__


def refused(commands: list[list[str]]) -> list[str]:
    """The command lines that Airflow's parser refuses."""
    from airflow.cli.cli_parser import get_parser  # noqa: PLC0415 - reads the environment

    wrong = []
    for command in commands:
        try:
            get_parser().parse_args(command)
        except SystemExit as ended:
            if ended.code:
                wrong.append(" ".join(command))
    return wrong


if __name__ == "__main__":
    print(json.dumps(facts(json.load(sys.stdin)), default=str))  # noqa: T201 - a program's output

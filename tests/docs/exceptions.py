"""Commands of pages that are not run by `test_commands_of_the_docs`, and why; and what others need that are run.

A row names a command as a page shows it, from its first word on; `*` stands for anything. A row that no page needs any
more fails a test.
"""

from __future__ import annotations

PAGES_NOT_RUN: dict[str, str] = {
    "docs/tour.md": "tests/demo/test_tour.py runs it, and compares what is printed",
    "docs/deployment.md": "it is about clusters, databases and backups that tests have not; recovery was tried by hand",
}
"""Pages none of whose commands is run, and why."""

NOT_RUN: dict[str, str] = {
    "python -m demo tour *": "tests/demo/test_tour.py runs it, and compares",
    "pip install study_index-*": "tests/package/test_wheel.py builds the wheel and uses it",
    'pip install "study-index[[]alerts]"': "tests/package/test_wheel.py compares the extra with the lock file",
    "python -m tests.*": "it writes into the project; tests/docs and others compare",
    ".venv/bin/python -m pytest*": "tests that run tests",
    "python -m demo cluster *": "tests/deployment/test_cluster.py runs the same, with fewer records",
    "make cluster RECORDS=1000": "tests/deployment/test_cluster.py runs the same, with fewer records",
    "apt-get install postgresql redis-server": "it changes the system; .ci/run runs it",
    "python -m benchmarks.*": "it measures for minutes; tests/benchmarks runs its parts",
    "docker compose *": "there need not be an engine; tests/deployment compares the files with what they name",
    "study-index serve": "it runs until it is stopped; tests/serve has it in a browser",
    "airflow standalone": "it runs until it is stopped; tests/ui has the same components",
    "airflow triggerer": "it runs until it is stopped; tests/ui has the same components",
    "study-index setup --keys *": "the light Elasticsearch has no security; tests/cli/test_setup_command.py",
    'curl --cacert "$ELASTICSEARCH_CA" *': "the light one has no TLS; tests/index/test_rights.py",
    "export ELASTICSEARCH_*": "stands for the Elasticsearch of the reader, which is set already",
}

FILLED_IN: dict[str, str] = {
    "/path/to/studies": "FOLDER/.state/demo/archive",
    "CATALOGUE": "demo-health",
    "RUN": "demo-health",
    "NAME": "demo-health",
    "GOLD=labels.jsonl": "GOLD=.state/demo/labels.jsonl",
}
"""What takes the place of what a reader has to fill in; FOLDER is the folder of the page."""

BEFORE: dict[tuple[str, str], str] = {
    ("docs/operations.md", "study-index promote CATALOGUE"): "candidate",
}
"""What a command of a page assumes: shell functions of `page_shell`."""

ENDS_WITH: dict[tuple[str, str], int] = {}
"""Exit codes other than 0 and 4 (done, with rejects) that a command of a page is to end with."""

MAKE_TARGETS: dict[str, str] = {
    "help": "prints the lines of the Makefile",
    "install": "made the environment in which the tests run",
    "check": "a part of install",
    "demo": "tests/demo runs the servers and files, tests/dags the DAGs, in Airflow",
    "tour": "tests/demo/test_tour.py",
    "cluster": "tests/deployment/test_cluster.py, with fewer records",
    "airflow": "runs until it is stopped; tests/ui has the same components",
    "screenshots": "needs Airflow for minutes; tests/ui looks at the same pages with a browser",
    "test": "a test cannot run all tests",
    "test-fast": "a test cannot run all tests",
    "coverage": "a test cannot run all tests",
    "chaos": "takes minutes; tests/chaos has a try of each kind in every run",
    "fuzz": "takes minutes; tests/fuzz has some dozens of each kind in every run",
    "mutants": "takes long; tests/mutants/test_mutants.py",
    "score": "tests/cli/test_score_command.py",
    "bench": "takes minutes; tests/benchmarks runs its parts",
    "profile": "takes minutes; tests/benchmarks runs its parts",
    "lint": ".ci/run runs it",
    "format": "changes the project",
    "docs": ".ci/run runs it, and tests/docs/test_site.py builds the site",
    "lock": "asks a package registry; tests/package/test_wheel.py compares the lock files with pyproject.toml",
    "wheel": "tests/package/test_wheel.py",
    "sbom": "tests/package/test_sbom.py",
    "audit": "asks the internet; tests/package/test_audit.py asks a server on loopback",
    "clean": "would remove the environment of the tests",
}
"""For each target of the Makefile, which tests only look up: what runs its recipe, or why nothing does."""

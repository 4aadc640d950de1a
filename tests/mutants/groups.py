"""What is mutated, and by which tests that has to be noticed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Group:
    """Modules that decide one thing, and the tests of it. `node`: whether these need an Elasticsearch."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    node: bool = False

    @property
    def module_files(self) -> list[Path]:
        """Its modules; a folder stands for those in it."""
        return _python(self.modules)

    @property
    def test_files(self) -> list[Path]:
        """Its test modules."""
        return [path for path in _python(self.tests) if path.name.startswith("test_")]


def _python(names: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = PROJECT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def _run(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/run/test_{name}.py" for name in names)


_RULES = ("tests/enrich/test_access.py",)

GROUPS = {
    "limits": Group(("pipeline/run/gate_reasons.py",), _run("gate_reasons")),
    "gate": Group(
        ("pipeline/run/gate.py", "pipeline/run/distributions.py"),
        _run("gate", "decisions", "details", "laws", "runner", "at_the_same_time"),
        node=True,
    ),
    "plan": Group(
        ("pipeline/run/plan.py", "pipeline/run/candidate.py", "pipeline/run/compare.py"),
        _run("harvests", "repeat", "rebuild", "refusals", "corrected_runs", "suppressed_runs", "carry_over",
             "unchanged_upstream", "two_of_one_source", "at_the_same_time", "repeats", "early_load", "unprocessable",
             "received_before", "runner", "decisions", "details"),
        node=True,
    ),
    "bulk": Group(
        ("pipeline/index/bulk.py", "pipeline/index/bulk_pace.py", "pipeline/index/bulk_request.py"),
        ("tests/index/test_bulk.py", "tests/index/test_bulk_answers.py", "tests/index/test_bulk_pace.py",
         "tests/index/test_bulk_threads.py"),
        node=True,
    ),
    "generations": Group(
        ("pipeline/index/generations.py", "pipeline/index/lifecycle.py", "pipeline/index/states.py",
         "pipeline/index/changing.py", "pipeline/index/meta.py"),
        ("tests/index/test_generations.py", "tests/index/test_states.py", "tests/index/test_changing.py",
         "tests/index/test_meta.py", "tests/cli/test_lifecycle_commands.py",
         *_run("decisions", "publish", "at_the_same_time", "suppressed_runs", "details")),
        node=True,
    ),
    "people": Group(("pipeline/enrich/people",), ("tests/enrich/people", *_RULES)),
    "period": Group(("pipeline/enrich/period",), ("tests/enrich/period", *_RULES)),
    "places": Group(
        ("pipeline/enrich/places/countries.py", "pipeline/enrich/places/gazetteer.py",
         "pipeline/enrich/places/place_context.py", "pipeline/enrich/places/place_finding.py",
         "pipeline/enrich/places/places_in_fields.py", "pipeline/enrich/places/places_in_prose.py"),
        ("tests/enrich/places", *_RULES),
    ),
    "rules": Group(
        tuple(
            f"pipeline/enrich/{name}.py"
            for name in ("access", "apply_corrections", "code_list", "language_codes", "measures", "methodology",
                         "resource_type", "topics")
        ),
        (*(f"tests/enrich/test_{name}.py" for name in ("access", "language_codes", "measures", "methodology",
                                                       "resource_type", "topics")),
         "tests/catalogue/test_corrections.py"),
    ),
    "text": Group(
        ("pipeline/enrich/text",),
        ("tests/enrich/text", "tests/enrich/people", "tests/enrich/period", "tests/enrich/places", *_RULES),
    ),
    "facets": Group(
        ("pipeline/model/facets.py", "pipeline/enrich/__init__.py"),
        ("tests/model/test_facet_table.py", "tests/model/test_document.py", "tests/catalogue/test_corrections.py",
         "tests/run/test_gate_reasons.py", *_RULES),
        node=True,
    ),
}  # fmt: skip

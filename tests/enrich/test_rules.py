"""Each rule and guard does what its example shows, and leaves its counterexample alone."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.enrich import enrich, rules
from pipeline.enrich.rules import Example, Guard, Named, Rule, without
from tests.enrich.records import HARVEST_YEAR, record

EVERY: list[Named] = [named for of_module in rules().values() for named in of_module]
RULES = [named for named in EVERY if isinstance(named, Rule)]
GUARDS = [named for named in EVERY if isinstance(named, Guard)]


def read(named: Named, of: Example) -> tuple[Any, set[str | None]]:
    """The value of the facet in an example, and the rules that its evidence names."""
    facets = enrich(record(**dict(of.says)), defaults={}, resource_type="dataset", harvest_year=HARVEST_YEAR)
    found = facets.get(named.facet)
    return (found.value, {evidence.rule for evidence in found.evidence}) if found else (None, set())


def test_each_name_is_that_of_one_rule() -> None:
    assert len({named.name for named in EVERY}) == len(EVERY)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_decides_its_example(rule: Rule[Any]) -> None:
    value, named = read(rule, rule.example)
    assert value == rule.example.gives is not None
    assert rule.name in named


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_leaves_its_counterexample_alone(rule: Rule[Any]) -> None:
    value, named = read(rule, rule.counter)
    assert value == rule.counter.gives
    assert rule.name not in named


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_that_is_switched_off_finds_nothing(rule: Rule[Any]) -> None:
    with without(rule.name):
        _, named = read(rule, rule.example)
    assert rule.name not in named
    assert rule.name in read(rule, rule.example)[1]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_decides_its_example(guard: Guard) -> None:
    assert read(guard, guard.example)[0] == guard.example.gives
    with without(guard.name):
        assert read(guard, guard.example)[0] != guard.example.gives


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_leaves_its_counterexample_alone(guard: Guard) -> None:
    assert read(guard, guard.counter)[0] == guard.counter.gives
    with without(guard.name):
        assert read(guard, guard.counter)[0] == guard.counter.gives

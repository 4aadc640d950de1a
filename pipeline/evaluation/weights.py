"""What each rule is worth: the values that rest on it, and the fields that would be other without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.enrich import finders, rules
from pipeline.enrich.rules import Guard, without
from pipeline.enrich.text.bounds import bounded
from pipeline.evaluation.labels import FIELDS, Label, Scored, comparable
from pipeline.model.facets import BY_NAME
from pipeline.model.record import Conditions, Found, StudyRecord

Facets = Mapping[str, Found]


class Weight(NamedTuple):
    """The worth of one rule. A guard decides no value: `right` and `wrong` are 0."""

    rule: str
    facet: str
    guard: bool
    right: int = 0
    """Fields that rest on it and are as labelled."""
    wrong: int = 0
    """Fields that rest on it and are not."""
    lost: int = 0
    """Fields that are right with it, and would be wrong without it."""
    gained: int = 0
    """Fields that are wrong with it, and would be right without it."""


class Weights:
    """The worth of the rules of the counted fields, by the records added so far.

    Each record is derived once more for each rule, by the module that has the rule: a hundred times the work.
    """

    def __init__(self, fields: frozenset[Scored] = frozenset(FIELDS)) -> None:
        self._fields = fields
        modules = {BY_NAME[name].module for name in fields}
        self._rules = {module: of_module for module, of_module in rules().items() if module in modules}
        self._weights = {
            named.name: Weight(named.name, named.facet, isinstance(named, Guard))
            for of_module in self._rules.values()
            for named in of_module
        }

    def changes(self, record: StudyRecord, conditions: Conditions) -> dict[str, Facets]:
        """By the name of each rule without which any counted field is other: these fields as they are then."""
        read = bounded(record)
        changes: dict[str, Facets] = {}
        for module, of_module in self._rules.items():
            find = finders()[module]
            fields = [name for name in self._fields if BY_NAME[name].module == module]
            with_all = find(read, conditions)
            for named in of_module:
                with without(named.name):
                    found = find(read, conditions)
                if any(_value(name, found) != _value(name, with_all) for name in fields):
                    changes[named.name] = found
        return changes

    def add(self, label: Label, facets: Facets, changes: Mapping[str, Facets]) -> None:
        """Count a labelled record.

        Args:
            label: what is right.
            facets: what was found.
            changes: of the record, by `changes`.
        """
        for name in label.counted(self._fields):
            wanted = label.wanted(name)
            right = _value(name, facets) == wanted
            for rule in {evidence.rule for evidence in (facets[name].evidence if name in facets else ())}:
                self._count(rule, right=right, wrong=not right)
            for rule, without_it in changes.items():
                if BY_NAME[name].module == BY_NAME[self._weights[rule].facet].module:
                    then = _value(name, without_it) == wanted
                    self._count(rule, lost=right and not then, gained=then and not right)

    def _count(self, rule: str | None, **by: bool) -> None:
        if rule in self._weights:
            weight = self._weights[rule]
            self._weights[rule] = weight._replace(**{name: getattr(weight, name) + more for name, more in by.items()})

    def all(self) -> list[Weight]:
        """All rules in the order in which they are tried, guards after the rules of their module."""
        return list(self._weights.values())


def _value(name: Scored, facets: Facets) -> Any:
    return comparable(name, facets[name].value if name in facets else None)

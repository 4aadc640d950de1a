"""Named rules: the facets of a record are what the first of them finds.

A rule reads one part of a record and decides a facet. A guard keeps rules from reading too much: it leaves out a word
or a number that looks like one of the people, places or times studied. Each has an example, and a counterexample: a
record like it that it leaves alone. Both are tests (`tests/enrich/test_rules.py`), and what people read in
docs/rules.md. Evidence names the rule that found it.

Any of them can be switched off, so that `study-index score --rules` can tell what each is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from pipeline.enrich.text.remembered import forget
from pipeline.model.record import Found

S = TypeVar("S")
"""What the rules of one facet read: as a rule the record."""

_off: frozenset[str] = frozenset()
"""The names of the rules that are switched off."""


class Example(NamedTuple):
    """A record, and the facet's value that it has."""

    says: Mapping[str, str]
    """The texts of the record's statements, by the name of their role."""
    gives: Any = None
    """None where the facet is absent."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What rules and guards have in common."""

    name: str
    """In plain words: it stands in evidence."""
    facet: str
    """The facet that it is about; of facets that one module derives together, the one of its examples."""
    example: Example
    counter: Example
    """A record like the example that it leaves alone, because of some other rule or none."""

    @property
    def is_on(self) -> bool:
        """Whether it is not switched off."""
        return self.name not in _off


@dataclass(frozen=True, kw_only=True)
class Rule(Named, Generic[S]):
    """What decides one or more facets."""

    reads: str
    """The part of a record that it reads."""
    decides: str
    """What it finds there."""
    find: Callable[[S], Mapping[str, Found]]
    """The facets that it finds, by name; empty where it finds none."""

    def apply(self, subject: S) -> dict[str, Found]:
        """The facets that it finds, with its name in their evidence; none if it is switched off."""
        if self.name in _off:
            return {}
        return {name: self._named(found) for name, found in self.find(subject).items()}

    def _named(self, found: Found) -> Found:
        value, evidence = found
        return Found(value, tuple([one if one.rule else one._replace(rule=self.name) for one in evidence]))


@dataclass(frozen=True, kw_only=True)
class Guard(Named):
    """What keeps rules from reading a word or a number."""

    leaves_out: str
    """What looks like something that a rule reads, and is not."""
    holds: Callable[..., bool]
    """Whether the word or number is to be left out; all guards of one list take the same arguments."""


def first(rules: Iterable[Rule[S]], subject: S) -> dict[str, Found]:
    """The facets that the first rule finds that finds any."""
    for rule in rules:
        if found := rule.apply(subject):
            return found
    return {}


def each(rules: Iterable[Rule[S]], subject: S) -> dict[str, Found]:
    """The facets that any of the rules finds; of a facet that several find, what the first finds."""
    found: dict[str, Found] = {}
    for rule in rules:
        found = rule.apply(subject) | found
    return found


def is_left_out(guards: Iterable[Guard], *of: Any) -> bool:
    """Whether any of the guards holds."""
    return any(guard.holds(*of) and guard.name not in _off for guard in guards)


@contextmanager
def without(name: str) -> Iterator[None]:
    """Switch a rule or guard off, for this whole process."""
    global _off  # noqa: PLW0603 - rules are called from everywhere, and one is switched off by `score` alone
    before = _off
    _off = before | {name}
    forget()
    try:
        yield
    finally:
        _off = before
        forget()

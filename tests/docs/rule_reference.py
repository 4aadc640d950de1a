"""The tables of docs/rules.md: `python -m tests.docs.rule_reference` renews them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from pipeline.enrich import rules
from pipeline.enrich.rules import Example, Guard, Named, Rule
from pipeline.model.facets import FACETS
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "rules.md"

_PLACE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)


def renewed() -> str:
    """The page, with the tables as they follow from the code."""
    return _PLACE.sub(lambda _: "\n".join(_sections()), PAGE.read_text(encoding="utf-8"))


def _sections() -> Iterator[str]:
    for module, named in rules().items():
        labels = [facet.label for facet in FACETS if facet.module == module]
        yield f"## {', '.join(labels[:1] + [label[0].lower() + label[1:] for label in labels[1:]])}\n"
        yield from _table("rule", "decides", [one for one in named if isinstance(one, Rule)])
        yield from _table("guard", "leaves out", [one for one in named if isinstance(one, Guard)])


def _table(kind: str, what: str, named: list[Any]) -> Iterator[str]:
    if named:
        yield f"| {kind} | {what} | example | not in |"
        yield "|---|---|---|---|"
        for one in named:
            yield f"| {one.name} | {_what(one)} | {_example(one.example)} | {_example(one.counter)} |"
        yield ""


def _what(named: Named) -> str:
    return f"{named.decides}; from {named.reads}" if isinstance(named, Rule) else getattr(named, "leaves_out", "")


def _example(example: Example) -> str:
    says = "; ".join(f"{role.replace('_', ' ')} “{text}”" for role, text in example.says.items())
    value = example.gives
    given = "nothing" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return re.sub(r"\s*\n\s*", " ⏎ ", f"{says} → {given}").replace("|", "\\|")


def main() -> int:
    """Renews the tables."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

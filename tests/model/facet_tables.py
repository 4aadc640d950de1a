"""Tables of the documentation that follow from the table of facets: `python -m tests.model.facet_tables` renews them.

On its page, each table is between the comments `<!-- facets: NAME -->` and `<!-- end of NAME -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.model.facet_kinds import Bands, MostCommon, Option, Range, Since, Switch
from pipeline.model.facets import FACETS, OTHERS, Counted, Facet
from tests.support import PROJECT

PAGES = tuple(PROJECT / "docs" / name for name in ("facets.md", "commands.md"))

_PLACE = re.compile(r"(<!-- facets: (?P<name>\w+) -->\n).*?(\n<!-- end of (?P=name) -->)", re.DOTALL)


def meaning() -> str:
    """What the values of each facet mean."""
    rows = [
        (f"`{row.name}`", row.label, _values(row), row.means, _in_search(row), "yes" if row.default else "")
        for row in FACETS
    ]
    return _table(("facet", "name", "value", "means", "`search`", "default"), rows)


def sources() -> str:
    """What each facet is read from."""
    rows = [
        (", ".join(f"`{row.name}`" for row in FACETS if row.sources == of), *of)
        for of in dict.fromkeys(row.sources for row in FACETS)
    ]
    return _table(("facet", "read from, in this order", "never from"), rows)


def options() -> str:
    """The options of `search` that filter."""
    rows = [(row, row.option) for row in (*FACETS, *OTHERS) if row.option]
    return _table(
        ("option", "finds documents", "value"),
        [(_written(option), _finds(row), option.help) for row, option in rows],
    )


def _values(row: Facet) -> str:
    kinds = {bool: "true or false", int: "number"}
    one = "code" if row.vocabulary else kinds.get(getattr(row.type, "__origin__", row.type), "text")
    return f"list of {one}s" if row.many else one


def _written(option: Option | Range | Switch | Since) -> str:
    """An option as one writes it."""
    if isinstance(option, Switch):
        return f"`--{option.name}`, `--{option.off}`"
    return f"`--{option.name} {option.metavar}`"


def _in_search(row: Counted) -> str:
    option = f"`--{row.option.name}`" if row.option else ""
    return ", ".join(filter(None, (option, _counted(row))))


def _counted(row: Counted) -> str:
    asked = " on request" if row.on_request else ""
    match row.counted or row.on_request:
        case MostCommon(size):
            return f"the {size} most common values are counted{asked}"
        case Bands() as bands:
            return f"counted{asked}, in the ranges {', '.join(bands.ranges())}"
        case None:
            return ""
        case _:
            return f"counted{asked}"


def _finds(row: Counted) -> str:
    if isinstance(row.option, Switch):
        ends = f"; or whose `{row.option.ends}` is this year or before" if row.option.ends else "; or is false"
        return f"whose `{row.name}` is true{ends}"
    if isinstance(row.option, Since):
        return f"whose `{row.name}` is that date or later"
    if not isinstance(row.option, Range):
        return f"whose `{row.name}` is, or includes, one of the values"
    if row.option.lower == row.option.upper:
        return f"one of whose `{row.name}` is in the range"
    return f"whose range from `{row.option.lower}` to `{row.option.upper}` overlaps this one"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


TABLES: dict[str, Callable[[], str]] = {"meaning": meaning, "sources": sources, "options": options}


def renewed(path: Path) -> str:
    """The page, with its tables as they follow from the table of facets."""
    return _PLACE.sub(lambda place: f"{place[1]}{TABLES[place['name']]()}{place[3]}", path.read_text(encoding="utf-8"))


def main() -> int:
    """Renews the tables."""
    for path in PAGES:
        path.write_text(renewed(path), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

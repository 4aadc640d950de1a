"""What runs of the present `LAYOUT` stage: `python -m tests.run.staged_fields` records it.

Later versions read these runs: a report for `report` and `catalogues`, results of stages for `prune` and for a run that
is tried again. They can as long as no field is missing that they need, and there is none that they do not know.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from pipeline.links import counts
from pipeline.run import fetched, results, staged
from pipeline.staging import raw_parts
from pipeline.staging.store import LAYOUT

WRITTEN_DOWN = Path(__file__).with_suffix(".json")

Fields = dict[str, dict[str, bool]]
"""The fields of each model, and whether they have to be there."""


def fields() -> Fields:
    """The fields of all models that are staged, as they are now."""
    return {
        model.__name__: {name: field.is_required() for name, field in model.model_fields.items()} for model in models()
    }


def models() -> Iterator[type[BaseModel]]:
    """The models that are staged, and those of their parts."""
    for module in (staged, fetched, results, counts, raw_parts):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__:
                yield value


def written_down() -> tuple[int, Fields]:
    """The layout and the fields that were recorded last."""
    found = json.loads(WRITTEN_DOWN.read_text(encoding="utf-8"))
    return found["layout"], found["fields"]


def main() -> int:
    """Records the layout and the fields as they are now."""
    WRITTEN_DOWN.write_text(json.dumps({"layout": LAYOUT, "fields": fields()}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

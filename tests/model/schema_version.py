"""Which documents belong to which SCHEMA_VERSION: `python -m tests.model.schema_version` records it.

An index of another schema version is rebuilt by its next run. So the version has to rise with any
change in what reading and enrichment make of the same records; the demo catalogues stand for all others here.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from pipeline.model.document import SCHEMA_VERSION
from tests.demo_documents import outcomes

WRITTEN_DOWN = Path(__file__).with_suffix(".json")


def now() -> dict[str, str]:
    """The schema version, and a digest of all documents of the demo catalogues, harvested on a fixed date."""
    hashes = sorted(one.document["content_hash"] for one in outcomes() if one.document is not None)
    return {"version": SCHEMA_VERSION, "digest": sha256("\n".join(hashes).encode()).hexdigest()}


def written_down() -> dict[str, str]:
    """The version and digest that were recorded last."""
    found: dict[str, str] = json.loads(WRITTEN_DOWN.read_text(encoding="utf-8"))
    return found


def main() -> int:
    """Records the version and digest as they are now."""
    WRITTEN_DOWN.write_text(json.dumps(now(), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

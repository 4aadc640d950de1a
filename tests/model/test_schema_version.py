"""What changes documents raises the schema version: else live indexes would mix documents of two makes."""

from __future__ import annotations

import pytest

from pipeline.model.document import SCHEMA_VERSION
from tests.model.schema_version import now, written_down

RENEW = "renew tests/model/schema_version.json with: python -m tests.model.schema_version"


def test_the_version_is_raised_where_documents_change() -> None:
    before = written_down()
    if before["version"] != SCHEMA_VERSION:
        pytest.fail(f"SCHEMA_VERSION was raised: {RENEW}", pytrace=False)
    if before != now():
        pytest.fail(
            f"Documents changed: raise SCHEMA_VERSION in pipeline/model/document.py and {RENEW}. "
            "Where only the demo's own studies changed, or the version was never released, renew alone.",
            pytrace=False,
        )

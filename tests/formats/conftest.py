"""Asserts of the conformance suite show their values when they fail, like those of test modules."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.formats.conformance")

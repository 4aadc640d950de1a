"""Asserts of the conformance suite say what they saw, like those of test modules."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.formats.conformance")

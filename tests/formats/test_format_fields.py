"""docs/formats.md agrees with the code."""

from __future__ import annotations

import pytest

from tests.formats.format_fields import FORMATS, PAGE, STATED, marks, page


def test_the_table_of_formats_and_fields_is_what_the_code_gives() -> None:
    if PAGE.read_text(encoding="utf-8") != page():
        pytest.fail(
            "docs/formats.md does not agree with the code: renew it with python -m tests.formats.format_fields",
            pytrace=False,
        )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_fills_what_nobody_can_do_without(name: str) -> None:
    filled = marks(name)  # type: ignore[arg-type]  # parametrize forgets the literal
    needed = ("harmony_id", "name", "description", "keywords", "country_codes", "years", "urls")
    assert {field: filled.get(field) for field in needed} == dict.fromkeys(needed, STATED)

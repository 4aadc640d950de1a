"""Invented records as archives of each language write them: sex, countries, years and ages of each are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement

FOLDER = Path(__file__).parent / "languages"
FEWEST = 6
"""Records of each language."""
NAMES = {
    "sex": "sex",
    "countries": "country_codes",
    "start": "start_year",
    "end": "end_year",
    "ongoing": "ongoing",
    "lower": "age_lower",
    "upper": "age_upper",
}


def cases(code: str) -> list[dict[str, Any]]:
    """The records of a language, each with the facets expected of it."""
    found: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return found


CODES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=f"{code}: {case['title']}") for code in CODES for case in cases(code)],
)
def test_the_facets_of_a_record_in_the_language(case: dict[str, Any]) -> None:
    says = {role: text for role, text in case.items() if role != "expect"}
    found = facets(record(**says))
    read = {name: found[facet].value for name, facet in NAMES.items() if facet in found}
    assert read == case["expect"]


@pytest.mark.parametrize("tag", ["ca", "cy-GB", "zxx", "und", "../en", ""])
def test_a_text_in_a_language_without_a_file_is_read_all_the_same(tag: str) -> None:
    title = statement(Role.TITLE, "Harbours", language=tag)
    description = statement(Role.DESCRIPTION, "We asked 40 women in Norway.", language=tag)

    found = facets(record(title, description, period="2004"))

    assert (found["sex"].value, found["country_codes"].value, found["start_year"].value) == ("female", ["NO"], 2004)

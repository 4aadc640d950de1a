"""Each locked package has a licence that the project can live with, and the page names it."""

from __future__ import annotations

import pytest

from tests.package import licences


def test_the_page_is_that_of_the_installed_packages() -> None:
    if licences.PAGE.read_text(encoding="utf-8") != licences.renewed():
        pytest.fail("docs/licences.md differs from the packages: python -m tests.package.licences", pytrace=False)


def test_every_locked_package_has_a_known_licence() -> None:
    production = licences.locked("requirements-production.lock")
    assert production <= licences.stated().keys()
    for name, licence in licences.stated().items():
        others = licences.terms(licence) - licences.PERMISSIVE
        assert not others or name in licences.COPYLEFT, f"{name}: {licence}"


def test_a_reason_is_for_a_package_that_is_there_and_needs_one() -> None:
    for name in licences.COPYLEFT:
        assert licences.terms(licences.stated()[name]) - licences.PERMISSIVE, name


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", {"MPL-2.0", "Apache-2.0", "MIT"}),
        ("Apache-2.0 or MIT", {"Apache-2.0", "MIT"}),
        ("AGPL-3.0-only", {"AGPL-3.0-only"}),
    ],
)
def test_the_single_licences_of_an_expression(licence: str, expected: set[str]) -> None:
    assert licences.terms(licence) == expected

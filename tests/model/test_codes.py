"""Codes: what a tag, a name, or another code means as the code that documents have."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.model import codes


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"), ("en-GB", "en"), ("eng", "en"), ("dut", "nl"), ("nl_NL", "nl"), (" fi ", "fi"), ("smn", "smn"),
        ("nb", "nb"), ("iw", "he"), ("und", None), ("mul", None), ("zxx", None), ("", None), ("English", None),
        ("qqqq", None),
    ],
)  # fmt: skip
def test_the_language_of_a_tag(tag: str, language: str | None) -> None:
    assert codes.language_of_tag(tag) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Finnish", "fi"), ("suomi", "fi"), ("Nederlands", "nl"), ("Spanish; Castilian", "es"), ("Flemish", "nl"),
        ("Limburgan, Limburger", "li"), ("Norwegian", "no"), ("Klingonese", None),
    ],
)  # fmt: skip
def test_the_language_of_a_name(name: str, language: str | None) -> None:
    assert codes.language_of_name(name) == language


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("GB", "GB"), ("gb", "GB"), ("GBR", "GB"), ("826", "GB"), ("36", "AU"), ("UK", "GB"), ("GB-SCT", "GB"),
        ("EL", "GR"), ("SU", "SU"), ("CSK", "CS"), ("XK", "XK"), ("XX", None), ("Finland", None), ("", None),
    ],
)  # fmt: skip
def test_the_country_of_a_code(code: str, country: str | None) -> None:
    assert codes.country_of_code(code) == country


def test_catalogue_files_are_read_without_the_libraries_of_codes() -> None:
    script = "import sys, pipeline.catalogue; print(*({'babel', 'pycountry', 'langcodes'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], check=True, text=True, capture_output=True)
    assert done.stdout.split() == []

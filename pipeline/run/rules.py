"""The rules by which a raw record becomes a document, as a digest: another digest, and every record is read again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipeline import catalogue, enrich, formats, model, settings
from pipeline.model.document import SCHEMA_VERSION
from pipeline.run import outcome

LIBRARIES = (
    "ahocorasick-rs",
    "babel",
    "jmespath",
    "langcodes",
    "lxml",
    "orjson",
    "py3langid",
    "pycountry",
    "pydantic",
    "python-slugify",
    "text-unidecode",
)
"""Libraries whose version may decide what is read."""


@cache
def rules_digest() -> str:
    """Digest of the code and tables that read and enrich records, their libraries, a site's languages, and the schema.

    Of the code itself, so that nobody has to remember to raise a number when a rule changes.
    """
    found = hashlib.blake2b(digest_size=16)
    found.update(SCHEMA_VERSION.encode())
    for name in LIBRARIES:
        found.update(f"{name}=={version(name)}\n".encode())
    for path in (*_files(), Path(outcome.__file__), *settings.language_files()):
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _files() -> list[Path]:
    folders = [Path(package.__file__).parent for package in (catalogue, enrich, formats, model) if package.__file__]
    return [
        path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"
    ]

"""Catalogues of generated records: the files of records, and the catalogue file that a run reads."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from benchmarks.generated.dataverse import dataset
from benchmarks.generated.ddi import codebook

_CATALOGUE = """name: {name}
title: Generated records
protocol:
  type: files
  path: {path}
format: {format}
"""


def changed_numbers(count: int, changed: int) -> frozenset[int]:
    """The numbers of so many records, spread evenly over all.

    >>> sorted(changed_numbers(100, 4))
    [0, 25, 50, 75]
    """
    return frozenset(each * count // changed for each in range(min(changed, count)))


def write_ddi(count: int, folder: Path, changed: int = 0) -> Path:
    """Write so many DDI files, of which `changed` differ from those that are written without it.

    A file that is there with the same content is left alone.

    Returns:
        The path of the catalogue file.
    """
    records = folder / "records"
    records.mkdir(parents=True, exist_ok=True)
    others = changed_numbers(count, changed)
    for number in range(count):
        file, content = records / f"GEN{number:07d}.xml", codebook(number, int(number in others))
        if not (file.is_file() and file.read_bytes() == content):
            file.write_bytes(content)
    return _write_catalogue(folder, "generated-ddi", "records/*.xml", "ddi-codebook")


def write_ndjson(count: int, file: Path, changed: int = 0) -> Path:
    """Write so many Dataverse records, one a line; compressed where the name ends in `.gz`.

    Returns:
        The path of the catalogue file, which is beside it.
    """
    others = changed_numbers(count, changed)
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wb", compresslevel=1) if file.suffix == ".gz" else file.open("wb") as output:
        _write_lines(output, (dataset(number, int(number in others)) for number in range(count)))
    return _write_catalogue(file.parent, "generated-dataverse", file.name, "dataverse")


def _write_lines(output: BinaryIO | gzip.GzipFile, lines: Iterable[bytes]) -> None:
    for line in lines:
        output.write(line)
        output.write(b"\n")


def _write_catalogue(folder: Path, name: str, path: str, record_format: str) -> Path:
    catalogue = folder / "catalogue.yaml"
    catalogue.write_text(_CATALOGUE.format(name=name, path=path, format=record_format), encoding="utf-8")
    return catalogue

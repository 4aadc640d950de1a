"""Makes `data/language_directions.json`: how the vectors of the local model show which language a text is in.

    python -m pipeline.meaning.build_language_directions

A vector says what a text means and, beside that, in which language. So of texts of the same meaning, those in the
language of the question are nearer. The titles of `data/translated.yaml` mean the same in each language. The mean
vector of a language, less that of all languages, shows nothing else than the language; the directions are the main ones
of these (singular value decomposition), as many as there are languages less one. Titles count as texts of studies and
as questions, as the model tells these apart.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from pipeline.meaning.local import called, package
from pipeline.model.package_data import package_yaml

Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

DIGITS = 4
WRITTEN = Path(__file__).parent / "data" / "language_directions.json"


def directions(by_language: Mapping[str, Sequence[str]]) -> Matrix:
    """Orthogonal unit vectors, one a row, from the same titles by language."""
    differences = []
    for embed in (package().passage, package().query):
        means = np.array([called(embed, list(of_language)).mean(axis=0) for of_language in by_language.values()])
        differences.append(means - means.mean(axis=0))
    found: Matrix = np.linalg.svd(np.concatenate(differences), full_matrices=False)[2][: len(by_language) - 1]
    return found


def titles() -> dict[str, list[str]]:
    """The titles by language, in the same order in each."""
    each: list[dict[str, str]] = package_yaml("pipeline.meaning", "translated")["titles"]
    return {language: [title[language] for title in each] for language in each[0]}


def main() -> int:
    """Writes the file."""
    rows = [[round(float(value), DIGITS) for value in row] for row in directions(titles())]
    WRITTEN.write_bytes(b"[" + b",\n".join(map(orjson.dumps, rows)) + b"]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

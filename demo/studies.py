"""The invented studies of the demo catalogues, and their correct facet values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from random import Random

from demo.families import Period, Study, Truth, Words, studies_of

__all__ = ["CATALOGUES", "Period", "Study", "Truth", "Words", "harmony_id", "studies", "truths"]

CATALOGUES = ("demo-archive", "demo-dataverse", "demo-health", "demo-harmony")

HARMONY_SOURCE = "demo-library"
"""The source in the harmony_id that records of the demo-harmony catalogue state."""

_FILES = {
    "demo-archive": ("archive_en", "archive_nl_de", "archive_fi_sv", "archive_fr_ja", "archive_more"),
    "demo-dataverse": ("dataverse",),
    "demo-health": ("health",),
    "demo-harmony": ("harmony",),
}
_DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@cache
def studies(catalogue: str) -> tuple[Study, ...]:
    """The studies of one catalogue, including those whose records must be rejected, in the order of its list."""
    return tuple(studies_of(catalogue, _FILES[catalogue], _numbers(catalogue)))


def truths() -> dict[str, Truth]:
    """The correct facet values of every study whose record can be read, by harmony_id."""
    return {
        harmony_id(study): study.truth
        for catalogue in CATALOGUES
        for study in studies(catalogue)
        if study.truth is not None
    }


def harmony_id(study: Study) -> str:
    """The harmony_id that the study's document must have."""
    if study.catalogue == "demo-harmony":
        return f"{HARMONY_SOURCE}/{study.number}"
    if study.catalogue == "demo-dataverse":
        return f"{study.catalogue}/doi:{study.doi}"
    return f"{study.catalogue}/{study.number}"


def _numbers(catalogue: str) -> Iterator[str]:
    """Local ids of the form that each kind of catalogue uses."""
    chance = Random(catalogue)
    for number in count(1001):
        if catalogue == "demo-archive":
            yield f"DA{number}"
        elif catalogue == "demo-dataverse":
            yield "".join(chance.choices(_DIGITS, k=6))
        elif catalogue == "demo-health":
            digits = f"{chance.getrandbits(128):032x}"
            yield f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        else:
            yield str(number + 3000)

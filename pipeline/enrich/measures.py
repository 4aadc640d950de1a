"""`sample_size`, `num_variables`, `num_sweeps`, `instruments`, `genetic_data_collected`, from fields for them."""

from __future__ import annotations

import re

from pipeline.model.record import Conditions, Found, Role, StudyRecord, stated

_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[., \u00a0\u202f]\d{3})+(?!\d)|(?<![\d.,])\d+(?![\d.,]*\d)")
_COUNTS = {
    "sample_size": Role.SAMPLE_SIZE,
    "num_variables": Role.NUM_VARIABLES,
    "num_sweeps": Role.NUM_SWEEPS,
}
_NOT_PARTICIPANTS = re.compile(r"\b(?:files?|variables?|items?|questions?|waves?|%|percent)\b", re.IGNORECASE)
_YES = frozenset({"true", "yes", "1", "ja", "y"})
_NO = frozenset({"false", "no", "0", "nein", "nee", "n"})


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """Numbers for the whole study, names of instruments (sorted), and whether genetic data were collected."""
    facets: dict[str, Found] = {}
    for facet, role in _COUNTS.items():
        for statement in record.having(role):
            number = _only_number(statement.text)
            if number and not (facet == "sample_size" and _NOT_PARTICIPANTS.search(statement.text)):
                facets[facet] = Found(number, (stated(statement),))
                break
    instruments = {statement.text: stated(statement) for statement in record.having(Role.INSTRUMENT)}
    if instruments:
        facets["instruments"] = Found(sorted(instruments), tuple(dict.fromkeys(instruments.values())))
    for statement in record.having(Role.GENETIC_DATA):
        words = statement.text.strip().lower()
        if words in _YES | _NO:
            facets["genetic_data_collected"] = Found(words in _YES, (stated(statement),))
            break
    return facets


def _only_number(text: str) -> int | None:
    """The number in a text; None where there is none, or several, as it is not stated which of them is meant."""
    numbers = [int(re.sub(r"\D", "", found.group())) for found in _NUMBER.finditer(text)]
    return numbers[0] if len(numbers) == 1 else None

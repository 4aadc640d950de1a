"""Every real record beside the project: each facet names what it rests on, and no value is a placeholder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from benchmarks.real_files import catalogue_of, files
from pipeline.catalogue import Catalogue
from pipeline.enrich import enrich
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import RejectedRaw
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord, stated
from pipeline.protocols.files.splitting import split

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HARVEST_YEAR = 2026
SHOWN = 10
"""Problems of a file that are told."""

CAN_BE_ZERO = frozenset({"age_lower", "age_upper", "duration_years"})
"""From birth, below one year, within one year; elsewhere 0 stands for what is not known."""
CAN_BE_999 = frozenset({"sample_size", "num_variables"})

OF = StudyRecord(
    format="invented",
    statements=[
        Statement(role=Role.TITLE, field="title", text="Women of the harbour"),
        Statement(role=Role.AGE, field="age", text="16 and over"),
    ],
)


def records(name: str, catalogue: Catalogue) -> Iterator[tuple[str, StudyRecord]]:
    """The records of a file that its format reads, by id; what it refuses, other tests look at."""
    fmt = format_of(catalogue)
    try:
        for raw in split(str(DATA / name), fmt):
            if isinstance(raw, RejectedRaw) or raw.payload is None:
                continue
            try:
                record = fmt.read(raw.payload)
            except RejectError:
                continue
            yield raw.record_id, record
    except FailError:  # the file breaks off; what stood before has been seen
        return


def problems(facets: dict[str, Found], record: StudyRecord) -> Iterator[str]:
    """What is wrong with the facets of a record."""
    texts: dict[str, list[str]] = {}
    for statement in record.statements:
        texts.setdefault(statement.field, []).append(statement.text)
    for facet, (value, evidence) in facets.items():
        if any(is_placeholder(facet, each) for each in (value if isinstance(value, list) else [value])) or value == []:
            yield f"{facet} is {value!r}"
        if not evidence:
            yield f"{facet} has no evidence"
        for one in evidence:
            if one.kind == "stated" and not (
                one.words and any(one.words in text for text in texts.get(one.field or "", ()))
            ):
                yield f"{facet}: no statement of {one.field} says {one.words!r}"


def is_placeholder(facet: str, value: Any) -> bool:
    """Whether a value says that there is none."""
    if isinstance(value, bool):
        return False
    if value == 0:
        return facet not in CAN_BE_ZERO
    return value is None or value == "" or (value == 999 and facet not in CAN_BE_999)


@pytest.mark.parametrize(
    ("facet", "found", "says"),
    [
        ("sex", Found("female", ()), "no evidence"),
        ("sex", Found("female", (Evidence(kind="stated", field="title", words="Men"),)), "says 'Men'"),
        (
            "sex",
            Found("female", (Evidence(kind="stated", field="abstract", words="Women"),)),
            "no statement of abstract",
        ),
        ("sex", Found("female", (Evidence(kind="stated", field="title"),)), "says None"),
        ("age_lower", Found(16, (stated(OF.statements[1]), stated(OF.statements[0], "16"))), "no statement of title"),
        ("age_upper", Found(999, (stated(OF.statements[1]),)), "is 999"),
        ("start_year", Found(0, (stated(OF.statements[1]),)), "is 0"),
        ("country_codes", Found([], (stated(OF.statements[1]),)), "is []"),
        ("country_codes", Found(["FI", ""], (stated(OF.statements[1]),)), "is ['FI', '']"),
        ("sex", Found(None, (stated(OF.statements[1]),)), "is None"),
    ],
)
def test_a_facet_that_rests_on_nothing_is_seen(facet: str, found: Found, says: str) -> None:
    [problem] = problems({facet: found}, OF)
    assert says in problem


def test_a_facet_that_rests_on_the_record_is_well() -> None:
    well = {
        "sex": Found("female", (stated(OF.statements[0], "Women"),)),
        "age_lower": Found(0, (stated(OF.statements[1]),)),
    }
    assert list(problems(well, OF)) == []


@pytest.mark.skipif(not DATA.is_dir(), reason="no real records beside the project")
@pytest.mark.parametrize("name", files(DATA))
def test_facets_rest_on_what_the_record_says(name: str) -> None:
    catalogue = catalogue_of(name)
    resource_type = format_of(catalogue).resource_type
    defaults = catalogue.defaults.model_dump(exclude_none=True)
    wrong = (
        f"{key}: {problem}"
        for key, record in records(name, catalogue)
        for problem in problems(
            enrich(record, defaults=defaults, resource_type=resource_type, harvest_year=HARVEST_YEAR), record
        )
    )
    assert list(islice(wrong, SHOWN)) == []

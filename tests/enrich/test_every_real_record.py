"""Every facet of every record has evidence that the record states, and no value is a placeholder.

The records are the invented ones of the demo and of the formats' tests, and real ones in checkouts that have them
beside the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, get_args

import pytest

from benchmarks.real_files import catalogue_of, files
from demo.studies import CATALOGUES
from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.records import FormatName
from pipeline.enrich import enrich
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import RejectedRaw
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord, stated
from pipeline.protocols.files.splitting import split
from tests.demo_documents import outcomes
from tests.formats.format_fields import catalogue_of_format, fixtures
from tests.support import PROJECT, REAL_RECORDS, needs_real_records

HARVEST_YEAR = 2026
SHOWN = 10
"""Problems of a file that a failure shows."""

CAN_BE_ZERO = frozenset({"age_lower", "age_upper", "duration_years"})
"""From birth, below one year, within one year. Of other facets 0 means unknown."""
CAN_BE_999 = frozenset({"sample_size", "num_variables"})

OF = StudyRecord(
    format="invented",
    statements=[
        Statement(role=Role.TITLE, field="title", text="Women of the harbour"),
        Statement(role=Role.AGE, field="age", text="16 and over"),
    ],
)


def records(name: str, catalogue: Catalogue) -> Iterator[tuple[str, StudyRecord]]:
    """The ids and records of a file; other tests check its rejects."""
    fmt = format_of(catalogue)
    try:
        for raw in split(str(REAL_RECORDS / name), fmt):
            if isinstance(raw, RejectedRaw) or raw.payload is None:
                continue
            try:
                record = fmt.read(raw.payload)
            except RejectError:
                continue
            yield raw.record_id, record
    except FailError:  # the file is truncated: the records before its end count
        return


def problems(facets: dict[str, Found], record: StudyRecord) -> Iterator[str]:
    """Messages about facets without sound evidence or value."""
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
                yield f"{facet}: no statement of {one.field} states {one.words!r}"


def is_placeholder(facet: str, value: Any) -> bool:
    """Whether a value means that there is none."""
    if isinstance(value, bool):
        return False
    if value == 0:
        return facet not in CAN_BE_ZERO
    return value is None or value == "" or (value == 999 and facet not in CAN_BE_999)


@pytest.mark.parametrize(
    ("facet", "found", "message"),
    [
        ("sex", Found("female", ()), "no evidence"),
        ("sex", Found("female", (Evidence(kind="stated", field="title", words="Men"),)), "states 'Men'"),
        (
            "sex",
            Found("female", (Evidence(kind="stated", field="abstract", words="Women"),)),
            "no statement of abstract",
        ),
        ("sex", Found("female", (Evidence(kind="stated", field="title"),)), "states None"),
        ("age_lower", Found(16, (stated(OF.statements[1]), stated(OF.statements[0], "16"))), "no statement of title"),
        ("age_upper", Found(999, (stated(OF.statements[1]),)), "is 999"),
        ("start_year", Found(0, (stated(OF.statements[1]),)), "is 0"),
        ("country_codes", Found([], (stated(OF.statements[1]),)), "is []"),
        ("country_codes", Found(["FI", ""], (stated(OF.statements[1]),)), "is ['FI', '']"),
        ("sex", Found(None, (stated(OF.statements[1]),)), "is None"),
    ],
)
def test_a_facet_without_evidence_or_value_is_a_problem(facet: str, found: Found, message: str) -> None:
    [problem] = problems({facet: found}, OF)
    assert message in problem


def test_a_facet_with_evidence_in_the_record_is_no_problem() -> None:
    sound = {
        "sex": Found("female", (stated(OF.statements[0], "Women"),)),
        "age_lower": Found(0, (stated(OF.statements[1]),)),
    }
    assert list(problems(sound, OF)) == []


def wrong(catalogue: Catalogue, of: Iterable[tuple[str, StudyRecord]]) -> list[str]:
    """The first problems with the facets of some records, each with the record's id."""
    defaults = catalogue.defaults.model_dump(exclude_none=True)
    resource_type = format_of(catalogue).resource_type
    found = (
        f"{key}: {problem}"
        for key, record in of
        for problem in problems(
            enrich(record, defaults=defaults, resource_type=resource_type, harvest_year=HARVEST_YEAR), record
        )
    )
    return list(islice(found, SHOWN))


@pytest.mark.parametrize("name", get_args(FormatName))
def test_facets_have_evidence_in_invented_records(name: FormatName) -> None:
    catalogue = catalogue_of_format(name)
    fmt = format_of(catalogue)
    assert wrong(catalogue, [(path.name, fmt.read(path.read_bytes())) for path in fixtures(name)]) == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_facets_have_evidence_in_the_demos_records(name: str) -> None:
    demo = [(one.record_id, one.record) for one in outcomes() if one.catalogue == name and one.record is not None]
    assert demo
    assert wrong(load(PROJECT / "catalogues" / f"{name}.yaml"), demo) == []


@needs_real_records
@pytest.mark.parametrize("name", files(REAL_RECORDS))
def test_facets_have_evidence_in_real_records(name: str) -> None:
    catalogue = catalogue_of(name)
    assert wrong(catalogue, records(name, catalogue)) == []

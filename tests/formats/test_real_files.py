"""Every file with records, read by its format, becomes documents, or rejects with a code.

The records are the invented ones of these tests, and real ones in checkouts that have them beside the project. Of
large files every fifth record is read, and every one where STUDY_INDEX_TEST_WHOLE is set. `python -m
benchmarks.real_files DATA` prints the counts.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from typing import get_args

import pytest

from benchmarks.real_files import Counts, catalogue_of, counted, files
from pipeline.catalogue.records import FormatName
from tests.formats.format_fields import catalogue_of_format, fixtures
from tests.support import REAL_RECORDS, needs_real_records

FILES = files(REAL_RECORDS)
EVERY = 1 if os.environ.get("STUDY_INDEX_TEST_WHOLE") else 5
LARGE = 200_000
"""Of files with more bytes only some records are read."""
WHOLE = "datacite/api_json/sample.json"

OAI_ERRORS = {
    "Identify": "wrong_format",
    "ListIdentifiers": "wrong_format",
    "ListIdentifiers2": "wrong_format",
    "ListMetadataFormats": "wrong_format",
    "ListRecords4": "wrong_format",
    "ListRecordsBroken": "malformed",
    "ListSets": "wrong_format",
    "badArgument": "malformed",
    "badResumptionToken": "wrong_format",
    "cannotDisseminateFormat": "wrong_format",
    "idDoesNotExist": "wrong_format",
    "noSetHierarchy": "wrong_format",
    "undefinedError": "malformed",
}
REJECTED = {
    **{f"oai_pmh/sickle/{name}.xml": code for name, code in OAI_ERRORS.items()},
    "harmony/default_aggregations.subset.json": "wrong_format",
    "schema_org/dataverse/junk/in/datasetSchemaDotOrg.json": "no_title",
    "xml/cessda/malformed/hist__malformed.xml": "malformed",
    "xml/cessda/oai_ddi122/synthetic_nesstar_record_with_error.xml": "wrong_format",
    "xml/cessda/oai_ddi25/ddi_record_WithError.xml": "wrong_format",
    "xml/cessda/oai_ddi25/oaipmh-missing-metadata.xml": "wrong_format",
    "xml/cessda/oai_ddi25/unsupported_ddi33.xml": "wrong_format",
    "xml/weko/oai_ddi25/test_harvester_03.xml": "no_title",
}
"""Files without a study: other answers of a server, errors, and records that are broken on purpose."""

real = needs_real_records


@cache
def counts_of(name: str) -> Counts:
    path = REAL_RECORDS / name
    every = EVERY if name != WHOLE and path.stat().st_size > LARGE else 1
    return counted(path, catalogue_of(name), every)


@pytest.mark.parametrize("name", sorted({*get_args(FormatName)} - {"table"}))  # a table's records are no files
def test_an_invented_record_becomes_a_document_with_a_description(name: FormatName) -> None:
    for path in fixtures(name):
        counts = counted(path, catalogue_of_format(name))
        assert (counts.records, counts.documents, counts.described) == (1, 1, 1), path
        malformed = path.with_name(path.name.replace("all_fields", "malformed"))
        assert counted(malformed, catalogue_of_format(name)).rejects == Counter(malformed=1)


@real
@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_documents_or_coded_rejects(name: str) -> None:
    counts = counts_of(name)
    assert counts.documents + counts.rejects.total() == counts.records
    rejected = counts.rejects - Counter(not_a_study=counts.records)
    assert rejected == (Counter({REJECTED[name]: 1}) if name in REJECTED else Counter())
    assert not (name in REJECTED and counts.documents)


@real
def test_real_records_have_an_id_a_title_and_a_description() -> None:
    total = Counts()
    for name in set(FILES) - REJECTED.keys():
        total.add(counts_of(name))
    studies = total.records - total.rejects["not_a_study"]
    assert total.documents == studies, "a record without an id or a title is a reject"
    assert total.described >= 0.99 * studies


@needs_real_records
def test_of_a_page_of_datacite_only_datasets_are_studies() -> None:
    counts = counts_of(WHOLE)
    assert (counts.documents, counts.rejects) == (11, Counter(not_a_study=89))


@real
@pytest.mark.parametrize("name", ["hist__listrecordsresponse", "list-records-response"])
def test_a_page_of_cessda_has_three_deletions_of_six(name: str) -> None:
    counts = counts_of(f"xml/cessda/oai_ddi25/{name}.xml")
    assert (counts.documents, counts.deletions) == (3, 3)

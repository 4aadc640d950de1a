"""Every file of real records beside the project reads with its format: documents, or rejects with a code.

Of large files every fifth record is read, and each one where STUDY_INDEX_TEST_WHOLE is set. `python -m
benchmarks.real_files DATA` prints the counts.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from benchmarks.real_files import Counts, catalogue_of, counted, files

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES = files(DATA)
EVERY = 1 if os.environ.get("STUDY_INDEX_TEST_WHOLE") else 5
LARGE = 200_000
"""Bytes from which on a sample is read."""
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
REFUSED = {
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
"""Files that hold no study: other answers, errors, and what is broken on purpose."""

pytestmark = pytest.mark.skipif(not FILES, reason="no real records beside the project")


@cache
def counts_of(name: str) -> Counts:
    path = DATA / name
    every = EVERY if name != WHOLE and path.stat().st_size > LARGE else 1
    return counted(path, catalogue_of(name), every)


@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_documents_or_coded_rejects(name: str) -> None:
    counts = counts_of(name)
    assert counts.documents + counts.rejects.total() == counts.records
    refused = counts.rejects - Counter(not_a_study=counts.records)
    assert refused == (Counter({REFUSED[name]: 1}) if name in REFUSED else Counter())
    assert not (name in REFUSED and counts.documents)


def test_real_records_have_an_id_a_title_and_words_about_them() -> None:
    total = Counts()
    for name in set(FILES) - REFUSED.keys():
        total.add(counts_of(name))
    studies = total.records - total.rejects["not_a_study"]
    assert total.documents == studies, "a document has an id and a title, or it is a reject"
    assert total.described >= 0.99 * studies


@pytest.mark.skipif(WHOLE not in FILES, reason="no real records of DataCite")
def test_of_a_page_of_datacite_only_datasets_are_studies() -> None:
    counts = counts_of(WHOLE)
    assert (counts.documents, counts.rejects) == (11, Counter(not_a_study=89))


@pytest.mark.parametrize("name", ["hist__listrecordsresponse", "list-records-response"])
def test_a_page_of_cessda_has_three_deletions_of_six(name: str) -> None:
    counts = counts_of(f"xml/cessda/oai_ddi25/{name}.xml")
    assert (counts.documents, counts.deletions) == (3, 3)

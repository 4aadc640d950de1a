"""Documents by their ids, and what an answer has beside its hits."""

from __future__ import annotations

import re

import pytest

from pipeline.errors import UsageError
from tests.search.shelf import Shelf


def test_an_answer_has_the_labels_of_its_codes(shelf: Shelf) -> None:
    shelf.put({"country_codes": ["FI"], "topics": ["Health"], "publisher": "P"})
    labels = shelf.ask().labels
    assert labels["country_codes"]["FI"]["en"] == "Finland"
    assert labels["topics"].keys() == {"Health"}
    assert "publisher" not in labels


def test_hits_have_evidence_and_translations_only_where_they_are_asked_for(shelf: Shelf) -> None:
    shelf.put({"evidence": {"sex": [{"kind": "format"}]}, "translations": {"de": {"name": ["Studie"]}}})
    assert not {"evidence", "translations"} & shelf.ask().hits[0].keys()
    assert {"evidence", "translations"} <= shelf.ask(evidence=True, translations=True).hits[0].keys()


def test_a_document_is_found_by_each_of_its_ids_in_order_of_precedence(shelf: Shelf) -> None:
    first, second = shelf.document(0), shelf.document(1)
    shelf.put(
        {"name": "itself", "slug": f"slug-{shelf.name}"},
        {"name": "same work", "work_id": first["harmony_id"]},
        {"name": "of that name", "slug": second["harmony_id"], "same_as": [first["harmony_id"]]},
    )
    assert shelf.show(first["harmony_id"]) == "itself"
    assert shelf.show(first["uuid"]) == "itself"
    assert shelf.show(first["record_id"]) == "itself"
    assert shelf.show(f"slug-{shelf.name}") == "itself"
    assert shelf.show(second["harmony_id"]) == "same work"


def test_of_two_documents_with_one_doi_the_one_that_is_not_superseded_is_shown(shelf: Shelf) -> None:
    doi = f"10.5072/{shelf.name}"
    shelf.put(
        *({"name": "old", "dois": [doi], "replaced_by": "another/1"} for _ in range(4)), {"name": "new", "dois": [doi]}
    )
    assert shelf.show(f"https://doi.org/{doi.upper()}") == "new"


def test_an_unknown_id_is_a_usage_error(shelf: Shelf) -> None:
    shelf.put({})
    with pytest.raises(UsageError, match=re.escape("no document 'nobody/1'")):
        shelf.show("nobody/1")

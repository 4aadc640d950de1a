"""What `gate` stages for pages: distributions before and after, reasons with numbers, samples of changes."""

from __future__ import annotations

import pytest

from pipeline.index import lifecycle
from pipeline.index.generations import write_meta
from pipeline.run.details import RunDetails
from pipeline.run.runner import run
from pipeline.staging.store import Staging
from tests.support import Archive, ddi


def details(archive: Archive, run_id: str) -> RunDetails:
    return RunDetails.staged(Staging(archive.name, run_id))


def test_distributions_stand_side_by_side(archive: Archive) -> None:
    archive.put(*range(3), nation="Finland", year=2001)
    archive.run()
    archive.put(3, nation="Norway", year=2005)
    found = details(archive, archive.run()["run_id"])

    assert found.before is not None
    assert found.after is not None
    assert (found.before.documents, found.after.documents) == (3, 4)
    assert found.after.coverage["country_codes"] == 4
    assert "instruments" not in found.after.coverage, "no document has it"
    assert found.before.values["country_codes"] == {"FI": 3}
    assert found.after.values["country_codes"] == {"FI": 3, "NO": 1}
    assert (found.before.years, found.after.years) == ({2001: 3}, {2001: 3, 2005: 1})
    assert found.reasons == ()


def test_a_document_that_changed_is_shown_field_by_field_with_its_evidence(archive: Archive) -> None:
    archive.put(1, 2, nation="Finland")
    archive.run()
    archive.put(1, nation="Norway")

    (change,) = details(archive, archive.run()["run_id"]).changes

    fields = {item.field: item for item in change.fields}
    country = fields["country_codes"]
    assert (change.change, country.before, country.after) == ("updated", ["FI"], ["NO"])
    assert [item["words"] for item in country.evidence_after] == ["Norway"]
    assert [item["words"] for item in country.evidence_before] == ["Finland"]
    assert "content_hash" not in fields


def test_each_text_of_a_translation_is_a_field(archive: Archive) -> None:
    def put(title: str) -> None:
        archive.write(1, ddi(1).replace("</titlStmt>", f'<parTitl xml:lang="fi">{title}</parTitl></titlStmt>'))

    put("Satamatutkimus")
    archive.run()
    put("Toinen nimi")

    (change,) = details(archive, archive.run()["run_id"]).changes

    assert [(item.field, item.before, item.after) for item in change.fields] == [
        ("translations.fi.name", ["Satamatutkimus"], ["Toinen nimi"])
    ]


def test_new_and_deleted_documents_are_shown_with_their_main_fields(archive: Archive) -> None:
    archive.put(1, 2)
    archive.run()
    archive.remove(2)
    archive.put(3)

    changes = details(archive, archive.run()["run_id"]).changes

    assert [item.change for item in changes] == ["deleted", "created"]
    assert all("name" in {field.field for field in item.fields} for item in changes)


@pytest.mark.parametrize("way", ["changed", "new"])
def test_a_drift_names_records_in_which_it_shows(archive: Archive, way: str) -> None:
    archive.put(*range(20), nation="Finland")
    archive.run()
    archive.put(*(range(12) if way == "changed" else range(20, 32)), nation="")

    report = run(archive.catalogue, archive.client)

    assert report.held
    found = details(archive, report.run_id).reasons
    fall = next(item for item in found if item.facet == "country_codes" and item.value is None)
    assert fall.what == "Countries"
    assert fall.live == 1
    assert fall.candidate == pytest.approx(0.4 if way == "changed" else 20 / 32)
    assert fall.limit == pytest.approx(0.1)
    assert len(fall.examples) == 5
    assert {(item.before, item.after) for item in fall.examples} == {("FI" if way == "changed" else None, None)}
    assert report.gate.reasons == tuple(item.text for item in found)


def test_a_drop_names_documents_that_would_be_deleted(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))

    (reason,) = details(archive, archive.run()["run_id"]).reasons

    assert (reason.code, reason.live, reason.candidate) == ("max_drop", 1, 0.2)
    assert len(reason.examples) == 5


def test_the_history_of_a_catalogue_has_its_last_runs(archive: Archive) -> None:
    for number in range(3):
        archive.put(number)
        archive.run()
    archive.run()
    archive.remove(0, 1)

    history = archive.live.meta.history

    assert [(item.live, item.created) for item in history] == [(1, 1), (2, 1), (3, 1), (3, 0)]
    assert {"fetch", "process", "plan", "load", "gate"} <= history[-1].seconds.keys()


def test_the_history_has_the_last_thirty_runs(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    (first,) = archive.live.meta.history
    earlier = tuple(first.model_copy(update={"run_id": str(number)}) for number in range(30))
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(history=earlier))

    last = archive.run()

    assert [item.run_id for item in archive.live.meta.history] == [*map(str, range(1, 30)), last["run_id"]]


def test_a_long_title_is_cut(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(*range(12), nation="", title="Harbour " * 2000)

    found = details(archive, run(archive.catalogue, archive.client).run_id)

    assert len(found.model_dump_json()) < 100_000
    assert all(len(change.name) <= 601 for change in found.changes)
    assert all(len(example.name) <= 601 for reason in found.reasons for example in reason.examples)


def test_a_held_run_is_in_the_history_only_once_it_is_live(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    assert archive.run()["gate"]["verdict"] == "hold"
    assert [item.live for item in archive.live.meta.history] == [20]

    lifecycle.promote(archive.client, archive.name)

    assert [item.live for item in archive.live.meta.history] == [20, 4]

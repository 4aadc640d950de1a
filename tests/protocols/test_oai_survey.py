"""What `doctor CATALOGUE` finds: what a service states about itself, and what its first records become."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as counting
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.oai_server import Fault, Repository, Request, serve
from pipeline.catalogue import Catalogue, load
from pipeline.operations.catalogue_checks import catalogue_findings
from pipeline.protocols.listing import MAX_IDLE_PAGES
from tests.protocols.oai_served import OAI
from tests.support import UNTITLED, ddi


class Service:
    """Seven studies behind a provider, three a page, and a catalogue file of it."""

    def __init__(self, folder: Path, url: str, repository: Repository) -> None:
        self.folder = folder
        self.url = url
        self.repository = repository

    def findings(self, **protocol: Any) -> dict[str, tuple[bool, str]]:
        """(ok, says) by what was looked at."""
        described = {"type": "oai-pmh", "url": self.url, "metadata_prefix": "oai_ddi25", **protocol}
        return findings(catalogue(self.folder, described))


def catalogue(folder: Path, protocol: dict[str, Any], **keys: Any) -> Catalogue:
    path = folder / "harbour.yaml"
    described = {"name": "harbour", "title": "Harbour", "format": "ddi-codebook", "protocol": protocol, **keys}
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return load(path)


def findings(described: Catalogue) -> dict[str, tuple[bool, str]]:
    return {item.what.partition(": ")[2]: (item.ok, item.found) for item in catalogue_findings(described)}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    repository = Repository(name="Harbour Archive", page_size=3, sets={"surveys": "Surveys", "registers": "Registers"})
    for number in range(7):
        sets = ["surveys"] if number else ["registers"]
        repository.put(f"oai:harbour.invalid:{number}", ddi(number).encode(), f"2026-03-0{number + 1}T00:00:00Z", sets)
    with serve(repository) as url:
        yield Service(tmp_path, url, repository)


def test_a_provider_without_faults_is_described_in_full(service: Service) -> None:
    found = service.findings()
    assert all(ok for ok, _ in found.values())
    says = {what: words for what, (_, words) in found.items()}
    assert says["provider"] == "Harbour Archive, OAI-PMH 2.0"
    assert says["deletions"] == "persistent: runs ask for changes"
    assert says["granularity"] == "seconds; earliest datestamp 2026-03-01T00:00:00Z"
    assert "ddi:codebook:2_5; beside it oai_dc" in says["metadata prefix oai_ddi25"]
    assert says["sets"] == "2, none is asked for: registers, surveys"
    assert says["first page"] == "3 records, 0 of them deletions; 7 in all"
    assert "5 of 5 are read as ddi-codebook; 7 in all" in says["first records"]
    assert "becomes harbour/S00000, 'Harbour Survey, wave 0'" in says["first records"]


def test_a_wrong_prefix_is_a_finding_that_names_the_known_ones(service: Service) -> None:
    ok, says = service.findings(metadata_prefix="ddi")["metadata prefix ddi"]
    assert (ok, says) == (False, "is not among oai_dc, oai_ddi25: change metadata_prefix in the catalogue file")


def test_a_server_without_metadata_formats_is_a_finding(service: Service) -> None:
    service.repository.formats = ()
    ok, says = service.findings()["metadata prefix oai_ddi25"]
    assert (ok, says) == (False, "the server lists no metadata formats: report it to the operator of the server")


def test_a_wrong_set_names_the_nearest(service: Service) -> None:
    ok, says = service.findings(set="survey")["set survey"]
    assert not ok
    assert "Did you mean 'surveys'?" in says


def test_a_set_on_a_server_without_sets_is_a_finding_with_advice(service: Service) -> None:
    service.repository.sets = {}
    found = service.findings(set="surveys")
    assert found["set surveys"] == (False, "the server has no sets: remove set from the catalogue file")
    assert not found["first page"][0]
    assert "noSetHierarchy" in found["first page"][1]


def test_a_server_without_sets_is_fine_where_none_is_asked_for(service: Service) -> None:
    service.repository.sets = {}
    assert service.findings()["sets"] == (True, "none")


@pytest.mark.parametrize(
    ("policy", "protocol", "consequence"),
    [
        ("no", {}, "no: every run asks for everything, as only a full snapshot shows what was deleted"),
        ("transient", {}, "transient: every run asks for everything, as only a full snapshot shows what was deleted"),
        ("persistent", {"set": "surveys"}, "what leaves the set stays until a full run"),
        (
            "persistent",
            {"set": "surveys", "listing": "always"},
            "every run asks for everything, as the catalogue file has it",
        ),
    ],
)
def test_the_policy_on_deletions_decides_what_runs_ask_for(
    service: Service, policy: str, protocol: dict[str, str], consequence: str
) -> None:
    service.repository.deleted_record = policy
    ok, says = service.findings(**protocol)["deletions"]
    assert ok
    assert consequence in says


def test_an_address_that_is_no_provider_is_the_only_finding(service: Service) -> None:
    service.repository.fault_of = lambda _: Fault(404, body=b"Nothing here")
    ((what, (ok, says)),) = service.findings().items()
    assert (what, ok) == ("provider", False)
    assert "HTTP 404" in says
    assert "base URL" in says


def test_records_of_another_format_are_shown_by_example(service: Service) -> None:
    described = catalogue(
        service.folder, {"type": "oai-pmh", "url": service.url, "metadata_prefix": "oai_ddi25"}, format="dublin-core"
    )
    ok, says = findings(described)["first records"]
    assert not ok
    assert "0 of 5 are read as dublin-core" in says
    assert "oai:harbour.invalid:0: wrong_format" in says
    assert "Check the format" in says


def test_deletions_are_skipped_and_rejects_are_shown(service: Service) -> None:
    for number in range(6):
        service.repository.delete(f"oai:harbour.invalid:{number}", f"2026-02-0{number + 1}T00:00:00Z")
    service.repository.put("oai:harbour.invalid:7", UNTITLED.encode(), "2026-03-08T00:00:00Z")
    found = service.findings()
    assert found["first page"] == (True, "3 records, 3 of them deletions; 8 in all")
    ok, says = found["first records"]
    assert ok
    assert "1 of 2 are read" in says
    assert "no_title" in says


def test_a_page_with_broken_records_is_a_finding(service: Service) -> None:
    service.repository.fault_of = lambda request: (
        Fault(change=lambda body: body.replace(b"wave 1<", b"wave & 1<")) if request.verb == "ListRecords" else None
    )
    assert "1 more are not well-formed" in service.findings()["first page"][1]


def test_files_are_counted_and_the_first_are_read(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.xml").write_text(ddi(number), encoding="utf-8")
    found = findings(catalogue(tmp_path, {"type": "files", "path": "*.xml"}))
    assert found["files"] == (True, "3 match *.xml; the first is 0.xml")
    assert "3 of 3 are read as ddi-codebook" in found["first records"][1]


def test_missing_files_are_the_only_finding(tmp_path: Path) -> None:
    ((what, (ok, says)),) = findings(catalogue(tmp_path, {"type": "files", "path": "*.xml"})).items()
    assert (what, ok) == ("files", False)
    assert "no file matches" in says


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("//titl[contains(., 'Software')]", "3 of 3 are read"), ("//titl", "`exclude` leaves out the first")],
)
def test_records_that_are_left_out_are_not_read(tmp_path: Path, condition: str, expected: str) -> None:
    for number in range(3):
        (tmp_path / f"1{number}.xml").write_text(ddi(number), encoding="utf-8")
    (tmp_path / "00.xml").write_text(ddi(3, title="Software of wave 1"), encoding="utf-8")
    exclude = [{"xpath": condition, "reason": "software is no study"}]
    ok, found = findings(catalogue(tmp_path, {"type": "files", "path": "*.xml"}, exclude=exclude))["first records"]
    assert ok
    assert expected in found
    assert "Software" not in found


def test_a_list_of_sets_without_end_is_a_finding(service: Service) -> None:
    tokens = counting()

    def fault_of(request: Request) -> Fault | None:
        if request.verb != "ListSets":
            return None
        answer = f"<set><setSpec>surveys</setSpec></set><resumptionToken>{next(tokens)}</resumptionToken>"
        return Fault(body=OAI.format(f"<ListSets>{answer}</ListSets>").encode())

    service.repository.fault_of = fault_of
    ok, found = service.findings()["sets"]
    assert not ok
    assert "never end" in found
    assert next(tokens) == MAX_IDLE_PAGES + 2, "the first page, and those that bring nothing"

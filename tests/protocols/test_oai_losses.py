"""Harvests of a server that sends broken records, cannot list them, or has them under several prefixes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from demo.oai_server import DDI, DUBLIN_CORE, Fault, MetadataFormat, Request
from pipeline.errors import FailError, RetryError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.protocols import base
from pipeline.protocols.oai.client import OaiError
from pipeline.protocols.oai.repair import repaired
from tests.protocols.conformance import raw_records
from tests.protocols.oai_served import CODEBOOK, OAI, Served, numbers, pages
from tests.support import REAL_RECORDS, needs_real_records

ENGLISH = MetadataFormat("oai_ddi25-en", DDI.schema, DDI.namespace)
GERMAN = MetadataFormat("oai_ddi25-de", DDI.schema, DDI.namespace)


def spoiling(change: Callable[[bytes], bytes], verb: str = "ListRecords") -> Callable[[Request], Fault | None]:
    return lambda request: Fault(change=change) if request.verb == verb else None


def outcomes(fetched: list[Fetched]) -> list[str]:
    """The number of each record, and the code of those that were rejected."""
    return [
        f"{item.record_id.rpartition(':')[2]} {item.code}"
        if isinstance(item, RejectedRaw)
        else item.record_id.rpartition(":")[2]
        for item in fetched
    ]


# -- pages with broken records --------------------------------------------------------------------------------------


def spoil_record(number: int, by: bytes) -> Callable[[bytes], bytes]:
    """Put bytes into the metadata of one record."""

    def change(body: bytes) -> bytes:
        head, identifier, rest = body.partition(f"oai:demo.invalid:{number}<".encode())
        return head + identifier + rest.replace(b"<titl>", b"<titl>" + by, 1)

    return change


@pytest.mark.parametrize("by", [b"\x0b", b"&nbsp;", b"A & B", b"<b>", b"</titl></codeBook>", b"\xff"])
def test_a_broken_record_costs_itself_alone(served: Served, by: bytes) -> None:
    served.repository.fault_of = spoiling(spoil_record(5, by))
    harvest = served.harvest()
    assert sorted(outcomes(list(harvest))) == ["1", "2", "3", "4", "5 malformed", "6", "7"]
    assert harvest.complete


@pytest.mark.parametrize("number", [4, 6])
def test_a_record_that_breaks_off_at_an_end_of_a_page_costs_itself_alone(served: Served, number: int) -> None:
    def change(body: bytes) -> bytes:
        head, identifier, rest = body.partition(f"oai:demo.invalid:{number}<".encode())
        inside, end, after = rest.partition(b"</codeBook></metadata></record>")
        return head + identifier + (inside[:-9] if identifier and end else inside + end) + after

    served.repository.fault_of = spoiling(change)
    assert f"{number} malformed" in (found := outcomes(list(served.harvest())))
    assert len(found) == 7


def test_a_harvest_continues_after_a_page_whose_records_are_all_broken(served: Served) -> None:
    served.repository.fault_of = spoiling(
        lambda body: body.replace(b"<titl>", b"<titl>&") if b"invalid:4<" in body else body
    )
    assert outcomes(list(served.harvest())) == ["1", "2", "3", "4 malformed", "5 malformed", "6 malformed", "7"]


def test_a_broken_record_without_identifier_is_named_by_its_page(served: Served) -> None:
    body = OAI.format("<ListRecords><record><header><datestamp>&</datestamp></header></record></ListRecords>")
    served.repository.fault_of = spoiling(lambda _: body.encode())
    harvest = served.harvest()
    (found,) = harvest
    assert isinstance(found, RejectedRaw)
    assert (found.positional, found.record_id) == (
        True,
        f"{served.url}?verb=ListRecords&metadataPrefix=oai_ddi25",
    )
    assert not harvest.complete
    assert [loss[-3:] for loss in harvest.losses] == [": 1"]


def test_a_broken_record_is_not_named_by_an_identifier_of_its_metadata(served: Served) -> None:
    header = "<header><identifier>oai:demo.invalid:1</header>"
    record = f"<record>{header}<metadata><c><identifier>10.5072/other</identifier></c></metadata></record>"
    served.repository.fault_of = spoiling(lambda _: OAI.format(f"<ListRecords>{record}</ListRecords>").encode())
    harvest = served.harvest()
    (found,) = harvest
    assert found.positional
    assert not harvest.complete


def test_a_server_whose_every_page_has_a_nameless_broken_record_ends_the_run(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "MAX_LOSSES", 2)
    served.repository.fault_of = spoiling(lambda body: body.replace(b"<identifier>", b"<identifier>&", 1))
    with pytest.raises(
        FailError, match=r"more than 2 pages or records .* are broken\. The last: records that are not .*Report"
    ):
        list(served.harvest())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        OAI.format("<ListRecords>&</ListRecords>").encode(),
        OAI.format("<ListRecords><record><header/></record>&</ListRecords>").encode(),
        OAI.format("<ListRecords><record><header/></record>").encode()[:-10],
        OAI.format("&<ListRecords><record><header/></record></ListRecords>").encode(),
    ],
)
def test_what_is_broken_outside_of_records_is_not_repaired(content: bytes) -> None:
    assert repaired(content) is None


# -- a server that cannot list --------------------------------------------------------------------------------------


def refusing(code: str) -> Fault:
    return Fault(body=OAI.format(f'<error code="{code}">no</error>').encode())


LISTS_BADLY = {
    "badVerb": refusing("badVerb"),
    "HTTP 500": Fault(500, body=b"Something went wrong"),
    "truncated": Fault(keep=0.5),
}


@pytest.mark.parametrize("fault", LISTS_BADLY.values(), ids=LISTS_BADLY.keys())
@pytest.mark.parametrize("page", [1, 2])
def test_records_that_cannot_be_listed_are_asked_for_one_by_one(served: Served, fault: Fault, page: int) -> None:
    def fault_of(request: Request) -> Fault | None:
        later = request.get("resumptionToken") is not None
        return fault if request.verb == "ListRecords" and later == (page > 1) else None

    served.repository.delete("oai:demo.invalid:7", "2026-03-09T00:00:00Z")
    served.repository.fault_of = fault_of
    harvest = served.harvest(set_spec="health" if page == 1 else None)
    fetched = raw_records(list(harvest))
    assert [raw.record_id[-1] for raw in fetched] == (["1", "3", "5", "7"] if page == 1 else [*"1234567"])
    assert [raw.record_id[-1] for raw in fetched if raw.deleted] == ["7"]
    assert fetched[0].datestamp == "2026-03-01T08:00:00Z"
    assert (harvest.complete, harvest.losses) == (True, [])
    got = [request.get("identifier") for request in served.repository.requests if request.verb == "GetRecord"]
    assert len(got) == 3


@pytest.mark.parametrize("then", ["the list again", "identifiers"])
def test_a_list_that_is_empty_when_it_is_read_again_is_not_complete(served: Served, then: str) -> None:
    """A server may lose its list on the way, when it is indexed anew: what it had before is not deleted."""

    def fault_of(request: Request) -> Fault | None:
        if request.get("resumptionToken"):
            return refusing("badResumptionToken") if then == "the list again" else Fault(500, body=b"")
        has_begun = any(each.get("resumptionToken") for each in served.repository.requests)
        return refusing("noRecordsMatch") if has_begun else None

    served.repository.fault_of = fault_of
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3]
    assert "noRecordsMatch" in " ".join(harvest.losses)
    assert not harvest.complete


def test_a_list_that_is_empty_when_the_harvest_continues_is_not_complete(served: Served) -> None:
    states: list[dict[str, object]] = []
    first = served.harvest()
    first.on_page = states.append
    handed_on = list(first)
    served.repository.fault_of = lambda request: refusing(
        "badResumptionToken" if request.get("resumptionToken") else "noRecordsMatch"
    )
    harvest = served.harvest(resume=states[0], before=handed_on[:3])
    assert list(harvest) == []
    assert not harvest.complete


def test_the_stated_number_still_counts_when_the_list_is_read_one_by_one(served: Served) -> None:
    headers = "".join(f"<header><identifier>oai:demo.invalid:{number}</identifier></header>" for number in (1, 2, 3))

    def fault_of(request: Request) -> Fault | None:
        if request.verb == "ListIdentifiers":
            return Fault(body=OAI.format(f"<ListIdentifiers>{headers}</ListIdentifiers>").encode())
        return Fault(500, body=b"") if request.get("resumptionToken") else None

    served.repository.fault_of = fault_of
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3]
    assert "states 7 records, and its list has 3 different" in harvest.losses[0]


def test_changes_since_are_asked_for_one_by_one_too(served: Served) -> None:
    served.repository.fault_of = lambda request: refusing("badVerb") if request.verb == "ListRecords" else None
    harvest = served.harvest("2026-03-05T08:03:00Z")
    assert numbers(harvest) == [5, 6, 7]
    assert not harvest.snapshot


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (refusing("cannotDisseminateFormat"), "wrong_format"),
        (refusing("idDoesNotExist"), "empty"),
        (Fault(keep=0.7), "malformed"),
        (Fault(500, body=b""), "not_received"),
        (Fault(503, body=b""), "not_received"),
        (Fault(403, body=b""), "not_received"),
        (Fault(body=OAI.format("<GetRecord/>").encode()), "empty"),
    ],
)
def test_a_record_that_cannot_be_fetched_costs_itself_alone(served: Served, fault: Fault, code: str) -> None:
    def fault_of(request: Request) -> Fault | None:
        if request.verb == "ListRecords":
            return refusing("badVerb")
        return fault if request.get("identifier") == "oai:demo.invalid:2" else None

    served.repository.fault_of = fault_of
    harvest = served.harvest()
    assert outcomes(list(harvest)) == ["1", f"2 {code}", "3", "4", "5", "6", "7"]
    assert harvest.complete


@pytest.mark.parametrize("failures", [base.MAX_FAILED, base.MAX_FAILED + 1])
def test_a_server_that_fails_on_record_after_record_ends_the_run(served: Served, failures: int) -> None:
    for number in range(20, 33):
        served.repository.put(f"oai:demo.invalid:{number}", CODEBOOK, "2026-03-20T00:00:00Z")
    failing = {f"oai:demo.invalid:{number}" for number in range(20, 20 + failures)}

    def fault_of(request: Request) -> Fault | None:
        if request.verb == "ListRecords":
            return refusing("badVerb")
        return Fault(500, body=b"") if request.get("identifier") in failing else None

    served.repository.fault_of = fault_of
    with pytest.raises(RetryError) if failures > base.MAX_FAILED else nullcontext():
        assert len(list(served.harvest())) == 20


def test_a_record_that_was_not_received_is_asked_for_by_its_id(served: Served) -> None:
    names = {2: "not changed since", 6: "changed", 99: "gone"}
    again = frozenset(f"oai:demo.invalid:{number}" for number in names)
    harvest = served.harvest("2026-03-05T08:03:00Z", again=again)
    assert outcomes(list(harvest)) == ["5", "6", "7", "2", "99 empty"]
    asked = [request.get("identifier") for request in served.repository.requests if request.verb == "GetRecord"]
    assert [name[-2:] for name in asked if name] == [":2", "99"]
    assert harvest.complete


def test_a_server_that_lists_nothing_at_all_is_reported_by_its_first_error(served: Served) -> None:
    served.repository.fault_of = lambda request: None if request.verb == "Identify" else refusing("badVerb")
    with pytest.raises(FailError, match=r"verb=ListRecords.* answered badVerb: no.*base URL"):
        list(served.harvest())


def test_a_server_that_is_away_is_not_asked_one_by_one(served: Served) -> None:
    served.repository.fault_of = lambda request: Fault(503, body=b"") if request.verb == "ListRecords" else None
    with pytest.raises(RetryError):
        list(served.harvest())
    assert {request.verb for request in served.repository.requests} == {"Identify", "ListRecords"}


# -- continuing ----------------------------------------------------------------------------------------------------


def test_a_harvest_continues_after_each_of_its_pages(served: Served) -> None:
    states: list[dict[str, object]] = []
    harvest = served.harvest()
    harvest.on_page = states.append
    handed_on = list(harvest)
    assert len(states) == 2
    later = [served.harvest(resume=state, before=handed_on[: 3 * number]) for number, state in enumerate(states, 1)]
    assert [numbers(harvest) for harvest in later] == [[4, 5, 6, 7], [7]]
    assert all(harvest.complete and harvest.snapshot for harvest in later)
    assert {harvest.watermark for harvest in later} == {"2026-04-01T12:00:00Z"}


def test_losses_before_are_losses_after_continuing(served: Served) -> None:
    states: list[dict[str, object]] = []
    served.repository.fault_of = spoiling(lambda body: body.replace(b"<identifier>", b"<identifier>&", 1))
    first = served.harvest()
    first.on_page = states.append
    handed_on = list(first)
    served.repository.fault_of = None
    harvest = served.harvest(resume=states[-1], before=handed_on[:6])
    list(harvest)
    assert [loss[-3:] for loss in harvest.losses[:2]] == [": 1", ": 1"]


def test_a_state_whose_token_expired_begins_the_list_again(served: Served) -> None:
    states: list[dict[str, object]] = []
    first = served.harvest()
    first.on_page = states.append
    handed_on = list(first)
    served.repository.expire_tokens()
    harvest = served.harvest(resume=states[0], before=handed_on[:3])
    assert numbers(harvest) == [4, 5, 6, 7]
    assert harvest.complete


# -- several prefixes, and snapshots each time ----------------------------------------------------------------------


def test_of_several_prefixes_the_first_that_has_a_record_gives_it(served: Served) -> None:
    served.repository.formats = (ENGLISH, GERMAN, DUBLIN_CORE)
    for number, prefix in [(1, "oai_ddi25-de"), (8, "oai_ddi25-en"), (8, "oai_ddi25-de"), (9, "oai_ddi25-de")]:
        payload = CODEBOOK.replace(b"<titl>", f"<titl>{prefix} ".encode())
        served.repository.put(f"oai:demo.invalid:{number}", payload, "2026-03-20T00:00:00Z", prefix=prefix)
    harvest = served.harvest("2026-03-25", prefix=["oai_ddi25-en", "oai_ddi25-de"])
    fetched = raw_records(list(harvest))
    found = {raw.record_id[-1]: (raw.payload or b"").partition(b"titl>")[2].split(b" ")[0] for raw in fetched}
    assert found == {"8": b"oai_ddi25-en", "1": b"oai_ddi25-de", "9": b"oai_ddi25-de"}
    assert len(fetched) == 3
    assert (harvest.snapshot, harvest.complete) == (True, True)


def test_a_deletion_under_one_prefix_leaves_the_record_of_another(served: Served) -> None:
    served.repository.formats = (DDI, DUBLIN_CORE)
    deleted = b'<header status="deleted"><identifier>oai:demo.invalid:1</identifier>'

    def fault_of(request: Request) -> Fault | None:
        if request.get("metadataPrefix") != "oai_dc":
            return None
        page = OAI.format(f"<ListRecords><record>{deleted.decode()}</header></record></ListRecords>")
        return Fault(body=page.encode())

    served.repository.fault_of = fault_of
    fetched: list[RawRecord] = raw_records(list(served.harvest(prefix=["oai_dc", "oai_ddi25"])))
    assert [raw.record_id[-1] for raw in fetched] == [*"1234567"]
    assert not any(raw.deleted for raw in fetched)


def test_a_snapshot_each_time_shows_what_left_the_set(served: Served) -> None:
    harvest = served.harvest("2026-03-05T08:03:00Z", set_spec="health", listing="always")
    assert numbers(harvest) == [1, 3, 5, 7]
    assert harvest.snapshot
    assert served.asked("from") == [None, None]


# -- real answers ---------------------------------------------------------------------------------------------------

real = needs_real_records


@real
def test_a_real_page_with_deletions_and_a_token_is_read_completely(served: Served, tmp_path: Path) -> None:
    page = (REAL_RECORDS / "xml/cessda/oai_ddi25/list-records-response.xml").read_bytes()
    token = page.partition(b'cursor="0">')[2].partition(b"<")[0].decode()
    assert token.startswith("cursor%3A0")
    (tmp_path / "Identify.xml").write_bytes((REAL_RECORDS / "oai_pmh/sickle/Identify.xml").read_bytes())
    (tmp_path / "first.xml").write_bytes(page)
    (tmp_path / token).write_text(OAI.format("<ListRecords><resumptionToken/></ListRecords>"), encoding="utf-8")
    with pages(tmp_path, "first.xml", "Identify.xml") as url:
        harvest = served.harvest(url=url)
        fetched = raw_records(list(harvest))
    assert (len(fetched), sum(raw.deleted for raw in fetched)) == (6, 3)
    assert (harvest.complete, harvest.total) == (False, 31984)
    assert all(b"<codeBook" in raw.payload for raw in fetched if raw.payload is not None)


@real
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("badArgument", "badArgument"),
        ("cannotDisseminateFormat", "cannotDisseminateFormat"),
        ("idDoesNotExist", "idDoesNotExist"),
        ("noSetHierarchy", "noSetHierarchy"),
        ("badResumptionToken", "badResumptionToken"),
        ("undefinedError", "undefinedError"),
    ],
)
def test_real_errors_are_named(served: Served, name: str, code: str) -> None:
    with pages(REAL_RECORDS / "oai_pmh" / "sickle", f"{name}.xml", "Identify.xml") as url:
        with pytest.raises(FailError, match=code) as caught:
            list(served.harvest(url=url))
        assert isinstance(caught.value.__cause__, OaiError)


@real
def test_that_nothing_matches_is_a_success(served: Served) -> None:
    with pages(REAL_RECORDS / "oai_pmh" / "sickle", "noRecordsMatch.xml", "Identify.xml") as url:
        harvest = served.harvest(url=url)
        assert list(harvest) == []
    assert harvest.complete


@real
def test_a_real_answer_that_is_no_xml_ends_the_run(served: Served) -> None:
    with (
        pages(REAL_RECORDS / "oai_pmh" / "sickle", "ListRecordsBroken.xml", "Identify.xml") as url,
        pytest.raises(FailError, match="not an OAI-PMH response"),
    ):
        list(served.harvest(url=url))

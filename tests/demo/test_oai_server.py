"""The OAI-PMH server of the demo: it follows the specification, and has faults only where a test injects them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx2
import pytest
from lxml import etree

from demo.oai_server import DUBLIN_CORE, Repository, Request, serve
from pipeline.errors import UsageError
from tests.demo.asking import CLIENT, OAI, ask, headers, pages

CODEBOOK = b'<codeBook xmlns="ddi:codebook:2_5" version="2.5"><stdyDscr/></codeBook>'


@pytest.fixture
def repository() -> Repository:
    """Seven records, one a day from 1 March 2026; even ones in `health`, odd ones in `work:paid`."""
    made = Repository(
        page_size=3,
        sets={"health": "Health", "work": "Work", "work:paid": "Paid work"},
        clock=lambda: datetime(2026, 4, 1, 12, tzinfo=UTC),
    )
    for number in range(1, 8):
        spec = "work:paid" if number % 2 else "health"
        made.put(f"oai:demo.invalid:{number}", CODEBOOK, f"2026-03-0{number}T08:00:00Z", [spec])
    return made


@pytest.fixture
def url(repository: Repository) -> Iterator[str]:
    with serve(repository) as address:
        yield address


def texts(answer: etree._Element, name: str) -> list[str]:
    return [element.text or "" for element in answer.iter(f"{OAI}{name}")]


def identifiers(answer: etree._Element) -> list[str]:
    return [text.rpartition(":")[2] for text in texts(answer, "identifier")]


def error(answer: etree._Element) -> str | None:
    found = answer.find(f"{OAI}error")
    return None if found is None else found.get("code")


def token(answer: etree._Element) -> etree._Element:
    found = answer.find(f".//{OAI}resumptionToken")
    assert found is not None
    return found


def test_all_pages_together_have_every_record_once(url: str) -> None:
    assert [number for page in pages(url, "ListRecords") for number in identifiers(page)] == list("1234567")


def test_resumption_tokens_count_records_and_the_last_one_is_empty(url: str) -> None:
    tokens = [token(page) for page in pages(url, "ListIdentifiers")]
    assert [each.get("cursor") for each in tokens] == ["0", "3", "6"]
    assert {each.get("completeListSize") for each in tokens} == {"7"}
    assert not tokens[-1].text


def test_a_list_of_one_page_has_no_resumption_token(url: str) -> None:
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", until="2026-03-02")
    assert identifiers(answer) == ["1", "2"]
    assert answer.find(f".//{OAI}resumptionToken") is None


def test_a_record_changed_in_the_middle_of_a_harvest_is_not_missed(repository: Repository, url: str) -> None:
    def change_one(request: Request) -> None:
        if request.get("resumptionToken") and len(repository.requests) == 2:
            repository.put("oai:demo.invalid:5", CODEBOOK)

    repository.on_request = change_one
    listed = headers(url, "ListIdentifiers")
    assert {header.findtext(f"{OAI}identifier") for header in listed} == set(repository.identifiers())
    assert listed[-1].findtext(f"{OAI}datestamp") == "2026-04-01T12:00:00Z"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"from_": "2026-03-05"}, "567"),
        ({"from_": "2026-03-05T08:00:00Z"}, "567"),
        ({"from_": "2026-03-05T08:00:01Z"}, "67"),
        ({"until": "2026-03-02"}, "12"),
        ({"until": "2026-03-02T07:59:59Z"}, "1"),
        ({"from_": "2026-03-03", "until": "2026-03-03"}, "3"),
        ({"set": "health"}, "246"),
        ({"set": "work", "from_": "2026-03-04"}, "57"),
        ({"set": "work:paid", "until": "2026-03-03"}, "13"),
    ],
)
def test_dates_and_sets_select_records(url: str, selection: dict[str, str], expected: str) -> None:
    answer = ask(url, verb="ListIdentifiers", metadataPrefix="oai_ddi25", **selection)
    assert identifiers(answer) == list(expected)


def test_a_deletion_is_a_header_with_the_status_deleted(repository: Repository, url: str) -> None:
    repository.delete("oai:demo.invalid:2", "2026-03-20T00:00:00Z")
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", from_="2026-03-08")
    header = answer.find(f".//{OAI}header")
    assert header is not None
    assert header.get("status") == "deleted"
    assert answer.find(f".//{OAI}metadata") is None
    one = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:2")
    assert one.find(f".//{OAI}header[@status='deleted']") is not None
    assert len(repository) == 6


def test_a_repository_that_reports_no_deletions_has_no_trace_of_them(repository: Repository, url: str) -> None:
    repository.deleted_record = "no"
    repository.delete("oai:demo.invalid:1")
    repository.forget("oai:demo.invalid:2")
    assert identifiers(ask(url, verb="ListIdentifiers", metadataPrefix="oai_ddi25")) == ["3", "4", "5"]
    answer = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:1")
    assert error(answer) == "idDoesNotExist"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ([], "badVerb"),
        ([("verb", "ListEverything")], "badVerb"),
        ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
        ([("verb", "Identify"), ("set", "health")], "badArgument"),
        ([("verb", "ListRecords")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_ddi25"), ("metadataPrefix", "oai_dc")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_ddi25"), ("from", "March")], "badArgument"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_ddi25"), ("from", "2026-02-30")], "badArgument"),
        (
            [("verb", "ListRecords"), ("metadataPrefix", "x"), ("from", "2026-03-02"), ("until", "2026-03-01")],
            "badArgument",
        ),
        (
            [
                ("verb", "ListRecords"),
                ("metadataPrefix", "x"),
                ("from", "2026-03-02"),
                ("until", "2026-03-03T00:00:00Z"),
            ],
            "badArgument",
        ),
        ([("verb", "ListRecords"), ("resumptionToken", "x"), ("metadataPrefix", "oai_ddi25")], "badArgument"),
        ([("verb", "GetRecord"), ("identifier", "\x01"), ("metadataPrefix", "oai_ddi25")], "badArgument"),
        ([("verb", "ListRecords"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
        ([("verb", "ListRecords"), ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
        (
            [("verb", "GetRecord"), ("identifier", "oai:demo.invalid:1"), ("metadataPrefix", "oai_dc")],
            "cannotDisseminateFormat",
        ),
        ([("verb", "GetRecord"), ("identifier", "none"), ("metadataPrefix", "oai_ddi25")], "idDoesNotExist"),
        ([("verb", "ListMetadataFormats"), ("identifier", "none")], "idDoesNotExist"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_ddi25"), ("from", "2026-03-31")], "noRecordsMatch"),
        ([("verb", "ListRecords"), ("metadataPrefix", "oai_ddi25"), ("set", "unknown")], "noRecordsMatch"),
    ],
)
def test_each_error_has_its_code(url: str, query: list[tuple[str, str]], code: str) -> None:
    answer = CLIENT.get(f"{url}?{urlencode(query)}")
    assert answer.status_code == 200
    assert error(etree.fromstring(answer.content)) == code


def test_a_deleted_item_has_no_metadata_formats(repository: Repository, url: str) -> None:
    repository.delete("oai:demo.invalid:1")
    assert error(ask(url, verb="ListMetadataFormats", identifier="oai:demo.invalid:1")) == "noMetadataFormats"


def test_a_repository_without_sets_responds_that_it_has_no_set_hierarchy(repository: Repository, url: str) -> None:
    repository.sets = {}
    assert error(ask(url, verb="ListSets")) == "noSetHierarchy"
    assert error(ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", set="health")) == "noSetHierarchy"


def test_formats_and_sets_are_listed(repository: Repository, url: str) -> None:
    repository.put("oai:demo.invalid:1", b"<dc/>", prefix=DUBLIN_CORE.prefix)
    assert texts(ask(url, verb="ListMetadataFormats"), "metadataPrefix") == ["oai_ddi25", "oai_dc"]
    of_two = ask(url, verb="ListMetadataFormats", identifier="oai:demo.invalid:2")
    assert texts(of_two, "metadataPrefix") == ["oai_ddi25"]
    assert texts(ask(url, verb="ListSets"), "setSpec") == ["health", "work", "work:paid"]


def test_identify_has_what_a_harvester_needs(url: str) -> None:
    answer = ask(url, verb="Identify")
    stated = {etree.QName(element).localname: element.text for element in answer.iter() if not len(element)}
    assert stated["baseURL"] == url
    assert stated["deletedRecord"] == "persistent"
    assert stated["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert stated["earliestDatestamp"] == "2026-03-01T08:00:00Z"
    assert stated["responseDate"] == "2026-04-01T12:00:00Z"


def test_an_expired_resumption_token_is_a_bad_one(repository: Repository, url: str) -> None:
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25")
    repository.expire_tokens()
    assert error(ask(url, verb="ListRecords", resumptionToken=token(answer).text or "")) == "badResumptionToken"


def test_a_payload_keeps_its_namespace_or_stays_without_one(repository: Repository, url: str) -> None:
    repository.put("oai:demo.invalid:1", b'<codeBook version="1.2.2"><stdyDscr>a &amp; b</stdyDscr></codeBook>')
    answer = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:1")
    assert answer.findtext(f".//{OAI}metadata/codeBook/stdyDscr") == "a & b"
    other = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:2")
    assert other.find(f".//{OAI}metadata/{{ddi:codebook:2_5}}codeBook") is not None


def test_post_requests_and_gzip_are_supported(url: str) -> None:
    answer = CLIENT.post(url, data={"verb": "ListIdentifiers", "metadataPrefix": "oai_ddi25"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert identifiers(etree.fromstring(answer.content)) == ["1", "2", "3"]
    plain = CLIENT.get(url, params={"verb": "Identify"}, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_throttling_ends_after_so_many_requests_and_these_are_logged(repository: Repository, url: str) -> None:
    repository.throttle(2, retry_after=7)
    answers = [CLIENT.get(url, params={"verb": "Identify"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert [request.verb for request in repository.requests] == ["Identify"] * 3


def test_injected_faults_come_in_their_order(repository: Repository, url: str) -> None:
    repository.truncate(after=1)
    repository.garble()
    repository.disconnect()
    repository.fail(500)
    repository.redirect("http://192.0.2.1/")
    repository.answer(b"<html/>", content_type="text/html")
    with httpx2.Client(params={"verb": "Identify"}) as client:
        assert client.get(url).status_code == 200
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(url)
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(client.get(url).content)
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(url)
        assert client.get(url).status_code == 500
        assert client.get(url).headers["Location"] == "http://192.0.2.1/"
        assert client.get(url).content == b"<html/>"
        assert error(etree.fromstring(client.get(url).content)) is None


def test_only_loopback_addresses_are_allowed(repository: Repository) -> None:
    with pytest.raises(UsageError, match="not a loopback address"), serve(repository, host="0.0.0.0"):  # noqa: S104
        pass


def test_a_taken_port_is_a_usage_error(repository: Repository, url: str) -> None:
    port = int(httpx2.URL(url).port or 0)
    with pytest.raises(UsageError, match="cannot listen"), serve(repository, port):
        pass


def test_metadata_that_is_not_well_formed_and_wrong_datestamps_are_refused(repository: Repository) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        repository.put("oai:demo.invalid:9", b"<codeBook>")
    with pytest.raises(ValueError, match="does not match"):
        repository.put("oai:demo.invalid:9", CODEBOOK, "2026-03-01")

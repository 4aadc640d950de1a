"""The OAI-PMH server of the demo: it speaks the protocol as the specification has it, also when it misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from lxml import etree
from oaipmh_scythe import Scythe

from demo.oai_server import DUBLIN_CORE, Repository, Request, serve
from pipeline.errors import UsageError

OAI = "{http://www.openarchives.org/OAI/2.0/}"
CLIENT = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))
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


def ask(url: str, **arguments: str) -> etree._Element:
    query = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = CLIENT.get(url, params=query)
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


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


def test_paging_to_the_end_gives_every_record_once(url: str) -> None:
    with Scythe(url) as scythe:
        records: list[Any] = list(scythe.list_records(metadata_prefix="oai_ddi25"))
    assert [record.header.identifier for record in records] == [f"oai:demo.invalid:{n}" for n in range(1, 8)]


def test_resumption_tokens_count_and_the_last_one_is_empty(url: str) -> None:
    answer = ask(url, verb="ListIdentifiers", metadataPrefix="oai_ddi25")
    seen = identifiers(answer)
    cursors = [token(answer).get("cursor")]
    while token(answer).text:
        assert token(answer).get("completeListSize") == "7"
        answer = ask(url, verb="ListIdentifiers", resumptionToken=token(answer).text or "")
        seen += identifiers(answer)
        cursors.append(token(answer).get("cursor"))
    assert seen == list("1234567")
    assert cursors == ["0", "3", "6"]


def test_a_short_list_has_no_token(url: str) -> None:
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", until="2026-03-02")
    assert identifiers(answer) == ["1", "2"]
    assert answer.find(f".//{OAI}resumptionToken") is None


def test_a_record_changed_in_the_middle_of_a_harvest_is_not_missed(repository: Repository, url: str) -> None:
    def change_one(request: Request) -> None:
        if request.get("resumptionToken") and len(repository.requests) == 2:
            repository.put("oai:demo.invalid:5", CODEBOOK)

    repository.on_request = change_one
    with Scythe(url) as scythe:
        headers: list[Any] = list(scythe.list_identifiers(metadata_prefix="oai_ddi25"))
    assert {header.identifier for header in headers} == set(repository.identifiers())
    assert headers[-1].datestamp == "2026-04-01T12:00:00Z"


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
def test_selection(url: str, selection: dict[str, str], expected: str) -> None:
    answer = ask(url, verb="ListIdentifiers", metadataPrefix="oai_ddi25", **selection)
    assert identifiers(answer) == list(expected)


def test_a_deletion_is_a_header_that_says_so(repository: Repository, url: str) -> None:
    repository.delete("oai:demo.invalid:2", "2026-03-20T00:00:00Z")
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", from_="2026-03-08")
    header = answer.find(f".//{OAI}header")
    assert header is not None
    assert header.get("status") == "deleted"
    assert answer.find(f".//{OAI}metadata") is None
    one = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:2")
    assert one.find(f".//{OAI}header[@status='deleted']") is not None
    assert len(repository) == 6


def test_a_repository_without_deletions_forgets(repository: Repository, url: str) -> None:
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


def test_a_repository_without_sets_says_so(repository: Repository, url: str) -> None:
    repository.sets = {}
    assert error(ask(url, verb="ListSets")) == "noSetHierarchy"
    assert error(ask(url, verb="ListRecords", metadataPrefix="oai_ddi25", set="health")) == "noSetHierarchy"


def test_formats_and_sets_are_listed(repository: Repository, url: str) -> None:
    repository.put("oai:demo.invalid:1", b"<dc/>", prefix=DUBLIN_CORE.prefix)
    assert texts(ask(url, verb="ListMetadataFormats"), "metadataPrefix") == ["oai_ddi25", "oai_dc"]
    of_two = ask(url, verb="ListMetadataFormats", identifier="oai:demo.invalid:2")
    assert texts(of_two, "metadataPrefix") == ["oai_ddi25"]
    assert texts(ask(url, verb="ListSets"), "setSpec") == ["health", "work", "work:paid"]


def test_identify_tells_what_a_harvester_needs(url: str) -> None:
    answer = ask(url, verb="Identify")
    told = {etree.QName(element).localname: element.text for element in answer.iter() if not len(element)}
    assert told["baseURL"] == url
    assert told["deletedRecord"] == "persistent"
    assert told["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert told["earliestDatestamp"] == "2026-03-01T08:00:00Z"
    assert told["responseDate"] == "2026-04-01T12:00:00Z"


def test_an_expired_token_is_a_bad_one(repository: Repository, url: str) -> None:
    answer = ask(url, verb="ListRecords", metadataPrefix="oai_ddi25")
    repository.expire_tokens()
    assert error(ask(url, verb="ListRecords", resumptionToken=token(answer).text or "")) == "badResumptionToken"


def test_a_payload_keeps_its_namespace_also_where_it_has_none(repository: Repository, url: str) -> None:
    repository.put("oai:demo.invalid:1", b'<codeBook version="1.2.2"><stdyDscr>a &amp; b</stdyDscr></codeBook>')
    answer = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:1")
    assert answer.findtext(f".//{OAI}metadata/codeBook/stdyDscr") == "a & b"
    other = ask(url, verb="GetRecord", metadataPrefix="oai_ddi25", identifier="oai:demo.invalid:2")
    assert other.find(f".//{OAI}metadata/{{ddi:codebook:2_5}}codeBook") is not None


def test_post_and_gzip(url: str) -> None:
    answer = CLIENT.post(url, data={"verb": "ListIdentifiers", "metadataPrefix": "oai_ddi25"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert identifiers(etree.fromstring(answer.content)) == ["1", "2", "3"]
    plain = CLIENT.get(url, params={"verb": "Identify"}, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_throttling_passes_and_is_logged(repository: Repository, url: str) -> None:
    repository.throttle(2, retry_after=7)
    answers = [CLIENT.get(url, params={"verb": "Identify"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert [request.verb for request in repository.requests] == ["Identify"] * 3


def test_faults_come_when_they_are_due(repository: Repository, url: str) -> None:
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


def test_only_loopback_is_served(repository: Repository) -> None:
    with pytest.raises(UsageError, match="not a loopback address"), serve(repository, host="0.0.0.0"):  # noqa: S104
        pass


def test_a_taken_port_is_told(repository: Repository, url: str) -> None:
    port = int(httpx2.URL(url).port or 0)
    with pytest.raises(UsageError, match="cannot listen"), serve(repository, port):
        pass


def test_metadata_that_no_envelope_can_hold_is_refused(repository: Repository) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        repository.put("oai:demo.invalid:9", b"<codeBook>")
    with pytest.raises(ValueError, match="does not match"):
        repository.put("oai:demo.invalid:9", CODEBOOK, "2026-03-01")

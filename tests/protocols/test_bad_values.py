"""One value that cannot be read costs the record that it is in, in answers and files, in JSON and XML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import FailError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.protocols import Harvest, HarvestOptions, open_harvest
from pipeline.protocols.clocks import Clocks
from tests.protocols.conformance import PlainFormat, catalogue
from tests.protocols.oai_served import OAI
from tests.raw_server import head, serve_raw

VALUES = {
    "lone surrogate": rb'"\ud800"',
    "half of a pair": rb'"x\udc00\ud83d"',
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "too large": b"1e999",
    "many digits": b"9" * 5000,
    "control character": b'"a\x01b"',
    "not UTF-8": b'"caf\xe9"',
    "no escape": rb'"\x"',
    "deep": b"[" * 2000 + b"]" * 2000,
    "deep beside a fault": b"[NaN, " + b"[" * 900 + b"]" * 900 + b"]",
    "within": rb'{"a": [1, {"b": ["\ud800"]}]}',
}
BAD = b'{"id": "b", "title": %b}'
RECORDS = b'{"id": "a", "title": "Harbour"}, ' + BAD + b', {"id": "c", "title": "Quay"}'


def served(folder: Path, body: bytes, protocol: dict[str, object], fmt: PlainFormat | None = None) -> Harvest:
    """The harvest of a service that gives one answer to everything, after it has come to its end or its error."""
    with serve_raw(lambda _: [head(f"Content-Length: {len(body)}") + body]) as url:
        described = catalogue(
            folder,
            {**protocol, "url": url} if protocol["type"] != "files" else {**protocol, "path": f"{url}/file"},
            records="items" if protocol["type"] == "json" else None,
        )
        harvest = open_harvest(described, fmt or PlainFormat(), HarvestOptions(clocks=Clocks(lambda _: None)))
        FOUND[:] = []
        FOUND.extend(harvest)
        return harvest


FOUND: list[Fetched] = []


def named() -> tuple[list[str], list[tuple[str, str, bool]]]:
    """The ids of the records; id, code and whether it is positional of the rejects."""
    records = [item.record_id for item in FOUND if isinstance(item, RawRecord)]
    return records, [(item.record_id, item.code, item.positional) for item in FOUND if isinstance(item, RejectedRaw)]


@pytest.mark.parametrize("value", VALUES)
def test_a_bad_value_in_an_answer_costs_its_record(tmp_path: Path, value: str) -> None:
    body = b'{"total": 3, "items": [' + RECORDS % VALUES[value] + b"]}"
    harvest = served(tmp_path, body, {"type": "json", "id": "id", "total": "total"})
    assert named() == (["a", "c"], [("b", "malformed", False)])
    assert (harvest.complete, harvest.losses) == (True, [])


@pytest.mark.parametrize("value", VALUES)
def test_a_bad_id_costs_its_record_too(tmp_path: Path, value: str) -> None:
    body = b'{"items": [{"id": "a"}, {"id": %b}]}' % VALUES[value]
    harvest = served(tmp_path, body, {"type": "json", "id": "id"})
    records, rejects = named()
    assert records == ["a"]
    assert [(code, positional) for _, code, positional in rejects] == [("malformed", True)]
    assert not harvest.complete, "nothing names the record, so no later harvest can ask for it"


@pytest.mark.parametrize("value", sorted(VALUES.keys() - {"deep", "deep beside a fault"}))
@pytest.mark.parametrize(
    "body",
    [b'{"total": %b, "items": []}', b'{"items": %b}', b'{"items": [], "next": %b}'],
    ids=["total", "list", "next"],
)
def test_a_bad_value_outside_of_the_records_is_no_answer(tmp_path: Path, body: bytes, value: str) -> None:
    with pytest.raises(FailError, match=r"it is not JSON|no list of records"):
        served(tmp_path, body % VALUES[value], {"type": "json", "total": "total"})


def test_more_values_than_can_be_held_are_no_answer(tmp_path: Path) -> None:
    with pytest.raises(FailError, match="more than 3,000,000 values"):
        served(tmp_path, b'{"items": [' + b"{}," * 1_600_000 + b"{}]}", {"type": "json"})


def test_a_list_in_a_circle_ends_also_where_nothing_names_its_records(tmp_path: Path) -> None:
    asked = 0

    def answer(_: bytes) -> list[bytes]:
        nonlocal asked
        asked += 1
        body = b'{"items": [{"title": "Harbour"}, {"title": "Quay"}], "next": "%d"}' % (asked % 2)
        return [head(f"Content-Length: {len(body)}") + body]

    paging = {"style": "cursor", "param": "token", "next": "next"}
    with serve_raw(answer) as url:
        described = catalogue(tmp_path, {"type": "json", "url": url, "id": "id", "paging": paging}, records="items")
        with pytest.raises(FailError, match="would never end"):
            list(open_harvest(described, PlainFormat(), HarvestOptions(clocks=Clocks(lambda _: None))))
    assert asked < 30


FILES: dict[str, Callable[[bytes], bytes]] = {
    "list": lambda value: b"[" + RECORDS % value + b"]",
    "lines": lambda value: (RECORDS % value).replace(b"}, {", b"}\n{"),
    "lines that begin with it": lambda value: b"\n".join([BAD % value, b'{"id": "a"}', b'{"id": "c"}']),
    "object": lambda value: b'{"a": {"x": 1}, "b": {"x": %b}, "c": {"x": 1}}' % value,
}


@pytest.mark.parametrize("value", sorted(VALUES.keys() - {"deep", "control character"}))
@pytest.mark.parametrize("kind", FILES)
def test_a_bad_value_in_a_file_costs_its_record(tmp_path: Path, kind: str, value: str) -> None:
    harvest = served(tmp_path, FILES[kind](VALUES[value]), {"type": "files"})
    assert sorted(item.record_id for item in FOUND) == ["a", "b", "c"]
    assert not [item for item in FOUND if isinstance(item, RawRecord) and item.positional]
    assert harvest.complete


@pytest.mark.parametrize("value", VALUES)
def test_a_bad_value_in_a_list_at_a_place_costs_its_record(tmp_path: Path, value: str) -> None:
    fmt = PlainFormat()
    fmt.records = "items"
    served(tmp_path, b'{"items": [' + RECORDS % VALUES[value] + b"]}", {"type": "files"}, fmt)
    assert named() == (["a", "c"], [("b", "malformed", False)])


def test_a_record_that_is_nested_deeply_is_found_in_a_file(tmp_path: Path) -> None:
    deep = b"[" * 900 + b"]" * 900
    served(tmp_path, b"[" + RECORDS % deep + b"]", {"type": "files"})
    assert named() == (["a", "b", "c"], [])


XML_VALUES = [b"\x01", b"&#x1;", b"&undefined;", b"caf\xe9", b"<b>", b"&", b"<", b"]]>", b'<a b="1" b="2"/>']


@pytest.mark.parametrize("value", XML_VALUES)
def test_a_bad_value_in_a_page_of_oai_pmh_costs_its_record(tmp_path: Path, value: bytes) -> None:
    record = "<record><header><identifier>{}</identifier></header><metadata><t>{}</t></metadata></record>"
    records = record.format("a", "x") + record.format("b", "VALUE") + record.format("c", "x")
    identify = "<Identify><granularity>YYYY-MM-DD</granularity><deletedRecord>no</deletedRecord></Identify>"
    body = OAI.format(f"{identify}<ListRecords>{records}</ListRecords>").encode().replace(b"VALUE", value)
    protocol = {"type": "oai-pmh", "metadata_prefix": "oai_dc"}
    identified = OAI.format(identify).encode()

    def answer(request: bytes) -> list[bytes]:
        found = identified if b"Identify" in request else body
        return [head(f"Content-Length: {len(found)}") + found]

    with serve_raw(answer) as url:
        described = catalogue(tmp_path, {**protocol, "url": url})
        FOUND[:] = open_harvest(described, PlainFormat("xml"), HarvestOptions(clocks=Clocks(lambda _: None)))
    assert named() == (["a", "c"], [("b", "malformed", False)])

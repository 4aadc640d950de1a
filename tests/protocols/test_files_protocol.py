"""Which files a pattern names, and what a harvest of them states."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import fsspec
import pytest

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import Fetched
from pipeline.protocols import Harvest, HarvestOptions, open_harvest
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.files.harvest import FilesHarvest
from pipeline.protocols.files.streams import chunks
from tests.loopback import QuietHandler, serve
from tests.protocols.conformance import PlainFormat, ProtocolConformance, catalogue, raw_records
from tests.protocols.network_conformance import NO_HEADERS, ServedConformance, names

FORMAT = PlainFormat()
Answer = tuple[int, dict[str, str], bytes]


def harvest(folder: Path, path: str, limit: int | None = None) -> Harvest:
    return open_harvest(catalogue(folder, {"type": "files", "path": path}), FORMAT, HarvestOptions(limit=limit))


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps({"title": name}))


def record_ids(folder: Path, path: str) -> list[str]:
    return [raw.record_id for raw in raw_records(list(harvest(folder, path)))]


class TestFilesConformance(ProtocolConformance):
    type = "files"

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        lists: list[list[dict[str, str]]] = [[], [], []]
        for number in range(count):
            lists[number % 3].append({"id": f"record-{number}"})
        for number, records in enumerate(lists):
            (self.folder / f"{number}.json").write_text(json.dumps(records))
        return harvest(self.folder, "*.json", limit)

    def broken_harvest(self) -> Harvest:
        (self.folder / "1.json").write_text('[{"id": "record-0"}]')
        (self.folder / "2.json").write_text('[{"id": "record-1"}, {"id": "rec')
        return harvest(self.folder, "*.json")


def test_a_relative_path_is_relative_to_the_catalogue_file(tmp_path: Path) -> None:
    write(tmp_path, "records/one.json")
    assert record_ids(tmp_path, "records/one.json") == ["one.json"]


def test_record_ids_are_paths_below_the_fixed_folder_in_order(tmp_path: Path) -> None:
    write(tmp_path, "in/b/2.json", "in/a/10.json", "in/a/9.json", "in/c.json")
    assert record_ids(tmp_path, "in/**/*.json") == ["a/10.json", "a/9.json", "b/2.json", "c.json"]


def test_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "one.json", ".one.json.swp", ".cache/two.json")
    assert record_ids(tmp_path, "**/*") == ["one.json"]


def test_a_name_with_brackets_is_that_file(tmp_path: Path) -> None:
    write(tmp_path, "wave [1].json")
    assert record_ids(tmp_path, "wave [1].json") == ["wave [1].json"]


def test_files_are_read_from_any_url(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/shelf/b.json", b'{"title": "b"}')
    memory.pipe("/shelf/a.json.gz", gzip.compress(b'{"title": "a"}'))
    try:
        assert record_ids(tmp_path, "memory://shelf/*") == ["a.json.gz", "b.json"]
    finally:
        memory.rm("/shelf", recursive=True)


def test_files_are_read_from_an_archive(tmp_path: Path) -> None:
    write(tmp_path, "in/one.json", "in/two.json")
    with ZipFile(tmp_path / "studies.zip", "w") as archive:
        for name in ("in/one.json", "in/two.json"):
            archive.write(tmp_path / name, name)
    harvested = list(harvest(tmp_path, f"zip://in/*.json::{tmp_path / 'studies.zip'}"))
    assert [raw.record_id for raw in raw_records(harvested)] == ["one.json", "two.json"]
    assert [json.loads(raw.payload or b"") for raw in raw_records(harvested)] == [
        {"title": "in/one.json"},
        {"title": "in/two.json"},
    ]


class FileServer:
    """Files over HTTP: `answers` (status, headers, body) by path; an unknown path is not found.

    The next requests get what is in `faults`: an answer, or None for the file's, cut off before its promised end.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Answer] = {}
        self.faults: list[Answer | None] = []
        self.agents: list[str] = []

    def answer(self, path: str) -> Answer:
        status, headers, body = self.answers.get(path, (404, {}, b""))
        if not self.faults:
            return status, headers, body
        fault = self.faults.pop(0)
        return (status, {**headers, "Content-Length": str(len(body) + 9)}, body) if fault is None else fault


@pytest.fixture
def server() -> Iterator[FileServer]:
    server = FileServer()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            server.agents.append(self.headers["User-Agent"])
            status, headers, body = server.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # a client may leave early
                self.wfile.write(body)

    with serve(Handler) as server.url:
        yield server


class TestFilesOverHttpConformance(ServedConformance):
    type = "files"

    @pytest.fixture(autouse=True)
    def _served(self, tmp_path: Path, server: FileServer) -> None:
        self.folder = tmp_path
        self.server = server

    def of(self, body: bytes, limit: int | None = None) -> Harvest:
        self.server.answers = {"/records.json": (200, {}, body)}
        protocol = {"type": "files", "path": self.first_address()}
        described = catalogue(self.folder, protocol, allow_hosts=self.allow_hosts)
        assert described.protocol.type == "files"
        return FilesHarvest(
            described, described.protocol, FORMAT, HarvestOptions(limit=limit, clocks=Clocks(self.sleep))
        )

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        return self.of(json.dumps([{"id": name} for name in names(count)]).encode(), limit)

    def broken_harvest(self) -> Harvest:
        return self.of(b'[{"id": "record-0"}, {"id": "rec')

    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        self.server.faults += [None if cut else (status, dict(headers), b"")] * times

    def first_address(self) -> str:
        return f"{self.server.url}/records.json"

    def user_agents(self) -> list[str]:
        return self.server.agents

    def test_a_large_file_whose_connection_breaks_later_ends_in_retry(self) -> None:
        records = [{"id": name, "text": "x" * 50_000} for name in names(25)]
        harvest = self.of(json.dumps(records).encode())
        self.trouble(cut=True)
        fetched: list[Fetched] = []
        with pytest.raises(RetryError, match=r"The connection broke while .*records\.json was read"):
            fetched.extend(harvest)
        assert fetched
        assert not harvest.complete
        assert len(self.server.agents) == 1, "what was handed on cannot be taken back"

    def test_a_large_file_is_read_at_flat_memory(self) -> None:
        self.of(b"[" + b",".join([b'"' + b"x" * 50_000 + b'"'] * 1000) + b"]")
        tracemalloc.start()
        try:
            size = sum(map(len, chunks(self.first_address())))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert size > 50_000_000
        assert peak < size / 10

    def test_a_login_in_the_address_goes_to_its_host_and_into_no_message(self) -> None:
        self.harvest(3)
        address = self.first_address().replace("//", "//reader:sesame@")
        self.trouble(status=403)
        with pytest.raises(FailError, match="HTTP 403") as caught:
            list(chunks(address))
        assert "sesame" not in str(caught.value)
        assert list(chunks(address))


def test_a_file_is_read_from_a_web_address(tmp_path: Path, server: FileServer) -> None:
    lines = gzip.compress(b'{"id": "a"}\n{"id": "b"}\n')
    moved = {"Location": "/new%20one.ndjson.gz?wave=1"}
    server.answers = {"/old": (302, moved, b""), "/new%20one.ndjson.gz?wave=1": (200, {}, lines)}
    assert record_ids(tmp_path, f"{server.url}/old") == ["a", "b"]
    assert record_ids(tmp_path, f"{server.url}/new%20one.ndjson.gz?wave=1") == ["a", "b"]


def test_a_record_at_a_web_address_is_named_by_its_file(tmp_path: Path, server: FileServer) -> None:
    server.answers = {"/in/new%20one.json": (200, {}, b'{"title": "x"}')}
    assert record_ids(tmp_path, f"{server.url}/in/new%20one.json") == ["new one.json"]


@pytest.mark.parametrize("path", ["http://", "https:///records.json", "http://[::1/records.json"])
def test_a_broken_address_is_wrong_usage(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="not an"):
        list(harvest(tmp_path, path))


def test_an_archive_at_a_web_address_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Download it"):
        list(harvest(tmp_path, "zip://*.xml::https://archive.invalid/studies.zip"))


def test_no_match_names_the_pattern_and_the_nearest_folder(tmp_path: Path) -> None:
    write(tmp_path, "records/one.json")
    with pytest.raises(FailError, match=r"records/2026/\*\.xml.*nearest folder that exists is .*/records\.$"):
        list(harvest(tmp_path, "records/2026/*.xml"))


def test_a_folder_is_no_pattern(tmp_path: Path) -> None:
    write(tmp_path, "records/one.json")
    with pytest.raises(FailError, match=r"is a folder.*records/\*"):
        list(harvest(tmp_path, "records"))


def test_a_link_to_nowhere_fails_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "a.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "gone.json")
    with pytest.raises(FailError, match=r"b\.json"):
        list(harvest(tmp_path, "*.json"))


def test_a_scheme_without_driver_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="shelf://records"):
        list(harvest(tmp_path, "shelf://records/*.json"))


def test_files_cannot_be_asked_for_changes(tmp_path: Path) -> None:
    described = catalogue(tmp_path, {"type": "files", "path": "*.json"})
    with pytest.raises(UsageError, match="2026-01-01"):
        open_harvest(described, FORMAT, HarvestOptions("2026-01-01"))


def test_the_watermark_is_the_time_at_which_the_harvest_began(tmp_path: Path) -> None:
    write(tmp_path, "one.json")
    described = catalogue(tmp_path, {"type": "files", "path": "*.json"})
    assert described.protocol.type == "files"
    begun = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    opened = FilesHarvest(described, described.protocol, FORMAT, HarvestOptions(clocks=Clocks(now=lambda: begun)))
    list(opened)
    assert opened.watermark == "2026-03-01T12:30:00Z"

"""Which files a pattern names, and what a harvest of them says of itself."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import fsspec
import pytest

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.protocols import Harvest, open_harvest
from pipeline.protocols.files.harvest import FilesHarvest
from tests.protocols.conformance import PlainFormat, ProtocolConformance, catalogue, raw_records

FORMAT = PlainFormat()


def harvest(folder: Path, path: str, limit: int | None = None) -> Harvest:
    return open_harvest(catalogue(folder, {"type": "files", "path": path}), FORMAT, since=None, limit=limit)


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps({"title": name}))


def record_ids(folder: Path, path: str) -> list[str]:
    return [raw.record_id for raw in raw_records(list(harvest(folder, path)))]


class TestFilesConformance(ProtocolConformance):
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


@contextmanager
def web_server(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """Answers (status, headers, body) by path; an unknown path is not found."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_file_is_read_from_a_web_address(tmp_path: Path) -> None:
    lines = gzip.compress(b'{"id": "a"}\n{"id": "b"}\n')
    moved = {"Location": "/new%20one.ndjson.gz?wave=1"}
    answers = {"/old": (302, moved, b""), "/new%20one.ndjson.gz?wave=1": (200, {}, lines)}
    with web_server(answers) as url:
        assert record_ids(tmp_path, f"{url}/old") == ["a", "b"]
        assert record_ids(tmp_path, f"{url}/new%20one.ndjson.gz?wave=1") == ["a", "b"]


def test_a_record_at_a_web_address_is_named_by_its_file(tmp_path: Path) -> None:
    with web_server({"/in/new%20one.json": (200, {}, b'{"title": "x"}')}) as url:
        assert record_ids(tmp_path, f"{url}/in/new%20one.json") == ["new one.json"]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ((404, {}, b""), FailError, "HTTP 404"),
        ((503, {}, b""), RetryError, "HTTP 503"),
        ((200, {"Content-Length": "50"}, b'[{"id": "a"}]'), RetryError, "connection broke"),
        ((302, {"Location": "http://localhost:1/secret.json"}, b""), FailError, "localhost, which is not a public"),
        ((302, {"Location": "http://10.0.0.1/secret.json"}, b""), FailError, r"10\.0\.0\.1, which is not a public"),
        ((302, {"Location": "/file.json"}, b""), FailError, "in a circle"),
    ],
)
def test_a_web_server_that_refuses_or_breaks_off(
    tmp_path: Path, answer: tuple[int, dict[str, str], bytes], error: type[Exception], message: str
) -> None:
    with web_server({"/file.json": answer}) as url, pytest.raises(error, match=message):
        list(harvest(tmp_path, f"{url}/file.json"))


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
        open_harvest(described, FORMAT, since="2026-01-01", limit=None)


def test_the_watermark_is_the_time_at_which_the_harvest_began(tmp_path: Path) -> None:
    write(tmp_path, "one.json")
    described = catalogue(tmp_path, {"type": "files", "path": "*.json"})
    assert described.protocol.type == "files"
    begun = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    opened = FilesHarvest(described, described.protocol, FORMAT, clock=lambda: begun)
    list(opened)
    assert opened.watermark == "2026-03-01T12:30:00Z"

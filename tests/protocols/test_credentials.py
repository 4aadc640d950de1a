"""Keys in the address of a catalogue: they reach its service, and no message names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.catalogue import load
from pipeline.errors import FailError, UsageError
from pipeline.operations.catalogue_checks import catalogue_findings
from pipeline.protocols import open_harvest
from tests.loopback import QuietHandler, serve
from tests.protocols.conformance import PlainFormat

PROTOCOLS: dict[str, dict[str, Any]] = {
    "json": {"type": "json", "url": "{address}"},
    "oai-pmh": {"type": "oai-pmh", "url": "{address}", "metadata_prefix": "oai_dc"},
    "sitemap": {"type": "sitemap", "url": "{address}"},
    "files": {"type": "files", "path": "{address}"},
}
REFUSED = (403, b"")
BROKEN_OFF = (200, b'[{"id": "a"}, {"id": "b')


class Service:
    """A server that answers every request alike and notes the paths that were asked for."""

    def __init__(self) -> None:
        self.url = ""
        self.reply = REFUSED
        self.paths: list[str] = []


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            service.paths.append(self.path)
            status, body = (404, b"") if self.path == "/robots.txt" else service.reply
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serve(Handler) as service.url:
        yield service


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", "open-sesame")


def written(folder: Path, protocol: str, address: str) -> Path:
    keys = {name: value.format(address=address) for name, value in PROTOCOLS[protocol].items()}
    file = folder / "example.yaml"
    described = {"name": "example", "title": "Example", "format": "dublin-core", "protocol": keys}
    file.write_text(yaml.safe_dump(described), encoding="utf-8")
    return file


@pytest.mark.parametrize("reply", [REFUSED, BROKEN_OFF], ids=["refused", "broken off"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_key_in_the_query_is_sent_and_is_in_no_message(
    tmp_path: Path, service: Service, protocol: str, reply: tuple[int, bytes]
) -> None:
    service.reply = reply
    catalogue = load(written(tmp_path, protocol, f"{service.url}/records?key=${{EXAMPLE_KEY}}"))
    with pytest.raises(FailError) as caught:
        list(open_harvest(catalogue, PlainFormat()))
    assert any("key=open-sesame" in path for path in service.paths)
    assert "/records" in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_checks_of_a_catalogue_do_not_show_its_key(tmp_path: Path, service: Service, protocol: str) -> None:
    catalogue = load(written(tmp_path, protocol, f"{service.url}/records?key=${{EXAMPLE_KEY}}"))
    found = list(catalogue_findings(catalogue))
    assert not all(finding.ok for finding in found)
    assert not [finding for finding in found if "sesame" in finding.found]


@pytest.mark.parametrize(
    ("protocol", "place"),
    [("json", "harbour.invalid"), *((protocol, "https://[::") for protocol in PROTOCOLS)],
)
def test_an_address_that_is_none_is_shown_without_its_key(tmp_path: Path, protocol: str, place: str) -> None:
    with pytest.raises(UsageError, match=r"not an|Invalid") as caught:
        list(open_harvest(load(written(tmp_path, protocol, f"{place}/records?key=${{EXAMPLE_KEY}}")), PlainFormat()))
    assert "sesame" not in str(caught.value)

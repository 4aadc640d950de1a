"""The service where the index is empty, Elasticsearch is away or slow, and where too much is asked at once."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import RetryError
from pipeline.index.client import connect
from pipeline.serve.desk import Desk
from pipeline.serve.limits import Limits
from tests.loopback import QuietHandler, serve
from tests.serve.serving import served


def test_nothing_indexed_is_told_as_such(own_elasticsearch_url: str) -> None:
    with connect(own_elasticsearch_url) as client, served(client) as service:
        for path in ("/discover/search", "/discover/aggregate", "/health"):
            reply = service.get(path)
            assert (reply.status, reply.headers["retry-after"]) == (503, "60"), path
            assert reply.detail == "Nothing is indexed yet. Ask again later."
        assert service.get("/discover/lookup", id="x").status == 404
        assert service.get("/health-check").status == 200


def test_without_elasticsearch_the_answer_comes_soon_and_tells_no_address(caplog: pytest.LogCaptureFixture) -> None:
    with connect("http://127.0.0.1:9") as client, served(client) as service:
        begun = time.monotonic()
        reply = service.get("/discover/search", query="a secret wish")
        assert time.monotonic() - begun < 10
        assert (reply.status, reply.headers["retry-after"], reply.headers["cache-control"]) == (503, "5", "no-store")
        assert "127.0.0.1" not in reply.detail
        assert "x-content-type-options" in reply.headers
    assert any("does not answer" in record.getMessage() for record in caplog.records)
    assert "secret" not in caplog.text


class Slow(QuietHandler):
    """An Elasticsearch that answers nobody until the test ends."""

    asked = threading.Semaphore(0)
    end = threading.Event()

    def do_GET(self) -> None:  # noqa: N802 - the name is http.server's
        self.asked.release()
        self.end.wait(30)

    do_POST = do_GET  # noqa: N815 - likewise


def test_a_slow_elasticsearch_keeps_nobody_waiting_and_fills_no_more_than_its_places() -> None:
    limits = Limits(at_once=2, waiting=1, request_seconds=20, seconds=2)
    with serve(Slow) as url, connect(url) as client, served(client, limits=limits) as service:

        def asked(number: int) -> tuple[float, int, str]:
            del number
            begun = time.monotonic()
            reply = service.get("/discover/search")
            return time.monotonic() - begun, reply.status, reply.headers["retry-after"]

        with ThreadPoolExecutor(6) as callers:
            told = sorted(callers.map(asked, range(6)))
        assert {(status, again) for _, status, again in told} == {(503, "5")}
        assert told[2][0] < 1.5, "three are refused at once, as all places are taken"
        assert told[-1][0] < 15
        assert service.get("/health-check").status == 200, "pages and life signs need no Elasticsearch"
        under_way = 0
        while Slow.asked.acquire(blocking=False):
            under_way += 1
        Slow.end.set()
    assert under_way == limits.at_once


def test_a_question_that_waited_in_vain_is_never_put() -> None:
    begun, end = threading.Event(), threading.Event()
    put: list[str] = []

    def hold(client: Elasticsearch) -> None:
        del client
        begun.set()
        end.wait(60)

    async def ask(desk: Desk) -> None:
        first = asyncio.create_task(desk.ask(hold))
        await asyncio.to_thread(begun.wait, 30)
        with pytest.raises(RetryError, match="no answer within 2 seconds"):
            await desk.ask(lambda _: put.append("second"))
        with pytest.raises(RetryError):
            await first
        end.set()
        await desk.ask(lambda _: put.append("third"))

    with connect("http://127.0.0.1:9") as client:
        desk = Desk(client, Limits(at_once=1, seconds=2))
        asyncio.run(ask(desk))
        desk.close()
    assert put == ["third"]


def test_the_log_has_no_parameters(own_elasticsearch_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with connect(own_elasticsearch_url) as client, served(client) as service:
        service.get("/discover/search", query="depression after divorce", sex="wrong")
        service.get("/some/secret%0apath")
    lines = [record.getMessage() for record in caplog.records if record.name == "pipeline.serve.protection"]
    assert lines[0].startswith("GET /discover/search 422 ")
    assert lines[1].startswith("GET (no such path) 404 ")
    assert "divorce" not in caplog.text

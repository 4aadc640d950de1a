"""What the one HTTP client makes of servers that drip, cut, inflate and mislead. All protocols ask through it."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError, StudyIndexError
from pipeline.protocols import http
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.http import Client
from pipeline.protocols.http_messages import Answer, Request
from pipeline.protocols.unpacking import CutShortError
from tests.raw_server import Pieces, head, serve_raw

Answering = Callable[[bytes], Pieces]
BODY = b'{"items": [1, 2, 3]}'
FRAMED = head(f"Content-Length: {len(BODY)}") + BODY


class Slow:
    """A clock on which each look at it takes a time, once it is slow."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.seconds
        return self.now


class Asking:
    """Serves answers and asks for them; nothing is waited for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.asked = 0
        self.waits: list[float] = []

    def client(self, answer: Answering, timer: Callable[[], float] = lambda: 0.0, **keys: Any) -> Client:
        def counted(request: bytes) -> Pieces:
            self.asked += 1
            return answer(request)

        self.url = self._stack.enter_context(serve_raw(counted))
        clocks = Clocks(self.waits.append, timer=timer)
        return self._stack.enter_context(Client(self.url, clocks=clocks, **keys))

    def held(self, answer: Answering, **keys: Any) -> Answer:
        return self.client(answer, **keys).ask(Request(f"{self.url}/"), lambda found: found)

    def streamed(self, answer: Answering, **keys: Any) -> bytes:
        client = self.client(answer, **keys)
        found = bytearray()
        for piece in client.stream(Request(f"{self.url}/"), 65536):
            found += piece
        return bytes(found)


@pytest.fixture
def asking() -> Iterator[Asking]:
    with ExitStack() as stack:
        yield Asking(stack)


def once(*pieces: bytes) -> Answering:
    return lambda _: pieces


def for_ever(first: bytes, piece: bytes) -> Answering:
    return lambda _: itertools.chain([first], itertools.repeat(piece))


# -- deadlines --------------------------------------------------------------------------------------------------------

NAMED = bytes([0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 0])
"""The header of gzip up to a file name, which lasts until a zero byte (RFC 1952, section 2.3)."""
DRIPPING = {
    "status line": for_ever(b"HTTP/1.1 200", b" "),
    "headers": for_ever(b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x"),
    "interim answers": for_ever(b"", head(status="100 Continue")),
    "body": for_ever(head("Content-Length: 1000000000"), b" "),
    "chunks": for_ever(head("Transfer-Encoding: chunked"), b"1\r\n \r\n"),
    "chunk extension": for_ever(head("Transfer-Encoding: chunked") + b"1;x=", b"x"),
    "compressed body": for_ever(head("Content-Length: 1000000000", "Content-Encoding: gzip") + NAMED, b"x"),
}


@pytest.mark.parametrize("how", ["held", "streamed"])
@pytest.mark.parametrize("drip", DRIPPING)
def test_an_answer_that_comes_byte_by_byte_has_an_end(asking: Asking, drip: str, how: str) -> None:
    with pytest.raises((RetryError, FailError)):
        getattr(asking, how)(DRIPPING[drip], timer=Slow(100.0))
    assert asking.asked <= http.ATTEMPTS


def test_the_message_states_how_long_an_answer_may_take(asking: Asking) -> None:
    with pytest.raises(RetryError, match="took longer than 600 seconds"):
        asking.held(DRIPPING["body"], timer=Slow(100.0))


def test_the_time_between_two_pieces_of_a_stream_is_that_of_its_reader(asking: Asking) -> None:
    timer = Slow(0.0)
    client = asking.client(once(head("Content-Length: 400000"), b" " * 400_000), timer=timer)
    for _ in client.stream(Request(f"{asking.url}/"), 65536):
        timer.now += 10 * http.MAX_RESPONSE_SECONDS


@pytest.mark.parametrize("wait", ["1000000000", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_without_end_is_not_waited_for(asking: Asking, wait: str) -> None:
    with pytest.raises(RetryError, match="asks for no request for"):
        asking.held(once(head(f"Retry-After: {wait}", "Content-Length: 0", status="503 Busy")))
    assert (asking.asked, asking.waits) == (1, [])


# -- bounds -----------------------------------------------------------------------------------------------------------


def peak_of(call: Callable[[], object]) -> int:
    """The most bytes that Python holds during a call that fails."""
    tracemalloc.start()
    try:
        with pytest.raises((FailError, RetryError)):
            call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def zeros(megabytes: int) -> bytes:
    """A gzip bomb of a thousandth of that size."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


BOMB = zeros(300)


@pytest.mark.parametrize(("how", "most"), [("held", 150_000_000), ("counted", 10_000_000)])
def test_a_bomb_ends_at_flat_memory(asking: Asking, how: str, most: int) -> None:
    answer = once(head(f"Content-Length: {len(BOMB)}", "Content-Encoding: gzip"), BOMB)

    def counted() -> None:
        client = asking.client(answer)
        sum(map(len, client.stream(Request(f"{asking.url}/"), 65536)))

    assert peak_of(counted if how == "counted" else lambda: asking.held(answer)) < most
    assert asking.asked == 1


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"x" * 20_000_000,
        b"".join(b"X-%d: x\r\n" % number for number in range(500_000)),
        head(status="100 Continue") * 100_000,
    ],
    ids=["one", "many", "interim"],
)
def test_headers_without_end_end_at_flat_memory(asking: Asking, headers: bytes) -> None:
    pieces = [b"HTTP/1.1 200 OK\r\n", *(headers[start : start + 65536] for start in range(0, len(headers), 65536))]
    assert peak_of(lambda: asking.held(once(*pieces), timer=Slow(0.01))) < 20_000_000


def test_cookies_without_end_are_forgotten(asking: Asking) -> None:
    numbers = itertools.count()
    cookies = [f"Set-Cookie: c{next(numbers)}=x" for _ in range(60)]

    def answer(request: bytes) -> Pieces:
        assert request.count(b"=x") <= 100
        return [head(*(f"Set-Cookie: c{next(numbers)}=x" for _ in cookies), "Content-Length: 0")]

    client = asking.client(answer)
    for _ in range(5):
        client.ask(Request(f"{asking.url}/"), lambda found: found)


# -- content that is cut short ----------------------------------------------------------------------------------------

PACKED = gzip.compress(BODY * 10_000, mtime=0)
CUT = {
    "content length": once(head("Content-Length: 30") + BODY),
    "chunks": once(head("Transfer-Encoding: chunked") + b"14\r\n" + BODY + b"\r\n"),
    "within a chunk": once(head("Transfer-Encoding: chunked") + b"15\r\n" + BODY),
    "gzip": once(head(f"Content-Length: {len(PACKED) - 9}", "Content-Encoding: gzip") + PACKED[:-9]),
    "gzip within": once(head(f"Content-Length: {len(PACKED) // 2}", "Content-Encoding: gzip") + PACKED[:-9]),
    "gzip without length": once(head("Content-Encoding: gzip") + PACKED[:-1]),
    "gzip damaged": once(head(f"Content-Length: {len(PACKED)}", "Content-Encoding: gzip") + PACKED[:-8] + bytes(8)),
    "no head": once(b"HTTP/1.1 200 OK\r\nContent-"),
    "nothing": once(b""),
    "no http": once(b"SSH-2.0-OpenSSH\r\n"),
    "two lengths": once(head("Content-Length: 9", "Content-Length: 20") + BODY),
    "part": once(head("Content-Length: 20", "Content-Range: bytes 0-19/999", status="206 Partial Content") + BODY),
    "unasked encoding": once(head("Content-Length: 20", "Content-Encoding: br") + BODY),
}


@pytest.mark.parametrize("how", ["held", "streamed"])
@pytest.mark.parametrize("cut", CUT)
def test_content_that_is_cut_short_is_never_taken_for_whole(asking: Asking, cut: str, how: str) -> None:
    with pytest.raises((RetryError, FailError), match=STATED):
        getattr(asking, how)(CUT[cut])


STATED = r"Try again later|Run the catalogue again|HTTP 206|not asked for"
WHOLE = {
    "content length": once(FRAMED),
    "chunks": once(head("Transfer-Encoding: chunked") + b"14\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "gzip": once(head("Content-Encoding: gzip") + gzip.compress(BODY)),
    "gzip of two members": once(
        head("Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        *(b"%x\r\n%b\r\n" % (len(each), each) for each in (gzip.compress(BODY[:9]), gzip.compress(BODY[9:]), b"")),
    ),
    "gzip with padding": once(head("Content-Encoding: x-gzip") + gzip.compress(BODY) + bytes(9)),
}


@pytest.mark.parametrize("how", ["held", "streamed"])
@pytest.mark.parametrize("whole", WHOLE)
def test_content_whose_end_is_stated_is_whole(asking: Asking, whole: str, how: str) -> None:
    found = getattr(asking, how)(WHOLE[whole])
    assert (found if isinstance(found, bytes) else found.content) == BODY


def test_the_closing_of_the_connection_proves_no_end(asking: Asking) -> None:
    assert not asking.held(once(head() + BODY)).ends
    with pytest.raises(CutShortError, match="Nothing but the closing of the connection"):
        asking.streamed(once(head() + BODY))
    assert asking.held(once(FRAMED)).ends


# -- redirects --------------------------------------------------------------------------------------------------------

INNER = ["http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::1]/", "http://0/", "http://2130706433:1/"]
SCHEMES = ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "data:text/plain,x", "ftp://127.0.0.1/"]
NONE = [
    "http://[::1",
    "http://",
    "//",
    "http://a:b:c/",
    "http://127.0.0.1:99999/",
    "http://\x7f/",
    "\\\\x",
    "http:///x",
]


@pytest.mark.parametrize("how", ["held", "streamed"])
@pytest.mark.parametrize("target", [*INNER, *SCHEMES, *NONE])
def test_a_redirect_to_what_may_not_be_asked_is_one_sentence(asking: Asking, target: str, how: str) -> None:
    with pytest.raises(FailError, match=r"redirects to something that is not|allow_hosts|more than 5 times"):
        getattr(asking, how)(once(head(f"Location: {target}", "Content-Length: 0", status="302 Found")))


def test_a_location_in_an_answer_that_is_no_redirect_is_nothing(asking: Asking) -> None:
    answer = once(head("Location: javascript:alert(1)", f"Content-Length: {len(BODY)}") + BODY)
    assert asking.held(answer).content == BODY


def test_a_token_that_is_too_long_for_an_address_is_one_sentence(asking: Asking) -> None:
    client = asking.client(once(FRAMED))
    with pytest.raises(StudyIndexError, match="too long for an address"):
        client.ask(Request(f"{asking.url}/", {"token": "x" * 100_000}), lambda found: found)

"""Conversations with catalogues, and mutations of them: of records and lists, of bytes, and of HTTP itself.

A mutation states whether it leaves the catalogue's own statements as they are: its number of records, its ids and its
last page. If it does, no harvest may be complete that lacks a record.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, NamedTuple, TypeVar

from tests.fuzz.mutations import text

BETWEEN = b"\n==== "
MARK = re.compile(rb"keeps ([0-9a-f]{64})\n")


class Answer(NamedTuple):
    """One HTTP response."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def raw(self) -> bytes:
        """Its bytes."""
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1", errors="replace") + self.body


Script = dict[str, Answer]
"""The answer to each kind of request."""


def answer(body: bytes | str, status: str = "200 OK") -> Answer:
    """A response without a fault."""
    content = body.encode() if isinstance(body, str) else body
    return Answer(status, (("Content-Length", str(len(content))), ("Connection", "close")), content)


def written(script: Script, *, keeps: bool) -> bytes:
    """The conversation as bytes, with a mark where the catalogue's own statements are as they were."""
    content = b"".join(BETWEEN + name.encode() + b"\n" + each.raw() for name, each in script.items())
    return (b"keeps " + hashlib.sha256(content).hexdigest().encode() + b"\n" if keeps else b"") + content


def read(payload: bytes) -> tuple[dict[str, bytes], bool]:
    """The raw answers by request, and whether the catalogue's own statements are as they were."""
    match = MARK.match(payload)
    content = payload[match.end() :] if match else payload
    keeps = match is not None and match[1].decode() == hashlib.sha256(content).hexdigest()
    pieces = [piece.partition(b"\n") for piece in content.split(BETWEEN)[1:]]
    return {name.decode("latin-1"): raw for name, _, raw in pieces}, keeps


def mutated(script: Script, chance: random.Random, *, syntax: str, counted: bool) -> bytes:
    """One to three mutations of a conversation; one where records are lines, as no one could see two that fit.

    Args:
        script: the conversation.
        chance: what is mutated, and how.
        syntax: that of its records: `json`, `xml` or `lines`.
        counted: whether the catalogue states how many records there are.
    """
    found, keeps = dict(script), True
    for _ in range(chance.choice((1, 1, 1, 2, 3)) if syntax != "lines" else 1):
        name = chance.choice([*found])
        keeps &= name != "/robots.txt"  # its rules decide which pages count
        kind = chance.choice(_KINDS if syntax != "lines" else _KINDS_OF_LINES)
        if kind is _Special.OTHER:
            found[name] = found[chance.choice([*found])]
            keeps &= counted
        elif kind is _Special.RECORDS:
            found[name], kept = _BY_SYNTAX[syntax](found[name], chance)
            keeps &= kept and counted
        else:
            found[name], kept = kind(found[name], chance)
            keeps &= kept
    return written(found, keeps=keeps)


Mutated = tuple[Answer, bool]
Mutation = Callable[[Answer, random.Random], Mutated]


class _Special(Enum):
    """Mutations that need more than the answer."""

    RECORDS = auto()
    """Of records or of the list; by syntax."""
    OTHER = auto()
    """The answer to another request."""


# -- HTTP

STATUSES = ("200 OK", "202 Accepted", "204 No Content", "206 Partial Content", "301 Moved", "304 Not Modified",
            "307 Moved", "400 Bad", "401 Who", "403 No", "410 Gone", "422 Bad", "429 Slow", "500 Fault", "503 Busy",
            "999 ?", "100 Continue", "20 ?", "abc", "200")  # fmt: skip
HEADERS = (
    ("Content-Length", "0"), ("Content-Length", "99999999999"), ("Content-Length", "-1"), ("Content-Length", "x"),
    ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "gzip, chunked"), ("Content-Encoding", "gzip"),
    ("Content-Encoding", "br"), ("Content-Encoding", "gzip, gzip"), ("Content-Encoding", "identity"),
    ("Retry-After", "1e9"), ("Retry-After", "-1"), ("Retry-After", "9" * 400), ("Retry-After", "Fri, 31 Feb 0000"),
    ("Date", "9" * 5000), ("Date", "Mon, 99 Xyz 99999 99:99:99 +99999"), ("Date", ""), ("Date", "1 (((((((("),
    ("Set-Cookie", "a=b; expires=99 99 99; path=/; domain=.example"), ("Set-Cookie", "=" * 3000), ("X", "y" * 90_000),
    ("Content-Type", "text/html; charset=utf-7"), ("Connection", "upgrade"), ("Upgrade", "h2c"), ("X-\x01", "\x02"),
)  # fmt: skip
TARGETS = ("http://10.0.0.1/", "http://169.254.169.254/x", "file:///etc/passwd", "gopher://x/", "javascript:1",
           "data:,x", "//[", "http://[::1", "http://[fe80::1%25eth0]/", "/", "", "?", "http://", "http:///x", "\\\\x",
           "http://a:99999/", "http://\u00e9/", "http://xn--/", "http://x.%00/", "mailto:x", "//127.0.0.1:1/", "%",
           "a" * 70_000, "http://user:word@127.0.0.1/")  # fmt: skip


def _status(each: Answer, chance: random.Random) -> Mutated:
    status = chance.choice(STATUSES)
    return each._replace(status=status), status[:3] not in {"404", "410"}


def _header(each: Answer, chance: random.Random) -> Mutated:
    name, value = chance.choice(HEADERS)
    others = tuple(pair for pair in each.headers if pair[0] != name)
    return each._replace(headers=(*(each.headers if chance.random() < 0.3 else others), (name, value))), True


def _redirect(each: Answer, chance: random.Random) -> Mutated:
    target = chance.choice(TARGETS) if chance.random() < 0.8 else text(chance).replace("\n", " ").replace("\r", " ")
    moved = (*each.headers, ("Location", target))
    return each._replace(
        status=chance.choice(("301 Moved", "302 Found", "307 Moved", "308 Moved")), headers=moved
    ), True


def _framing(each: Answer, chance: random.Random) -> Mutated:
    """Another way to mark the end of the body, and perhaps a body that is cut short by it."""
    body = each.body
    kind = chance.choice(("close", "chunked", "gzip", "gzip close"))
    if "gzip" in kind:
        body = gzip.compress(body)
    headers = [("Connection", "close"), *([("Content-Encoding", "gzip")] if "gzip" in kind else [])]
    if kind == "chunked":
        size = chance.randint(1, 200)
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])
        headers.append(("Transfer-Encoding", "chunked"))
    elif kind == "gzip":
        headers.append(("Content-Length", str(len(body))))
    if chance.random() < 0.5:
        body = body[: chance.randrange(len(body) + 1)]
    return Answer(each.status, tuple(headers), body), True


def _cut(each: Answer, chance: random.Random) -> Mutated:
    """A body that ends before its stated end."""
    return each._replace(body=each.body[: chance.randrange(len(each.body) + 1)]), True


# -- bytes

AROUND = (b"\xef\xbb\xbf", b"\n\n", b"<!-- x -->", b"<?x y?>" * 30, b"<html><p>Sign in</p></html>", b"\0", b"x", b"[")
BODIES = (b"", b"{}", b"[]", b"null", b"NaN", b"<html><p>Maintenance", b"<a>" * 3000, b"[" * 3000, b"\x1f\x8b",
          b"PK\x03\x04", b'{"error": "too many"}', b"<OAI-PMH/>", b"<urlset/>", b"\xff\xfe<\x00")  # fmt: skip


def _truncated(each: Answer, chance: random.Random) -> Mutated:
    """A body that the server itself cut short: only its syntax shows it."""
    return _with(each, each.body[: chance.randrange(len(each.body) + 1)]), True


def _noise(each: Answer, chance: random.Random) -> Mutated:
    body = bytearray(each.body)
    for _ in range(chance.choice((1, 1, 2, 20))):
        at, size = chance.randrange(len(body) + 1), chance.choice((1, 1, 3, 40))
        new = chance.choice(
            (b"", bytes(chance.randrange(256) for _ in range(size)), bytes(body[:size]), b"\x00", b"\xff")
        )
        body[at : at + chance.choice((0, size))] = new
    return _with(each, bytes(body)), False


def _wrapped(each: Answer, chance: random.Random) -> Mutated:
    """Something before or after the content."""
    pieces = (
        b"\xef\xbb\xbf",
        b"\n\n",
        b"<!-- x -->",
        b"<?x y?>" * 30,
        b"<html><body>Sign in</body></html>",
        b"\0",
        b"x",
        b"[",
    )
    piece = chance.choice(pieces)
    return _with(each, piece + each.body if chance.random() < 0.5 else each.body + piece), True


def _replaced(each: Answer, chance: random.Random) -> Mutated:
    """Other content in its place."""
    return _with(each, chance.choice((*BODIES, gzip.compress(each.body)))), False


def _with(each: Answer, body: bytes) -> Answer:
    headers = tuple((name, str(len(body)) if name == "Content-Length" else value) for name, value in each.headers)
    return each._replace(body=body, headers=headers)


# -- JSON

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e308,
    2**70,
    "",
    "x",
    [],
    {},
    [[]],
    {"a": None},
    "\ud800",
    "\x00",
    float("nan"),
)
T = TypeVar("T")


def _of_json(each: Answer, chance: random.Random) -> Mutated:
    try:
        value = json.loads(each.body)
    except (ValueError, RecursionError):
        return _noise(each, chance)
    holder = value.get("data", value) if isinstance(value, dict) else value
    if not isinstance(holder, dict) or not holder:
        return _noise(each, chance)
    items, kind = holder.get("items"), chance.randrange(5)
    keeps = True
    if isinstance(items, list) and items and kind < 3:
        _rearranged(items, chance)
    elif isinstance(items, list) and kind == 3 and (entries := [item for item in items if isinstance(item, dict)]):
        chance.choice(entries)["title"] = chance.choice([*VALUES, text(chance)])
    else:
        key = chance.choice([*holder])
        holder[key] = chance.choice([*VALUES, text(chance)])
        keeps = key in {"next", "items", "title"}
    return _with(each, json.dumps(value).encode("utf-8", "surrogatepass")), keeps


def _rearranged(items: list[T], chance: random.Random) -> None:
    """Remove, repeat or move members."""
    kind = chance.choice(("remove", "repeat", "instead", "shuffle", "clear"))
    at = chance.randrange(len(items))
    if kind == "remove":
        del items[at]
    elif kind == "repeat":
        items.insert(at, chance.choice(items))
    elif kind == "instead":
        items[at] = chance.choice(items)
    elif kind == "shuffle":
        chance.shuffle(items)
    else:
        items.clear()


# -- XML

RECORD = re.compile(rb"<(record|header|url|sitemap)>.*?</\1>", re.DOTALL)
LEAF = re.compile(rb">[^<>]*<")
TOKEN = re.compile(rb"(<resumptionToken[^>]*>)[^<]*")
INSIDE = (
    b"&bogus;",
    b"\x01",
    b"&#0;",
    b"<b>",
    b"</b>",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"&lt;" * 50,
    b"\xe9",
    b"<x>" * 300,
    b"",
)


def _of_xml(each: Answer, chance: random.Random) -> Mutated:
    body = each.body
    kind = chance.choice(("records", "records", "title", "token", "leaf"))
    pieces = [match.span() for match in RECORD.finditer(body)]
    if kind == "records" and pieces:
        items = [body[start:end] for start, end in pieces]
        _rearranged(items, chance)
        return _with(each, body[: pieces[0][0]] + b"".join(items) + body[pieces[-1][1] :]), True
    if kind == "token":
        token = chance.choice((b"", b"p2", b"p3", b"x" * 70_000, b"\xc3\xa9", b"&amp;#", b" "))
        return _with(each, TOKEN.sub(rb"\g<1>" + token, body)), True
    if kind == "title" and b"<title>" in body:
        return _with(each, body.replace(b"</title>", chance.choice(INSIDE) + b"</title>", chance.choice((1, -1)))), True
    leaves = [match.span() for match in LEAF.finditer(body)]
    if not leaves:
        return _noise(each, chance)
    start, end = chance.choice(leaves)
    return _with(each, body[: start + 1] + chance.choice(INSIDE) + body[end - 1 :]), False


def _of_lines(each: Answer, chance: random.Random) -> Mutated:
    lines = each.body.splitlines(keepends=True)
    if lines:
        _rearranged(lines, chance)
    return _with(each, b"".join(lines)), False


_BY_SYNTAX: dict[str, Mutation] = {"json": _of_json, "xml": _of_xml, "lines": _of_lines}
_KINDS: tuple[Mutation | _Special, ...] = (
    *[_Special.RECORDS] * 4, _status, _header, _header, _redirect, _framing, _framing, _cut, _truncated,
    _noise, _wrapped, _replaced, _Special.OTHER,
)  # fmt: skip
_KINDS_OF_LINES: tuple[Mutation | _Special, ...] = (
    *[_Special.RECORDS] * 2, _status, _redirect, _framing, _framing, _cut, _cut, _noise, _replaced, _Special.OTHER,
)  # fmt: skip
"""Where a cut at the end of a line, or a smaller Content-Length, cannot be seen by anyone."""

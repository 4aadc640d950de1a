"""The part of Elasticsearch's security API that `study-index setup` uses, for machines without a full Elasticsearch.

The tests that use it also run against a full one, see CONTRIBUTING.md (Tests).
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import QuietHandler, serve

USER, PASSWORD = "administrator", "open-sesame"
Answer = tuple[int, dict[str, Any]]


class Security:
    """What such a server has: roles, keys, index template, labels. `lacks` are privileges that its user has not."""

    def __init__(self) -> None:
        self.roles: dict[str, Any] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.template: dict[str, Any] | None = None
        self.vocabularies: str | None = None
        """The index that the alias of vocabularies is of."""
        self.lacks: set[str] = set()
        self._numbers = count(1)

    def answer(self, verb: str, address: str, body: Any, shown: str) -> Answer:
        """What the server answers to a request with this `Authorization`."""
        who = self._who(shown)
        if who is None:
            reason = "unable to authenticate"
            return HTTPStatus.UNAUTHORIZED, {"error": {"type": "security_exception", "reason": reason}}
        found = self._found(verb, urlsplit(address).path, parse_qs(urlsplit(address).query), body, who)
        return (HTTPStatus.OK, found) if found else (HTTPStatus.NOT_FOUND, {})

    def _found(self, verb: str, path: str, query: dict[str, list[str]], body: Any, who: str) -> dict[str, Any]:
        """The body of an answer; nothing where there is no such role or template."""
        answer: dict[str, Any] = {}
        match path.strip("/").split("/"):
            case ["_security", "_authenticate"]:
                answer = {"username": USER, "authentication_type": "realm" if who == USER else "api_key"}
            case ["_security", "user", "_has_privileges"]:
                answer = self._privileges(body, who)
            case ["_security", "role", name] if verb == "GET":
                answer = {name: self.roles[name]} if name in self.roles else {}
            case ["_security", "role", name]:
                self.roles[name] = {"cluster": [], "applications": [], "run_as": [], **body}
                answer = {"role": {"created": True}}
            case ["_security", "api_key"]:
                answer = getattr(self, f"_{verb.lower()}_key")(body, query)
            case ["_index_template", name] if verb == "GET":
                one = {"name": name, "index_template": self.template}
                answer = {"index_templates": [one]} if self.template else {}
            case ["_index_template", _]:
                self.template = body
                answer = {"acknowledged": True}
            case _ if "vocabularies" in path or path == "/_aliases":
                answer = self._of_vocabularies(path.strip("/"), body)
            case _:
                raise AssertionError(f"{verb} {path} is not known to this server")
        return answer

    def _of_vocabularies(self, path: str, body: Any) -> dict[str, Any]:
        """Takes any document, and moves the alias."""
        if path.startswith("_alias/"):
            return {self.vocabularies: {"aliases": {path.removeprefix("_alias/"): {}}}} if self.vocabularies else {}
        if path == "_aliases":
            (self.vocabularies,) = [action["add"]["index"] for action in body["actions"] if "add" in action]
        return {"acknowledged": True, "errors": False} if not path.endswith("*") else {"other": {"aliases": {}}}

    def _who(self, shown: str) -> str | None:
        """The user, or the id of the key, whom a request comes from."""
        scheme, _, encoded = shown.partition(" ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        if scheme == "Basic":
            return name if (name, secret) == (USER, PASSWORD) else None
        key = self.keys.get(name)
        return name if key and key["secret"] == secret and not key["invalidated"] else None

    def _privileges(self, asked: Any, who: str) -> dict[str, Any]:
        granted = self.keys[who]["role_descriptors"].values() if who in self.keys else ()
        on_cluster = {each for body in granted for each in body.get("cluster", ())}
        on_indices = {
            (name, each)
            for body in granted
            for part in body["indices"]
            for name in part["names"]
            for each in part["privileges"]
        }
        is_user = who == USER
        index: dict[str, dict[str, bool]] = {}
        for part in asked.get("index", ()):
            for name in part["names"]:
                held = {each: is_user or (name, each) in on_indices for each in part["privileges"]}
                index.setdefault(name, {}).update({each: has and each not in self.lacks for each, has in held.items()})
        cluster = {
            each: (is_user or each in on_cluster) and each not in self.lacks for each in asked.get("cluster", ())
        }
        return {"username": USER, "has_all_requested": False, "cluster": cluster, "index": index}

    def _post_key(self, body: Any, _query: object) -> dict[str, Any]:
        identifier, secret, now = f"key{next(self._numbers)}", "secret-of-it", int(time.time() * 1000)
        key = {"id": identifier, "name": body["name"], "creation": now, "invalidated": False, "secret": secret}
        if lasts := body.get("expiration"):
            key["expiration"] = now + int(lasts.removesuffix("s")) * 1000
        self.keys[identifier] = {**key, "role_descriptors": body["role_descriptors"]}
        return {"id": identifier, "encoded": base64.b64encode(f"{identifier}:{secret}".encode()).decode()}

    _put_key = _post_key

    def _get_key(self, _body: object, query: dict[str, list[str]]) -> dict[str, Any]:
        found = [
            {name: value for name, value in key.items() if name != "secret"}
            for key in self.keys.values()
            if query.get("id", [key["id"]]) == [key["id"]] and query.get("name", [key["name"]]) == [key["name"]]
        ]
        return {"api_keys": [key for key in found if "active_only" not in query or not key["invalidated"]]}

    def _delete_key(self, body: Any, _query: object) -> dict[str, Any]:
        for identifier in body["ids"]:
            self.keys[identifier]["invalidated"] = True
        return {"invalidated_api_keys": body["ids"]}


@contextmanager
def secured() -> Iterator[tuple[str, Security]]:
    """The address of such a server, and what it holds."""
    state = Security()

    class Handler(QuietHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = json.loads(sent or "null") if not self.path.startswith("/studies-vocabularies") else None
            status, answer = state.answer(self.command, self.path, body, self.headers.get("Authorization", ""))
            packed = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names that http.server looks for

    with serve(Handler) as url:
        yield url, state

"""Leases: whoever changes a catalogue in the index holds its lease, so that two never change it at the same time.

The index `studies-leases` has one document for each catalogue that is worked on: who works, where, on what, since when,
and until when. A document is written only over the version that was read (optimistic concurrency control), so of two
that ask at once one gets the lease. The holder renews it every 30 seconds, and deletes it at the end.

A lease is free again when its time is over, or when its process has ended and this is the machine to see it. Hosts are
expected to keep time, for example by NTP: a clock may be wrong by up to a minute, as at least 90 of the 120 seconds are
left whenever a holder that works has just renewed.

A holder that was away for longer (a stopped virtual machine, a lost connection) may have lost its lease. So it renews
the lease before each change of what readers see (`confirm`), and ends where another took it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from elasticsearch import Elasticsearch
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import DefectError, FailError, RetryError, StudyIndexError
from pipeline.index.client import ask, made, waiting
from pipeline.index.processes import has_ended, identity
from pipeline.index.rights import require_writer
from pipeline.model.moments import now, parse, timestamp, written

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

LEASES = "studies-leases"
"""The index. The template of generations (`studies.*`) does not match its name."""

MAPPING = Path(__file__).with_name("mappings") / "leases.json"

RENEWED_EVERY = 30.0
"""Seconds between two renewals."""
WORKING = timedelta(minutes=2)
"""For how long a lease is taken, from each renewal on."""
PARKED = timedelta(minutes=10)
"""For how long a lease stays with a DAG run between two of its tasks."""
REQUEST_SECONDS = 15
"""Longest time for one request about a lease; well below `WORKING`."""
TRIES = 100
"""How often a lease is read again because others wrote it meanwhile: mapped tasks of a run do that all at once."""


_HELD_HERE: list[str] = []
"""Tokens of the leases that this process holds; one of its leases that is not among them could not be released."""


class LeasedError(RetryError):
    """Another run or command works on the catalogue."""


class Lease(BaseModel):
    """Who works on a catalogue. Times are ISO 8601 in UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    catalogue: str
    token: str
    """Distinguishes holders. Tasks of one DAG run have the same: the id of the DAG, a slash, and the owner."""
    owner: str
    """A run (`run <id>`), or the name of a command."""
    what: str
    """The stage of the run, or the command again."""
    host: str
    pid: int | None
    """None between two tasks of a DAG run, where the lease is parked."""
    process: str | None
    """See `processes.identity`."""
    since: str
    until: str

    @property
    def dag(self) -> str | None:
        """Id of the DAG of which the holder is a run; None for a command."""
        dag, slash, _ = self.token.partition("/")
        return dag if slash else None

    @property
    def is_free(self) -> bool:
        """Whether another may take it: its time is over, or its process has ended, or no longer works on it."""
        until = parse(self.until)
        if until is None or until < now() or has_ended(self.process):
            return True
        is_ours = self.process is not None and self.process == identity(os.getpid())
        return is_ours and self.token not in _HELD_HERE

    def __str__(self) -> str:
        """For a person: who works on the catalogue, where, and since when."""
        what = "" if self.what == self.owner else f" ({self.what})"
        process = "between two tasks" if self.pid is None else f"process {self.pid}"
        return f"{self.owner}{what} on {self.host}, {process}, since {self.since}"


class _Stored(NamedTuple):
    """A lease as the index has it, with the version of its document."""

    lease: Lease
    seq_no: int
    primary_term: int


class _Holder:
    """One that holds the lease of a catalogue, and renews it while it works."""

    def __init__(self, client: Elasticsearch, lease: Lease) -> None:
        self.catalogue = lease.catalogue
        self._client = client.options(request_timeout=REQUEST_SECONDS)
        self._lock = threading.Lock()
        self._stored = _take(self._client, lease)
        self._taken_by: Lease | None = None
        self._is_lost = False

    def goes_on_with(self, what: str) -> None:
        """Renew the lease for the next stage."""
        if what != self._stored.lease.what:
            self.renew(what)

    def renew(self, what: str | None = None) -> None:
        """Extend the lease; `what` is the stage, if it is another one now.

        Raises:
            FailError: it was lost, so another may have changed the catalogue.
        """
        with self._lock:
            before = self._stored.lease
            lease = before.model_copy(update={"what": what or before.what, **_here(), "until": _in(WORKING)})
            if self._is_lost or not (self._put(lease) or self._put_again(lease, before.until)):
                self._is_lost = True
                fate = f"was lost to {self._taken_by}" if self._taken_by else "is gone"
                raise FailError(
                    f"{self.catalogue}: its lease {fate}, so another may have worked on the catalogue meanwhile. "
                    "Nothing more is changed; run the catalogue again."
                )

    def renew_until(self, ended: threading.Event) -> None:
        """Extend the lease from time to time, until the work has ended or the lease is lost."""
        while not ended.wait(RENEWED_EVERY) and not self._is_lost:
            try:
                self.renew()
            except StudyIndexError as error:  # a later renewal may succeed; what is lost stops the work at `confirm`
                log.warning("%s: the lease was not renewed: %s", self.catalogue, error)

    def park(self) -> None:
        """Leave the lease to the next task of the run."""
        with self._lock:
            parked = {"pid": None, "process": None, "until": _in(PARKED)}
            self._put(self._stored.lease.model_copy(update=parked))

    def release(self) -> None:
        """Let others take the lease; one that was lost is left alone."""
        with self._lock:
            self._write(lambda stored: _delete(self._client, stored))

    def _put(self, lease: Lease) -> bool:
        """Write the lease over the one that is held; False where that is another's by now, or gone."""
        return self._write(lambda stored: _put(self._client, lease, stored))

    def _put_again(self, lease: Lease, held_until: str) -> bool:
        """Write a lease that is gone; False where it is another's.

        A task that fails releases the lease, also that of other tasks of its DAG run, which go on with their work. A
        lease whose time was over is not written again: another may have had it.
        """
        until = parse(held_until)
        if self._stored.lease.dag is None or self._taken_by is not None or until is None or until < now():
            return False
        if stored := _put(self._client, lease, None):
            self._stored = stored
            return True
        return self._put(lease)  # another task of the run was first, if it was not somebody else

    def _write(self, change: Callable[[_Stored], _Stored | None]) -> bool:
        """Change the document in the index; False where it is another's by now, or gone."""
        for _ in range(TRIES):
            if done := change(self._stored):
                self._stored = done
                return True
            seen = _read(self._client, self.catalogue)
            if seen is None or seen.lease.token != self._stored.lease.token:
                self._taken_by = seen.lease if seen else None
                return False
            self._stored = seen  # another task of the run wrote it, or an answer was lost
        raise _contended(self.catalogue)


_HOLDER: ContextVar[_Holder | None] = ContextVar("holder", default=None)


@contextmanager
def working_on(
    client: Elasticsearch,
    catalogue: str,
    what: str,
    owner: str | None = None,
    *,
    dag: str | None = None,
    parks: bool = False,
) -> Iterator[None]:
    """Hold the lease of a catalogue. Within work that holds it already, it is renewed if `what` differs.

    `what` and `owner` are as in `Lease`; the owner is `what` unless given. With `dag`, the id of a DAG, all its tasks
    with the same owner share the lease. With `parks`, it stays with them at the end, unless the work failed; then a
    later run of the same DAG may take it, as Airflow begins that only when this one is over, however it ended. A run of
    another DAG may not: Airflow lets the two run side by side.

    Raises:
        LeasedError: another holds it; the message says who, where, on what, since when, and until when.
        FailError: the credentials lack a right, or the lease was lost while the work went on.
    """
    outer = _HOLDER.get()
    if outer is not None and outer.catalogue == catalogue:
        outer.goes_on_with(what)
        yield
        return
    require_writer(client)
    owner = owner or what
    token = f"{dag}/{owner}" if dag else secrets.token_hex(8)
    wanted = Lease(
        catalogue=catalogue, token=token, owner=owner, what=what, since=timestamp(), until=_in(WORKING), **_here()
    )
    _HELD_HERE.append(token)
    try:
        with _held(_Holder(client, wanted), parks=parks):
            yield
    finally:
        _HELD_HERE.remove(token)


@contextmanager
def _held(holder: _Holder, *, parks: bool) -> Iterator[None]:
    """Hold a lease that was taken, and renew it from time to time in a thread; then release it, or park it.

    Meanwhile, calls wait for Elasticsearch as a run does.
    """
    before = _HOLDER.set(holder)
    ended = threading.Event()
    thread = threading.Thread(target=holder.renew_until, args=(ended,), name="lease", daemon=True)
    thread.start()
    leave = holder.release
    try:
        with waiting():
            yield
        leave = holder.park if parks else leave
    finally:
        ended.set()
        thread.join()
        _HOLDER.reset(before)
        try:
            leave()
        except StudyIndexError as error:  # what was to be done is done, and the lease ends by itself
            log.warning("%s: the lease could not be released, and ends by itself: %s", holder.catalogue, error)


def leased(
    function: Callable[Concatenate[Elasticsearch, str, P], R],
) -> Callable[Concatenate[Elasticsearch, str, P], R]:
    """Let a function of a client and a catalogue hold the catalogue's lease while it works."""

    @wraps(function)
    def holding(client: Elasticsearch, catalogue: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with working_on(client, catalogue, function.__name__.replace("_", " ")):
            return function(client, catalogue, *args, **kwargs)

    return holding


def must_hold(catalogue: str) -> None:
    """Make sure that what readers see of a catalogue is changed by a holder of its lease.

    Raises:
        DefectError: it is not.
    """
    holder = _HOLDER.get()
    if holder is None or holder.catalogue != catalogue:
        raise DefectError(f"{catalogue} is changed without its lease: do it within `working_on`")


def confirm() -> None:
    """Renew the lease that is held, if one is, just before something is changed.

    Raises:
        FailError: it was lost.
    """
    if holder := _HOLDER.get():
        holder.renew()


def leases_at_work(client: Elasticsearch) -> dict[str, Lease]:
    """The leases by catalogue, without those that another may take."""
    return {name: lease for name, lease in leases(client).items() if not lease.is_free}


def leases(client: Elasticsearch) -> dict[str, Lease]:
    """The leases by catalogue, among them those whose holder was killed."""
    known = ask(lambda: client.search(index=LEASES, size=10_000, ignore_unavailable=True))
    found = {}
    for hit in known["hits"]["hits"]:
        try:
            found[hit["_id"]] = _readable(hit)
        except LeasedError as error:  # a fault of one lease is none of the others
            log.warning("%s", error)
    return found


def _wrong_clock(lease: Lease) -> str:
    """What to do about a lease that ends later than any does; nothing for one that does not."""
    if lease.until <= _in(2 * PARKED):
        return ""
    return (
        f" No lease lasts so long, so a clock is wrong, that of {lease.host} or of this machine: mend it. If nothing "
        f"works there any more, {_delete_it(lease.catalogue)}."
    )


def _readable(document: Mapping[str, Any]) -> Lease:
    """The lease that a document of the index is.

    Raises:
        LeasedError: it is none, so nobody knows who works on the catalogue.
    """
    try:
        return Lease.model_validate(document["_source"])
    except ValidationError as error:
        raise LeasedError(
            f"{document['_id']}: its lease cannot be read, so nobody knows who works on it: another version of "
            f"study-index wrote it, or something else. If nothing works on it, {_delete_it(document['_id'])}."
        ) from error


def _delete_it(catalogue: str) -> str:
    return f"delete the document {catalogue} of the index {LEASES} (DELETE /{LEASES}/_doc/{catalogue})"


def _take(client: Elasticsearch, wanted: Lease) -> _Stored:
    for _ in range(TRIES):
        seen = _read(client, wanted.catalogue)
        lease = wanted
        if seen is not None and seen.lease.token == wanted.token:
            lease = wanted.model_copy(update={"since": seen.lease.since})
        elif seen is not None and not (seen.lease.is_free or _is_of_earlier_run(seen.lease, wanted)):
            raise LeasedError(
                f"{wanted.catalogue} is worked on by {seen.lease}. Nothing was done; try again when that has ended. "
                f"Its lease lasts until {seen.lease.until}, and is renewed while it works.{_wrong_clock(seen.lease)}"
            )
        if stored := _put(client, lease, seen):
            return stored
    raise _contended(wanted.catalogue)


def _is_of_earlier_run(seen: Lease, wanted: Lease) -> bool:
    """Whether a lease is parked by a run of the same DAG, which is over, as another one asks."""
    return seen.pid is None and seen.dag is not None and seen.dag == wanted.dag


def _read(client: Elasticsearch, catalogue: str) -> _Stored | None:
    """The lease in the index, whose index is made if it is not there; None where nobody holds one."""
    answer = ask(lambda: client.options(ignore_status=404).get(index=LEASES, id=catalogue))
    if "error" in answer.body:
        body = json.loads(MAPPING.read_text(encoding="utf-8"))
        made(lambda: ask(lambda: client.indices.create(index=LEASES, **body)))
    if not answer.body.get("found"):
        return None
    return _Stored(_readable(answer.body), answer["_seq_no"], answer["_primary_term"])


def _put(client: Elasticsearch, lease: Lease, over: _Stored | None) -> _Stored | None:
    """Write a lease over the one that was read; None where there is another by now, or the answer does not tell.

    Lists of leases show it at once if it is a new holder's; what a holder does meanwhile they show a second later.
    """
    version: dict[str, Any] = {"op_type": "create"} if over is None else _version(over)
    is_new = over is None or (over.lease.token, over.lease.pid) != (lease.token, lease.pid)
    quiet = client.options(ignore_status=409)
    answer = ask(
        lambda: quiet.index(index=LEASES, id=lease.catalogue, document=lease.model_dump(), refresh=is_new, **version)
    )
    if "_seq_no" not in answer.body:
        return None
    return _Stored(lease, answer["_seq_no"], answer["_primary_term"])


def _delete(client: Elasticsearch, stored: _Stored) -> _Stored | None:
    """Delete a lease that was read; None where there is another by now, or the answer does not tell."""
    quiet = client.options(ignore_status=(404, 409))
    answer = ask(lambda: quiet.delete(index=LEASES, id=stored.lease.catalogue, refresh=True, **_version(stored)))
    return stored if answer.body.get("result") == "deleted" else None


def _version(stored: _Stored) -> dict[str, Any]:
    return {"if_seq_no": stored.seq_no, "if_primary_term": stored.primary_term}


def _here() -> dict[str, Any]:
    """This process, with the fields of a lease."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "process": identity(os.getpid())}


def _in(duration: timedelta) -> str:
    return written(now() + duration)


def _contended(catalogue: str) -> RetryError:
    return RetryError(f"{catalogue}: its lease changes all the time, as many ask for it. Try again in a moment.")

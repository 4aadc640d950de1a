"""Where questions are put to Elasticsearch: so many at once, so many waiting, and each for a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

from elasticsearch import Elasticsearch

from pipeline.errors import RetryError
from pipeline.index.client import trying_once
from pipeline.serve.limits import Limits

T = TypeVar("T")

SOON = 1.0
"""Seconds within which a question that failed is put once more: a run may have gone live in between."""


class Desk:
    """Puts questions to one Elasticsearch, in threads of its own."""

    def __init__(self, client: Elasticsearch, limits: Limits) -> None:
        self._client = client.options(request_timeout=limits.request_seconds)
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix="question")
        self._asked = 0

    async def ask(self, call: Callable[[Elasticsearch], T]) -> T:
        """The answer of a call, to which the client is given.

        A call whose time is over works on until Elasticsearch answers it or lets it wait too long: it keeps its place
        till then, so that there are never more than those that are allowed. One that still waits is never made: nobody
        would read its answer, and others would wait for it.

        Raises:
            RetryError: too many questions are waiting, the time is over, or Elasticsearch is not available.
            FailError: Elasticsearch refused the request.
        """
        if self._asked >= self._limits.at_once + self._limits.waiting:
            raise RetryError(f"{self._asked} questions are waiting for an answer already.")
        self._asked += 1
        work = self._threads.submit(self._answer, call)
        future = asyncio.wrap_future(work)
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._limits.seconds)
        except TimeoutError as error:
            work.cancel()
            raise RetryError(f"There was no answer within {self._limits.seconds:g} seconds.") from error

    def close(self) -> None:
        """Take no more questions; those that wait are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _done(self, future: asyncio.Future[T]) -> None:
        self._asked -= 1
        if not future.cancelled():
            future.exception()  # nobody may be waiting for it any more

    def _answer(self, call: Callable[[Elasticsearch], T]) -> T:
        begun = monotonic()
        with trying_once():
            try:
                return call(self._client)
            except RetryError:
                if monotonic() - begun > SOON:
                    raise
            return call(self._client)

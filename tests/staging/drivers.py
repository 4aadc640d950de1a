"""Drivers of file systems that fail, or that show a stale listing, for staging URLs."""

from __future__ import annotations

from typing import Any, ClassVar

import fsspec
from fsspec.implementations.memory import MemoryFileSystem


class Failing(MemoryFileSystem):  # type: ignore[misc]  # the package has no types
    """Files in memory. While `error` is set, the calls named `broken` raise it. URLs are `failing://path`."""

    protocol = "failing"
    error: ClassVar[Exception | None] = None
    broken: ClassVar[str] = ""

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return super()._strip_protocol(str(path).removeprefix("failing://"))

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if Failing.error is None or name != Failing.broken:
            return found

        def fail(*_: Any, **__: Any) -> None:
            raise Failing.error  # type: ignore[misc]  # it is set

        return fail


class Stale(MemoryFileSystem):  # type: ignore[misc]  # the package has no types
    """Files in memory, whose listings are kept as those of object stores are. URLs are `stale://path`."""

    protocol = "stale"

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return super()._strip_protocol(str(path).removeprefix("stale://"))

    def ls(self, path: str, detail: bool = True, **options: Any) -> Any:
        path = self._strip_protocol(path)
        if path not in self.dircache:
            self.dircache[path] = super().ls(path, detail=True, **options)
        return self.dircache[path] if detail else [item["name"] for item in self.dircache[path]]

    def info(self, path: str, **options: Any) -> Any:
        path = self._strip_protocol(path)
        listed = self.dircache.get(self._parent(path))
        if listed is not None and path not in {item["name"] for item in listed}:
            raise FileNotFoundError(path)
        return super().info(path, **options)

    def invalidate_cache(self, path: str | None = None) -> None:  # noqa: ARG002 - the driver's name for it
        self.dircache.clear()


for driver in (Failing, Stale):
    fsspec.register_implementation(driver.protocol, driver, clobber=True)

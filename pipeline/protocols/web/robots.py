"""The rules of robots.txt (RFC 9309), within bounds."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

from pipeline.errors import FailError
from pipeline.protocols.http_messages import user_agent

MAX_BYTES = 512 * 1024
"""What is read of robots.txt; at least 500 KiB have to be (section 2.5)."""
MAX_DELAY = 900
"""Longest wait in seconds between two requests. With a longer one, a harvest of some thousand pages takes a month."""


class Robots:
    """The rules for study-index in a robots.txt; a line that cannot be read is no rule.

    Args:
        content: what the file holds.
        ends: whether its sender marked its end.
    """

    def __init__(self, content: bytes, *, ends: bool = True) -> None:
        self.may_be_cut_short = not ends and not content.endswith((b"\n", b"\r"))
        """Whether its last line may be a part of one, which would forbid more pages than the whole."""
        self._parser = RobotFileParser()
        if len(content) > MAX_BYTES:  # a part of a line would forbid more than the line
            content = content[: max(content.rfind(end, 0, MAX_BYTES) for end in (b"\n", b"\r")) + 1]
        lines = content.decode("utf-8-sig", errors="replace").splitlines()
        self._parser.parse([line for line in lines if _is_readable(line)])

    def allow(self, url: str) -> bool:
        """Whether a page may be fetched. An address that cannot be parsed may be: the client refuses it by its name."""
        try:
            return self._parser.can_fetch(user_agent(), url)
        except ValueError:
            return True

    def requests_per_second(self, name: str) -> float | None:
        """The pace that is stated for requests; None where there is none. `name` is the catalogue's, for messages.

        Raises:
            FailError: it is slower than one request in `MAX_DELAY` seconds.
        """
        delay = self._parser.crawl_delay(user_agent())
        if not delay:
            return None
        if int(delay) > MAX_DELAY:
            raise FailError(
                f"{name}: robots.txt asks for more than {MAX_DELAY} seconds between two requests (Crawl-delay), so "
                "that a harvest would take months. Ask the operator of the site for a shorter one, or for a file."
            )
        return 1.0 / float(delay)


def _is_readable(line: str) -> bool:
    try:
        RobotFileParser().parse(["User-agent: *", line])
    except ValueError:  # the library reads numbers and addresses without care
        return False
    return True

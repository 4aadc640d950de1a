"""The system's chromium, for pictures and tests of the pages."""

from __future__ import annotations

import os
import shutil

OPTIONS = ["--no-sandbox", "--disable-background-networking"]
"""How it is started: as root it needs no sandbox, and it asks nobody for anything by itself."""

NEEDED = "needs chromium: apt-get install chromium, or name it in the environment variable CHROMIUM"


def program() -> str | None:
    """The path of the browser: that of `CHROMIUM`, else the one on the `PATH`; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)

"""Finding the Chromium that the tests of the console drive."""

from __future__ import annotations

import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = "no Chromium: `make test` installs Debian's, or set DAYZERO_TEST_CHROMIUM=skip to do without"


def chromium() -> str | None:
    """The program, or None where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or (str(_ON_MACOS) if _ON_MACOS.exists() else None)

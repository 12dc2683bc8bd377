"""Write the reference pages that are made from the code, so that they cannot fall behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.reference.api_page import api_page
from scripts.reference.cli_page import cli_page
from scripts.reference.command_page import command_page
from scripts.reference.event_page import event_page
from scripts.reference.exit_page import exit_page
from scripts.reference.json_page import json_page
from scripts.reference.metric_page import metric_page
from scripts.reference.role_page import role_page
from scripts.reference.settings_page import settings_page
from settings import ROOT

REFERENCE = ROOT / "docs" / "reference"


def pages() -> Iterator[tuple[Path, str]]:
    """Each generated page: where it goes and what it says."""
    yield REFERENCE / "api.md", api_page()
    yield REFERENCE / "cli.md", cli_page()
    yield REFERENCE / "commands.md", command_page()
    yield REFERENCE / "events.md", event_page()
    yield REFERENCE / "exit-codes.md", exit_page()
    yield REFERENCE / "json.md", json_page()
    yield REFERENCE / "metrics.md", metric_page()
    yield REFERENCE / "roles.md", role_page()
    yield REFERENCE / "settings.md", settings_page()


def main() -> int:
    """Write every page; with `--check`, write nothing and say which page is out of date (exit 1)."""
    check = "--check" in sys.argv[1:]
    stale = 0
    for path, text in pages():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())

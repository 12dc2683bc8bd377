"""The tracked files of this checkout, for rules that hold over all of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from settings import ROOT


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file git keeps or is about to keep: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def python_files() -> Iterator[Path]:
    """Those of them that are Python."""
    return (path for path in tracked_files() if path.suffix == ".py")


def texts() -> Iterator[tuple[Path, str]]:
    """Those of them that are text, with what they say."""
    for path in tracked_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def named(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()

"""A folder of exported files with their hashes beside them.

The rule that keeps it honest: `SHA256SUMS` names every file as `sha256sum --check` reads it, and a file
appears under its name only when it is whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

SUMS = "SHA256SUMS"


class Bundle:
    """Files written into one folder, made if it is not there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sums: dict[str, str] = {}

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 (hex) by file name, in the order of writing."""
        return dict(self._sums)

    def add(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Write one file through `write`."""
        part = self._folder / f"{name}.part"
        with part.open("wb") as out:
            write(out)
        self._sums[name] = _sum(part)
        part.replace(self._folder / name)

    def add_text(self, name: str, text: str) -> None:
        """Write one file of text."""
        self.add(name, lambda out: out.write(text.encode()))

    def finish(self) -> Path:
        """Write the sums, and give the folder."""
        # What an earlier export left in the folder stays accounted for.
        sums = {**_sums_in(self._folder), **self._sums}
        lines = (f"{digest}  {name}\n" for name, digest in sums.items())
        (self._folder / SUMS).write_text("".join(lines), encoding="ascii")
        return self._folder


def _sums_in(folder: Path) -> dict[str, str]:
    path = folder / SUMS
    if not path.exists():
        return {}
    lines = (line.partition("  ") for line in path.read_text(encoding="ascii").splitlines())
    return {name: digest for digest, _, name in lines if (folder / name).exists()}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

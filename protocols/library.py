"""Which documents a directory holds.

The rule that keeps it honest: (id, version) names one document, so two files can never claim the same.
"""

from __future__ import annotations

from pathlib import Path

from protocols.problems import DocumentInvalid, Located
from protocols.yaml_text import WrittenValue, read_yaml


def library(directory: Path) -> dict[tuple[str, str], Path]:
    """The YAML documents of a directory by (id, version). Nothing else in them is looked at.

    Raises:
        DocumentInvalid: a document without id and version, or two documents with the same ones.
        OSError: the directory or a file in it cannot be read.
    """
    found: dict[tuple[str, str], Path] = {}
    problems: list[Located] = []
    for path in sorted(directory.glob("*.yaml")):
        written = read_yaml(path)
        identity = _identity(written)
        if identity is None:
            problems += written.problems or [_unnamed(written)]
        elif identity in found:
            problems.append(_named_twice(written, identity, found[identity]))
        else:
            found[identity] = path
    if problems:
        raise DocumentInvalid(problems)
    return found


def _identity(written: WrittenValue) -> tuple[str, str] | None:
    if not isinstance(written.value, dict):
        return None
    id_, version = written.value.get("id"), written.value.get("version")
    return (id_, version) if isinstance(id_, str) and isinstance(version, str) else None


def _unnamed(written: WrittenValue) -> Located:
    return Located(written.file, 1, (), "id and version are missing", 'add id: <code> and version: "1.0"')


def _named_twice(written: WrittenValue, identity: tuple[str, str], other: Path) -> Located:
    text = f"{identity[0]} version {identity[1]} is also in {other}"
    line = written.line_of(("version",))
    return Located(written.file, line, ("version",), text, "give one of them a new version")

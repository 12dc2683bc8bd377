"""A fault planted in a document, and how it must be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What is replaced by what; at which line, for which field and in which words it must be told."""

    name: str
    old: str
    new: str
    line_with: str
    field: str
    says: str
    would_be_right: str


def assert_told(fault: Fault, path: object, text: str, told: Iterable[str]) -> None:
    """Assert that a problem names file, line and field, what is wrong, and what would be right."""
    lines = list(told)
    place = f"{path}:{text[: text.index(fault.line_with)].count(chr(10)) + 1}: {fault.field}: "
    matching = [line for line in lines if line.startswith(place) and fault.says in line]
    assert matching, f"wanted {place}…{fault.says}…; told was:\n" + "\n".join(lines)
    assert any(fault.would_be_right in line for line in matching), "\n".join(matching)

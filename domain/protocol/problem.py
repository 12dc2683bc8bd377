"""One thing that is wrong with a document, and where.

The rule that keeps it honest: a problem says what is wrong and what would be right, never only one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads through the document as written: field names and positions, such as ("visits", 3)."""

    path: Path
    text: str
    hint: str

    @override
    def __str__(self) -> str:
        return f"{shown_path(self.path)}: {self.text}; {self.hint}"


def shown_path(path: Path) -> str:
    """The path as people read it: visits[3].window.target."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            shown += f".{part}" if shown else part
    return shown

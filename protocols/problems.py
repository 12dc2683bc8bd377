"""What is wrong with a document: where it is written, what is wrong there, what would be right.

The rule that keeps it honest: all problems of a document are told at once, in the order of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from domain.protocol.problem import Path, Problem, shown_path


@dataclass(frozen=True, slots=True)
class Located:
    """One problem. `line` counts from 1; None when the document came from the store and has no lines."""

    file: str
    line: int | None
    path: Path
    text: str
    hint: str

    @classmethod
    def at(cls, file: str, line: int | None, problem: Problem) -> Located:
        return cls(file, line, problem.path, problem.text, problem.hint)

    @override
    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = shown_path(self.path)
        said = f"{where}: {self.text}" if where else self.text
        return f"{place}: {said}; {self.hint}" if self.hint else f"{place}: {said}"

    def as_data(self) -> dict[str, Any]:
        """The problem as JSON, for `--json` and for editors."""
        return {
            "file": self.file,
            "line": self.line,
            "field": shown_path(self.path),
            "text": self.text,
            "hint": self.hint,
        }


class DocumentInvalid(Exception):
    """A document that cannot be taken. `problems` has all of them; the message has one line for each."""

    def __init__(self, problems: Iterable[Located]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
        super().__init__("\n".join(map(str, self.problems)))


class ProtocolInvalid(DocumentInvalid):
    """A protocol document that cannot be taken."""

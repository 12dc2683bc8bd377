"""What a person sees before signing a gate: its words, and everything it asks for.

The rule that keeps it honest: nobody signs words that were not shown, unless they say so.
"""

from __future__ import annotations

import sys

import typer
from rich.text import Text

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, Looking
from console.cli.place import looking
from console.cli.printing import print_line, print_table
from console.record import record_of
from console.sights import GateSight
from domain.refusal import Refused

_STYLES = {"met": "green", "failed": "bold red", "unknown": "yellow"}


def signed_words(asking: Asking, participant: str, code: str, *, yes: bool) -> tuple[str, str | None]:
    """The gate's own words and the hash of what they stand for, once the person has seen it and agreed.

    Raises:
        Stopped: nobody is there to agree, or they did not.
    """
    gate = _gate(asking, participant, code)
    if gate is None:
        # The desk refuses what is not there, and keeps the attempt.
        return "-", None
    if yes:
        return gate.meaning, gate.content
    show_gate(gate)
    if not sys.stdin.isatty():
        raise Stopped(
            Exit.USAGE, "nobody is at the terminal to confirm: say --yes, or --meaning with these words"
        )
    if not typer.confirm(f"Sign as {gate.signed_by}: “{gate.meaning}”?"):
        raise Stopped(Exit.REFUSED, "not signed")
    return gate.meaning, gate.content


def show_gate(gate: GateSight) -> None:
    """Print a gate with its findings, on stdout."""
    print_line(
        f"{gate.gate}: {gate.label}, before {gate.before}, signed by the {gate.signed_by}", style="bold"
    )
    rows = [
        (each.code, each.label, Text(each.truth, style=_STYLES[each.truth]), each.why)
        for each in gate.findings
    ]
    print_table(("asks", "", "today", "because"), rows)
    print_line(f"content {gate.content}")


def _gate(asking: Asking, participant: str, code: str) -> GateSight | None:
    with looking(Looking(study=asking.study)) as look:
        try:
            return record_of(look, participant).gate(code)
        except Refused:
            return None

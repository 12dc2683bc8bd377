"""Showing the audit trail of commands."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.text import Text

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.sights import CommandSight
from console.trail_sights import command_sight
from domain.recorded import participant_stream

LONGEST_CELL = 400


def show_commands(said_: Looking, participant: str | None, *, refused_only: bool, limit: int) -> None:
    """List commands, newest first; a participant whose every command was refused has a trail too."""
    with looking(said_) as look:
        prefix = participant_stream(look.study, "")
        stream = None if participant is None else prefix + participant
        found = look.reading.commands(stream, refused_only=refused_only, limit=limit)
        trail = [command_sight(each, look.study) for each in found if each.stream.startswith(prefix)]
        if said_.as_json:
            print_json(trail)
        elif trail:
            print_table(("asked (UTC)", "participant", "command", "by", "outcome"), map(_row, trail))
        else:
            print_line("no command was asked yet")


def _row(command: CommandSight) -> Sequence[str | Text]:
    outcome = (
        Text(f"version {command.version}", style="green")
        if command.accepted
        else _shortened(f"refused [{command.code}]: {command.text}")
    )
    about = {name: each for name, each in command.body.items() if name not in ("kind", "actor")}
    return (
        f"{command.asked_at:%Y-%m-%d %H:%M:%S}",
        command.participant,
        _shortened(f"{command.kind} {json.dumps(about, ensure_ascii=False)}" if about else command.kind),
        f"{command.by} ({command.role})",
        outcome,
    )


def _shortened(text: str) -> str:
    """A refused text may be as long as anybody cared to send; `--json` has it whole."""
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}… ({len(text)} characters)"

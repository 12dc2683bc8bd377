"""Sending one command and saying in one line what became of it.

The rule that keeps it honest: what was typed is sent as it was typed, so that the desk judges it and the
attempt is on the record; what was not answered is unknown, and the id to ask again with is printed.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from console.cli.endings import refused
from console.cli.exits import Exit, Stopped
from console.cli.options import Asking
from console.cli.place import chosen_study, opened_store
from console.cli.printing import print_json, print_line
from console.cli.shapes import CommandRecorded, CommandUnknown
from console.gateway import CommandRefused, Gateway, Outcome, OutcomeUnknown, connect
from console.words import EVENTS, Language
from console.words import said as worded
from settings import Settings, read_settings


def send(asking: Asking, participant: str, kind: str, what: str, **fields: Any) -> None:
    """Ask for a command of `kind` with these fields, leaving out those that are None; as `send_body`."""
    send_body(
        asking, participant, kind, what, {name: each for name, each in fields.items() if each is not None}
    )


def send_body(asking: Asking, participant: str, kind: str, what: str, fields: Mapping[str, Any]) -> None:
    """Ask for a command of `kind` and print what was recorded; `what` says in words what was asked.

    Raises:
        Stopped: refused, or the outcome is unknown.
        NoServer: there is no server to ask.
    """
    recorded = asked(asking, participant, kind, fields)
    if asking.as_json:
        print_json(recorded)
    else:
        print_line(sentence(participant, what, recorded))


def asked(asking: Asking, participant: str, kind: str, fields: Mapping[str, Any]) -> CommandRecorded:
    """Ask for a command of `kind` and give what was recorded, printing nothing; raises as `send_body`."""
    settings = read_settings()
    study = asked_study(asking, settings)
    command_id = asking.command_id or str(uuid.uuid4())
    body = {"kind": kind, "actor": _actor(asking, settings), **fields}
    outcome = asyncio.run(_sent(settings, study, participant, command_id, body))
    return _as_data(study, participant, command_id, outcome)


def asked_study(asking: Asking, settings: Settings) -> str:
    """The study that was said, or the only one in the store."""
    if asking.study is not None:
        return asking.study
    with opened_store(settings) as store, store.reading() as reading:
        return chosen_study(reading, None)


def moment(on: str | None, at: str | None) -> str:
    """The time that was stated, as typed.

    Raises:
        Stopped: none was stated, or two.
    """
    if (on is None) is (at is None):
        raise Stopped(Exit.USAGE, "state when it happened: --on DAY or --at TIME, one of them")
    return on if on is not None else at or ""


def sentence(participant: str, what: str, recorded: CommandRecorded) -> str:
    """What was recorded, in one line."""
    again = "already recorded under this id: " if recorded.repeated else ""
    events = _counted(recorded.events) or "nothing changed"
    alerts = ", ".join(recorded.alerts) or "none"
    return f"{participant}: {again}{what} ({events}); version {recorded.version}; open alerts: {alerts}"


async def _sent(
    settings: Settings, study: str, participant: str, command_id: str, body: dict[str, Any]
) -> Outcome:
    gateway = Gateway(await connect(settings), settings.task_queue)
    try:
        return await gateway.send(study, participant, command_id, body)
    except CommandRefused as refusal:
        raise refused(
            refusal.code, refusal.text, study=study, participant=participant, command_id=command_id
        ) from refusal
    except OutcomeUnknown as unknown:
        data = CommandUnknown(study, participant, command_id)
        text = f"outcome unknown: {unknown.reason}; ask again with the same command and --id {command_id}"
        raise Stopped(Exit.UNKNOWN, text, data) from unknown


def _actor(asking: Asking, settings: Settings) -> dict[str, str]:
    return {"id": asking.actor or settings.speaker, "role": asking.role or settings.role, "method": "cli"}


def _as_data(study: str, participant: str, command_id: str, outcome: Outcome) -> CommandRecorded:
    return CommandRecorded(
        study=study,
        participant=participant,
        command_id=command_id,
        repeated=outcome.repeated,
        version=outcome.version,
        events=outcome.events,
        alerts=outcome.alerts,
    )


def _counted(events: Iterable[str]) -> str:
    counts = Counter(worded(EVENTS, event, Language.EN) for event in events)
    return ", ".join(words if count == 1 else f"{words} ×{count}" for words, count in counts.items())

"""Giving for good what was tried: the same commands, all of them or none."""

from __future__ import annotations

import asyncio
import uuid

import typer

from console.applying import apply_whole
from console.cli.endings import refused
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import present
from console.cli.printing import print_json, print_line
from console.cli.sending import sentence
from console.cli.shapes import CommandRecorded, CommandUnknown
from console.gateway import CommandRefused, Gateway, Outcome, OutcomeUnknown, connect
from replay.applying import NotApplicable, Whole, as_one
from replay.change import WhatWouldBe
from settings import read_settings


def apply_change(
    local: Local, found: WhatWouldBe, *, elsewhere: bool, yes: bool, command_id: str | None
) -> None:
    """Give what was tried, after asking; `elsewhere`: it was tried on another record than the live one.

    Raises:
        Stopped: it cannot be given as one, was not wanted, is refused, or its outcome is unknown.
    """
    if elsewhere:
        raise Stopped(Exit.USAGE, "--apply gives commands to the live study: leave out --store and --archive")
    try:
        whole = as_one(found, present())
    except NotApplicable as error:
        raise Stopped(Exit.REFUSED, f"nothing is applied: {error}") from error
    if not yes and not typer.confirm("Apply exactly this?", err=True):
        raise Stopped(Exit.REFUSED, "nothing is applied")
    recorded = _given(found.study, whole, command_id or str(uuid.uuid4()))
    if local.as_json:
        print_json(recorded)
    else:
        print_line(sentence(whole.subject, f"{len(found.tried)} commands applied as one", recorded))


def _given(study: str, whole: Whole, command_id: str) -> CommandRecorded:
    try:
        outcome = asyncio.run(_sent(study, whole, command_id))
    except CommandRefused as refusal:
        raise refused(
            refusal.code, refusal.text, study=study, participant=whole.subject, command_id=command_id
        ) from refusal
    except OutcomeUnknown as unknown:
        data = CommandUnknown(study, whole.subject, command_id)
        text = f"outcome unknown: {unknown.reason}; ask again with the same file and --id {command_id}"
        raise Stopped(Exit.UNKNOWN, text, data) from unknown
    return CommandRecorded(
        study=study,
        participant=whole.subject,
        command_id=command_id,
        repeated=outcome.repeated,
        version=outcome.version,
        events=outcome.events,
        alerts=outcome.alerts,
    )


async def _sent(study: str, whole: Whole, command_id: str) -> Outcome:
    settings = read_settings()
    gateway = Gateway(await connect(settings), settings.task_queue)
    return await apply_whole(gateway.send, gateway.wake, study, whole, command_id)

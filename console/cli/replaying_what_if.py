"""Showing what another protocol, or commands nobody has given yet, would mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from console.cli.documents import found_protocol
from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.place import present
from console.cli.printing import print_json, print_line
from console.cli.replaying_place import found_history
from console.up import provenance_of
from console.what_ifs import UNDER_PROTOCOL, change_shown, protocol_shown, protocol_summary
from protocols.reading import read_protocol
from replay.change import WhatWouldBe, try_change
from replay.course import Standstill
from replay.effects import Change
from replay.history import Foreign
from replay.protocol import under_protocol
from replay.telling_effects import effect_lines, effects_page
from replay.trials import FaultyTrials, read_trials
from settings import read_settings


def show_under_protocol(
    local: Local,
    name: str,
    participants: Sequence[str],
    store: str | None,
    archive: Path | None,
    until: str | None,
    html: Path | None,
) -> None:
    """What another protocol would have meant up to now, or to `until`.

    Raises:
        Stopped: the document, the record or a participant is not there, or a moment cannot be read.
    """
    settings = read_settings()
    at = moment(until)
    protocol = read_protocol(found_protocol(name, settings))
    history = found_history(store, archive)
    try:
        found = under_protocol(history, protocol, participants, at, provenance_of(settings))
    except (Foreign, Standstill) as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    _tell(local, protocol_shown(found), UNDER_PROTOCOL, protocol_summary(found), found.changes, html)


def show_change(
    local: Local, file: Path, store: str | None, archive: Path | None, until: str | None, html: Path | None
) -> WhatWouldBe:
    """What the commands of a file would lead to by `until`.

    Raises:
        Stopped: the file is no such file, or a moment is before what is on the record or before a command.
    """
    now, horizon = present(), moment(until)
    try:
        study, trials = read_trials(file, now)
    except FaultyTrials as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    history = found_history(store, archive)
    last = max((each.at for each in trials), default=horizon)
    if until is not None and horizon < last:
        raise Stopped(Exit.USAGE, f"--until {until!r} is before the last command, at {last:%Y-%m-%d %H:%M}Z")
    try:
        found = try_change(history, study, trials, max(horizon, last), provenance_of(read_settings()))
    except (Foreign, Standstill) as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    for each in found.tried if not local.as_json else ():
        said = f"refused [{each.refused}]: {each.text}" if each.refused else ", ".join(each.events)
        print_line(f"{each.trial.subject} {each.trial.body.get('kind')}: {said or 'nothing follows'}")
    summary = f"{found.study} up to {found.until:%Y-%m-%d %H:%M}Z, with {len(found.tried)} commands tried"
    _tell(local, change_shown(found), "What if", summary, found.changes, html)
    return found


def moment(text: str | None) -> datetime:
    """An instant as it is typed (UTC); none: now.

    Raises:
        Stopped: it is no instant with its offset.
    """
    if text is None:
        return present()
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise Stopped(
            Exit.USAGE, f"--until {text!r}: write a time with its offset, such as 2026-03-02T09:30+08:00"
        )
    return read.astimezone(UTC)


def _tell(
    local: Local, data: object, title: str, summary: str, changes: Sequence[Change], html: Path | None
) -> None:
    if html is not None:
        try:
            html.write_text(effects_page(title, summary, changes), encoding="utf-8")
        except OSError as error:
            raise Stopped(Exit.USAGE, f"{html}: {error.strerror or error}") from error
    if local.as_json:
        print_json(data)
        return
    for line in effect_lines(changes):
        print_line(line)
    print_line(f"{summary}: {len(changes) or 'no'} differences; nothing was saved")

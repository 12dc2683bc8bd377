"""What `dayzero up` says when everything runs: where things are and what to look at next.

The rule that keeps it honest: every command it prints is one that works as printed, from where it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.web.demo_users import DEMO_PASSWORD, DEMO_USERS
from settings import ROOT, Settings
from store import Store
from store.sign_ins import all_users


def command_path() -> str:
    """How to call `dayzero` from the present folder."""
    command = ROOT / ".venv" / "bin" / "dayzero"
    here = Path.cwd()
    return str(command.relative_to(here)) if command.is_relative_to(here) else str(command)


def welcome(
    settings: Settings, console: str, ui: str | None, store: Store, zone: ZoneInfo, *, demo: bool
) -> Iterator[str]:
    """The lines of the greeting."""
    call = command_path()
    yield ""
    yield f"Day Zero is up, with {_who(store, demo=demo)}."
    yield f"  console       {console}   {_way_in(store, demo=demo)}"
    yield f"  Temporal UI   {ui or 'not served'}"
    yield f"  store         {store.url}"
    yield f"  worker log    {settings.home / 'worker.log'}"
    yield ""
    yield "In a second terminal:"
    for verb, why in _verbs(store, demo=demo):
        yield f"  {call} {verb:<28} {why}"
    yield ""
    if demo:
        yield from _what_happens_next(store, zone)
    yield "Ctrl-C stops everything; starting again finds it as it was."
    yield ""


def _who(store: Store, *, demo: bool) -> str:
    with store.reading() as reading:
        count = len(reading.participants())
    return f"{count} SIMULATED participants" if demo else f"{count} participants"


def _way_in(store: Store, *, demo: bool) -> str:
    if demo:
        return f"(sign in as {DEMO_USERS[0].user_id}, password {DEMO_PASSWORD}; others are shown there)"
    with store.reading() as reading:
        somebody = any(not user.demo for user in all_users(reading))
    return "" if somebody else f"(nobody can sign in yet: {command_path()} user add)"


def _verbs(store: Store, *, demo: bool) -> Iterator[tuple[str, str]]:
    with store.reading() as reading:
        rows = reading.participants()
        waiting = [row for row in reading.items(rows[0].study) if row.appointment] if rows else []
    if not rows and not demo:
        yield "publish PROTOCOL.yaml SITE.yaml", "publish a study, then `enroll` participants"
        return
    shown = waiting[0] if waiting else None
    yield "today", "what needs doing now"
    yield "status", "every participant"
    yield "alerts", "who was told what, and how far it climbed"
    yield (
        f"timeline {shown.participant if shown else rows[0].participant}",
        "one participant's windows and visits",
    )
    if shown is not None:
        yield f"explain {shown.participant} {shown.item}", "why a date is what it is"
    if demo:
        yield "study show", "places, holds, turns, who is watched for toxicity"
        yield f"safety {rows[0].participant}", "adverse events, grades, reports and their clocks"
        yield "endpoints", "the figures of the study, and who is behind each"
    yield "verify", "that nothing recorded was altered"


def _what_happens_next(store: Store, zone: ZoneInfo) -> Iterator[str]:
    with store.reading() as reading:
        due = reading.due(before=datetime.max.replace(tzinfo=UTC), limit=2)
        # The study itself may be due too; what can be watched here is a participant's.
        found = (reading.participant(each.study, each.participant) for each in due)
        row = next((each for each in found if each is not None), None)
    if row is None or row.next_due is None:
        return
    at, now = (each.astimezone(zone).strftime("%H:%M:%S") for each in (row.next_due, datetime.now(UTC)))
    yield f"Watch here: {row.participant}, {row.next_due_what}, at {at}. Now it is {now} ({zone.key})."
    if not row.open_alerts:
        yield "Nobody answers until you do, with the command printed then."
    yield ""

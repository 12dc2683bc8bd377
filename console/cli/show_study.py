"""Showing a study as a whole, and what a person sees before lifting a hold.

The rule that keeps it honest: nobody signs words that were not shown, unless they say so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.study_sight import HoldSight, StudySight, study_sight
from console.telling import local

_COLUMNS = ("hold", "since", "until", "stops", "because")


def show_study(said: Looking) -> None:
    """Show the study; JSON is a `StudySight`."""
    with looking(said) as look:
        study, zone = study_sight(look), look.study_rules().site(None).zone
    if said.as_json:
        print_json(study)
        return
    of_cap = f" of {study.cap}" if study.cap is not None else ""
    print_line(
        f"{study.study} · protocol {study.protocol_version} · recruitment {study.recruitment} · "
        f"{len(study.slots)}{of_cap} places taken",
        style="bold",
    )
    for line in _lines(study, zone):
        print_line(line)
    if study.holds:
        print_table(
            ("hold", "since", "until", "stops", "because"), [_row(each, zone) for each in study.holds]
        )


def lifting_words(asking: Asking, code: str, *, yes: bool) -> tuple[str, str | None]:
    """The words of a hold and the hash of what they stand for, once the person has seen it and agreed.

    Raises:
        Stopped: nobody is there to agree, or they did not.
    """
    with looking(Looking(study=asking.study)) as look:
        study, zone = study_sight(look), look.study_rules().site(None).zone
    hold = next((each for each in study.holds if each.hold == code and each.lifted_at is None), None)
    if hold is None:
        # The desk refuses what is not there, and keeps the attempt.
        return "-", None
    if yes:
        return hold.meaning, hold.content
    print_table(_COLUMNS, [_row(hold, zone)])
    print_line(f"content {hold.content}")
    if not sys.stdin.isatty():
        raise Stopped(Exit.USAGE, "nobody is at the terminal to confirm: say --yes")
    if not typer.confirm(f"Sign as {hold.lifted_by}: “{hold.meaning}”?"):
        raise Stopped(Exit.REFUSED, "not signed")
    return hold.meaning, hold.content


def _lines(study: StudySight, zone: ZoneInfo) -> Iterator[str]:
    if study.next_due is not None:
        yield f"next: {study.next_due_what} ({local(study.next_due, zone)})"
    for turn in study.turns:
        days = f"{turn.first} to {turn.last or 'open'}"
        yield f"{turn.participant} is authorised for {turn.milestone}: {days}"
    if study.next_allowed is not None:
        yield f"the stagger allows the next from {study.next_allowed}"
    for watched in study.in_dlt_window:
        yield f"{watched.participant} is in the DLT window until {watched.last}"
    yield from _stopping(study)
    for who in study.undecided:
        yield f"{who}: treatment has begun, a decision is needed now"
    for meeting in study.meetings:
        yield f"{meeting.label}: {'recorded' if meeting.recorded else f'due by {meeting.last}'}"
    for breach in study.breaches:
        yield f"against the conduct: {breach}"
    for alert in study.alerts:
        yield f"open alert: {alert}"


def _stopping(study: StudySight) -> Iterator[str]:
    """The stopping rules that anything counts towards."""
    for rule in study.stopping:
        if rule.count or rule.pending:
            waiting = f"; {', '.join(rule.pending)} unless it falls in time" if rule.pending else ""
            yield f"{rule.label}: {rule.count} of {rule.limit}{waiting}"


def _row(hold: HoldSight, zone: ZoneInfo) -> tuple[str, ...]:
    until = local(hold.lifted_at, zone) if hold.lifted_at is not None else f"the {hold.lifted_by} lifts it"
    return hold.hold, local(hold.placed_at, zone), until, ", ".join(hold.stops), hold.reason

"""Showing one participant's safety: events, assessments, reports owed, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.text import Text

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.record import record_of
from console.safety_sights import AdverseEventSight, ClockSight, SafetySight, safety_of
from console.telling import local

_STYLES = {"overdue": "bold red", "running": "yellow", "reported_late": "yellow", "reported": "green"}


def show_safety(said_: Looking, participant: str) -> None:
    """Show everything recorded of a participant's safety."""
    with looking(said_) as look:
        record = record_of(look, participant)
        found = safety_of(record)
        if said_.as_json:
            print_json(found)
            return
        _print_events(found)
        _print_assessments(found)
        _print_clocks(found.clocks, record.state.zone)
        if found.missing:
            listed = ", ".join(f"{each.visit} {each.assessment}" for each in found.missing)
            print_line(f"\nexpected and not recorded: {listed}")


def _print_events(found: SafetySight) -> None:
    if not found.events:
        print_line(f"{found.participant}: no adverse events")
        return
    columns = ("event", "term", "onset", "grades", "serious", "relation", "emergent", "outcome")
    print_table(columns, [_event_row(each) for each in found.events])


def _event_row(event: AdverseEventSight) -> Sequence[str]:
    grades = " → ".join(str(each.grade) for each in event.gradings)
    serious = ", ".join(event.serious) or "no"
    emergent = event.emergent or ""
    if event.emergent_beside not in (None, event.emergent):
        emergent += f" ({event.emergent_beside} by the other wording)"
    return (
        event.ae,
        event.term + (" · DLT" if event.dlt else ""),
        event.onset,
        f"{grades} ({event.gradings[-1].scale})",
        serious + (" (disputed)" if event.disputed else ""),
        event.relation,
        emergent,
        f"voided: {event.voided}" if event.voided else _outcome(event),
    )


def _outcome(event: AdverseEventSight) -> str:
    return "open" if event.outcome is None else f"{event.outcome} {event.resolved or ''}".rstrip()


def _print_assessments(found: SafetySight) -> None:
    if not found.assessments:
        return
    print_line()
    rows = [
        (
            each.assessment,
            each.what,
            each.happened,
            each.stated if each.voided is None else f"voided: {each.voided}",
            each.advised,
            each.reason or "",
        )
        for each in found.assessments
    ]
    print_table(("assessment", "of", "happened", "stated", "advised", "reason"), rows)
    for toxicity, worst in found.worst.items():
        print_line(f"worst {toxicity.upper()}: {worst}")


def _print_clocks(clocks: Sequence[ClockSight], zone: ZoneInfo) -> None:
    if not clocks:
        return
    print_line()
    rows = [
        (
            each.clock,
            each.label,
            Text(each.state, style=_STYLES.get(each.state, "")),
            each.known,
            local(each.due, zone),
            each.why,
        )
        for each in clocks
    ]
    print_table(("report", "", "state", "known", f"due ({zone.key})", "because"), rows)

"""Showing participants: all in a list, or one in full."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.text import Text

from console.cli.exits import Exit, Stopped
from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table, standing_cell
from console.cli.show_alerts import print_alerts
from console.cli.show_today import window_text
from console.record import record_of
from console.sights import DeviationSight, GateSight, ItemSight, ParticipantInFull, ParticipantSight, in_full
from console.swimmer import worth_showing
from console.telling import local
from console.words import ENDS, Language, phrase, said
from console.worklist import Waiting
from domain.state import Outcome


def show_participants(said_: Looking, *, check: bool) -> None:
    """List every participant.

    Raises:
        Stopped: `check`, and something is overdue and unanswered.
    """
    with looking(said_) as look:
        people = look.participants()
        if said_.as_json:
            print_json(people)
        elif people:
            _print_participants(people, look.language)
        else:
            print_line(f"{look.study}: {phrase('no participants', look.language)}")
        _checked(look.unanswered_overdue() if check else [])


def show_one(said_: Looking, participant: str, *, check: bool) -> None:
    """Show one participant with items, gates, alerts and deviations.

    Raises:
        Stopped: `check`, and something of theirs is overdue and unanswered.
    """
    with looking(said_) as look:
        person, items = look.participant(participant), look.items(participant)
        alerts, deviations = look.alerts(participant), look.deviations(participant)
        gates = record_of(look, participant).gates()
        if said_.as_json:
            parts = {"items": items, "gates": gates, "alerts": alerts, "deviations": deviations}
            print_json(in_full(ParticipantInFull, person, **parts))
        else:
            print_headline(person, look.language)
            _print_items(person, items, look.language)
            _print_gates(gates)
            if alerts:
                print_line()
                print_alerts(alerts, look.language)
            _print_deviations(deviations, look.language)
        _checked(look.unanswered_overdue(participant) if check else [])


def print_headline(person: ParticipantSight, language: Language) -> None:
    """Who it is and how far they are, in one line."""
    parts = [
        person.participant,
        _stage(person, language),
        f"{person.protocol} {person.protocol_version}",
        f"{person.site} ({person.zone})",
        f"{phrase('version', language)} {person.version}",
    ]
    if person.simulated:
        parts.append(phrase("simulated", language))
    print_line(" · ".join(parts), style="bold")
    if person.next_due is not None:
        when = local(person.next_due, ZoneInfo(person.zone))
        print_line(f"{phrase('next due', language)}: {person.next_due_what}, {when} {person.zone}")


def _checked(found: list[str]) -> None:
    if found:
        raise Stopped(Exit.OVERDUE, f"overdue and unanswered: {', '.join(found)}")


def _print_participants(people: list[ParticipantSight], language: Language) -> None:
    columns = ("participant", "site", "stage", "next due", "overdue", "open alerts", "version")
    rows = [_participant_row(each, language) for each in people]
    print_table([phrase(each, language) for each in columns], rows)
    zones = sorted({each.zone for each in people})
    tail = [f"{phrase('times in', language)} {', '.join(zones)}"]
    if any(each.simulated for each in people):
        tail.append(phrase("simulated", language))
    print_line(" · ".join(tail), style="dim")


def _participant_row(person: ParticipantSight, language: Language) -> Sequence[str | Text]:
    due = (
        f"{local(person.next_due, ZoneInfo(person.zone))}  {person.next_due_what}" if person.next_due else ""
    )
    alerts = str(person.open_alerts or "")
    return (
        person.participant,
        person.site,
        _stage(person, language),
        due,
        Text(str(person.overdue or ""), style="bold red"),
        Text(alerts, style="bold red" if person.unanswered else "green"),
        str(person.version),
    )


def _stage(person: ParticipantSight, language: Language) -> str:
    return (
        person.stage_label
        if person.end is None
        else f"{said(ENDS, person.end, language)} ({person.stage_label})"
    )


def _print_items(person: ParticipantSight, items: list[ItemSight], language: Language) -> None:
    columns = ("item", "", "standing", "window", "target", "happened", "appointment")
    rows = [_item_row(person, each, language) for each in items if worth_showing(each)]
    print_line()
    print_table([phrase(each, language) if each else "" for each in columns], rows)


def _item_row(person: ParticipantSight, item: ItemSight, language: Language) -> Sequence[str | Text]:
    return (
        item.item,
        item.label,
        standing_cell(item.standing, language),
        window_text(Waiting(person.participant, person.site, person.zone, item)),
        str(item.target_day or ""),
        item.happened or _not_done(item),
        item.appointment or "",
    )


def _not_done(item: ItemSight) -> str:
    return f"{item.outcome}: {item.reason}" if item.outcome in (Outcome.EXCUSED, Outcome.MISSED) else ""


def _print_gates(gates: list[GateSight]) -> None:
    for gate in [each for each in gates if not each.passed]:
        lacking = [each for each in gate.findings if each.truth != "met"]
        signed = f"signed by {gate.signer}" if gate.signer else f"the {gate.signed_by} has not signed"
        signed += "" if gate.in_force or not gate.signer else ", no longer in force"
        wanting = (
            ", ".join(f"{each.code} {each.truth}" for each in lacking) or "everything it asks for is met"
        )
        print_line(f"gate {gate.gate} before {gate.before}: {signed}; {wanting}")


def _print_deviations(deviations: list[DeviationSight], language: Language) -> None:
    if deviations:
        print_line(f"\n{phrase('deviations', language)}", style="bold")
        rows = [(each.deviation, each.label, each.kind, each.detail, each.status) for each in deviations]
        print_table(("id", "item", "kind", "detail", "status"), rows)

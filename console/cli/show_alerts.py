"""Showing alerts: a list with rungs, or one alert with its deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.text import Text

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.deliveries import deliveries_of
from console.sights import AlertInFull, AlertSight, DeliverySight, in_full
from console.telling import local
from console.words import ALERT_KINDS, ALERT_STATUSES, Language, phrase, said

_STYLES = {"open": "bold red", "acknowledged": "green", "snoozed": "yellow", "resolved": "dim"}


def show_alerts(said_: Looking, participant: str | None, *, everything: bool) -> None:
    """List the open alerts, or all."""
    with looking(said_) as look:
        if participant is not None:
            look.row(participant)
        found = look.alerts(participant, everything=everything)
        if said_.as_json:
            print_json(found)
        elif not found:
            print_line("no alerts" if everything else "no open alerts; --all lists the resolved ones")
        else:
            print_alerts(found, look.language)


def show_one_alert(said_: Looking, name: str) -> None:
    """Show one alert and everything that was sent for it."""
    with looking(said_) as look:
        alert = look.alert(name)
        deliveries = deliveries_of(look, alert)
        if said_.as_json:
            print_json(in_full(AlertInFull, alert, deliveries=deliveries))
            return
        print_alerts([alert], look.language)
        print_line()
        _print_deliveries(deliveries, ZoneInfo(alert.zone))


def print_alerts(alerts: Iterable[AlertSight], language: Language) -> None:
    """A table of alerts, times in each one's own zone."""
    listed = list(alerts)
    columns = ("alert", "item", "kind", "rung", "due", "held by", "next step")
    print_table([phrase(each, language) for each in columns], [_row(each, language) for each in listed])
    zones = sorted({each.zone for each in listed})
    print_line(f"{phrase('times in', language)} {', '.join(zones)}", style="dim")


def _row(alert: AlertSight, language: Language) -> tuple[str | Text, ...]:
    zone = ZoneInfo(alert.zone)
    status = said(ALERT_STATUSES, alert.status, language)
    held = f"{status}: {alert.held_by}" if alert.held_by and alert.status != "resolved" else status
    if alert.resolved_why:
        held = f"{status} ({alert.resolved_why})"
    return (
        alert.alert,
        alert.label,
        said(ALERT_KINDS, alert.kind, language),
        f"{alert.rung}/{alert.rungs}" + (f" ×{alert.round}" if alert.round > 1 else ""),
        local(alert.due, zone),
        Text(held, style=_STYLES.get(alert.status, "")),
        local(alert.next_at, zone) if alert.next_at else "",
    )


def _print_deliveries(deliveries: list[DeliverySight], zone: ZoneInfo) -> None:
    if not deliveries:
        print_line("nothing was sent for it")
        return
    rows = [
        (
            f"{each.rung}" + (f" ×{each.round}" if each.round > 1 else ""),
            each.contact,
            each.channel,
            each.status,
            local(each.settled_at or each.owed_at, zone),
            str(each.attempts),
            each.detail or "",
        )
        for each in deliveries
    ]
    print_table(("rung", "to", "channel", "status", "at", "tries", "detail"), rows)

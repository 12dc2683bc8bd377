"""Showing why a date is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.record import record_of
from console.sights import ExplanationSight
from console.telling import local
from console.words import STANDINGS, Language, said

_SOURCES = {
    "registry": "the public registry record",
    "standard": "a public reference",
    "assumption": "team assumption, not of the protocol",
}


def show_explanation(said_: Looking, participant: str, item: str) -> None:
    """Show anchor, rule, source, window, notes and every record that touched the item."""
    with looking(said_) as look:
        why = record_of(look, participant).explained(item)
        if said_.as_json:
            print_json(why)
            return
        standing = said(STANDINGS, why.standing, look.language)
        print_line(f"{why.participant} {why.item}: {why.label} — {standing}", style="bold")
        for name, text in _lines(why, look.language):
            print_line(f"  {name:<10} {text}")
        _print_touches(why)


def _lines(why: ExplanationSight, language: Language) -> Iterator[tuple[str, str]]:
    if why.opens is not None and why.closes is not None:
        zone = ZoneInfo(why.zone)
        yield "window", f"{why.first_day} to {why.last_day}, last day included; target {why.target_day}"
        yield "in clock", f"{local(why.opens, zone)} until before {local(why.closes, zone)} ({why.zone})"
        yield "in UTC", f"{why.opens:%Y-%m-%dT%H:%MZ} until before {why.closes:%Y-%m-%dT%H:%MZ}"
    if why.anchor is not None:
        yield "anchor", f"{why.anchor} on {why.anchor_on} ({why.basis})"
    yield "rule", why.rule or "no window: it is recorded when it happens and never due"
    yield "source", f"{_SOURCES[why.source_kind]}: {why.source}"
    yield "protocol", f"{why.protocol}, hash {why.protocol_hash}"
    for note in why.notes:
        yield "note", note
    if language is Language.ZH and why.source_kind == "assumption":
        yield "说明", "此日期依据团队假设，并非方案规定"


def _print_touches(why: ExplanationSight) -> None:
    zone = ZoneInfo(why.zone)
    if not why.touches:
        print_line("  no record touched it yet")
        return
    print_line(f"\nrecords that touched it (times in {why.zone})", style="bold")
    rows = [(str(each.seq), local(each.recorded_at, zone), each.says, each.by) for each in why.touches]
    print_table(("#", "recorded", "says", "by"), rows)

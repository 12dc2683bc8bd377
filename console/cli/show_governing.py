"""Showing amendments, approvals and deviations."""

from __future__ import annotations

from datetime import date

from console.cli.documents import found_protocol
from console.cli.exits import Exit, Stopped
from console.cli.options import Local, Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table
from console.governing import amendment_preview, approvals
from console.sights import AmendmentPreview, ChangeSight
from console.telling import local
from domain.amendment.diff import Change, diff
from domain.protocol.expanded import Protocol
from domain.stated import Stated, parse_stated
from protocols.reading import read_protocol
from settings import read_settings


def show_diff(said: Local, old: str, new: str) -> None:
    """Show every difference between two documents, and what the newer one says of itself."""
    settings = read_settings()
    before, after = (read_protocol(found_protocol(each, settings)) for each in (old, new))
    changes = diff(before, after)
    if said.as_json:
        print_json([_change(each) for each in changes])
        return
    print_line(f"{before.id} {before.version} → {after.id} {after.version}", style="bold")
    _print_summary(after)
    rows = [(each.part, each.code, each.how.value, each.field, each.before, each.after) for each in changes]
    if rows:
        print_table(("part", "code", "", "field", "before", "after"), rows)
    else:
        print_line("nothing differs")


def show_preview(said: Looking, participant: str, version: str, consented: str | None) -> None:
    """Show what applying the version would change now."""
    on = _stated(consented) if consented is not None else None
    with looking(said) as look:
        shown = amendment_preview(look, participant, version, on)
    if said.as_json:
        print_json(shown)
        return
    print_line(f"{participant}: {shown.version} → {shown.to}, not saved", style="bold")
    _print_preview(shown)


def show_approvals(said: Looking, participant: str | None) -> None:
    """List requests for prior approval and their answers."""
    with looking(said) as look:
        found = approvals(look, participant)
        zones = {each.participant: look.site(look.row(each.participant).site).zone for each in found}
    if said.as_json:
        print_json(found)
        return
    rows = [
        (
            each.participant,
            each.approval,
            each.label,
            each.planned,
            local(each.needed_by, zones[each.participant]),
            each.answer,
            each.answered_by or "",
            each.reason,
        )
        for each in found
    ]
    if not rows:
        print_line("nobody asked for a visit outside its window")
        return
    print_table(("participant", "approval", "item", "planned", "needed by", "answer", "by", "reason"), rows)


def show_deviations(said: Looking, participant: str | None) -> None:
    """List deviations with their classes."""
    with looking(said) as look:
        found = look.deviations(participant)
    if said.as_json:
        print_json(found)
        return
    rows = [
        (
            each.participant,
            each.deviation,
            each.detail,
            each.classed or "",
            each.suggested or "",
            each.classed_by or "",
            each.approval or "",
            each.status,
        )
        for each in found
    ]
    if not rows:
        print_line("no deviations")
        return
    print_table(
        ("participant", "deviation", "detail", "class", "suggested", "signed by", "approval", "status"), rows
    )


def _print_summary(protocol: Protocol) -> None:
    amends = protocol.document.amends
    if amends is not None:
        consent = "needs consent" if amends.reconsent else "needs no consent"
        print_line(f"amends {amends.version}, {consent}: {amends.summary.en}")


def _print_preview(shown: AmendmentPreview) -> None:
    rows = [
        (
            each.item,
            each.label,
            _days(each.first_day_before, each.last_day_before),
            _days(each.first_day_after, each.last_day_after),
        )
        for each in shown.moved
    ]
    if rows:
        print_table(("item", "", "window now", "window then"), rows)
    else:
        print_line("no window moves")
    for name, codes in (("alerts raised", shown.raised), ("alerts resolved", shown.resolved)):
        print_line(f"{name}: {', '.join(codes) or 'none'}")
    now, then = ", ".join(shown.deviations_before) or "none", ", ".join(shown.deviations_after) or "none"
    print_line(f"open deviations: now {now}; then {then}")


def _days(first: date | None, last: date | None) -> str:
    return f"{first} to {last}" if first is not None else "-"


def _change(change: Change) -> ChangeSight:
    return ChangeSight(change.part, change.code, change.how.value, change.field, change.before, change.after)


def _stated(text: str) -> Stated:
    try:
        return parse_stated(text)
    except ValueError as error:
        raise Stopped(Exit.USAGE, str(error)) from None

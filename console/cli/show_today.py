"""Showing the work of a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from rich.text import Text

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table, standing_cell
from console.cli.show_alerts import print_alerts
from console.reading import StudyLook
from console.telling import local
from console.words import Language, phrase
from console.worklist import Waiting, Worklist, worklist

_OPEN_COLUMNS = ("participant", "item", "standing", "days left", "window", "appointment")
_OPENING_COLUMNS = ("participant", "item", "opens", "target", "appointment")


def show_today(said_: Looking, days: int) -> None:
    """Show what waits, and what opens within `days`."""
    with looking(said_) as look:
        work = worklist(look, days)
        if said_.as_json:
            print_json(work)
        elif work.empty:
            _say_why_empty(look, days)
        else:
            _print(work, look.language)


def _print(work: Worklist, language: Language) -> None:
    if work.unanswered:
        _heading("to answer", len(work.unanswered), language)
        print_alerts(work.unanswered, language)
    if work.windows:
        _heading("open windows", len(work.windows), language)
        _waiting(_OPEN_COLUMNS, work.windows, _open_row, language)
    if work.opening:
        _heading("opening next", len(work.opening), language)
        _waiting(_OPENING_COLUMNS, work.opening, _opening_row, language)
    if work.answered:
        _heading("answered", len(work.answered), language)
        print_alerts(work.answered, language)


def _heading(code: str, count: int, language: Language) -> None:
    print_line(f"\n{phrase(code, language)} ({count})", style="bold underline")


def _waiting(
    columns: Sequence[str],
    waiting: Sequence[Waiting],
    row: Callable[[Waiting, Language], Sequence[str | Text]],
    language: Language,
) -> None:
    print_table([phrase(each, language) for each in columns], [row(each, language) for each in waiting])
    zones = sorted({each.zone for each in waiting})
    print_line(f"{phrase('times in', language)} {', '.join(zones)}", style="dim")


def _open_row(each: Waiting, language: Language) -> Sequence[str | Text]:
    item = each.item
    return (
        each.participant,
        f"{item.item} {item.label}",
        standing_cell(item.standing, language),
        str(item.days_left),
        window_text(each),
        item.appointment or "",
    )


def _opening_row(each: Waiting, _language: Language) -> Sequence[str | Text]:
    item = each.item
    opens = item.first_day if item.whole_days else item.opens and local(item.opens, ZoneInfo(each.zone))
    return (
        each.participant,
        f"{item.item} {item.label}",
        str(opens),
        str(item.target_day),
        item.appointment or "",
    )


def window_text(each: Waiting) -> str:
    """The window in the site's own days, or in its wall clock where it is counted in hours."""
    item, zone = each.item, ZoneInfo(each.zone)
    if item.opens is None or item.closes is None:
        return ""
    if item.whole_days:
        return (
            str(item.first_day) if item.first_day == item.last_day else f"{item.first_day} … {item.last_day}"
        )
    return f"{local(item.opens, zone)} … {local(item.closes, zone)}"


def _say_why_empty(look: StudyLook, days: int) -> None:
    people = look.participants()
    if not people:
        print_line(
            f"{look.study}: no participants yet; `dayzero enroll P-001 --on DAY` opens the first timeline"
        )
        return
    print_line(f"nothing waits for anybody, and no window opens within {days} days", style="bold")
    dues = [each for each in people if each.next_due is not None]
    nearest = min(dues, key=lambda each: str(each.next_due), default=None)
    if nearest is None or nearest.next_due is None:
        print_line(f"all {len(people)} participants have come to their end")
        return
    when = local(nearest.next_due, ZoneInfo(nearest.zone))
    print_line(f"next: {nearest.participant}, {nearest.next_due_what}, at {when} ({nearest.zone})")

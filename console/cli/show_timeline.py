"""Showing one participant's timeline: lanes of windows, then the events."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.text import Text

from console.cli.options import Looking
from console.cli.place import looking
from console.cli.printing import print_json, print_line, print_table, standing_cell, width
from console.cli.show_status import print_headline
from console.record import record_of
from console.sights import EventSight, ItemSight, TimelineSight, in_full
from console.swimmer import LEGEND, Swimmer, swim
from console.telling import local
from console.words import STANDINGS, Language, phrase, said

_QUIET = frozenset({"plan.revised", "result.recorded", "alert.rung_reached"})
_NEWEST = 25
_SHORTEST, _LONGEST = 30, 140  # columns of a lane


def show_timeline(said_: Looking, participant: str, *, everything: bool) -> None:
    """Draw the lanes and list the events; `everything`: years ahead, and quiet events too."""
    with looking(said_) as look:
        person, items = look.participant(participant), look.items(participant)
        record = record_of(look, participant)
        events = record.told()
        if said_.as_json:
            print_json(in_full(TimelineSight, person, items=items, events=events))
            return
        print_headline(person, look.language)
        print_line()
        room = _room(items, look.language)
        swimmer = swim(items, record.state.zone, look.now, room, everything=everything)
        _print_lanes(swimmer, look.language)
        _print_events(events, record.state.zone, look.language, everything=everything)


def _room(items: list[ItemSight], language: Language) -> int:
    """Columns left for a lane once the words on both sides have theirs."""
    words = (
        max((cell_len(each.item) for each in items), default=0),
        max((cell_len(said(STANDINGS, each.standing, language)) for each in items), default=0),
        max((cell_len(_when(each)) for each in items), default=0),
    )
    gaps = 2 * len(words) + 2
    return max(_SHORTEST, min(_LONGEST, width() - sum(words) - gaps))


def _print_lanes(swimmer: Swimmer, language: Language) -> None:
    rows: list[tuple[str | Text, ...]] = [
        (lane.item.item, lane.drawing, standing_cell(lane.item.standing, language), _when(lane.item))
        for lane in swimmer.lanes
    ]
    print_table(("", swimmer.axis, "", ""), rows)
    if swimmer.later:
        later = ", ".join(f"{each.item} {each.first_day}" for each in swimmer.later)
        print_line(f"{phrase('later', language)}: {later}", style="dim")
    print_line(LEGEND, style="dim")


def _when(item: ItemSight) -> str:
    return item.happened or item.appointment or (str(item.last_day) if item.last_day else "")


def _print_events(events: list[EventSight], zone: ZoneInfo, language: Language, *, everything: bool) -> None:
    listed = events if everything else [each for each in events if each.type not in _QUIET][-_NEWEST:]
    print_line(f"\n{phrase('events', language)} ({len(listed)}/{len(events)}), {zone.key}", style="bold")
    rows = [
        (str(each.seq), local(each.recorded_at, zone), each.says, f"{each.by} ({each.role})")
        for each in listed
    ]
    print_table(("#", "recorded", "", "by"), rows)

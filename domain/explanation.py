"""Why a date is what it is: anchor, rule, source, version, zone, and every record that touched it.

The rule that keeps it honest: it reads the same recorded window and the same `standing` as everything else,
and computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain import events as ev
from domain.answers.checks import known_item
from domain.events import PlannedWindow
from domain.plan import whole_plan
from domain.protocol.document import Window
from domain.protocol.expanded import Item
from domain.recorded import Recorded
from domain.standing import Standing, sight_of, standing
from domain.state import State
from domain.working_time import is_working_day


@dataclass(frozen=True, slots=True)
class Touch:
    """One record that bears on the item. Times: UTC recorded, stated as stated."""

    seq: int
    type: str
    recorded_at: datetime
    by: str
    says: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one item's dates, ready to be read aloud."""

    item: str
    label_en: str
    label_zh: str
    standing: Standing
    protocol: str
    protocol_hash: str
    zone: str
    rule: str | None
    source_kind: str | None
    source_text: str | None
    window: PlannedWindow | None
    first_day: str | None
    target_day: str | None
    last_day: str | None
    notes: tuple[str, ...]
    touches: tuple[Touch, ...]


def explain(state: State, code: str, record: Iterable[Recorded], now: datetime) -> Explanation:
    """Why the dates of `code` are what they are at `now`.

    Raises:
        Refused: the code is not in the participant's protocol version.
    """
    item = known_item(state, code)
    window = whole_plan(state).get(code)
    source = item.window.source if item.window else item.source
    return Explanation(
        item=code,
        label_en=item.labels.en,
        label_zh=item.labels.zh_cn,
        standing=standing(sight_of(state, item, window), now),
        protocol=f"{state.protocol.id} {item.kept_from or state.protocol.version}",
        protocol_hash=_hash_of(state, item),
        zone=state.rules.site.zone_name,
        rule=_rule(item.window) if item.window else None,
        source_kind=source.kind.value,
        source_text=source.text,
        window=window,
        first_day=_day(state, window.opens) if window else None,
        target_day=_last_day(state, window.target) if window else None,
        last_day=_last_day(state, window.closes) if window else None,
        notes=tuple(_notes(state, item, window)),
        touches=tuple(_touches(item, record, state.zone)),
    )


def _hash_of(state: State, item: Item) -> str:
    kept = (each.hash for each in state.rules.versions if each.version == item.kept_from)
    return next(kept, state.protocol.hash)


def _rule(window: Window) -> str:
    text = f"{window.anchor} + {window.target}, from {window.early} before to {window.late} after"
    if window.hard_stop is not None:
        text += f", hard stop {window.hard_stop} after {window.anchor}"
    if window.frame_ends is not None:
        text += f", registered frame until {window.frame_ends} after {window.anchor}"
    return text


def _notes(state: State, item: Item, window: PlannedWindow | None) -> Iterator[str]:
    if item.window is None:
        yield "no window: it counts from nothing and is recorded when it happens"
        return
    if window is None:
        yield "no date yet: nothing says when its anchor happens"
        return
    if item.kept_from is not None and item.kept_from != state.protocol.version:
        yield f"settled under version {item.kept_from}, where it stays; in force is {state.protocol.version}"
    if item.withdrawn:
        yield f"not in the schedule of version {state.protocol.version}"
    anchor = f"{window.anchor} on {window.anchor_on.isoformat()}"
    yield {
        "actual": f"counted from {anchor}, as recorded",
        "expected": f"counted from {anchor}, as expected: the visit was skipped and its date carries on",
        "projected": f"projected from {anchor}, which has not happened yet",
        "stale": f"stale: counted from {anchor}, whose record was retracted",
    }[window.basis]
    last = (window.closes - timedelta(microseconds=1)).astimezone(state.zone).date()
    if item.window.whole_days and not is_working_day(state.rules.site, last):
        yield f"the last day {last} is not a working day at the site; the window does not move"


def _touches(item: Item, record: Iterable[Recorded], zone: ZoneInfo) -> Iterator[Touch]:
    for each in record:
        says = _says(each.event, item, zone)
        if says is not None:
            stamp = each.stamp
            yield Touch(
                each.seq,
                each.event.TYPE,
                stamp.recorded_at,
                f"{stamp.actor.id} ({stamp.actor.role.value})",
                says,
            )


def _says(event: ev.Event, item: Item, zone: ZoneInfo) -> str | None:
    code, anchor = item.code, item.window.anchor if item.window else None
    match event:
        case ev.PlanRevised():
            own = (each for each in event.windows if each.item == code)
            return next((_planned(each, event.cause, item, zone) for each in own), None)
        case ev.MilestoneReached() | ev.VisitRecorded() if event.item in (code, anchor):
            return f"{event.item} happened {event.happened.isoformat()}"
        case ev.RecordCorrected() if event.item in (code, anchor):
            now = event.happened.isoformat() if event.happened is not None else "retracted"
            was = event.was.isoformat() if event.was is not None else "not done"
            return f"{event.item} corrected (record {event.seq}): {was} -> {now}; {event.reason}"
        case ev.VisitExcused() if event.item in (code, anchor):
            return f"{event.item} excused: {event.reason}"
        case ev.VisitMissed() if event.item in (code, anchor):
            return f"{event.item} missed: {event.reason}"
        case ev.AppointmentPlanned() if event.item == code:
            when = event.appointment.isoformat() if event.appointment is not None else "taken back"
            return f"appointment {when}"
        case ev.AlertRaised() if event.item == code:
            return f"alert {event.kind.replace('_', ' ')} raised, due {_clock(event.due, zone)}"
        case ev.AmendmentApplied() if code in event.unplanned:
            return f"no longer planned: version {event.protocol_version} applied"
        case ev.DeviationOpened() if event.item == code:
            return f"deviation {event.kind}: {event.detail}"
        case _:
            return None


def _planned(window: PlannedWindow, cause: str, item: Item, zone: ZoneInfo) -> str:
    if item.window is not None and item.window.whole_days:
        last = (window.closes - timedelta(microseconds=1)).astimezone(zone).date()
        dates = f"{window.opens.astimezone(zone).date()} to {last}"
    else:
        dates = f"{_clock(window.opens, zone)} until before {_clock(window.closes, zone)}"
    return f"window {dates} ({window.basis}; {cause})"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _day(state: State, at: datetime) -> str:
    return at.astimezone(state.zone).date().isoformat()


def _last_day(state: State, at: datetime) -> str:
    return _day(state, at - timedelta(microseconds=1))

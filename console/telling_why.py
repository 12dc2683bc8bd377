"""Why a date is what it is, told: the rule of a window, and each record that touched it.

The rule that keeps it honest: it tells what `domain.explanation` found, record by record, and finds nothing
itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from console.speech import Speech
from console.telling import told
from console.words import BASES
from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.protocol.document import Window
from domain.protocol.expanded import Item
from domain.recorded import Recorded
from domain.span import Span

_HOUR_S, _MINUTE_S = 3_600, 60


def rule_told(window: Window, say: Speech) -> str:
    """How the window is counted."""
    anchor = say.name(window.anchor)
    counted = say(
        "{anchor} + {target}, from {early} before to {late} after",
        anchor=anchor,
        target=span_told(window.target, say),
        early=span_told(window.early, say),
        late=span_told(window.late, say),
    )
    stop = window.hard_stop and say(
        "hard stop {span} after {anchor}", span=span_told(window.hard_stop, say), anchor=anchor
    )
    frame = window.frame_ends and say(
        "registered frame until {span} after {anchor}", span=span_told(window.frame_ends, say), anchor=anchor
    )
    return say.joined(counted, stop or None, frame or None)


def span_told(span: Span, say: Speech) -> str:
    """A span in its own units; nothing at all as no days."""
    seconds = abs(span.seconds)
    parts = [
        say(one if number == 1 else several, number=number)
        for one, several, number in (
            ("{number} month", "{number} months", abs(span.months)),
            ("{number} day", "{number} days", abs(span.days)),
            ("{number} hour", "{number} hours", seconds // _HOUR_S),
            ("{number} minute", "{number} minutes", seconds % _HOUR_S // _MINUTE_S),
        )
        if number
    ]
    sign = "−" if min(span.months, span.days, span.seconds) < 0 else ""
    return sign + (" ".join(parts) or say("{number} days", number=0))


def touch_told(recorded: Recorded, item: Item, says: str, say: Speech) -> str:
    """What one record did to the item; `says`: the same as the explanation puts it."""
    if not say.worded:
        return says
    event = recorded.event
    match event:
        case ev.PlanRevised():
            own = next(each for each in event.windows if each.item == item.code)
            last = own.closes - timedelta(microseconds=1)
            if item.window is not None and item.window.whole_days:
                first, until = (say.stated(each.astimezone(say.zone).date()) for each in (own.opens, last))
            else:
                first, until = say.at(own.opens), say.at(own.closes)
            basis = say.of(BASES, own.basis)
            return say("window {first} to {last} ({basis})", first=first, last=until, basis=basis)
        case ev.AmendmentApplied():
            return say("no longer planned: version {version} applied", version=event.protocol_version)
        case _:
            return told(cast(ParticipantEvent, event), say)

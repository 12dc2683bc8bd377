"""What nobody planned: second thoughts, alerts answered, events of safety, holds, early ends.

The rule that keeps it honest: whoever does it knows the record as it was at that moment and may be wrong by
the time it is heard; what is refused is an answer too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.recorded import STUDY_SUBJECT
from domain.state import Outcome, State
from domain.study import Study
from tests.support.trial import COORDINATOR, INVESTIGATOR

SPONSOR = {"id": "sponsor-1", "role": "sponsor", "method": "cli"}
_CTCAE = {"scale": "CTCAE", "version": "4.0"}
_ENDS = ("withdrawn", "died", "lost", "discontinued", "screen_failure")

Body = dict[str, Any]


def surprise(
    random: Random, states: Mapping[str, State], study: Study, now: datetime
) -> tuple[str, Body] | None:
    """Who (a participant, or the study) something unplanned is asked of, and what; None: nobody is there."""
    if not states:
        return None
    if random.randrange(8) == 0:
        return STUDY_SUBJECT, _of_study(random, study, sorted(states))
    who = random.choice(sorted(states))
    act = random.choice(_ACTS)
    body = act(random, states[who], now)
    return (who, body) if body is not None else None


def _answered(random: Random, state: State, now: datetime) -> Body | None:
    alerts = sorted(each.alert for each in state.alerts.values())
    if not alerts:
        return None
    alert, actor = random.choice(alerts), random.choice((COORDINATOR, INVESTIGATOR, SPONSOR))
    if random.randrange(3):
        return {"kind": "acknowledge_alert", "actor": actor, "alert": alert}
    until = (now + timedelta(hours=random.choice((-1, 2, 30, 200)))).isoformat()
    return {
        "kind": "snooze_alert", "actor": actor, "alert": alert, "until": until, "reason": "visit is booked",
    }  # fmt: skip


def _corrected(random: Random, state: State, now: datetime) -> Body | None:
    known = [code for code, each in state.items.items() if each.outcome is not Outcome.PENDING]
    item = random.choice([*known[-8:], "end", "progression"])
    body = {"kind": "correct_record", "actor": COORDINATOR, "item": item, "reason": "mistyped"}
    if random.randrange(3) == 0:
        return {**body, "retract": True}
    return {**body, "happened": _day(random, state, now)}


def _replanned(random: Random, state: State, now: datetime) -> Body | None:
    kind = random.choice(("plan_item", "plan_item", "excuse_visit", "miss_visit"))
    body = {"kind": kind, "actor": COORDINATOR, "item": _item(random, state), "reason": "as agreed"}
    if kind == "plan_item":
        ahead = now + timedelta(days=random.choice((0, 1, 5, 30)))
        return {**body, "appointment": ahead.astimezone(state.zone).date().isoformat()}
    return body


def _recorded(random: Random, state: State, now: datetime) -> Body | None:
    return {
        "kind": "record_item", "actor": COORDINATOR, "item": _item(random, state),
        "happened": _day(random, state, now),
    }  # fmt: skip


def _unscheduled(random: Random, state: State, now: datetime) -> Body | None:
    kind = random.choice(("record_unscheduled_visit", "record_progression"))
    body = {"kind": kind, "actor": COORDINATOR, "happened": _day(random, state, now)}
    return {**body, "reason": "fever"} if kind == "record_unscheduled_visit" else body


def _harmed(random: Random, state: State, now: datetime) -> Body | None:
    """An adverse event, or what becomes of one."""
    kind = random.choice(("open_adverse_event", "open_adverse_event", *_LATER))
    day, ae = _day(random, state, now), f"AE{random.randrange(1, 4)}"
    body: Body = {"kind": kind, "actor": INVESTIGATOR}
    if kind == "open_adverse_event":
        serious = random.choice(([], ["hospitalisation"], ["death"], ["life_threatening"]))
        grade = {"grade": random.randrange(1, 6), **_CTCAE}
        judged = {"relation": random.choice(("probable", "unrelated", "not_assessed"))}
        dlt = {"dlt": random.randrange(4) == 0}
        return {**body, "term": "fever", "onset": day, "serious": serious, **grade, **judged, **dlt}
    body["ae"] = ae
    if kind == "grade_adverse_event":
        return {**body, "grade": random.randrange(1, 6), **_CTCAE, "happened": day}
    if kind == "close_adverse_event":
        return {**body, "outcome": random.choice(("recovered", "fatal", "unknown")), "resolved": day}
    return {**body, "reason": "judged anew"} | ({"dlt": True} if kind == "change_adverse_event" else {})


_LATER = (
    "grade_adverse_event", "close_adverse_event", "reopen_adverse_event", "void_adverse_event",
    "change_adverse_event",
)  # fmt: skip


def _reported(random: Random, state: State, now: datetime) -> Body | None:
    clock = f"AE{random.randrange(1, 3)}.{random.choice(('sponsor_24h', 'susar_7d', 'susar_15d'))}"
    sent = now.astimezone(state.zone).isoformat(timespec="seconds")
    return {"kind": "send_report", "actor": INVESTIGATOR, "clock": clock, "sent": sent, "reference": "S"}


def _ended(random: Random, state: State, now: datetime) -> Body | None:
    if random.randrange(6):
        return None
    return {
        "kind": "end_participation", "actor": COORDINATOR, "end": random.choice(_ENDS),
        "happened": _day(random, state, now), "reason": "as told",
    }  # fmt: skip


_ACTS: tuple[Callable[[Random, State, datetime], Body | None], ...] = (
    _answered, _answered, _answered, _corrected, _replanned, _recorded, _unscheduled, _harmed, _reported,
    _ended,
)  # fmt: skip


_STUDY_ACTS = (
    "place_hold", "lift_hold", "lift_hold", "set_recruitment", "decide_treatment", "return_turn",
)  # fmt: skip


def _of_study(random: Random, study: Study, participants: list[str]) -> Body:
    kind = random.choice(
        ("place_hold", "lift_hold", "lift_hold", "set_recruitment", "decide_treatment", "return")
    )
    body: Body = {"kind": kind, "actor": SPONSOR, "reason": "as the board decided"}
    match kind:
        case "lift_hold":
            hold = random.choice([*study.holds_in_force, *study.holds]).placed if study.holds else None
            named = (
                {"hold": hold.hold, "meaning": hold.meaning} if hold else {"hold": "hold-9", "meaning": "x"}
            )
            return {**body, **named}
        case "set_recruitment":
            return {**body, "recruitment": random.choice(("open", "open", "paused"))}
        case "decide_treatment":
            chosen = {"participant": random.choice(participants), "treatment": "proceed"}
            return {**body, "actor": INVESTIGATOR, **chosen}
        case "return_turn":
            return {**body, "participant": random.choice(participants)}
        case _:
            return body


def _item(random: Random, state: State) -> str:
    planned = [code for code, each in state.items.items() if each.window is not None]
    return random.choice([*planned, *planned, *state.protocol.items])


def _day(random: Random, state: State, now: datetime) -> str:
    back = timedelta(days=random.choice((0, 0, 0, 1, 2, 12)))
    return (now - back).astimezone(state.zone).date().isoformat()

"""Corrections: what was recorded is replaced or retracted by a new event that names the old one.

The rule that keeps it honest: nobody overwrites; a correction needs a reason, must itself be possible, and
may not pull the ground from under what stands on it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.answers.checks import known_item, not_in_future
from domain.answers.happened import can_have_happened
from domain.commands import CorrectRecord
from domain.events import RecordCorrected
from domain.refusal import Code, Refused
from domain.state import ItemState, Outcome, State
from domain.stated import Stated, day_of


def correct_record(state: State, command: CorrectRecord, at: datetime) -> list[RecordCorrected]:
    """The newest record of an item, the end, or the progression is replaced or retracted."""
    if (command.happened is None) is not command.retract:
        raise Refused(Code.MALFORMED, "a correction states either the right time or that the record is retracted")
    seq, was = _target(state, command)
    if command.seq is not None and command.seq != seq:
        raise Refused(Code.NOTHING_TO_CORRECT, f"record {command.seq} is not the one in force for {command.item}: {seq} is")
    if command.happened is not None and command.happened == was:
        raise Refused(Code.SAME_FACT, f"{command.item} is already recorded on {command.happened.isoformat()}")
    if command.happened is not None:
        not_in_future(state, command.happened, at)
    if command.item not in ("end", "progression"):
        _item_can_change(state, command, at)
    return [RecordCorrected(command.item, seq, command.reason, was=was, happened=command.happened)]


def _target(state: State, command: CorrectRecord) -> tuple[int, Stated | None]:
    if command.item == "end" and state.ending is not None:
        return state.ending.seq, state.ending.happened
    if command.item == "progression" and state.progression is not None:
        return state.progression.seq, state.progression.happened
    if command.item not in ("end", "progression"):
        known = state.item(known_item(state, command.item).code)
        if known.outcome is not Outcome.PENDING and known.seq is not None:
            return known.seq, known.happened
    raise Refused(Code.NOTHING_TO_CORRECT, f"nothing is recorded of {command.item}, so there is nothing to correct")


def _item_can_change(state: State, command: CorrectRecord, at: datetime) -> None:
    item = known_item(state, command.item)
    if command.retract and item.code == state.protocol.document.registration.milestone:
        raise Refused(Code.NOTHING_TO_CORRECT, f"{item.code} opened the timeline: correct its date, or end participation")
    if command.happened is not None:
        without = replace(state, items={**state.items, item.code: _cleared(state.item(item.code))})
        can_have_happened(without, item, command.happened, at)
    _dependents_stand(state, item.code, command.happened)


def _cleared(known: ItemState) -> ItemState:
    return replace(known, outcome=Outcome.PENDING, happened=None)


def _dependents_stand(state: State, code: str, happened: Stated | None) -> None:
    for other in state.protocol.items.values():
        later = state.item(other.code).happened
        if code not in other.requires or later is None:
            continue
        if happened is None:
            raise Refused(Code.OUT_OF_ORDER, f"{other.code} stands on {code}: retract {other.code} first")
        if day_of(later, state.zone) < day_of(happened, state.zone):
            raise Refused(
                Code.OUT_OF_ORDER,
                f"{other.code} on {later.isoformat()} would come before {code} on {happened.isoformat()}: "
                f"correct {other.code} first",
            )

"""Corrections: what was recorded is replaced or retracted by a new event that names the old one.

The rule that keeps it honest: nobody overwrites; a correction needs a reason, must itself be possible, and
may not pull the ground from under what stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.answers.checks import after_registration, is_before, known_item, not_in_future
from domain.answers.ending import can_have_ended
from domain.answers.happened import after_end_only_late, can_have_happened, counts_forward
from domain.commands import CorrectRecord
from domain.events import RecordCorrected
from domain.product.collected import is_bound
from domain.protocol.document import End
from domain.protocol.expanded import Item
from domain.refusal import Code, Refused
from domain.state import ItemState, Outcome, State
from domain.stated import Stated

Record = tuple[int, Stated | None]
"""(seq, what it says) of a record in force; None for a visit that was excused or missed."""


def correct_record(state: State, command: CorrectRecord, at: datetime) -> list[RecordCorrected]:
    """A record in force of an item, the end, or the progression is replaced or retracted."""
    if (command.happened is None) is not command.retract:
        raise Refused(
            Code.MALFORMED, "a correction states either the right time or that the record is retracted"
        )
    seq, was = _target(state, command)
    if command.happened is not None and command.happened == was:
        raise Refused(Code.SAME_FACT, f"{command.item} is already recorded on {command.happened.isoformat()}")
    match command.item:
        case "end":
            _end_can_change(state, command.happened, at)
        case "progression":
            _progression_can_change(state, command.happened, at)
        case _:
            _item_can_change(state, known_item(state, command.item), seq, command.happened, at)
    return [RecordCorrected(command.item, seq, command.reason, was=was, happened=command.happened)]


def _target(state: State, command: CorrectRecord) -> Record:
    records = list(_records(state, command.item))
    if not records:
        raise Refused(
            Code.NOTHING_TO_CORRECT, f"nothing is recorded of {command.item}, so there is nothing to correct"
        )
    for record in records:
        if command.seq in (None, record[0]):
            return record
    known = ", ".join(str(seq) for seq, _ in records)
    raise Refused(
        Code.NOTHING_TO_CORRECT, f"record {command.seq} is not in force for {command.item}; in force: {known}"
    )


def _records(state: State, code: str) -> Iterator[Record]:
    """The records in force, newest first."""
    if code == "end":
        if state.ending is not None:
            yield state.ending.seq, state.ending.happened
    elif code == "progression":
        if state.progression is not None:
            yield state.progression.seq, state.progression.happened
    else:
        yield from _records_of_item(state.item(known_item(state, code).code))


def _records_of_item(known: ItemState) -> Iterator[Record]:
    if known.outcome is not Outcome.PENDING and known.seq is not None:
        yield known.seq, known.happened
    for each in reversed(known.earlier):
        yield each.seq, each.happened


def _end_can_change(state: State, happened: Stated | None, at: datetime) -> None:
    ending = state.ending
    assert ending is not None, "only a recorded end is corrected"
    if ending.end is End.COMPLETED:
        raise Refused(
            Code.NOTHING_TO_CORRECT,
            "completion follows by itself: correct the record of the item that is wrong",
        )
    if happened is not None:
        can_have_ended(state.but(ending=ending.before), ending.end, happened, at)


def _progression_can_change(state: State, happened: Stated | None, at: datetime) -> None:
    if happened is not None:
        not_in_future(state, happened, at)
        after_registration(state, happened)


def _item_can_change(state: State, item: Item, seq: int, happened: Stated | None, at: datetime) -> None:
    if happened is None and item.code == state.protocol.document.registration.milestone:
        raise Refused(
            Code.NOTHING_TO_CORRECT,
            f"{item.code} opened the timeline: correct its date, or end the participation",
        )
    if happened is None and is_bound(state, item.code):
        raise Refused(
            Code.OUT_OF_ORDER,
            f"an identity is bound to the newest {item.code}: correct its date, "
            "or say that the product failed",
        )
    if happened is not None:
        without = state.but(items=state.items.with_item(item.code, _cleared(state.item(item.code))))
        can_have_happened(without, item, happened, at)
        after_end_only_late(state, item, happened)
    if state.item(item.code).seq == seq:
        _dependents_stand(state, item, happened)


def _cleared(known: ItemState) -> ItemState:
    return replace(known, outcome=Outcome.PENDING, happened=None)


def _dependents_stand(state: State, item: Item, happened: Stated | None) -> None:
    if happened is None and state.item(item.code).earlier:
        return
    for other in state.protocol.items.values():
        later = state.item(other.code).happened
        required = item.code in other.requires
        if later is None or not (required or counts_forward(other, item.code)):
            continue
        if happened is None and required:
            raise Refused(
                Code.OUT_OF_ORDER, f"{other.code} stands on {item.code}: retract {other.code} first"
            )
        if happened is not None and is_before(state, later, happened):
            raise Refused(
                Code.OUT_OF_ORDER,
                f"{other.code} on {later.isoformat()} would come before {item.code} on "
                f"{happened.isoformat()}: correct or retract {other.code} first",
            )

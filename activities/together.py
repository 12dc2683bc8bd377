"""Several commands taken as one: all of them are recorded, or none.

The rule that keeps it honest: the desk's own hearing decides each, in one transaction that leaves no trace of
them when one is refused, or when the record has moved since they were looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from activities import settling
from activities.hearing import Hearing, stream_of
from activities.orders import DeskOrder, DeskOutcome, OpenOrder
from activities.wire import body_hash, claimed_actor, readable
from domain.commands import COMMAND_TYPES
from domain.commands.asked import SignedAsk
from domain.recorded import study_stream
from domain.refusal import Code, Refused
from domain.roles import Actor
from domain.stated import parse_instant
from store import Store, StoredCommand, Writing

TOGETHER: Literal["apply_together"] = "apply_together"
"""The kind of the body that holds them. It is the desk's own word: no timeline decides anything by it."""

MOST_AT_ONCE = 50
LEAVES_A_RECORD = frozenset({"bind_identity", "hand_over"})
"""Refused, these stand on the record all the same: none of them may be undone with others."""

SIGNATURES = frozenset(
    each.model_fields["kind"].default for each in COMMAND_TYPES if issubclass(each, SignedAsk)
)
"""Each is given over what its signer was shown, which others in a whole would change."""

Subject = Annotated[str, Field(min_length=1, max_length=40)]


class Part(BaseModel):
    """One command of several: its body without an actor, asked of a participant or of the study."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    command: dict[str, Any]


class Together(BaseModel):
    """Commands in their order. `seen`: the version of each subject's stream when they were looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["apply_together"] = TOGETHER
    actor: Actor
    seen: dict[Subject, Annotated[int, Field(ge=0)]] = Field(max_length=MOST_AT_ONCE + 1)
    parts: tuple[Part, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Undone(Exception):
    """One of them was refused: the transaction ends without them."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused))
        self.refused = refused


def _as_it_is(outcome: DeskOutcome) -> DeskOutcome:
    return outcome


def is_together(body: Any) -> bool:
    """Whether a command's body holds several."""
    return isinstance(body, dict) and body.get("kind") == TOGETHER


def hear_together(
    store: Store, hearing: Hearing, order: DeskOrder, agreed: Callable[[DeskOutcome], DeskOutcome] = _as_it_is
) -> DeskOutcome:
    """The outcome of several commands in one transaction, decided now or found as decided before.

    `agreed`: hands the outcome on before anything is durable; what it raises leaves no trace of them.

    Raises:
        StoreError: nothing was written; a retryable one is worth asking again with the same id.
    """
    try:
        with store.writing() as tx:
            return agreed(_all_of_them(tx, hearing, order))
    except Undone as undone:
        with store.writing() as tx:
            return agreed(_turned_away(tx, hearing, order, undone.refused))


def _all_of_them(tx: Writing, hearing: Hearing, order: DeskOrder) -> DeskOutcome:
    stream = stream_of(order.study, order.participant)
    asked, faults = _read(order.command)
    subjects = {order.participant, *(each.subject for each in asked.parts)} if asked else {order.participant}
    tx.lock(study_stream(order.study), *(stream_of(order.study, each) for each in subjects))
    if tx.command(stream, order.command_id) is not None:
        return hearing.hear(tx, order)
    if asked is None:
        raise Undone(Refused(Code.MALFORMED, faults))
    _unmoved(tx, order.study, asked)
    study = tx.head(study_stream(order.study)).version
    events: list[str] = []
    for number, part in enumerate(asked.parts, start=1):
        events += _one(tx, hearing, order, asked, number, part)
    tx.settle_command(_taken(tx, order, stream))
    # The events belong to the commands one by one; of all together they are only told.
    outcome = hearing.look(tx, OpenOrder(order.study, order.participant))
    moved = tx.head(study_stream(order.study)).version > study
    return replace(outcome, events=events, study_moved=moved)


def _read(body: Any) -> tuple[Together | None, str]:
    try:
        asked = Together.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return None, f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
    for fault in _faults(asked):
        return None, fault
    return asked, ""


def _faults(asked: Together) -> Iterator[str]:
    for number, part in enumerate(asked.parts, start=1):
        kind = part.command.get("kind")
        if part.subject not in asked.seen:
            yield f"seen: it lacks {part.subject}, whom command {number} is about"
        if "actor" in part.command:
            yield f"parts.{number}: the actor is stated once, for all of them"
        if kind in LEAVES_A_RECORD | SIGNATURES | {TOGETHER}:
            yield f"parts.{number}: {kind} is given by itself, never together with others"


def _unmoved(tx: Writing, study: str, asked: Together) -> None:
    for subject, version in asked.seen.items():
        now = tx.head(stream_of(study, subject)).version
        if now != version:
            text = f"{subject} is at version {now}, and was looked at when at {version}: look again"
            raise Undone(Refused(Code.RECORD_MOVED, text))


def _one(
    tx: Writing, hearing: Hearing, order: DeskOrder, asked: Together, number: int, part: Part
) -> list[str]:
    body = {**part.command, "actor": asked.actor.model_dump(mode="json")}
    own = DeskOrder(order.study, part.subject, f"{order.command_id}/{number}", body, order.at)
    outcome = hearing.hear(tx, own)
    if outcome.refused is not None:
        text = f"command {number} ({body.get('kind')} of {part.subject}): {outcome.text}; none is recorded"
        raise Undone(Refused(Code(outcome.refused), text))
    return outcome.events


def _taken(tx: Writing, order: DeskOrder, stream: str) -> StoredCommand:
    body, head = readable(order.command), tx.head(stream)
    return StoredCommand(
        stream=stream,
        command_id=order.command_id,
        kind=TOGETHER,
        body=body,
        body_hash=body_hash(body),
        actor=claimed_actor(body),
        asked_at=_at(tx, order, stream),
        accepted=True,
        code=None,
        text="",
        version=head.version,
        events=(),
        protocol_hash=None,
        site_hash=None,
    )


def _turned_away(tx: Writing, hearing: Hearing, order: DeskOrder, refused: Refused) -> DeskOutcome:
    """Nothing but the attempt stands on the record."""
    stream = stream_of(order.study, order.participant)
    tx.lock(stream)
    # Somebody may have asked the same meanwhile: the first answer holds.
    if tx.command(stream, order.command_id) is None:
        at, version = _at(tx, order, stream), tx.head(stream).version
        tx.settle_command(settling.turned_away(order, stream, refused, at, version))
    return hearing.hear(tx, order)


def _at(tx: Writing, order: DeskOrder, stream: str) -> datetime:
    asked, newest = parse_instant(order.at), tx.head(stream).recorded_at
    return asked if newest is None else max(asked, newest)

"""Recording exactly what was tried: all of it as one, on the record that was looked at, or nothing.

The rule that keeps it honest: `console.applying` gives it, as for the command line, under the form's own id;
what moved meanwhile is told, and then the what-if is shown again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import TypeAdapter, ValidationError
from temporalio.service import RPCError

from console.applying import apply_whole
from console.connecting import NoServer
from console.letter import CommandRefused, OutcomeUnknown
from console.reading import StudyLook
from console.record import record_of
from console.telling_study import study_told
from console.web.asking import NO_SERVER, UNKNOWN, Form, Trouble
from console.web.visiting import FormRefused, Visitor
from console.web.what_if.tries import Faulty, Try, barrier
from console.web.what_if.trying import trial_of
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.refusal import Refused
from domain.study import StudyEvent
from replay.applying import whole_of

Seen = Mapping[str, int]
"""The version of each subject's stream when it was looked at."""

_SEEN: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that was recorded after the look."""

    subject: str
    says: str
    by: str
    at: datetime


def carried(seen: Seen) -> str:
    """The versions, as a field carries them."""
    return orjson.dumps(dict(seen)).decode()


def seen_in(text: str) -> dict[str, int]:
    """The versions a field carries.

    Raises:
        Faulty: it carries something else.
    """
    try:
        return _SEEN.validate_json(text)
    except ValidationError as error:
        raise Faulty(str(error)) from error


async def give(visitor: Visitor, form: Form, study: str, tries: Sequence[Try], seen: Seen) -> Trouble | None:
    """Give these commands as one in the visitor's name; what stands in their way; None: recorded.

    Raises:
        NotAllowed: another role gives one of them.
        FormRefused: one is recorded elsewhere (a signature is proved on its own form), or later.
    """
    parts, actor = visitor.console.parts, visitor.signed_in.actor
    for each in tries:
        visitor.must(each.kind)
        if barrier(each, parts.now()) is not None:
            raise FormRefused
    whole = whole_of([trial_of(each, actor, parts.now()) for each in tries], seen)
    try:
        await apply_whole(parts.send, parts.wake, study, whole, form.id)
    except CommandRefused as refused:
        return Trouble(refused.code, refused.text)
    except OutcomeUnknown as unknown:
        return Trouble(UNKNOWN, unknown.reason, again=True)
    except (NoServer, RPCError) as error:
        return Trouble(NO_SERVER, str(error), again=True)
    return None


def moved_since(look: StudyLook, seen: Seen) -> Iterator[Moved]:
    """Everything recorded of these subjects since, oldest first."""
    for subject, version in seen.items():
        if subject == STUDY_SUBJECT:
            yield from _of_study(look, version)
        else:
            yield from _of_participant(look, subject, version)


def _of_participant(look: StudyLook, code: str, version: int) -> Iterator[Moved]:
    try:
        told = record_of(look, code).told()
    except Refused:
        return  # nobody is registered under the code yet
    for each in told[version:]:
        yield Moved(code, each.says, each.by, each.recorded_at)


def _of_study(look: StudyLook, version: int) -> Iterator[Moved]:
    rules = look.study_rules()
    say = look.speech(rules.site(None).zone, rules.protocol)
    for each in look.reading.events(study_stream(look.study), version):
        event: StudyEvent = each.event  # type: ignore[assignment]
        yield Moved(STUDY_SUBJECT, study_told(event, say), each.stamp.actor.id, each.stamp.recorded_at)

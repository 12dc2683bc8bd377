"""Words for the product's tests: commands at Shanghai times, as short as they can be said.

The rule that keeps it honest: a word states one command, right unless it is told to be wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain import Rules, fold
from domain import commands as cmd
from domain.evolve import ParticipantEvent
from domain.protocol.expanded import expand
from domain.protocol.product import Form
from domain.roles import Actor
from tests.domain.builders import COORDINATOR, INVESTIGATOR, SPONSOR, at, protocol, site, stated
from tests.domain.spec import Course

TWO = ("coordinator-1", "nurse-1")
NUMBER = "COI-EX02-001"
MAKER = SPONSOR


def hand(leg: str, when: str, **more: Any) -> cmd.HandOver:
    """The product of EX02-001 goes along a leg, with everything read as it is."""
    said: dict[str, Any] = {
        "number": NUMBER,
        "seen_participant": "EX02-001",
        "persons": TWO,
        "temperature": "5" if leg.startswith("cells") else "-150",
    }
    return cmd.HandOver(actor=COORDINATOR, leg=leg, happened=stated(when), **{**said, **more})


def bind(when: str, number: str = NUMBER, persons: tuple[str, ...] = TWO) -> cmd.BindIdentity:
    return cmd.BindIdentity(actor=COORDINATOR, number=number, happened=stated(when), persons=persons)


def clear(mismatch: str, by: Actor = INVESTIGATOR, persons: tuple[str, ...] = ()) -> cmd.ClearMismatch:
    why = "the label of another bag was read; both bags were looked at"
    return cmd.ClearMismatch(actor=by, mismatch=mismatch, persons=persons, reason=why)


def assess(excursion: str, *, usable: bool, by: Actor = INVESTIGATOR) -> cmd.AssessExcursion:
    return cmd.AssessExcursion(
        actor=by, excursion=excursion, usable=usable, reason="the maker's stability data"
    )


def making(when: str, form: Form = Form.FROZEN) -> cmd.CompleteManufacture:
    assert form is not Form.CELLS
    return cmd.CompleteManufacture(actor=MAKER, happened=stated(when), form=form)


def lab(on: str, **values: str) -> cmd.TestProduct:
    """Results of release tests by code; those left out are within specification."""
    all_ = {"viability": "88", "endotoxin": "0.5", "sterility": "no_growth", **values}
    results = tuple(
        cmd.StatedResult(observation=code, value=value, on=stated(on)) for code, value in all_.items()
    )
    return cmd.TestProduct(actor=MAKER, results=results)


def release(on: str, by: Actor = MAKER) -> cmd.ReleaseProduct:
    return cmd.ReleaseProduct(actor=by, happened=stated(on))


def conditionally(on: str, by: Actor = INVESTIGATOR, **more: Any) -> cmd.ReleaseConditionally:
    part = protocol().document.product
    assert part is not None
    assert part.conditional is not None
    said = {"meaning": part.conditional.meaning, "deviation": "viability 64 %, specified at least 70 %"}
    return cmd.ReleaseConditionally(actor=by, happened=stated(on), **{**said, **more})


def fail(on: str) -> cmd.FailProduct:
    return cmd.FailProduct(actor=MAKER, happened=stated(on), reason="too few viable cells")


def book(resource: str, starts: str, accepted: str | None = None) -> cmd.BookResource:
    return cmd.BookResource(actor=COORDINATOR, resource=resource, starts=stated(starts), accepted=accepted)


def move(resource: str, starts: str, accepted: str | None = None) -> cmd.MoveBooking:
    return cmd.MoveBooking(
        actor=COORDINATOR, resource=resource, starts=stated(starts), reason="no staff", accepted=accepted
    )


def cancel(resource: str) -> cmd.CancelBooking:
    return cmd.CancelBooking(actor=COORDINATOR, resource=resource, reason="not needed")


def without_product() -> Rules:
    """The same trial without custody, as protocols written before it."""
    absent = {"product": None, "resources": None, "plan_back": None}
    return Rules(expand(protocol().document.model_copy(update=absent)), site())


def with_lives(**changes: Any) -> Rules:
    """The same trial with other shelf lives: those of `form` are changed."""
    part = protocol().document.product
    assert part is not None
    lives = tuple(
        each.model_copy(update=changes) if each.form is Form.FROZEN else each for each in part.shelf_lives
    )
    document = protocol().document.model_copy(
        update={"product": part.model_copy(update={"shelf_lives": lives})}
    )
    return Rules(expand(document), site())


def told(*steps: tuple[str, cmd.Command]) -> list[tuple[datetime, cmd.Command]]:
    """Commands at Shanghai times."""
    return [(at(when), command) for when, command in steps]


def misread(course: Course, command: cmd.Command, when: str) -> Course:
    """The command is refused at a Shanghai time and leaves on the record what its refusal names."""
    moment = at(when)
    course.run(moment).hear(command, moment)
    assert course.refusal is not None, "it was taken"
    left = [each for each in course.refusal.recorded if isinstance(each, ParticipantEvent)]
    course.state = fold(course.state, left)
    course.record.extend(left)
    return course

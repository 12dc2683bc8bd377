"""One participant treated just as the protocol plans it, whatever the protocol."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.protocol.document import End
from domain.protocol.expanded import Protocol
from domain.refusal import Code
from domain.state import Outcome
from protocols.reading import read_protocol
from replay.cohort.played import PlayedStudy
from replay.cohort.playing import happy_path
from replay.cohort.theatre import opened
from replay.story.playing import Sheet
from tests.protocols.small import broken, written
from tests.replay.cohort.trials import CYCLES, ROOT, STARTS, THERAPY, protocol_named, site

PROTOCOLS = sorted((ROOT / "protocols").rglob("*.yaml"))
WHO = "P-001"


@pytest.fixture(scope="module", params=PROTOCOLS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> tuple[Protocol, PlayedStudy]:
    """Each protocol of the checkout, amendments too, with its happy path."""
    protocol = read_protocol(request.param)
    return protocol, happy_path(protocol, site(), WHO, STARTS)


def test_every_protocol_is_walked_to_its_end(path: tuple[Protocol, PlayedStudy]) -> None:
    """From the consent to the last visit: nothing is refused, given up or left over."""
    protocol, study = path
    state = study.course.state(WHO)
    assert state is not None and state.ending is not None
    assert state.ending.end is End.COMPLETED
    assert (study.refusals, study.given_up, study.cut_off) == ({}, (), ())
    assert (state.protocol.id, state.protocol.version) == (protocol.id, protocol.version)


def test_nobody_on_it_is_late(path: tuple[Protocol, PlayedStudy]) -> None:
    """Everything takes place in its window: no deviation, and no alert but reminders."""
    _, study = path
    state = study.course.state(WHO)
    assert state is not None
    assert (state.deviations, state.settled_deviations) == ({}, ())
    assert {each.kind for each in state.settled_alerts} <= {"due_soon"}


def test_every_expected_item_is_done(path: tuple[Protocol, PlayedStudy]) -> None:
    """What a protocol expects of a participant and no branch takes away is on the record."""
    protocol, study = path
    state = study.course.state(WHO)
    assert state is not None
    pending = [
        code
        for code, item in protocol.items.items()
        if state.item(code).outcome is Outcome.PENDING and not item.optional and item.condition is None
    ]
    assert pending == []


def test_what_staff_ask_can_be_asked_again_elsewhere() -> None:
    """The steps alone, asked in order on another sheet of paper, give the same events."""
    protocol = protocol_named(THERAPY)
    study = happy_path(protocol, site(), WHO, STARTS)
    course, sheet = opened(protocol, site(), STARTS)
    for number, step in enumerate(study.steps):
        outcome = course.ask(step.subject, step.body, step.at, f"again/{number}")
        assert outcome.refused is None
    assert isinstance(sheet, Sheet)
    assert [each.event for each in sheet.everything] == [each.event for each in study.events]


def test_steps_come_in_the_order_of_their_moments() -> None:
    """A path reads from top to bottom; what needs a time has one, in the site's own offset."""
    study = happy_path(protocol_named(CYCLES), site(), WHO, STARTS)
    moments = [step.at for step in study.steps]
    assert moments == sorted(moments)
    stated = [step.body["happened"] for step in study.steps if step.body["kind"] == "record_item"]
    offset = STARTS.astimezone(site().zone).utcoffset()
    assert {datetime.fromisoformat(each).utcoffset() for each in stated} == {offset}


SMALL_VARIANTS = {
    "as it is": ("id: SMALL", "id: SMALL"),
    "a branch in several conditions": (
        "condition: {decided: way, is: left}",
        "condition: {all: [{decided: way, is: left}, {not: {decided: way, is: right}}, {reached: start}]}",
    ),
    "a milestone that is never due": (
        "window: {anchor: consent, target: P7D, early: P3D, late: P3D, source: {assumption: For tests.}}",
        "optional: true",
    ),
    "a start at once": ("target: P7D, early: P3D, late: P3D", "target: P0D"),
}


@pytest.mark.parametrize("variant", SMALL_VARIANTS)
def test_a_protocol_without_product_or_conduct_is_walked_too(tmp_path: Path, variant: str) -> None:
    """A small protocol with one gate and a branch needs none of the parts of a cell therapy."""
    text = broken(*SMALL_VARIANTS[variant]).replace("    remind: P2D\n", "")
    study = happy_path(read_protocol(written(tmp_path, text)), site(), WHO, STARTS)
    state = study.course.state(WHO)
    assert state is not None and state.ending is not None
    assert state.ending.end is End.COMPLETED
    assert (study.refusals, state.decisions) == ({}, {"way": "left"})


def test_the_bedside_leg_comes_right_before_the_product_is_given() -> None:
    """The last leg of the route and the infusion are minutes apart, whenever the infusion is."""
    protocol = protocol_named(THERAPY)
    part = protocol.document.product
    assert part is not None
    study = happy_path(protocol, site(), WHO, STARTS)
    at = {step.body.get("leg") or step.body.get("item"): step.at for step in study.steps}
    assert timedelta(0) <= at[part.given_at] - at[part.route[-1].code] <= timedelta(minutes=30)


def test_a_taken_code_is_no_happy_path() -> None:
    """What the desk refuses is told as given up: a code it does not take registers nobody."""
    study = happy_path(protocol_named(CYCLES), site(), "not a code", STARTS)
    assert study.participants == ()
    assert [each.code for each in study.given_up] == [Code.MALFORMED]

"""Trying commands by the API: the answer of the command line, and nothing saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from activities.hearing import Provenance
from console.api import trying
from console.what_ifs import change_shown
from domain.roles import Role
from replay.change import Trial, try_change
from replay.history import history_of
from tests.api.program import OF_STUDY, program_of, told
from tests.console.seeding import STUDY
from tests.web.house import PEOPLE, House
from tests.web.test_what_if import contents

WHAT_IF = f"{OF_STUDY}/what-if"
MOVE = {"kind": "plan_item", "item": "enrolment", "appointment": "2026-03-17", "reason": "no slot before"}


def asked(*commands: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A body that tries these of P-002."""
    return {"commands": [{"who": "P-002", "do": each} for each in commands], **more}


def test_the_answer_is_that_of_the_command_line(house: House) -> None:
    """The bytes say what `dayzero replay change --json` says of the same commands; nothing is recorded."""
    until = house.now + timedelta(weeks=4)
    before = contents(house)
    with program_of(house) as program:
        answer = program.post(WHAT_IF, asked(MOVE, until=until.isoformat()))
    actor = {"id": "program-coordinator", "role": "coordinator", "method": "token"}
    with house.store.reading() as reading:
        trial = Trial("P-002", {**MOVE, "actor": actor}, house.now)
        found = try_change(history_of(reading), STUDY, [trial], until, Provenance("", ""))
    assert answer.status_code == 200, answer.text
    assert answer.json() == orjson.loads(orjson.dumps(change_shown(found), option=orjson.OPT_UTC_Z))
    assert len(answer.json()["changes"]) > 20
    assert contents(house) == before and house.sent == []


def test_what_would_be_refused_is_in_the_answer(house: House) -> None:
    """A refusal is an answer, with its code and sentence, and changes nothing."""
    with program_of(house) as program:
        answer = program.post(
            WHAT_IF, asked({"kind": "record_item", "item": "D28", "happened": "2026-03-05"})
        )
    tried = answer.json()["tried"][0]
    assert (answer.status_code, tried["refused"], tried["events"]) == (200, "out-of-order", [])
    assert tried["text"] and answer.json()["changes"] == []


@pytest.mark.parametrize("role", PEOPLE)
def test_a_client_tries_what_it_may_send(house: House, role: Role) -> None:
    """Who may not send a command may not try it either."""
    with program_of(house, role) as program:
        answer = program.post(WHAT_IF, asked(MOVE))
    if role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER):
        assert answer.status_code == 200
    else:
        told(answer, 403, "wrong-role")


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 422, "malformed", "body.commands"),
        ({"commands": []}, 422, "malformed", "body.commands"),
        ({"commands": [{"who": "P-002"}]}, 422, "malformed", "body.commands.0.do"),
        (asked({"kind": "nothing"}), 422, "malformed", "body.commands.0.do.kind"),
        (asked(MOVE, {"kind": "plan_item"}), 422, "malformed", "body.commands.1.do.item"),
        (asked({"kind": "sign_gate"}), 403, "signature-needs-a-person", "body.commands.0.do"),
        (asked(MOVE, until="tomorrow"), 422, "malformed", "body.until"),
        (asked(MOVE, until="2030-01-01T00:00:00Z"), 422, "malformed", "body.until"),
        (
            {"commands": [{"who": "P-002", "at": "2026-01-01T00:00:00Z", "do": MOVE}]},
            422, "malformed", "body.commands",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_says_where(
    house: House, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    """Whatever is wrong with the question is told with its place in the body."""
    with program_of(house) as program:
        problem = told(program.post(WHAT_IF, body), status, code)
    assert problem["field"] == field


def test_what_takes_too_long_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request keeps the console busy for so long at most."""
    monkeypatch.setattr(trying, "SECONDS", 0.0)
    with program_of(house) as program:
        told(program.post(WHAT_IF, asked(MOVE)), 422, "takes-too-long")

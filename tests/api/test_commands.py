"""A command over the API is recorded once, or refused with the reason; what is not known is said to be so."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.connecting import NoServer
from console.letter import OutcomeUnknown
from domain.roles import Role
from store import StoreDown
from tests.api.program import ALERT, OF_STUDY, PERSON, Program, program_of, told
from tests.console.seeding import STUDY
from tests.web.house import House

COMMANDS = f"{PERSON}/commands"
VISIT = {"kind": "record_item", "item": "D21", "happened": "2026-03-06"}
HOSTILE = "<script>alert(1)</script>'; DROP TABLE events; -- \u202e{{7*7}} %00 Ω 名"


def test_a_command_is_recorded(house: House, program: Program) -> None:
    """What was recorded is told as the command line tells it, and can be read at once (INV-5)."""
    key = str(uuid.uuid4())
    answer = program.post(COMMANDS, VISIT, key)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "study": STUDY,
        "participant": "P-001",
        "command_id": key,
        "repeated": False,
        "version": house.version("P-001"),
        "events": ["visit.recorded", "deviation.opened", "alert.resolved"],
        "alerts": [],
        "outcome": "recorded",
    }
    items = program.get(f"{PERSON}/items").json()["items"]
    assert next(each for each in items if each["item"] == "D21")["happened"] == "2026-03-06"
    asked = program.get(f"{COMMANDS}/{key}").json()
    assert (asked["by"], asked["accepted"], asked["kind"]) == ("program-coordinator", True, "record_item")
    assert asked["body"]["actor"]["method"] == "token"


def test_the_same_key_does_nothing_twice(house: House, program: Program) -> None:
    """A request sent again, its key written otherwise too, has the same outcome and moves nothing (INV-2)."""
    key = str(uuid.uuid4())
    first = program.post(COMMANDS, VISIT, key).json()
    version = house.version("P-001")
    second = program.post(COMMANDS, VISIT, key.upper())
    assert second.json() == {**first, "repeated": True}
    assert house.version("P-001") == version


def test_the_same_key_for_something_else_is_refused(house: House, program: Program) -> None:
    """A key that was used for another command is refused, and the first outcome stands."""
    key = str(uuid.uuid4())
    program.post(COMMANDS, VISIT, key)
    version = house.version("P-001")
    other = program.post(COMMANDS, {**VISIT, "happened": "2026-03-05"}, key)
    assert told(other, 422, "command-reused")["command_id"] == key
    assert house.version("P-001") == version


def test_a_refusal_is_a_refusal_again(program: Program) -> None:
    """A refused command sent again under its key is refused for the same reason."""
    key, late = str(uuid.uuid4()), {**VISIT, "happened": "2027-01-01"}
    answers = [told(program.post(COMMANDS, late, key), 422, "future-time") for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0]["field"], answers[0]["outcome"]) == ("body.happened", "refused")
    assert answers[0]["text"] == answers[0]["detail"]
    assert (answers[0]["study"], answers[0]["participant"]) == (STUDY, "P-001")


def test_a_participant_is_registered(program: Program) -> None:
    """A program enrols somebody; the code is then in the list, and nobody is enrolled twice under it."""
    path = f"{OF_STUDY}/participants/P-009/commands"
    body = {"kind": "register_participant", "happened": "2026-03-06", "simulated": True}
    assert program.post(path, body).json()["events"][0] == "participant.registered"
    codes = [each["participant"] for each in program.get(f"{OF_STUDY}/participants").json()["items"]]
    assert "P-009" in codes
    again = {**body, "happened": "2026-03-05"}
    told(program.post(path, again), 422, "already-registered")


def test_the_study_itself_is_asked(house: House) -> None:
    """A command to the study is recorded in the study's own stream, and the study shows it."""
    body = {"kind": "set_recruitment", "recruitment": "paused", "reason": "a lot is missing"}
    with program_of(house, Role.SPONSOR) as program:
        key = str(uuid.uuid4())
        answer = program.post(f"{OF_STUDY}/commands", body, key).json()
        assert (answer["participant"], answer["outcome"]) == ("study", "recorded")
        assert program.get(OF_STUDY).json()["recruitment"] == "paused"
        asked = program.get(f"{OF_STUDY}/commands/{key}").json()
        assert (asked["participant"], asked["accepted"]) == ("study", True)


def test_a_command_for_somebody_unknown(program: Program) -> None:
    """A command for a participant who is not there is told as 404, and the attempt is on the record."""
    key = str(uuid.uuid4())
    path = f"{OF_STUDY}/participants/P-077/commands"
    assert told(program.post(path, VISIT, key), 404, "unknown-participant")["outcome"] == "refused"
    assert program.get(f"{path}/{key}").json()["code"] == "unknown-participant"


FAULTY: tuple[tuple[Any, str, str], ...] = (
    ({**VISIT, "item": "<b>"}, "body.item", "such as D28"),
    ({"kind": "record_item", "item": "D21"}, "body.happened", "required"),
    ({**VISIT, "happened": "yesterday"}, "body.happened", "2026-03-02"),
    ({**VISIT, "colour": "red"}, "body.colour", "not permitted"),
    ({**VISIT, "actor": {"id": "x", "role": "sponsor"}}, "body.actor", "leave it out"),
    ({**VISIT, "reason": "a\u0007b"}, "body.reason", "control character"),
    ({**VISIT, "reason": "x" * 501}, "body.reason", "500"),
    ({"item": "D21"}, "body.kind", "record_item"),
    ({"kind": "reach_clock"}, "body.kind", "no command"),
    ({"kind": ["x"]}, "body.kind", "no command"),
    ({"kind": None}, "body.kind", "no command"),
    ([], "body", "JSON object"),
    ("text", "body", "JSON object"),
)


def test_a_faulty_body_is_told_field_by_field(house: House, program: Program) -> None:
    """Each faulty field is named with what would be right, and nothing is sent."""
    for body, field, right in FAULTY:
        problem = told(program.post(COMMANDS, body), 422, "malformed")
        faults = {each["field"]: each["text"] for each in problem["faults"]}
        assert right in faults[field], body
    assert house.sent == []


def test_every_fault_is_told_at_once(program: Program) -> None:
    """Who sent three faults is told of three."""
    body = {"kind": "record_item", "item": "<b>", "colour": "red"}
    problem = told(program.post(COMMANDS, body), 422, "malformed")
    assert {each["field"] for each in problem["faults"]} == {"body.item", "body.happened", "body.colour"}


def test_hostile_text_is_kept_and_given_back_as_text(program: Program) -> None:
    """Markup and code in a reason are characters like any other, in every answer JSON and nothing else."""
    hostile = HOSTILE.replace("\u202e", "")
    body = {"kind": "snooze_alert", "alert": ALERT, "until": "2026-03-07T00:00:00+08:00", "reason": hostile}
    assert program.post(COMMANDS, body).status_code == 200
    answer = program.get(f"{OF_STUDY}/alerts/{ALERT}")
    assert answer.json()["reason"] == hostile
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_command_needs_a_key_of_its_own(house: House, program: Program) -> None:
    """Without a UUID in `Idempotency-Key` nothing is sent, and the header is named."""
    shown = {"authorization": f"Bearer {program.token}"}
    told(program.client.post(COMMANDS, json=VISIT, headers=shown), 400, "no-idempotency-key")
    for key in ("", "1", "not-a-uuid", "6f1a2f0e-3a0e-4c55-9d0b"):
        answer = program.client.post(COMMANDS, json=VISIT, headers={**shown, "idempotency-key": key})
        assert told(answer, 422, "malformed")["field"].lower() == "header.idempotency-key"
    assert house.sent == []


NO_JSON = (
    (b"{", "application/json", 400, "unreadable"),
    (b"", "application/json", 400, "unreadable"),
    (b'{"kind": NaN}', "application/json", 400, "unreadable"),
    (b"\xff\xfe", "application/json", 400, "unreadable"),
    (b"[" * 5000, "application/json", 400, "unreadable"),
    (b"kind=record_item", "application/x-www-form-urlencoded", 415, "not-json"),
    (b"{}", "text/plain", 415, "not-json"),
    (b" " * 70_000, "application/json", 413, "too-large"),
)


def test_what_is_no_json_is_said(house: House, program: Program) -> None:
    """A body that is no JSON, of another type or too large is told as what it is."""
    shown = {"authorization": f"Bearer {program.token}", "idempotency-key": str(uuid.uuid4())}
    for sent, kind, status, code in NO_JSON:
        answer = program.client.post(COMMANDS, content=sent, headers={**shown, "content-type": kind})
        told(answer, status, code)
    assert house.sent == []


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (OutcomeUnknown("id", "no answer within 30 s"), "outcome-unknown"),
        (NoServer("nobody listens"), "no-server"),
    ],
)
def test_what_was_not_answered_is_unknown(
    house: House, program: Program, trouble: Exception, code: str
) -> None:
    """No answer is told as unknown with the key to ask again, and asking again records it once."""
    key = str(uuid.uuid4())
    house.trouble = trouble
    answer = program.post(COMMANDS, VISIT, key)
    problem = told(answer, 503, code)
    assert (problem["outcome"], problem["command_id"]) == ("unknown", key)
    assert int(answer.headers["retry-after"]) > 0 and "same Idempotency-Key" in problem["detail"]
    house.trouble = None
    assert program.post(COMMANDS, VISIT, key).json()["repeated"] is False


def test_a_method_that_is_not_taken(program: Program) -> None:
    """A method an address does not take is told with those it takes."""
    for method in ("put", "delete", "patch", "options"):
        for path, taken in ((COMMANDS, "POST"), (PERSON, "GET")):
            answer = program.client.request(method, path)
            told(answer, 405, "method-not-allowed")
            assert answer.headers["allow"] == taken


def test_a_store_that_is_away_is_said(
    house: House, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the store the answer says so, and after how long to ask again."""

    def away() -> Any:
        raise StoreDown("the disk is gone")

    monkeypatch.setattr(house.store, "reading", away)
    answer = program.get(OF_STUDY)
    told(answer, 503, "no-store")
    assert answer.headers["retry-after"] == "5" and "disk" not in answer.text


def test_a_fault_of_ours_is_a_problem_too(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody expected is told as our fault, without a word of what it was."""

    def fails(*_: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("console.api.study_reads.study_sight", fails)
    answer = program.get(OF_STUDY)
    told(answer, 500, "fault-of-ours")
    assert "secret" not in answer.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON, field=st.sampled_from(["item", "happened", "reason", "approved_by", "kind", "more"]))
def test_no_value_makes_us_fail(program: Program, value: Any, field: str) -> None:
    """Whatever stands in whatever field, the answer is a success or a problem of the sender's."""
    answer = program.post(COMMANDS, {**VISIT, field: value})
    assert answer.status_code in (200, 403, 404, 422), answer.text

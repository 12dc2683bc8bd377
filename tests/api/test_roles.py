"""Every address of the API by every role: one table, and no address without its row."""

from __future__ import annotations

from typing import Any

import pytest

from console.api.bodies import KINDS, OF_STUDY, SIGNED
from domain.commands import COMMAND_KINDS
from domain.permissions import PERMISSIONS
from domain.roles import Role
from tests.api.program import ALERT, API, PERSON, program_of, told
from tests.api.program import OF_STUDY as ONE_STUDY
from tests.console.seeding import STUDY
from tests.web.house import PEOPLE, House

SITE = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER})
CONDUCT = frozenset({Role.INVESTIGATOR, Role.SPONSOR})

# Each address with one that it stands for. Whoever holds a token may read.
READING: dict[str, str] = {
    "/client": f"{API}/client",
    "/studies": f"{API}/studies",
    "/studies/{study}": ONE_STUDY,
    "/studies/{study}/today": f"{ONE_STUDY}/today",
    "/studies/{study}/endpoints": f"{ONE_STUDY}/endpoints",
    "/studies/{study}/endpoints/{endpoint}": f"{ONE_STUDY}/endpoints/ORR",
    "/studies/{study}/protocols": f"{ONE_STUDY}/protocols",
    "/studies/{study}/protocols/{version}": f"{ONE_STUDY}/protocols/1.0",
    "/studies/{study}/participants": f"{ONE_STUDY}/participants",
    "/studies/{study}/participants/{participant}": PERSON,
    "/studies/{study}/participants/{participant}/items": f"{PERSON}/items",
    "/studies/{study}/participants/{participant}/items/{item}/why": f"{PERSON}/items/D28/why",
    "/studies/{study}/participants/{participant}/events": f"{PERSON}/events",
    "/studies/{study}/participants/{participant}/safety": f"{PERSON}/safety",
    "/studies/{study}/participants/{participant}/product": f"{PERSON}/product",
    "/studies/{study}/adverse-events": f"{ONE_STUDY}/adverse-events",
    "/studies/{study}/reports": f"{ONE_STUDY}/reports",
    "/studies/{study}/alerts": f"{ONE_STUDY}/alerts",
    "/studies/{study}/alerts/{alert}": f"{ONE_STUDY}/alerts/{ALERT}",
    "/studies/{study}/deviations": f"{ONE_STUDY}/deviations",
    "/studies/{study}/approvals": f"{ONE_STUDY}/approvals",
    "/studies/{study}/events": f"{ONE_STUDY}/events",
    "/studies/{study}/commands": f"{ONE_STUDY}/commands",
}
# Each address with a command and who may give it.
_TO_PERSON = "/studies/{study}/participants/{participant}/commands"
WRITING: dict[str, tuple[str, dict[str, Any], frozenset[Role]]] = {
    _TO_PERSON: (
        f"{PERSON}/commands",
        {"kind": "record_item", "item": "D21", "happened": "2026-03-06"},
        SITE,
    ),
    "/studies/{study}/commands": (
        f"{ONE_STUDY}/commands",
        {"kind": "set_recruitment", "recruitment": "paused", "reason": "a lot is missing"},
        CONDUCT,
    ),
}
# Asked in test_what_if, by every role: nothing is sent by it.
TRYING = {"/studies/{study}/what-if"}
# Read in test_commands, where there is a command to ask for.
ELSEWHERE = {
    "/studies/{study}/commands/{command_id}",
    "/studies/{study}/participants/{participant}/commands/{command_id}",
}


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_may_read_everything(house: House, role: Role) -> None:
    """A client of any role reads every address, as a person of that role sees every page."""
    with program_of(house, role) as program:
        answers = {path: program.get(path).status_code for path in READING.values()}
    assert answers == dict.fromkeys(READING.values(), 200)


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_send_a_command(house: House, role: Role) -> None:
    """A command is sent on for the roles of its row, in the client's name; another's is refused unsent."""
    with program_of(house, role) as program:
        for path, body, allowed in WRITING.values():
            answer = program.post(path, body)
            if role in allowed:
                assert answer.status_code == 200, answer.text
            else:
                told(answer, 403, "wrong-role")
    name = f"program-{role.value.replace('_', '-')}"
    actor = {"id": name, "role": role.value, "method": "token"}
    let_through = [body["kind"] for _, body, allowed in WRITING.values() if role in allowed]
    assert [(sent["kind"], sent["actor"]) for _, sent in house.sent] == [
        (each, actor) for each in let_through
    ]


@pytest.mark.parametrize("role", PEOPLE)
def test_a_client_is_told_what_it_may_ask(house: House, role: Role) -> None:
    """The kinds listed for a client are those the one table of permissions lets its role through to."""
    with program_of(house, role) as program:
        mine = program.get(f"{API}/client").json()
    assert mine["role"] == role.value
    assert mine["may"] == [kind for kind in KINDS if PERMISSIONS[kind].allows(role)]


def test_nobody_reads_or_writes_without_a_token(house: House) -> None:
    """Without a token every address tells how to show one, and nothing of the study."""
    with program_of(house) as program:
        answers = [program.client.get(path) for path in READING.values()]
        answers += [program.client.post(path) for path, _, _ in WRITING.values()]
    for answer in answers:
        told(answer, 401, "not-authorised")
        assert answer.headers["www-authenticate"] == 'Bearer realm="dayzero"'
        assert "P-001" not in answer.text


def test_a_signature_needs_a_person(house: House) -> None:
    """No client can sign, whatever its role: it is told so and nothing is sent."""
    with program_of(house, Role.INVESTIGATOR) as program:
        for path in (f"{PERSON}/commands", f"{ONE_STUDY}/commands"):
            for kind in SIGNED:
                answer = program.post(path, {"kind": kind, "meaning": "I confirm"})
                told(answer, 403, "signature-needs-a-person")
    assert len(SIGNED) == 5 and house.sent == []


def test_every_command_is_a_programs_a_persons_or_times() -> None:
    """Each kind of command may be sent, is a signature, or is the passing of time; none is forgotten."""
    assert {*KINDS, *SIGNED, "reach_clock"} == set(COMMAND_KINDS)
    assert set(KINDS) >= OF_STUDY


def test_every_address_is_in_the_table(house: House) -> None:
    """An address that is added must say who may."""
    with program_of(house) as program:
        paths = program.get(f"{API}/openapi.json").json()["paths"]
    reading = {path for path, methods in paths.items() if "get" in methods}
    writing = {path for path, methods in paths.items() if "post" in methods}
    assert reading == {*READING, *ELSEWHERE}
    assert writing == {*WRITING, *TRYING}


def test_a_client_of_one_study_learns_of_no_other(house: House) -> None:
    """To a client that was given another study, this one is not there, nor in any list."""
    with program_of(house, study="OTHER") as program:
        for route, path in READING.items():
            answer = program.get(path)
            if route in ("/client", "/studies"):
                assert answer.status_code == 200
                assert STUDY not in answer.text
            else:
                told(answer, 404, "not-found")
        told(program.post(f"{PERSON}/commands", WRITING[_TO_PERSON][1]), 404, "not-found")
        tried = {"commands": [{"who": "P-001", "do": WRITING[_TO_PERSON][1]}]}
        told(program.post(f"{ONE_STUDY}/what-if", tried), 404, "not-found")
    assert house.sent == []

"""Nobody gets in but a client the store knows, and no token is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.api.tokens import new_token
from domain.roles import Role
from store.clients import Client, client_named, keep_client
from tests.api.program import API, OF_STUDY, PERSON, Program, known_client, program_of, told
from tests.web.house import ORIGIN, PASSWORD, PEOPLE, House

CLIENT = "program-coordinator"


def kept(house: House) -> Client:
    """The client as the store has it."""
    with house.store.reading() as reading:
        found = client_named(reading, CLIENT)
    assert found is not None
    return found


def test_only_the_hash_of_a_token_is_kept(house: House) -> None:
    """Nothing in the store's tables of clients would let anybody in."""
    token = known_client(house, Role.COORDINATOR)
    with house.store.reading() as reading:
        everything = str(reading.connection.exec_driver_sql("SELECT * FROM clients").all())
    assert CLIENT in everything
    assert token not in everything and token.rpartition("_")[2] not in everything


WRONG = (
    "Bearer nonsense", "Bearer ", "bearer", "Basic Y29vcmRpbmF0b3I6eA==", "Bearer dz_ghost_" + "0" * 64,
)  # fmt: skip


def test_a_wrong_token_is_told_nothing_more(house: House) -> None:
    """A token that is none, of another kind or of nobody gets one of two answers: nobody's, or none shown."""
    with program_of(house) as program:
        for shown in WRONG:
            answer = program.client.get(f"{API}/client", headers={"authorization": shown})
            assert told(answer, 401, "not-authorised")["detail"] in (
                "nobody has this token",
                "send the client's token: Authorization: Bearer dz_...",
            )


def test_a_token_of_another_client_opens_nothing(house: House) -> None:
    """The id in a token and its bits belong together."""
    mine = known_client(house, Role.COORDINATOR)
    other = known_client(house, Role.INVESTIGATOR)
    swapped = f"{mine.rpartition('_')[0]}_{other.rpartition('_')[2]}"
    with program_of(house, Role.AUDITOR) as program:
        told(Program(program.client, swapped).get(f"{API}/client"), 401, "not-authorised")


def test_a_closed_client_is_out_at_once(house: House, program: Program) -> None:
    """A client that is closed asks nothing any more, with the next request already."""
    assert program.get(f"{API}/client").status_code == 200
    with house.store.writing() as tx:
        keep_client(tx, replace(kept(house), closed_at=house.now))
    told(program.get(f"{API}/client"), 401, "not-authorised")


def test_a_new_token_takes_the_place_of_the_old_one(house: House, program: Program) -> None:
    """Once a client was given another token, the one before is nobody's."""
    newer = known_client(house, Role.COORDINATOR)
    told(program.get(f"{API}/client"), 401, "not-authorised")
    assert Program(program.client, newer).get(f"{API}/client").status_code == 200


def test_thirty_wrong_tokens_lock_an_address_for_a_while(house: House) -> None:
    """After thirty wrong tokens an address waits, even with a right one; another address goes on."""
    with program_of(house, address="10.1.2.3") as program:
        guessing = Program(program.client, new_token(CLIENT))
        for _ in range(30):
            told(guessing.get(f"{API}/client"), 401, "not-authorised")
        locked = program.get(f"{API}/client")
        told(locked, 429, "too-many-tries")
        assert locked.headers["retry-after"] == "900"
        with program_of(house, address="10.9.9.9") as elsewhere:
            assert elsewhere.get(f"{API}/client").status_code == 200
            house.wait(minutes=16)
            again = Program(program.client, elsewhere.token)
            assert again.get(f"{API}/client").status_code == 200


def test_wrong_tokens_lock_no_person_out(house: House) -> None:
    """A forgotten program that asks on with an old token does not close the door for people beside it."""
    with program_of(house, address="10.1.2.3") as program:
        for _ in range(31):
            Program(program.client, new_token(CLIENT)).get(f"{API}/client")
    with house.browser("10.1.2.3") as browser:
        assert browser.sign_in(PEOPLE[Role.COORDINATOR]).status_code == 303


def test_a_session_is_no_token(house: House) -> None:
    """Somebody signed in at the console cannot act or read through the API by the browser's cookie."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        told(browser.get(f"{API}/client"), 401, "not-authorised")
        body = {"kind": "record_item", "item": "D21", "happened": "2026-03-06"}
        sent = browser.client.post(f"{PERSON}/commands", json=body, headers={"origin": ORIGIN})
        told(sent, 401, "not-authorised")
    assert house.sent == []


def test_a_token_is_no_password(house: House, program: Program) -> None:
    """A client's token opens no page, and a person's password is no token."""
    page = program.client.get("/", headers={"authorization": f"Bearer {program.token}"})
    assert page.status_code in (303, 307) and page.headers["location"].startswith("/sign-in")
    told(Program(program.client, PASSWORD).get(f"{API}/client"), 401, "not-authorised")


def test_the_last_use_is_known_to_the_minute(house: House, program: Program) -> None:
    """When a client last asked something is kept, without a write for each request."""
    assert kept(house).used_at is None
    program.get(f"{API}/client")
    first = kept(house).used_at
    assert first == house.now
    house.wait(seconds=30)
    program.get(f"{API}/client")
    assert kept(house).used_at == first
    house.wait(minutes=5)
    program.get(f"{API}/client")
    assert kept(house).used_at == first + timedelta(minutes=5, seconds=30)


def test_a_page_elsewhere_can_send_nothing(house: House, program: Program) -> None:
    """The API gives no page of another origin leave to ask it, with or without a token."""
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    preflight = program.client.options(f"{PERSON}/commands", headers=asked)
    told(preflight, 405, "method-not-allowed")
    answer = program.get(OF_STUDY, origin="https://elsewhere.example")
    assert not [name for name in answer.headers if name.startswith("access-control")]

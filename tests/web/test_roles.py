"""Every address by every role: one table, and no address without its row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute

from domain.roles import Role
from store.administration import entries
from store.sign_ins import all_users
from tests.console.seeding import STUDY
from tests.web.house import PEOPLE, START, House

EVERYBODY = frozenset(PEOPLE)
SITE = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER})
TAKERS = EVERYBODY - {Role.ENGINEER}
ALERT = "P-001/D21/overdue"
PERSON = f"{START}/participant/P-001"

# The address, one that it stands for, and who may.
READING: dict[str, tuple[str, frozenset[Role]]] = {
    "/": ("/", EVERYBODY),
    "/study/{study}": (START, EVERYBODY),
    "/study/{study}/overview": (f"{START}/overview", EVERYBODY),
    "/study/{study}/alerts": (f"{START}/alerts", EVERYBODY),
    "/study/{study}/calendar": (f"{START}/calendar", EVERYBODY),
    "/study/{study}/conduct": (f"{START}/conduct", EVERYBODY),
    "/study/{study}/conduct/version/{version}": (f"{START}/conduct/version/1.0", EVERYBODY),
    "/study/{study}/alert/{alert}": (f"{START}/alert/{ALERT}", EVERYBODY),
    "/study/{study}/participant/{code}": (PERSON, EVERYBODY),
    "/study/{study}/participant/{code}/why/{item}": (f"{PERSON}/why/D28", EVERYBODY),
    "/study/{study}/participant/{code}/record/{item}": (f"{PERSON}/record/D21", SITE),
    "/study/{study}/participant/{code}/plan/{item}": (f"{PERSON}/plan/D28", SITE),
    "/study/{study}/safety": (f"{START}/safety?show=all", EVERYBODY),
    "/study/{study}/outcomes": (f"{START}/outcomes?of=orr", EVERYBODY),
    "/study/{study}/deviations": (f"{START}/deviations?state=all", EVERYBODY),
    "/study/{study}/audit": (f"{START}/audit", EVERYBODY),
    "/study/{study}/audit/{subject}/{seq}": (f"{START}/audit/P-001/3", EVERYBODY),
    "/study/{study}/do": (f"{START}/do", EVERYBODY),
    "/study/{study}/do/{kind}": (f"{START}/do/place_hold", frozenset({Role.INVESTIGATOR, Role.SPONSOR})),
    "/study/{study}/participant/{code}/do": (f"{PERSON}/do", EVERYBODY),
    "/study/{study}/what-if": (f"{START}/what-if", SITE | {Role.SPONSOR}),
    "/study/{study}/participant/{code}/what-if": (
        f"{START}/participant/P-002/what-if?item=enrolment&days=5",
        SITE | {Role.SPONSOR},
    ),
    "/study/{study}/protocol/what-if": (f"{START}/protocol/what-if?version=1.0&until=2026-03-20", EVERYBODY),
    "/study/{study}/participant/{code}/do/{kind}": (f"{PERSON}/do/record_result", SITE),
    "/alerts/{alert}": (f"/alerts/{ALERT}", EVERYBODY),
    "/settings": ("/settings", EVERYBODY),
    "/system": ("/system", EVERYBODY),
    "/password": ("/password", EVERYBODY),
    # In the house of the tests the engineer administers.
    "/users": ("/users", frozenset({Role.ENGINEER, Role.AUDITOR})),
    "/users/{user_id}": ("/users/sponsor-1", frozenset({Role.ENGINEER, Role.AUDITOR})),
    "/users/open": ("/users/open", frozenset({Role.ENGINEER})),
}
# What is downloaded, and no page.
TAKING: dict[str, tuple[str, frozenset[Role]]] = {
    "/study/{study}/overview.svg": (f"{START}/overview.svg", EVERYBODY),
    "/study/{study}/export/{name}.csv": (f"{START}/export/events.csv", TAKERS),
    "/study/{study}/export/{name}.jsonl": (f"{START}/export/items.jsonl", TAKERS),
    "/study/{study}/export/{name}.json": (f"{START}/export/reports.json", TAKERS),
    "/study/{study}/export/{name}.zip": (f"{START}/export/deviations.zip", TAKERS),
    "/study/{study}/calendar.ics": (f"{START}/calendar.ics", TAKERS),
    "/study/{study}/protocol/what-if.json": (f"{START}/protocol/what-if.json?version=1.0", TAKERS),
    "/study/{study}/protocol/what-if.html": (f"{START}/protocol/what-if.html?version=1.0", TAKERS),
    "/study/{study}/outcomes/{endpoint}.svg": (f"{START}/outcomes/os.svg", EVERYBODY),
    "/study/{study}/record.zip": (f"{START}/record.zip", TAKERS),
}
WRITING: dict[str, tuple[str, dict[str, str], frozenset[Role]]] = {
    "/study/{study}/acknowledge": (
        f"{START}/acknowledge", {"alert": ALERT, "back": START}, SITE | {Role.SPONSOR},
    ),
    "/study/{study}/acknowledge-many": (
        f"{START}/acknowledge-many", {"alert": ALERT, "back": f"{START}/alerts"}, SITE | {Role.SPONSOR},
    ),
    "/study/{study}/do/{kind}": (
        f"{START}/do/place_hold", {"reason": "one reason"}, frozenset({Role.INVESTIGATOR, Role.SPONSOR}),
    ),
    "/study/{study}/participant/{code}/do/{kind}": (
        f"{PERSON}/do/record_unscheduled_visit", {"happened": "2026-03-05", "reason": "fever"}, SITE,
    ),
}  # fmt: skip
# What is kept beside the record, and not sent to the desk.
KEEPING: dict[str, tuple[str, dict[str, str], frozenset[Role]]] = {
    "/settings/liking": ("/settings/liking", {"theme": "dark"}, EVERYBODY),
    "/settings/sessions/end": ("/settings/sessions/end", {}, EVERYBODY),
    "/users/{user_id}/{act}": (
        "/users/sponsor-1/close", {"reason": "left"}, frozenset({Role.ENGINEER}),
    ),
}  # fmt: skip
# The stream of pushes is asked in test_push; the others are the door itself, which is open to everybody.
ELSEWHERE = {"/events", "/health", "/sign-in", "/unlock", "/sign-out", "/language"} | {
    # Asked in test_review: they need an adverse event, and they write nothing on the record.
    "/study/{study}/participant/{code}/event/{ae}", "/study/{study}/audit/verify",
    # Asked in test_calendar_feed: a calendar is followed without a sign-in.
    "/calendar/{token}.ics", "/study/{study}/calendar/feed", "/study/{study}/calendar/feed/end",
    # Asked in test_conduct: a document is handed in to be looked at.
    "/study/{study}/conduct/proposal",
    # Asked in test_oidc.
    "/sign-in/provider", "/sign-in/back", "/unlock/provider", "/sign/provider", "/signed-out",
}  # fmt: skip


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("route", [*READING, *TAKING])
def test_who_may_see_a_page(house: House, route: str, role: Role) -> None:
    """A page is shown to the roles of its row, and to nobody else."""
    path, allowed = (READING | TAKING)[route]
    with house.signed_in(role) as browser:
        answer = browser.get(path)
    assert (answer.status_code in (200, 303)) is (role in allowed), answer.status_code
    assert answer.status_code != 303 or answer.headers["location"].startswith("/study/")
    assert answer.status_code != 403 or "Day 21" not in answer.text


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("route", WRITING)
def test_who_may_send_a_form(house: House, route: str, role: Role) -> None:
    """A form is sent on for the roles of its row; another's is refused at the door and not sent at all."""
    path, fields, allowed = WRITING[route]
    with house.signed_in(role) as browser:
        answer = browser.post(path, browser.form(**fields))
    assert answer.status_code == (303 if role in allowed else 403), answer.text
    assert [command["actor"] for _, command in house.sent] == (
        [{"id": PEOPLE[role], "role": role.value, "method": "password"}] if role in allowed else []
    )


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("route", KEEPING)
def test_who_may_keep_something(house: House, route: str, role: Role) -> None:
    """A form about users or settings is taken from the roles of its row, and changes nothing for others."""
    path, fields, allowed = KEEPING[route]
    with house.signed_in(role) as browser:
        before = kept(house)
        answer = browser.post(path, browser.form(**fields))
    assert answer.status_code == (303 if role in allowed else 403), answer.text
    assert role in allowed or kept(house) == before
    assert house.sent == []


@pytest.mark.parametrize("role", PEOPLE)
def test_a_page_offers_only_what_its_reader_may_do(house: House, role: Role) -> None:
    """Buttons stand on the page of those who may use them, and on no other."""
    with house.signed_in(role) as browser:
        text = browser.get(START).text
    assert ("/acknowledge" in text) is (role in SITE | {Role.SPONSOR})
    assert (f"{PERSON}/record/" in text) is (role in SITE)


@pytest.mark.parametrize("route", [*READING, *TAKING, "/events"])
def test_nobody_sees_anything_unsigned(house: House, route: str) -> None:
    """Without a sign-in every page leads to the door, and what a page asks by itself is told so."""
    pages = READING | TAKING
    path = pages[route][0] if route in pages else route
    with house.browser() as browser:
        answer = browser.get(path)
    assert answer.status_code == (401 if route == "/events" else 303)
    assert "P-001" not in answer.text


def test_every_address_is_in_the_table(house: House) -> None:
    """An address that is added must say who may."""
    known: set[str] = {re.sub(r":path\}", "}", each.path) for each in _routes(house)}
    assert known == {*READING, *TAKING, *WRITING, *KEEPING, *ELSEWHERE}


@pytest.mark.parametrize(
    "path",
    [
        "/study/NOWHERE",
        f"{START}/participant/NOBODY",
        f"{START}/alert/nothing",
        f"{PERSON}/why/D99",
        f"{PERSON}/record/D99",
        f"{START}/alerts?state=odd",
        "/x",
    ],
)
def test_what_is_not_there_is_said(house: House, path: str) -> None:
    """An address that leads nowhere has a page that says so, with a way back."""
    with house.signed_in() as browser:
        answer = browser.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_the_study_of_a_single_one_is_opened_at_once(house: House) -> None:
    """With one study the first page is its today."""
    with house.signed_in() as browser:
        assert browser.get("/").headers["location"] == f"/study/{STUDY}"


def kept(house: House) -> str:
    """How everybody stands, and what was done about them."""
    with house.store.reading() as reading:
        return str((all_users(reading), entries(reading)))


def _routes(house: House) -> list[Any]:
    routes: list[Any] = []
    pending: list[Any] = list(house.app().routes)
    while pending:
        each = pending.pop()
        if isinstance(each, APIRoute):
            routes.append(each)
        else:
            pending += getattr(getattr(each, "original_router", None), "routes", [])
    return routes

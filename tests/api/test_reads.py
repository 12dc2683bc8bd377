"""What is read has the shapes that the command line prints, in pages whose order stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api.program import ALERT, API, OF_STUDY, PERSON, Program, told
from tests.console.seeding import NOW, STUDY
from tests.console.terminal import Terminal, terminal

# Where the two say the same, the command line in one array and the API in pages.
LISTS = {
    "participants": ("status",),
    "alerts": ("alerts",),
    "deviations": ("deviation", "list"),
    "approvals": ("approval", "list"),
}
SINGLE = {
    "": ("study", "show"),
    "/today": ("today",),
    "/participants/P-001": ("status", "P-001"),
    "/participants/P-001/items/D28/why": ("explain", "P-001", "D28"),
    "/participants/P-001/safety": ("safety", "P-001"),
    "/participants/P-001/product": ("product", "show", "P-001"),
    "/endpoints": ("endpoints",),
    "/endpoints/ORR": ("endpoints", "--why", "ORR"),
    f"/alerts/{ALERT}": ("alerts", ALERT),
}
PAGED = (
    "participants", "alerts?state=all", "deviations", "events", "commands", "participants/P-001/items",
    "participants/P-001/events", "adverse-events", "reports", "protocols",
)  # fmt: skip


@pytest.fixture
def dayzero(told_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command line at the same trial, at the same moment."""
    monkeypatch.setenv("COLUMNS", "220")
    return terminal(told_store, tmp_path)


def test_a_list_is_what_the_command_line_lists(program: Program, dayzero: Terminal) -> None:
    """The items of a list are, field by field and in order, those that `--json` prints."""
    for address, verb in LISTS.items():
        page = program.get(f"{OF_STUDY}/{address}").json()
        assert page == {"items": dayzero(*verb, "--json").data, "next": None}


def test_a_sight_is_what_the_command_line_shows(program: Program, dayzero: Terminal) -> None:
    """What is shown of one thing is, field by field, what `--json` prints."""
    for address, verb in SINGLE.items():
        assert program.get(f"{OF_STUDY}{address}").json() == dayzero(*verb, "--json").data, address


def test_events_and_commands_are_those_of_the_record(program: Program, dayzero: Terminal) -> None:
    """A participant's events are their timeline's; a participant's commands are the audit trail's."""
    timeline = dayzero("timeline", "P-001", "--json").data["events"]
    assert program.get(f"{PERSON}/events?limit=500").json()["items"] == timeline
    trail = dayzero("commands", "P-002", "--json").data
    asked = program.get(f"{OF_STUDY}/commands?participant=P-002&limit=500").json()["items"]
    assert asked == list(reversed(trail))


def walk(program: Program, address: str, limit: int) -> list[Any]:
    """Every item of a list, page by page."""
    join = "&" if "?" in address else "?"
    found, at = [], f"{OF_STUDY}/{address}{join}limit={limit}"
    while at:
        page = program.get(at).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        at = page["next"]
    return found


def test_pages_make_up_the_whole_list(program: Program) -> None:
    """Walked in small pages, a list has everything once and in its order."""
    for address in PAGED:
        whole = walk(program, address, 500)
        assert walk(program, address, 3 if len(whole) < 60 else 40) == whole, address


def test_a_page_keeps_what_was_asked(program: Program) -> None:
    """The way to the next page keeps filter, language and moment."""
    asked = f"{OF_STUDY}/events?participant=P-001&lang=zh-CN&as_of=2026-02-20&limit=1"
    following = program.get(asked).json()["next"]
    for kept in ("participant=P-001", "lang=zh-CN", "as_of=2026-02-20", "limit=1", "after="):
        assert kept in following


def test_what_is_recorded_between_two_pages_moves_nothing(program: Program) -> None:
    """An event recorded after the first page is at the end, and no row comes twice or not at all."""
    before = walk(program, "events", 500)
    first = program.get(f"{OF_STUDY}/events?limit=10").json()
    body = {"kind": "acknowledge_alert", "alert": ALERT}
    assert program.post(f"{PERSON}/commands", body).status_code == 200
    rest: list[Any] = []
    at = first["next"]
    while at:
        page = program.get(at).json()
        rest, at = rest + page["items"], page["next"]
    assert first["items"] + rest[: len(before) - 10] == before
    assert [each["type"] for each in rest[len(before) - 10 :]] == ["alert.acknowledged"]


MADE_UP = ("nonsense", "bnVsbA", "WyJ4IiwgMV0", "WzFlOTld", "Wzk5OTk5OTk5OTk5OTk5OTk5OV0", "é")


def test_an_end_that_is_none_is_said(program: Program) -> None:
    """A cursor that was made up, or comes from another list, is a fault of that parameter."""
    for address in ("participants", "events", "alerts", "participants/P-001/items"):
        for after in MADE_UP:
            answer = program.get(f"{OF_STUDY}/{address}?after={after}")
            assert told(answer, 422, "malformed")["field"] == "query.after"


@pytest.mark.parametrize(("limit", "right"), [("0", "greater"), ("501", "less"), ("many", "integer")])
def test_a_page_is_bounded(program: Program, limit: str, right: str) -> None:
    """A limit outside its bounds is refused, and what would be right is said."""
    problem = told(program.get(f"{OF_STUDY}/participants?limit={limit}"), 422, "malformed")
    assert problem["faults"][0]["field"] == "query.limit" and right in problem["faults"][0]["text"]


def test_a_parameter_that_is_not_known_is_said(program: Program) -> None:
    """A misspelt or doubled parameter is refused with those there are: it never passes for left out."""
    problem = told(program.get(f"{OF_STUDY}?asof=2026-02-20"), 422, "malformed")
    assert problem["field"] == "query.asof" and "as_of, true_at, lang" in problem["detail"]
    told(program.get(f"{OF_STUDY}?lang=en&lang=zh-CN"), 422, "malformed")
    told(program.get(f"{API}/client?as_of=2026-02-20"), 422, "malformed")


def test_alerts_by_state(program: Program) -> None:
    """Each state gives its alerts and no others."""
    everything = walk(program, "alerts?state=all", 100)
    assert {each["status"] for each in everything} >= {"open", "resolved"}
    for state in ("open", "resolved", "acknowledged", "snoozed"):
        of_state = [each for each in everything if each["status"] == state]
        assert walk(program, f"alerts?state={state}", 100) == of_state
    unresolved = [each for each in everything if each["status"] != "resolved"]
    assert walk(program, "alerts?state=unresolved", 100) == unresolved


def test_as_of_another_moment(program: Program, dayzero: Terminal) -> None:
    """Every reading can be asked as the record knew it then, as the command line tells it."""
    then = "2026-02-20T12:00:00+08:00"
    read = program.get(f"{PERSON}?as_of={then.replace('+', '%2B')}").json()
    assert read == dayzero("status", "P-001", "--as-of", then, "--json").data
    told(program.get(f"{OF_STUDY}/alerts/{ALERT}?as_of=2026-02-20"), 404, "not-found")
    known = program.get(f"{OF_STUDY}/events?as_of=2026-02-20&limit=500").json()["items"]
    now = program.get(f"{OF_STUDY}/events?limit=500").json()["items"]
    assert known == [each for each in now if each["recorded_at"] < "2026-02-20T16:00"]
    assert 0 < len(known) < len(now)


def test_what_was_true(program: Program, dayzero: Terminal) -> None:
    """`true_at` answers as the verb with `--true-at` does, alone and by what was known `as_of`; its troubles
    name it."""
    for moments in ({"true_at": "2026-02-20"}, {"true_at": "2026-02-20", "as_of": "2026-02-25"}):
        options = [word for name, day in moments.items() for word in (f"--{name.replace('_', '-')}", day)]
        asked = "&".join(f"{name}={day}" for name, day in moments.items())
        assert program.get(f"{PERSON}?{asked}").json() == dayzero("status", "P-001", *options, "--json").data
        assert program.get(f"{OF_STUDY}/protocols?{asked}").status_code == 200
    later = told(program.get(f"{OF_STUDY}?true_at=2026-02-25&as_of=2026-02-20"), 422, "malformed")
    assert (later["field"], "later than" in later["detail"]) == ("query.true_at", True)


@pytest.mark.parametrize("as_of", ["2027-01-01", "yesterday", "1999-01-01", "2026-02-20T12:00"])
def test_a_moment_that_cannot_be_is_said(program: Program, as_of: str) -> None:
    """A moment ahead, before the record, or none at all is a fault of that parameter."""
    assert told(program.get(f"{OF_STUDY}?as_of={as_of}"), 422, "malformed")["field"] == "query.as_of"


def test_words_come_in_the_language_asked_for(program: Program) -> None:
    """Labels are Chinese when Chinese is asked for; codes stay."""
    english, chinese = (program.get(f"{PERSON}?lang={lang}").json() for lang in ("en", "zh-CN"))
    assert english["stage"] == chinese["stage"]
    assert english["stage_label"] != chinese["stage_label"]


NOWHERE = (
    f"{API}/nowhere",
    f"{API}/studies/NOWHERE",
    f"{OF_STUDY}/participants/NOBODY",
    f"{OF_STUDY}/participants/NOBODY/safety",
    f"{PERSON}/items/D99/why",
    f"{OF_STUDY}/alerts/nothing",
    f"{OF_STUDY}/endpoints/NONE",
    f"{OF_STUDY}/protocols/9.9",
    f"{PERSON}/commands/6f1a2f0e-3a0e-4c55-9d0b-0a3b0a0f7d11",
    f"{OF_STUDY}/participants/%3Cscript%3E",
    f"{OF_STUDY}/participants/..%2F..%2Fetc",
)


def test_what_is_not_there_is_said(program: Program) -> None:
    """An address that leads nowhere is a problem that says what is not there."""
    for path in NOWHERE:
        told(program.get(path), 404, "not-found")


def test_instants_are_utc_with_z(program: Program) -> None:
    """An instant is printed in UTC with `Z`, and what a person stated as it was stated."""
    person = program.get(PERSON).json()
    assert person["next_due"].endswith("Z")
    infused = next(each for each in person["items"] if each["item"] == "infusion")
    assert infused["happened"] == "2026-02-10T09:30:00+08:00"
    assert NOW.startswith("2026-03-06") and person["study"] == STUDY

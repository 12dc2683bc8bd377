"""What-if in the console: looked at without saving, then recorded exactly so, or not."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from activities.hearing import Provenance
from console.letter import OutcomeUnknown
from console.web.what_if import trying
from domain.recorded import STUDY_SUBJECT
from domain.roles import Role
from replay.change import Trial, try_change
from replay.effects import Effect
from replay.history import history_of
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR
from tests.web.house import PEOPLE, START, House
from tests.web.what_if_forms import filled_in, form_with, moved, page_of, recording, sent, words

PAGE = page_of("P-002")
HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'


def appointment(house: House, code: str = "P-002", item: str = "enrolment") -> str | None:
    """The appointment of an item as it is listed."""
    with house.store.reading() as reading:
        return next(each.appointment for each in reading.items(STUDY, code) if each.item == item)


def tell(house: House, kind: str, code: str = "P-002", **stated: Any) -> None:
    """Somebody else records something."""
    body = {"kind": kind, "actor": COORDINATOR, **stated}
    asyncio.run(house.send(STUDY, code, f"elsewhere-{len(house.sent)}", body))
    house.sent.clear()


def test_looking_shows_old_and_new_and_saves_nothing(house: House) -> None:
    """What slips is shown beside what is, by how many days, with the work of each week as a picture and a
    table; the store's file is the same afterwards, and nothing is sent."""
    with house.signed_in() as browser:
        before = contents(house)
        page = moved(browser)
        assert contents(house) == before
    text = words(page)
    assert page.status_code == 200
    assert "Enrolment appointment 12 Mar 2026 17 Mar 2026 +5 days" in text
    assert "Leukapheresis 13 Mar 2026 – 19 Mar 2026 18 Mar 2026 – 24 Mar 2026 +5 days" in text
    assert "Visits of each week at" in text and '<svg class="load"' in page.text
    assert "with another number of visits" in text
    assert house.sent == []


def test_it_is_the_answer_of_the_command_line(house: House) -> None:
    """Every change that `dayzero replay change` finds is on the page, and no other."""
    body = {"kind": "plan_item", "actor": COORDINATOR, "item": "enrolment", "appointment": "2026-03-17"}
    with house.store.reading() as reading:
        history = history_of(reading)
    trial = Trial("P-002", {**body, "reason": "x"}, house.now)
    found = try_change(history, STUDY, [trial], house.now + timedelta(weeks=4), Provenance("", ""))
    rows = [each for each in found.changes if each.subject == "P-002" and each.effect is not Effect.CLASH]
    with house.signed_in() as browser:
        page = moved(browser)
    assert page.text.count('<tr id="dates-P-002-') == len(rows) > 20


def test_exactly_this_is_recorded_once(house: House) -> None:
    """What was looked at is sent as one, with the reason, under the form's id; sent twice it acts once, and
    both times leads to the participant."""
    with house.signed_in() as browser:
        pairs = recording(moved(browser))
        first, second = sent(browser, PAGE, pairs), sent(browser, PAGE, pairs)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == f"{START}/participant/P-002?done=recorded"
    assert appointment(house) == "2026-03-17"
    (first_id, whole), (second_id, _) = house.sent
    assert first_id == second_id == dict(pairs)["id"]
    assert whole["kind"] == "apply_together" and whole["actor"]["id"] == PEOPLE[Role.COORDINATOR]
    assert whole["parts"] == [
        {
            "subject": "P-002",
            "command": {
                "kind": "plan_item",
                "item": "enrolment",
                "appointment": "2026-03-17",
                "reason": "no slot before",
            },
        }
    ]
    with house.store.reading() as reading:
        events = [each.event.TYPE for each in reading.events(f"participant/{STUDY}/P-002")]
    assert events.count("appointment.planned") == 2


def test_a_record_that_moved_is_shown_and_looked_at_again(house: House) -> None:
    """When somebody else records something between the look and the deed nothing is recorded; what moved is
    told, the what-if is shown anew, and then it can be recorded."""
    with house.signed_in() as browser:
        pairs = recording(moved(browser))
        tell(house, "plan_item", item="leukapheresis", appointment="2026-03-20")
        answer = sent(browser, PAGE, pairs)
        text = words(answer)
        assert answer.status_code == 422
        assert "the record has moved since you looked" in text
        assert "appointment planned: Leukapheresis" in text and COORDINATOR["id"] in text
        assert appointment(house) == "2026-03-12"
        again = sent(browser, PAGE, recording(answer))
    assert again.status_code == 303
    assert appointment(house) == "2026-03-17"
    assert house.sent[0][0] != house.sent[1][0]


def test_a_move_is_tried_without_a_reason_and_not_recorded_without(house: House) -> None:
    """Nobody has to say why before they have seen what it leads to; then the reason is asked for."""
    with house.signed_in() as browser:
        page = moved(browser)
        assert "would be recorded" in words(page)
        answer = sent(browser, PAGE, recording(page, reason=""))
    assert answer.status_code == 422
    assert "Say why it moves" in words(answer) and 'name="w.reason"' in answer.text
    assert house.sent == []


def test_another_number_of_days_takes_the_place_of_the_first(house: House) -> None:
    """Asked with seven days after five, the page tries seven, and not both."""
    with house.signed_in() as browser:
        page = moved(browser)
        again = [
            *form_with(page, 'id="w-item"'), ("w.item", "enrolment"), ("w.days", "7"), ("w.weeks", "0"),
        ]  # fmt: skip
        answer = sent(browser, PAGE, again)
    text = words(answer)
    assert "What is tried 1" in text and "19 Mar 2026 +7 days" in text and "up to 6 Mar 2026 15:00" in text


@pytest.mark.parametrize(
    ("item", "days", "says"),
    [
        ("enrolment", "soon", "Write by how many days"),
        ("enrolment", "0", "Write by how many days"),
        ("consent", "3", "has no day that could move"),
        ("nowhere", "3", "has no day that could move"),
    ],
)
def test_a_question_that_cannot_be_asked_is_said(house: House, item: str, days: str, says: str) -> None:
    """A number that is none, or something that has no day to come, is told beside the question."""
    with house.signed_in() as browser:
        answer = browser.get(f"{PAGE}?item={item}&days={days}")
    assert (answer.status_code, says in words(answer)) == (422, True)


def test_commands_are_added_and_taken_out(house: House) -> None:
    """A command filled in is tried with the others, in their order; taken out it is gone."""
    with house.signed_in() as browser:
        page = filled_in(
            browser, PAGE, moved(browser), "plan_item", item="leukapheresis", appointment="2026-03-21"
        )
        text = words(page)
        assert "What is tried 2" in text and "Leukapheresis appointment – 21 Mar 2026" in text
        out = sent(browser, PAGE, [*form_with(page, 'value="drop-0"'), ("w.act", "drop-0")])
        assert "What is tried 1" in words(out) and "12 Mar 2026 17 Mar 2026" not in words(out)
        both = sent(browser, PAGE, recording(page))
    assert both.status_code == 303
    assert (appointment(house), appointment(house, item="leukapheresis")) == ("2026-03-17", "2026-03-21")
    assert len(house.sent) == 1


def test_the_form_of_a_command_can_be_tried(house: House) -> None:
    """What stands in a command's own form is tried as it is, and what is wrong is told at its place."""
    with house.signed_in() as browser:
        form = browser.get(f"{START}/participant/P-002/do/excuse_visit")
        assert f'formaction="{PAGE}"' in form.text
        pairs = [*form_with(form, 'class="sheet"'), ("item", "enrolment"), ("w.act", "add")]
        wrong = sent(browser, PAGE, pairs)
        assert wrong.status_code == 422
        assert 'id="why-f-reason"' in wrong.text and "This is needed." in wrong.text
        right = sent(browser, PAGE, [*pairs, ("reason", HOSTILE)])
    assert "What is tried 1" in words(right)
    assert HOSTILE not in right.text and "49" not in words(right).partition("Reason:")[2][:60]


def test_what_would_be_refused_says_so_at_its_place(house: House) -> None:
    """A command that the record would not take has its reason, and keeps the whole from being recorded."""
    with house.signed_in() as browser:
        page = filled_in(browser, PAGE, moved(browser), "record_item", item="infusion", happened="2026-03-05")
    text = words(page)
    assert "would be refused" in text.partition("Record a visit or milestone")[2]
    assert "it would be refused." in text.partition("This cannot be recorded from here")[2]
    assert "Record exactly this" not in page.text


def test_a_signature_is_tried_here_and_given_on_its_form(house: House) -> None:
    """What a signature would lead to is shown, with what stands in its way; it is signed where it is read."""
    path = page_of("P-002")
    with house.signed_in(Role.INVESTIGATOR) as browser:
        page = filled_in(browser, path, browser.get(path), "sign_gate", gate="eligibility")
    text = words(page)
    assert "gate-closed" in page.text or "would be refused" in text or "would be recorded" in text
    assert "Record exactly this" not in page.text


def test_what_leaves_a_record_is_given_by_itself(house: House) -> None:
    """A product's hand-over is tried, and recorded on its own form alone."""
    carried = json.dumps({"who": "P-001", "do": {"kind": "hand_over", "step": "to_bedside"}})
    path = page_of("P-001")
    with house.signed_in() as browser:
        page = sent(browser, path, [*browser.form().items(), ("w.do", carried), ("w.act", "look")])
    assert page.status_code == 200
    assert "Record exactly this" not in page.text


def test_a_moment_ahead_is_looked_at_and_not_recorded(house: House) -> None:
    """With a moment that lies ahead the command is tried then, and can only be recorded when it is time; a
    moment that is over is asked for again."""
    stated = {"item": "leukapheresis", "appointment": "2026-03-24", "w.at": "2026-03-10"}
    with house.signed_in() as browser:
        page = filled_in(browser, PAGE, browser.get(PAGE), "plan_item", **stated, **{"w.at.clock": "09:00"})
        over = filled_in(
            browser,
            PAGE,
            browser.get(PAGE),
            "plan_item",
            **{**stated, "w.at": "2026-03-01", "w.at.clock": "09:00"},
        )
        no_clock = filled_in(browser, PAGE, browser.get(PAGE), "plan_item", **stated)
    assert "as if given: 10 Mar 2026 09:00" in words(page)
    assert "its moment lies ahead" in words(page) and "Record exactly this" not in page.text
    assert over.status_code == no_clock.status_code == 422
    assert "This moment is over" in words(over) and "This is needed." in words(no_clock)


def test_a_moment_that_is_over_meanwhile_is_said_at_its_place(house: House) -> None:
    """A what-if in the past of what is recorded is not tried: the command says why, and nothing is shown."""
    body = {"kind": "plan_item", "item": "leukapheresis", "appointment": "2026-03-24"}
    carried = json.dumps({"who": "P-002", "at": "2026-03-01T00:00:00Z", "do": body})
    with house.signed_in() as browser:
        page = sent(browser, PAGE, [*browser.form().items(), ("w.do", carried), ("w.act", "look")])
    text = words(page)
    assert page.status_code == 200
    assert "Its moment is over" in text and "What it would lead to" not in text
    assert "Record exactly this" not in page.text


def test_an_unknown_outcome_is_asked_again_under_the_same_id(house: House) -> None:
    """When nobody knows whether it was recorded, the same is asked again, and it is recorded once."""
    with house.signed_in() as browser:
        pairs = recording(moved(browser))
        house.trouble = OutcomeUnknown("an-id", "no answer")
        lost = sent(browser, PAGE, pairs)
        assert lost.status_code == 503 and "Nobody knows yet" in words(lost)
        house.trouble = None
        again = sent(browser, PAGE, [*form_with(lost, "Ask again"), ("w.act", "record")])
    assert again.status_code == 303
    assert house.sent[0] == house.sent[1]
    assert appointment(house) == "2026-03-17"


@pytest.mark.parametrize(
    "carried",
    [
        "not json",
        '{"who": "P-002"}',
        '{"who": "P-002", "do": {"kind": "reach_clock"}}',
        '{"who": "P-002", "do": {"kind": "plan_item", "actor": {"id": "x", "role": "sponsor"}}}',
        '{"who": "P-002", "at": "tomorrow", "do": {"kind": "plan_item"}}',
        f'{{"who": "P-002", "do": {{"kind": "plan_item", "item": {10**40}}}}}',
    ],
)
def test_what_no_page_of_ours_carries_is_refused(house: House, carried: str) -> None:
    """A field that was tampered with ends at the door; nothing is tried and nothing is sent."""
    with house.signed_in() as browser:
        for act in ("look", "record"):
            pairs = [*browser.form().items(), ("w.do", carried), ("w.seen", "{}"), ("w.act", act)]
            assert sent(browser, PAGE, pairs).status_code == 403
    assert house.sent == []


@pytest.mark.parametrize(
    "carried",
    [
        {"do": {"kind": "sign_gate", "gate": "eligibility", "meaning": "I confirm"}},
        {"do": {"kind": "hand_over", "step": "to_bedside"}},
        {
            "do": {"kind": "plan_item", "item": "leukapheresis", "appointment": "2026-03-24"},
            "at": "2027-01-01T00:00:00Z",
        },
    ],
)
def test_what_is_recorded_elsewhere_is_not_recorded_from_here(house: House, carried: dict[str, Any]) -> None:
    """A post made by hand signs nothing without the password that its own form asks for, and gives nothing
    before its moment, or together with others, that is given by itself."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        pairs = recording(moved(browser, days=4), reason="")
        given = ("w.do", json.dumps({"who": "P-002", **carried}))
        kept = [each for each in pairs if each[0] not in ("w.do", "w.reasons", "w.reason")]
        answer = sent(browser, PAGE, [*kept, given])
    assert (answer.status_code, house.sent) == (403, [])


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2201-01-01"])
def test_a_moment_beyond_any_study_is_said_beside_it(house: House, day: str) -> None:
    """A day that no record can hold is told at its field, whatever its zone makes of it."""
    stated = {"item": "leukapheresis", "appointment": "2026-03-24", "w.at": day, "w.at.clock": "00:00"}
    with house.signed_in() as browser:
        answer = filled_in(browser, PAGE, browser.get(PAGE), "plan_item", **stated)
    assert answer.status_code == 422 and "What is tried 1" not in words(answer)


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_record_what_was_tried(house: House, role: Role) -> None:
    """What is tried is recorded by whoever may give each of its commands; nobody else's is sent."""
    with house.signed_in() as browser:
        pairs = [each for each in recording(moved(browser)) if each[0] != "csrf"]
    with house.signed_in(role) as browser:
        answer = sent(browser, PAGE, [*pairs, ("csrf", browser.csrf())])
    allowed = role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER)
    assert answer.status_code == (303 if allowed else 403)
    assert len(house.sent) == allowed


def test_several_participants_are_recorded_as_one_and_told(house: House) -> None:
    """On the study's page commands of several are tried together; recorded, each timeline is told to look."""
    path = f"{START}/what-if"
    with house.signed_in(Role.INVESTIGATOR) as browser:
        page = browser.get(path)
        chosen = [*form_with(page, "Fill it in"), ("w.who", "P-002"), ("w.kind", "plan_item")]
        page = sent(browser, path, chosen)
        stated = [("item", "leukapheresis"), ("appointment", "2026-03-24"), ("w.act", "add")]
        page = sent(browser, path, [*form_with(page, "Try this"), *stated])
        chosen = [*form_with(page, "Fill it in"), ("w.who", STUDY_SUBJECT), ("w.kind", "place_hold")]
        page = sent(browser, path, chosen)
        page = sent(browser, path, [*form_with(page, "Try this"), ("reason", "an event"), ("w.act", "add")])
        assert words(page).count("would be recorded") == 2, words(page)
        answer = sent(browser, path, recording(page))
    assert answer.status_code == 303, words(answer)
    assert house.woken == [(STUDY, "P-002")]


def test_a_command_of_the_study_is_not_about_a_participant(house: House) -> None:
    """Choosing somebody for what is about the study is told, and nothing is tried."""
    path = f"{START}/what-if"
    with house.signed_in(Role.INVESTIGATOR) as browser:
        page = browser.get(path)
        pairs = [*form_with(page, "Fill it in"), ("w.who", "P-002"), ("w.kind", "place_hold")]
        answer = sent(browser, path, pairs)
    assert answer.status_code == 422 and "not about whom you chose" in words(answer)


def test_what_takes_too_long_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever: a page says what to do instead, and what was asked is still there."""
    monkeypatch.setattr(trying, "SECONDS", 0.0)
    with house.signed_in() as browser:
        page = moved(browser)
    assert page.status_code == 200
    assert "longer than anybody waits" in words(page) and "What is tried 1" in words(page)
    assert "Record exactly this" not in page.text


def test_nothing_is_tried_in_the_past(house: House) -> None:
    """A page of the past has no what-if."""
    with house.signed_in() as browser:
        assert browser.get(f"{PAGE}?as_of=2026-03-01").status_code == 409
        assert "what-if" not in browser.get(f"{START}/participant/P-002?as_of=2026-03-01").text
        assert "/what-if" in browser.get(f"{START}/participant/P-002").text


def test_a_booking_that_moves_is_asked_by_its_address(house: House) -> None:
    """The preview of a booking leads to everything it would lead to; what the record says to it is there."""
    with house.signed_in() as browser:
        page = browser.get(f"{page_of('P-001')}?resource=apheresis_unit&to=2026-03-20")
    assert page.status_code == 200
    assert "Move a booking" in words(page) and "would be refused" in words(page)


def contents(house: House) -> str:
    """A hash of everything that is recorded."""
    with house.store.reading() as reading:
        everything = [str(each) for each in reading.since(0, 100_000)]
        commands = [str(each) for each in reading.commands()]
    return hashlib.sha256("".join((*everything, *commands)).encode()).hexdigest()

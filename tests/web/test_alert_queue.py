"""The queue of alerts: found by its address, answered one by one or many at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from console.letter import OutcomeUnknown
from domain.roles import Role
from tests.web.house import START, House
from tests.web.test_command_forms import fields_in, opened, wrong_in

ALERT = "P-001/D21/overdue"
QUEUE = f"{START}/alerts"


@pytest.mark.parametrize("state", ["open", "snoozed", "acknowledged", "resolved", "all"])
def test_every_state_is_an_address(house: House, state: str) -> None:
    """Each state of the queue is a page, with the number of its alerts beside its name."""
    with house.signed_in() as browser:
        page = browser.get(f"{QUEUE}?state={state}")
        assert page.status_code == 200
        assert re.search(rf'state={state}" aria-current="true"', page.text)
        assert browser.get(f"{QUEUE}?state=odd").status_code == 404


def test_filters_narrow_the_queue(house: House) -> None:
    """Participant, kind and rung leave only what fits them; what fits nothing says so."""
    with house.signed_in() as browser:
        whole = browser.get(f"{QUEUE}?state=all").text
        assert ALERT in whole
        assert ALERT in browser.get(f"{QUEUE}?state=all&participant=P-001&kind=overdue").text
        none = browser.get(f"{QUEUE}?state=all&participant=P-002&kind=identity_mismatch").text
        assert ALERT not in none and "none as asked for" in none
        odd = browser.get(f"{QUEUE}?state=all&participant=%22%3E%3Cscript%3Ealert(1)").text
        assert "<script>alert" not in odd


def test_many_are_answered_at_once(house: House) -> None:
    """Each ticked alert is a command of its own; the same form sent again answers nothing twice (INV-2)."""
    with house.signed_in() as browser:
        assert 'form="bulk"' in browser.get(QUEUE).text
        form = browser.form(alert=ALERT, back=QUEUE)
        first = browser.post(f"{START}/acknowledge-many", form)
        version = house.version("P-001")
        second = browser.post(f"{START}/acknowledge-many", form)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == f"{QUEUE}?done=acknowledged"
    assert house.version("P-001") == version
    [one, again] = [each for each, _ in house.sent]
    assert one == again != form["id"]


def test_what_was_refused_of_many_is_told(house: House) -> None:
    """Of several alerts those that are refused are named with the reason, and the others stay answered."""
    with house.signed_in() as browser:
        form = browser.form(back=QUEUE) | {"alert": [ALERT, "P-001/D28/overdue"]}
        answer = browser.post(f"{START}/acknowledge-many", form)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert "1 of 2 acknowledged" in answer.text and "P-001/D28/overdue" in answer.text
        assert "acknowledged now" in answer.text and "not acknowledged" in answer.text
        none = browser.post(f"{START}/acknowledge-many", browser.form(back=QUEUE))
        assert none.status_code == 422 and "Nothing was ticked" in none.text


def test_nobody_knowing_is_asked_again(house: House) -> None:
    """When nobody answers, the same form is offered again, and answers each alert once at most."""
    with house.signed_in() as browser:
        house.trouble = OutcomeUnknown("x", "no answer")
        answer = browser.post(f"{START}/acknowledge-many", browser.form(alert=ALERT, back=QUEUE))
        assert answer.status_code == 503 and "nobody knows yet" in answer.text
        found = re.findall(r'name="(csrf|id|back|alert)" value="([^"]*)"', answer.text.split("<main")[1])
        house.trouble = None
        assert browser.post(f"{START}/acknowledge-many", dict(found)).status_code == 303
    assert house.sent[0][0] == house.sent[1][0]


def test_an_alert_is_snoozed_with_reason_and_end(house: House) -> None:
    """From the card a form is opened that asks for an end and a reason, and leads back to the queue."""
    with house.signed_in() as browser:
        link = re.search(r'href="([^"]*do/snooze_alert[^"]*)"', browser.get(QUEUE).text)
        assert link is not None
        path = link.group(1).replace("&amp;", "&")
        fields = opened(browser, path)
        assert fields["alert"] == ALERT
        address = path.partition("?")[0]
        empty = browser.post(address, fields)
        assert empty.status_code == 422 and 'id="why-f-until"' in empty.text
        until = (house.now + timedelta(hours=20)).date().isoformat()
        typed = {**fields_in(empty.text), "until": until, "until.clock": "18:00", "reason": "bank holiday"}
        answer = browser.post(address, typed)
        assert answer.status_code == 303, wrong_in(answer.text)
        assert answer.headers["location"].startswith(QUEUE)
        page = browser.get(f"{QUEUE}?state=snoozed").text
        assert ALERT in page
        detail = browser.get(f"{START}/alert/{ALERT}").text
        assert "bank holiday" in detail and "It is silent until" in detail


def test_who_only_reads_is_offered_no_answer(house: House) -> None:
    """An auditor sees the queue and its ladders, and no box to tick."""
    with house.signed_in(Role.AUDITOR) as browser:
        page = browser.get(QUEUE).text
        assert ALERT in page and "bulk" not in page and "snooze_alert" not in page
        assert "Ladder" in browser.get(f"{START}/alert/{ALERT}").text

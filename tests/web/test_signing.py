"""A signature is given over what was shown, by somebody who proves to be there, or not at all."""

from __future__ import annotations

import re
import uuid

from activities.orders import DeskOrder
from domain.roles import Role
from tests.console.seeding import STUDY
from tests.support.lives import SCREENING
from tests.support.trial import COORDINATOR
from tests.web.house import PASSWORD, START, House
from tests.web.test_command_forms import fields_in, opened, wrong_in

GATE = f"{START}/participant/P-002/do/sign_gate"


def test_what_is_signed_is_shown_first(house: House) -> None:
    """The form shows the words, each finding and the hash of the content, and asks for the password."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        chosen = browser.get(GATE).text
        assert "Show what is signed" in chosen and 'name="password"' not in chosen
        page = browser.get(f"{GATE}?gate=eligibility").text
    assert "I confirm eligibility" in page and 'class="findings"' in page
    assert re.search(r"[0-9a-f]{64}", page) and 'type="password"' in page
    assert house.sent == []


def test_a_signature_needs_the_password(house: House) -> None:
    """Without the password, or with a wrong one, nothing is signed, and no password comes back."""
    ready(house)
    with house.signed_in(Role.INVESTIGATOR) as browser:
        fields = opened(browser, f"{GATE}?gate=eligibility")
        for typed in ("", "not the password"):
            answer = browser.post(GATE, {**fields, "password": typed})
            assert answer.status_code == 422 and 'id="why-password"' in answer.text
            assert "not the password" not in answer.text
            assert fields_in(answer.text)["id"] == fields["id"]
    assert house.sent == []


def test_a_gate_is_signed_over_what_was_shown(house: House) -> None:
    """The signed command carries the words and the hash that stood on the page."""
    ready(house)
    with house.signed_in(Role.INVESTIGATOR) as browser:
        fields = opened(browser, f"{GATE}?gate=eligibility")
        answer = browser.post(GATE, {**fields, "password": PASSWORD})
        assert answer.status_code == 303, wrong_in(answer.text)
        assert "Signed." in browser.get(answer.headers["location"]).text
        command = house.sent[-1][1]
        assert (command["meaning"], command["content"]) == ("I confirm eligibility", fields["content"])
        again = browser.get(f"{GATE}?gate=eligibility").text
        assert "Signed before by investigator-1" in again and "another person" in again


def test_what_changed_meanwhile_is_shown_again(house: House) -> None:
    """When a result changed between reading and signing, nothing is signed and the new content is shown."""
    ready(house)
    with house.signed_in(Role.INVESTIGATOR) as browser:
        fields = opened(browser, f"{GATE}?gate=eligibility")
        with house.signed_in(Role.COORDINATOR) as other:
            result = f"{START}/participant/P-002/do/record_result"
            typed = {"result.observation": "ecog", "result.value": "2", "result.on": "2026-03-06"}
            assert other.post(result, {**opened(other, result), **typed}).status_code == 303
        sent = len(house.sent)
        answer = browser.post(GATE, {**fields, "password": PASSWORD})
        assert answer.status_code == 409
        assert "changed while you read" in answer.text
        again = fields_in(answer.text)
        assert again["content"] != fields["content"] and len(house.sent) == sent
        signed = browser.post(GATE, {**again, "password": PASSWORD})
        assert signed.status_code == 303, wrong_in(signed.text)


def test_a_signature_that_is_not_the_role_s_is_no_form(house: House) -> None:
    """Whom the protocol does not name sees no form of the signature, and can send none."""
    with house.signed_in(Role.COORDINATOR) as browser:
        assert browser.get(GATE).status_code == 403
        assert browser.post(GATE, browser.form(gate="eligibility", password=PASSWORD)).status_code == 403
    assert house.sent == []


def test_a_hold_is_lifted_by_a_signature(house: House) -> None:
    """A hold that was placed is lifted by the role it names, in its words, over its content."""
    with house.signed_in(Role.INVESTIGATOR) as browser:
        hold = f"{START}/do/place_hold"
        assert browser.post(hold, {**opened(browser, hold), "reason": "to look into it"}).status_code == 303
    with house.store.reading() as reading:
        held = house.rulebook.study(reading, "NCT06642025").holds_in_force[0]
    with house.signed_in(held.placed.lifted_by) as browser:
        path = f"{START}/do/lift_hold"
        fields = opened(browser, f"{path}?hold={held.code}")
        answer = browser.post(path, {**fields, "reason": "looked into", "password": PASSWORD})
        assert answer.status_code == 303, wrong_in(answer.text)
    assert house.sent[-1][1]["meaning"] == held.placed.meaning


def ready(house: House) -> None:
    """Everything that eligibility asks for is on the record of P-002."""
    with house.store.writing() as tx:
        for observation, (value, unit) in SCREENING.items():
            stated = {"observation": observation, "value": value, "on": "2026-03-05"}
            result = stated | ({"unit": unit} if unit else {})
            body = {"kind": "record_result", "actor": COORDINATOR, "result": result}
            heard = house.hearing.hear(
                tx, DeskOrder(STUDY, "P-002", str(uuid.uuid4()), body, house.now.isoformat())
            )
            assert heard.refused is None, heard.text

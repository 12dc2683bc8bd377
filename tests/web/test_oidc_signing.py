"""Who signs by way of the identity provider is asked there again, for one form, and soon."""

from __future__ import annotations

import re
import uuid

from starlette.requests import Request

from console.web.asking import Form
from console.web.proving import reproved, typed_before, way_to_provider
from console.web.visiting import Visitor, visitor
from domain.roles import Role
from tests.web.house import START, Browser, House
from tests.web.identity_provider import IdentityProvider
from tests.web.test_command_forms import opened
from tests.web.test_oidc import INVESTIGATOR, came, idp, know
from tests.web.test_signing import ready

__all__ = ["idp"]


def looked_at(browser: Browser) -> Visitor:
    """Whoever is signed in, as a page gets to see them."""
    [cookie] = [each for each in browser.client.cookies.jar if each.name == "dayzero"]
    headers = [(b"cookie", f"dayzero={cookie.value}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    return visitor(Request({**scope, "client": ("127.0.0.1", 50_000), "app": browser.client.app}))


def form() -> Form:
    """A form with an id of its own."""
    return Form("", str(uuid.uuid4()))


def test_a_signature_asks_the_provider_again(house: House, idp: IdentityProvider) -> None:
    """Nothing is signed before a fresh confirmation; it leads back to the form with what was typed."""
    with house.browser() as browser:
        came(browser)
        trouble = reproved(looked_at(browser), form(), "")
        assert trouble is not None and trouble.code == "ask-provider"
        typed = {"reason": ["Read “all” of it"], "csrf": ["x"], "password": ["never kept"]}
        way = way_to_provider(looked_at(browser), f"{START}/do/place_hold?a=b", typed)
        answer = came(browser, way)
        path, _, ticket = answer.headers["location"].rpartition("&kept=")
        assert path == f"{START}/do/place_hold?a=b"
        assert idp.asked[-1]["prompt"] == "login"
        assert typed_before(looked_at(browser), ticket) == {"reason": ["Read “all” of it"]}
        assert reproved(looked_at(browser), form(), "") is None


def test_a_gate_is_signed_by_way_of_the_provider(house: House, idp: IdentityProvider) -> None:
    """The form of a signature leads to the provider and back, and then signs as recognised there."""
    ready(house)
    know(house, INVESTIGATOR, f"{idp.issuer} b71c")
    idp.subject = "b71c"
    gate = f"{START}/participant/P-002/do/sign_gate"
    with house.browser() as browser:
        came(browser)
        asked = browser.post(gate, opened(browser, f"{gate}?gate=eligibility"))
        assert asked.status_code == 422 and house.sent == []
        [way] = re.findall(r'href="(/sign/provider[^"]+)"', asked.text)
        back = came(browser, way).headers["location"]
        signed = browser.post(gate, opened(browser, back))
        assert signed.status_code == 303, signed.text
    command = house.sent[-1][1]
    assert command["gate"] == "eligibility" and command["actor"]["method"] == "oidc"


def test_a_confirmation_signs_one_form_and_soon(house: House, idp: IdentityProvider) -> None:
    """One confirmation signs one form, twice sent or not, and none after five minutes."""
    with house.browser() as browser:
        came(browser)
        came(browser, way_to_provider(looked_at(browser), START, {}))
        signed = form()
        assert reproved(looked_at(browser), signed, "") is None
        assert reproved(looked_at(browser), signed, "") is None
        assert reproved(looked_at(browser), form(), "") is not None
        came(browser, way_to_provider(looked_at(browser), START, {}))
        house.wait(minutes=6)
        assert reproved(looked_at(browser), form(), "") is not None


def test_what_waits_is_of_its_session(house: House, idp: IdentityProvider) -> None:
    """What somebody typed waits for them alone: another session sees nothing of it."""
    with house.browser() as browser, house.signed_in(Role.AUDITOR) as other:
        came(browser)
        ticket = way_to_provider(looked_at(browser), START, {"reason": ["mine"]}).rpartition("=")[2]
        assert typed_before(looked_at(browser), ticket) == {"reason": ["mine"]}
        assert typed_before(looked_at(other), ticket) == {}
        assert other.get(f"/sign/provider?kept={ticket}").status_code == 404


def test_a_password_does_not_prove_somebody_of_the_provider(house: House, idp: IdentityProvider) -> None:
    """A session that the provider opened is never proved by a password typed into its form."""
    with house.browser() as browser:
        came(browser)
        trouble = reproved(looked_at(browser), form(), "correct horse battery")
        assert trouble is not None and trouble.code == "ask-provider"

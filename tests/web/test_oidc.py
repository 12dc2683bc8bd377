"""Who comes through the identity provider is who it says, came once, and was opened by an administrator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from console.web.oidc import provider_of
from console.web.oidc_client import Client, Registration
from domain.roles import Role
from settings import Settings, SettingsInvalid
from store.administration import Act, administer, entries, problems
from store.sign_ins import user_named
from tests.web.house import MACHINE, ORIGIN, PEOPLE, START, Browser, House
from tests.web.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider, key

COORDINATOR, INVESTIGATOR = PEOPLE[Role.COORDINATOR], PEOPLE[Role.INVESTIGATOR]
SIGN_IN = "/sign-in/provider"
NOT_TAKEN = "This sign-in was not taken"


@pytest.fixture
def idp(house: House) -> Iterator[IdentityProvider]:
    """A provider the house believes, which knows its coordinator by e-mail address."""
    with identity_provider(lambda: house.now) as provider:
        house.provider = client_of(provider, house)
        know(house, COORDINATOR, "mailto:coordinator@example.org")
        yield provider


def client_of(provider: IdentityProvider, house: House, issuer: str = "") -> Client:
    """The console's side of it."""
    about = Registration(issuer or provider.issuer, CLIENT, SECRET, "Hospital", ORIGIN, timedelta(seconds=60))
    return Client(about, lambda: house.now)


def know(house: House, user_id: str, identity: str) -> None:
    """Say of whom the provider speaks; nothing but the provider lets them in."""
    with house.store.writing() as tx:
        user = user_named(tx, user_id)
        assert user is not None
        known = replace(user, identity=identity, password_hash="")
        administer(tx, Act.IDENTITY_SET, known, MACHINE, "by the provider", house.now)


def gone(browser: Browser, way: str = SIGN_IN) -> str:
    """Go to the provider and be let in there; where it sends one back to."""
    there = browser.get(way)
    assert there.status_code == 303, there.text
    back = httpx.get(there.headers["location"])
    assert back.status_code == 302, back.text
    return back.headers["location"].removeprefix(ORIGIN)


def came(browser: Browser, way: str = SIGN_IN) -> httpx.Response:
    """Go there and come back."""
    return browser.get(gone(browser, way))


def test_somebody_known_comes_in(house: House, idp: IdentityProvider) -> None:
    """Whom an administrator opened comes in, and where they wanted to go; they act as recognised by it."""
    with house.browser() as browser:
        assert "Sign in with Hospital" in browser.get("/sign-in").text
        answer = came(browser, f"{SIGN_IN}?next={START}/alerts")
        assert answer.headers["location"] == f"{START}/alerts"
        assert (
            browser.post(f"{START}/acknowledge", browser.form(alert="P-001/D21/overdue")).status_code == 303
        )
    assert house.sent[0][1]["actor"] == {"id": COORDINATOR, "role": "coordinator", "method": "oidc"}


def test_the_way_there_gives_nothing_away(house: House, idp: IdentityProvider) -> None:
    """Code flow with PKCE by S256; state, nonce and challenge are long, random and of this way alone."""
    with house.browser() as browser:
        for _ in range(2):
            gone(browser)
    first, second = idp.asked
    assert first["response_type"] == "code" and first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{ORIGIN}/sign-in/back" and "openid" in first["scope"].split()
    assert all(len(first[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert "prompt" not in first


def test_an_address_is_bound_to_the_providers_own_name(house: House, idp: IdentityProvider) -> None:
    """At the first sign-in the subject takes the place of the address, on the record, and for good."""
    with house.browser() as browser:
        came(browser)
        idp.address = "another@example.org"
        assert came(browser).status_code == 303
        idp.subject, idp.address = "somebody else", "coordinator@example.org"
        assert came(browser).status_code == 403
    with house.store.reading() as reading:
        user = user_named(reading, COORDINATOR)
        assert user is not None and user.identity == f"{idp.issuer} f3a9"
        assert entries(reading, COORDINATOR)[0].act is Act.IDENTITY_BOUND
        assert list(problems(reading)) == []


@pytest.mark.parametrize(
    "lies",
    [
        {"sub": "unknown", "email": "unknown@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
    ],
)
def test_nobody_unknown_comes_in(house: House, idp: IdentityProvider, lies: dict[str, Any]) -> None:
    """Whom no administrator opened, or whose address the provider did not verify, is told to ask for it."""
    idp.lies = lies
    with house.browser() as browser:
        answer = came(browser)
        assert answer.status_code == 403 and "Nobody here is known by this sign-in" in answer.text
        assert browser.get(START).headers["location"].startswith("/sign-in")
    with house.store.reading() as reading:
        assert {each.user_id for each in entries(reading)} == set(PEOPLE.values())


def test_a_closed_user_does_not_come_in(house: House, idp: IdentityProvider) -> None:
    """Whoever was closed here stays out, whatever the provider says."""
    with house.store.writing() as tx:
        user = user_named(tx, COORDINATOR)
        assert user is not None
        administer(tx, Act.CLOSED, replace(user, closed_at=house.now), MACHINE, "left", house.now)
    with house.browser() as browser:
        assert "Nobody here is known" in came(browser).text


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of another way"},
        {"nonce": None},
        {"aud": "another console"},
        {"aud": ["another console", CLIENT], "azp": "another console"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_a_token_that_is_not_for_this_way_is_not_believed(
    house: House, idp: IdentityProvider, lies: dict[str, Any]
) -> None:
    """Another nonce, audience, issuer or time, or a missing one, opens nothing."""
    idp.lies = lies
    with house.browser() as browser:
        answer = came(browser)
        assert answer.status_code == 403 and NOT_TAKEN in answer.text
        assert browser.get(START).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("forged", ["another key", "a shared secret"])
def test_a_token_of_somebody_else_is_not_believed(house: House, idp: IdentityProvider, forged: str) -> None:
    """A token signed by a key that was not published, or by a secret in the place of a key, opens nothing."""
    if forged == "another key":
        idp.key = key("other")
    else:
        idp.algorithm = "HS256"
    with house.browser() as browser:
        assert NOT_TAKEN in came(browser).text


def test_keys_may_change(house: House, idp: IdentityProvider) -> None:
    """A provider that signs with a new published key is believed at once."""
    with house.browser() as browser:
        came(browser)
        idp.key = idp.published = key("other")
        assert came(browser).status_code == 303


@pytest.mark.parametrize(("ahead", "status"), [(50, 303), (70, 403), (-340, 303), (-370, 403)])
def test_clocks_may_differ_a_little(house: House, idp: IdentityProvider, ahead: int, status: int) -> None:
    """A minute between the clocks is nothing; more is not believed."""
    idp.now = lambda: house.now + timedelta(seconds=ahead)
    with house.browser() as browser:
        assert came(browser).status_code == status


def test_a_way_is_gone_once(house: House, idp: IdentityProvider) -> None:
    """The same answer a second time, even with a code the provider would take, opens nothing."""
    with house.browser() as browser:
        back = gone(browser)
        assert browser.get(back).status_code == 303
        idp.codes[parse_qs(urlsplit(back).query)["code"][0]] = idp.asked[0]
        assert NOT_TAKEN in browser.get(back).text


def test_a_way_is_gone_soon(house: House, idp: IdentityProvider) -> None:
    """An answer after ten minutes is too late."""
    with house.browser() as browser:
        back = gone(browser)
        house.wait(minutes=11)
        assert NOT_TAKEN in browser.get(back).text


def test_nobody_is_signed_in_by_anothers_answer(house: House, idp: IdentityProvider) -> None:
    """An answer that somebody else began, put before another browser, signs nobody in there."""
    with house.browser() as attacker, house.browser() as victim:
        back = gone(attacker)
        assert NOT_TAKEN in victim.get(back).text
        gone(victim)
        assert NOT_TAKEN in victim.get(gone(attacker)).text
        assert victim.get(START).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "change", ["state=x", "code=x", "error=access_denied", "iss=https://elsewhere.example"]
)
def test_an_answer_that_was_changed_opens_nothing(house: House, idp: IdentityProvider, change: str) -> None:
    """Another state, another code, an error, or another issuer beside it: nobody comes in."""
    name, _, value = change.partition("=")
    with house.browser() as browser:
        given = {each: values[0] for each, values in parse_qs(urlsplit(gone(browser)).query).items()}
        answer = browser.client.get("/sign-in/back", params={**given, name: value})
        assert answer.status_code == 403 and NOT_TAKEN in answer.text


def test_a_provider_that_is_away_is_said(house: House, idp: IdentityProvider) -> None:
    """A provider that is away, or calls itself otherwise, is said to be; passwords go on working."""
    for client in (client_of(idp, house, "http://127.0.0.1:9"), client_of(idp, house, f"{idp.issuer}/")):
        house.provider = client
        with house.browser() as browser:
            answer = browser.get(SIGN_IN)
            assert answer.status_code == 503 and "does not answer" in answer.text
            assert browser.sign_in(PEOPLE[Role.AUDITOR]).status_code == 303


def test_a_provider_that_is_away_is_not_asked_by_everybody(house: House, idp: IdentityProvider) -> None:
    """For ten seconds nobody waits for a provider that was just found to be away; then it is asked again."""
    idp.calls_itself = "https://elsewhere.example"
    with house.browser() as browser:
        assert browser.get(SIGN_IN).status_code == 503
        idp.calls_itself = None
        assert browser.get(SIGN_IN).status_code == 503
        house.wait(seconds=11)
        assert came(browser).status_code == 303


def test_nobody_is_sent_there_without_end(house: House, idp: IdentityProvider) -> None:
    """One address goes to the provider thirty times a minute at most, and then waits for the next."""
    with house.browser("10.1.2.3") as browser:
        went = [browser.get(SIGN_IN).status_code for _ in range(31)]
        assert (set(went[:30]), went[30]) == ({303}, 429)
        house.wait(minutes=1, seconds=1)
        assert browser.get(SIGN_IN).status_code == 303


def test_signing_out_leads_on(house: House, idp: IdentityProvider) -> None:
    """Signing out ends the session here and shows the way to sign out there, with a way back."""
    with house.browser() as browser:
        came(browser)
        out = browser.post("/sign-out", {"csrf": browser.csrf()})
        assert out.headers["location"] == "/signed-out"
        assert f"{idp.issuer}/sign-out?client_id={CLIENT}" in browser.get("/signed-out").text
        assert browser.get(START).headers["location"].startswith("/sign-in")


def test_a_lock_is_lifted_by_the_provider(house: House, idp: IdentityProvider) -> None:
    """After a while alone the provider is asked to ask again; then it goes on, in the same session."""
    with house.browser() as browser:
        came(browser)
        house.wait(minutes=31)
        assert "/unlock/provider" in browser.get("/unlock").text
        answer = came(browser, f"/unlock/provider?next={START}")
        assert answer.headers["location"] == START
        assert idp.asked[-1]["prompt"] == "login" and idp.asked[-1]["max_age"] == "0"
        assert browser.get(START).status_code == 200


@pytest.mark.parametrize("lies", [{"auth_time": 1_700_000_000}, {"auth_time": None}, {"sub": "another"}])
def test_a_lock_stays_unless_the_same_person_was_asked(
    house: House, idp: IdentityProvider, lies: dict[str, Any]
) -> None:
    """A provider that did not ask again, or does not say so, or speaks of somebody else, lifts no lock."""
    with house.browser() as browser:
        came(browser)
        house.wait(minutes=31)
        idp.lies = lies
        assert NOT_TAKEN in came(browser, "/unlock/provider").text
        assert browser.get(START).headers["location"].startswith("/unlock")


def test_without_a_provider_there_is_no_such_page(house: House) -> None:
    """A console without a provider has neither its button nor its addresses."""
    with house.browser() as browser:
        assert "/sign-in/provider" not in browser.get("/sign-in").text
        for path in (SIGN_IN, "/sign-in/back?state=x&code=y", "/signed-out"):
            assert browser.get(path).status_code == 404


def test_a_missing_extra_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is set without Authlib stops the start and says what to install."""
    told = {
        "oidc_issuer": "https://login.example.org",
        "oidc_client_id": "x",
        "console_url": "https://c.example",
    }
    settings = Settings.model_validate(told)
    assert provider_of(settings, lambda: pytest.fail("no time is asked for")) is not None
    monkeypatch.setattr("console.web.oidc.find_spec", lambda _: None)
    with pytest.raises(SettingsInvalid, match=r"pip install 'dayzero\[oidc\]'"):
        provider_of(settings, lambda: pytest.fail("no time is asked for"))


@pytest.mark.parametrize(
    "told",
    [
        {
            "oidc_issuer": "http://login.example.org",
            "oidc_client_id": "x",
            "console_url": "https://c.example",
        },
        {"oidc_issuer": "https://login.example.org", "console_url": "https://c.example"},
        {"oidc_issuer": "https://login.example.org", "oidc_client_id": "x"},
    ],
)
def test_a_provider_that_cannot_be_is_refused(told: dict[str, str]) -> None:
    """A provider without TLS, without a client id, or without the console's own address is no setting."""
    with pytest.raises(ValueError, match=r"(?i)oidc_issuer"):
        Settings.model_validate(told)

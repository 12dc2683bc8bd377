"""Users are opened, changed and closed by whoever administers, with a reason, on a record that proves it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from console.web.users_pages import one_time_password
from domain.roles import Role
from store.administration import Act, administer, entries, problems
from store.sign_ins import User, user_named
from tests.web.house import MACHINE, PASSWORD, PEOPLE, QUICK, START, Browser, House

ENGINEER, COORDINATOR = PEOPLE[Role.ENGINEER], PEOPLE[Role.COORDINATOR]


def known(house: House, user_id: str) -> User:
    """A user who is there."""
    with house.store.reading() as reading:
        found = user_named(reading, user_id)
    assert found is not None
    return found


def done(house: House, user_id: str) -> list[tuple[str, str, str, str]]:
    """What was done about a user, the newest first: act, by whom, how recognised, why."""
    with house.store.reading() as reading:
        assert list(problems(reading)) == []
        return [
            (each.act.value, each.by.id, each.by.method, each.reason) for each in entries(reading, user_id)
        ]


def secret_in(text: str) -> str:
    """The one-time password a page shows."""
    found = re.search(r'<p class="code">([a-z0-9-]+)</p>', text)
    assert found is not None
    return found.group(1)


def opened(browser: Browser, user: str = "coordinator-7", **more: str) -> str:
    """Let somebody in; their one-time password."""
    fields = browser.form(user=user, role="coordinator", reason="joins the site", **more)
    answer = browser.post("/users/open", fields)
    assert answer.status_code == 200, answer.text
    return secret_in(answer.text)


def test_a_user_is_let_in_and_chooses_a_password(house: House) -> None:
    """A new user signs in with the password shown once, and sees nothing before choosing their own."""
    with house.signed_in(Role.ENGINEER) as browser:
        secret = opened(browser)
        assert secret not in browser.get("/users/coordinator-7").text
    assert done(house, "coordinator-7") == [("opened", ENGINEER, "password", "joins the site")]
    with house.browser() as browser:
        assert browser.sign_in("coordinator-7", secret).status_code == 303
        assert browser.get(START).headers["location"] == "/password"
        assert browser.get(START, **{"X-Dayzero-Live": "1"}).status_code == 401
        page = browser.get("/password")
        assert "P-001" not in page.text
        fields = {"csrf": page.text.split('name="csrf" value="')[1].split('"')[0], "old": secret}
        chosen = {"new": "four quiet grey horses", "again": "four quiet grey horses"}
        assert browser.post("/password", {**fields, **chosen}).headers["location"] == "/settings?done=kept"
        assert browser.get(START).status_code == 200
        assert browser.sign_in("coordinator-7", secret).status_code == 401
        assert browser.sign_in("coordinator-7", "four quiet grey horses").status_code == 303
    assert done(house, "coordinator-7")[0] == ("password-changed", "coordinator-7", "password", "their own")


def test_a_one_time_password_does_not_wait_for_ever(house: House) -> None:
    """A one-time password that nobody used within three days opens nothing."""
    with house.signed_in(Role.ENGINEER) as browser:
        secret = opened(browser)
    house.wait(days=2)
    with house.browser() as browser:
        assert browser.sign_in("coordinator-7", secret).status_code == 303
        house.wait(days=1, minutes=1)
        assert browser.sign_in("coordinator-7", secret).status_code == 401


def test_one_time_passwords_cannot_be_guessed_or_misread() -> None:
    """Each is another, has 99 bits, and no letter or digit that looks like another."""
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}", each) for each in made)


def test_another_role_takes_effect_at_once(house: House) -> None:
    """Whoever gets another role is signed out everywhere, and has it at the next sign-in."""
    with house.signed_in(Role.ENGINEER) as admin, house.signed_in() as browser:
        fields = admin.form(role="auditor", reason="moves to quality")
        assert admin.post(f"/users/{COORDINATOR}/role", fields).status_code == 303
        assert browser.get(START).headers["location"].startswith("/sign-in")
        browser.sign_in(COORDINATOR)
        assert "/acknowledge" not in browser.get(START).text
    assert known(house, COORDINATOR).role is Role.AUDITOR
    assert done(house, COORDINATOR)[0] == ("role-changed", ENGINEER, "password", "moves to quality")


def test_a_reset_password_ends_the_old_one(house: House) -> None:
    """After a reset the old password opens nothing, and the new one leads to the choice of another."""
    with house.signed_in(Role.ENGINEER) as admin, house.signed_in() as browser:
        answer = admin.post(f"/users/{COORDINATOR}/reset", admin.form(reason="forgot it"))
        assert browser.get(START).headers["location"].startswith("/sign-in")
        assert browser.sign_in(COORDINATOR).status_code == 401
        assert browser.sign_in(COORDINATOR, secret_in(answer.text)).status_code == 303
        assert browser.get(START).headers["location"] == "/password"


def test_closing_and_letting_in_again(house: House) -> None:
    """A closed user is out and cannot come in; let in again, they can, with the password they had."""
    with house.signed_in(Role.ENGINEER) as admin, house.signed_in() as browser:
        admin.post(f"/users/{COORDINATOR}/close", admin.form(reason="on leave"))
        assert browser.get(START).headers["location"].startswith("/sign-in")
        assert browser.sign_in(COORDINATOR).status_code == 401
        admin.post(f"/users/{COORDINATOR}/reopen", admin.form(reason="is back"))
        assert browser.sign_in(COORDINATOR).status_code == 303
    assert [each[0] for each in done(house, COORDINATOR)] == ["reopened", "closed", "opened"]


def test_failed_tries_are_forgiven(house: House) -> None:
    """Somebody locked out is let in at once when an administrator forgives their failures."""
    with house.signed_in(Role.ENGINEER) as admin, house.browser() as browser:
        for _ in range(5):
            browser.sign_in(COORDINATOR, "wrong horse battery")
        assert browser.sign_in(COORDINATOR).status_code == 429
        assert "failed too often" in admin.get("/users").text
        admin.post(f"/users/{COORDINATOR}/unlock", admin.form(reason="mistyped"))
        assert "failed too often" not in admin.get("/users").text
        assert browser.sign_in(COORDINATOR).status_code == 303


def test_somebody_is_signed_out_everywhere(house: House) -> None:
    """Ending the sessions of a user signs them out in every browser, and they may sign in again."""
    with house.signed_in(Role.ENGINEER) as admin, house.signed_in() as one, house.signed_in() as other:
        admin.post(f"/users/{COORDINATOR}/end-sessions", admin.form(reason="a lost telephone"))
        for browser in (one, other):
            assert browser.get(START).headers["location"].startswith("/sign-in")
        assert one.sign_in(COORDINATOR).status_code == 303


@pytest.mark.parametrize("act", ["close", "take-administration"])
def test_the_last_who_administers_stays(house: House, act: str) -> None:
    """Nobody takes the last administration away, not even their own; with two of them one may go."""
    with house.signed_in(Role.ENGINEER) as admin:
        refused = admin.post(f"/users/{ENGINEER}/{act}", admin.form(reason="enough"))
        assert refused.status_code == 422 and "the last who administers" in refused.text
        assert 'value="enough"' in refused.text
        admin.post(f"/users/{COORDINATOR}/give-administration", admin.form(reason="a second one"))
        assert admin.post(f"/users/{ENGINEER}/{act}", admin.form(reason="enough")).status_code == 303
    with house.signed_in() as second:
        assert second.get("/users").status_code == 200


def test_nobody_gives_themselves_a_role(house: House) -> None:
    """Whoever administers cannot make an investigator of themselves."""
    with house.signed_in(Role.ENGINEER) as admin:
        refused = admin.post(f"/users/{ENGINEER}/role", admin.form(role="investigator", reason="to sign"))
        assert refused.status_code == 422 and "Nobody gives themselves a role" in refused.text
    assert known(house, ENGINEER).role is Role.ENGINEER


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"user": "A Person"}, "small letters"),
        ({"user": COORDINATOR}, "ids are never used again"),
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 501}, "500 characters"),
        ({"role": "system"}, "no role of a person"),
        ({"identity": "not an identity"}, "neither an e-mail address"),
    ],
)
def test_what_cannot_be_is_said_and_kept_in_the_form(house: House, fields: dict[str, str], said: str) -> None:
    """A form about a user that cannot be comes back with what was typed, and changes nothing."""
    with house.signed_in(Role.ENGINEER) as admin:
        typed = {"user": "coordinator-7", "role": "coordinator", "reason": "joins", **fields}
        answer = admin.post("/users/open", admin.form(**typed))
        assert answer.status_code == 422 and said in answer.text
        assert f'value="{typed["user"]}"' in answer.text
    with house.store.reading() as reading:
        assert len(entries(reading)) == len(PEOPLE)


def test_administration_needs_its_sessions_token(house: House) -> None:
    """A form that no page of this session sent changes nobody."""
    with house.signed_in(Role.ENGINEER) as admin:
        fields = {**admin.form(reason="x"), "csrf": "x" * 43}
        assert admin.post(f"/users/{COORDINATOR}/close", fields).status_code == 403
    assert known(house, COORDINATOR).closed_at is None


def test_an_auditor_reads_and_changes_nothing(house: House) -> None:
    """An auditor sees users and the record about them, and is offered no change."""
    with house.signed_in(Role.AUDITOR) as browser:
        assert "for a test" in browser.get("/users").text
        page = browser.get(f"/users/{COORDINATOR}").text
    assert "for a test" in page and "<details" not in page.split("<main")[1]


def test_a_user_changed_behind_the_record_is_named(house: House) -> None:
    """A role given in the database itself, or an entry rewritten there, is told on the page."""
    with house.signed_in(Role.ENGINEER) as admin:
        assert "This record does not hold" not in admin.get("/users").text
        with house.store.writing() as tx:
            tx.connection.exec_driver_sql(
                "UPDATE users SET role = 'investigator' WHERE user_id = 'coordinator-1'"
            )
        page = admin.get("/users").text
    assert "This record does not hold" in page and "coordinator-1 was changed without an entry: role" in page


def test_what_is_typed_by_anybody_is_text(house: House) -> None:
    """A reason with markup is shown as it was typed."""
    with house.signed_in(Role.ENGINEER) as admin:
        admin.post(f"/users/{COORDINATOR}/unlock", admin.form(reason="<script>alert(1)</script>"))
        assert "<script>alert" not in admin.get("/users").text
        assert "&lt;script&gt;alert" in admin.get("/users").text


def test_the_same_rules_guard_a_user_without_a_password(house: House) -> None:
    """A user of the identity provider alone is let in by no password, the empty one neither."""
    with house.store.writing() as tx:
        user = replace(known(house, COORDINATOR), password_hash="", identity="mailto:c@example.org")
        administer(tx, Act.IDENTITY_SET, user, MACHINE, "by the provider", house.now)
    with house.browser() as browser:
        for password in ("", PASSWORD, "nobody has this password"):
            assert browser.sign_in(COORDINATOR, password).status_code == 401
    assert not QUICK.match(None, "nobody has this password")

"""Everybody has settings of their own, and nobody's are another's."""

from __future__ import annotations

import re

import pytest

from domain.roles import Role
from tests.web.house import PASSWORD, PEOPLE, START, Browser, House

COORDINATOR = PEOPLE[Role.COORDINATOR]
NEW = "four quiet grey horses"


def change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> int:
    """Send the form of another password; the status of the answer."""
    return browser.post("/password", browser.form(old=old, new=new, again=again)).status_code


def test_what_somebody_likes_goes_with_them(house: House) -> None:
    """Language, colours and keys are the same in another browser; another user keeps their own."""
    with house.signed_in() as browser:
        liked = browser.form(language="zh-CN", theme="dark")
        assert browser.post("/settings/liking", liked).headers["location"] == "/settings?done=kept"
    with house.signed_in() as elsewhere:
        page = elsewhere.get("/settings", **{"accept-language": "en"}).text
        assert '<html lang="zh-CN" data-theme="dark"' in page
        assert re.search(r'id="keys"[^>]*checked', page) is None
        elsewhere.post("/language", {"to": "en", "back": START})
        assert '<html lang="en"' in elsewhere.get(START).text
    with house.signed_in(Role.AUDITOR) as other:
        page = other.get("/settings").text
    assert '<html lang="en">' in page and re.search(r'id="keys"[^>]*checked', page)


def test_another_password_signs_out_every_other_browser(house: House) -> None:
    """After a change the other browsers are out and the old password is nothing; this browser goes on."""
    with house.signed_in() as one, house.signed_in() as other:
        assert change(one) == 303
        assert one.get(START).status_code == 200
        assert other.get(START).headers["location"].startswith("/sign-in")
        assert other.sign_in(COORDINATOR).status_code == 401
        assert other.sign_in(COORDINATOR, NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong horse battery", NEW, NEW, "The old password is another"),
        (PASSWORD, "short", "short", "10 to 200 characters"),
        (PASSWORD, "x" * 201, "x" * 201, "10 to 200 characters"),
        (PASSWORD, NEW, "four quiet grey cows", "differ"),
        (PASSWORD, PASSWORD, PASSWORD, "is the old one"),
    ],
)
def test_a_password_that_cannot_be_changes_nothing(
    house: House, old: str, new: str, again: str, said: str
) -> None:
    """The reason is told, nothing typed is shown again, and the old password stays."""
    with house.signed_in() as browser:
        answer = browser.post("/password", browser.form(old=old, new=new, again=again))
        assert answer.status_code == 422 and said in answer.text
        assert f'"{new}"' not in answer.text and f'"{old}"' not in answer.text
        assert browser.sign_in(COORDINATOR).status_code == 303


def test_guessing_the_old_password_locks(house: House) -> None:
    """At an open console nobody finds out a password by changing it: five failures lock."""
    with house.signed_in() as browser:
        for _ in range(5):
            assert change(browser, old="wrong horse battery") == 422
        assert change(browser) == 429


def test_a_change_of_password_needs_the_sessions_token(house: House) -> None:
    """A form that no page of this session sent changes no password."""
    with house.signed_in() as browser:
        fields = {**browser.form(old=PASSWORD, new=NEW, again=NEW), "csrf": "x" * 43}
        assert browser.post("/password", fields).status_code == 403
        assert browser.sign_in(COORDINATOR).status_code == 303


def test_one_ends_ones_own_sessions(house: House) -> None:
    """One other browser is signed out by its name, or all others at once; this one stays."""
    with house.signed_in() as here, house.signed_in() as one, house.signed_in() as other:
        names = re.findall(r'name="session" value="([0-9a-f]{16})"', here.get("/settings").text)
        assert len(names) == 2
        here.post("/settings/sessions/end", here.form(session=names[0]))
        out = [each.get(START).status_code for each in (one, other)]
        assert sorted(out) == [200, 303]
        here.post("/settings/sessions/end", here.form())
        assert [each.get(START).status_code for each in (here, one, other)] == [200, 303, 303]


def test_nobody_ends_anothers_session(house: House) -> None:
    """The name of another user's session is no address of mine."""
    with house.signed_in() as mine, house.signed_in(Role.AUDITOR) as theirs:
        with house.store.reading() as reading:
            rows = reading.connection.exec_driver_sql(
                "SELECT token_hash FROM sessions WHERE user_id = 'auditor-1'"
            ).all()
        [name] = [row[0][:16] for row in rows]
        assert mine.post("/settings/sessions/end", mine.form(session=name)).status_code == 404
        assert theirs.get(START).status_code == 200


def test_one_sees_how_messages_reach_one(house: House) -> None:
    """The channels that a site's configuration names for somebody are shown to them, and to nobody else."""
    with house.signed_in() as browser:
        assert 'class="chip code"' in browser.get("/settings").text
    with house.signed_in(Role.AUDITOR) as browser:
        assert "No site's configuration names you" in browser.get("/settings").text

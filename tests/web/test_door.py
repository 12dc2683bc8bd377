"""Nobody gets in but whom the store knows, and nobody stays in unseen."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from console.embedded import free_port
from console.web.demo_users import DEMO_PASSWORD, DEMO_USERS, add_demo_users
from console.web.door_pages import safe_path
from console.web.serving import policy_for, served
from domain.roles import Role
from store.administration import Act, administer
from store.sign_ins import user_named
from tests.web.house import MACHINE, ORIGIN, PEOPLE, QUICK, START, Browser, House

COORDINATOR = PEOPLE[Role.COORDINATOR]


def test_a_stranger_is_led_to_the_sign_in_and_back(house: House) -> None:
    """An address opened by nobody leads to the sign-in, and after it to where it was meant to lead."""
    with house.browser() as browser:
        asked = browser.get(f"{START}/alerts?state=all")
        assert asked.status_code == 303
        assert asked.headers["location"] == f"/sign-in?next={START}/alerts%3Fstate%3Dall"
        assert browser.sign_in(COORDINATOR, next=f"{START}/alerts").headers["location"] == f"{START}/alerts"
        assert browser.get(f"{START}/alerts").status_code == 200


def test_the_session_is_the_servers(house: House) -> None:
    """The cookie holds a random token that scripts cannot read, and signing out ends it on the server too."""
    with house.signed_in() as browser:
        [cookie] = [each for each in browser.client.cookies.jar if each.name == "dayzero"]
        assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "lax"
        token = cookie.value
        csrf = browser.csrf()
        with house.store.reading() as reading:
            kept = str(reading.connection.exec_driver_sql("SELECT * FROM sessions").all())
        assert token and token not in kept
        assert browser.post("/sign-out", {"csrf": csrf}).status_code == 303
        browser.client.cookies.set("dayzero", token)
        assert browser.get(START).status_code == 303


def test_a_session_is_never_taken_over_from_before(house: House) -> None:
    """A token put into the browser beforehand is never the session's; a new sign-in ends the old session."""
    with house.browser() as browser:
        browser.client.cookies.set("dayzero", "fixed-by-somebody-else", domain="127.0.0.1")
        browser.sign_in(COORDINATOR)
        tokens = [each.value for each in browser.client.cookies.jar if each.name == "dayzero"]
        [first] = [each for each in tokens if each != "fixed-by-somebody-else"]
        browser.sign_in(COORDINATOR)
        for token in ("fixed-by-somebody-else", first):
            with house.browser() as other:
                other.client.cookies.set("dayzero", str(token))
                assert other.get(START).headers["location"].startswith("/sign-in")


def test_behind_tls_the_cookie_never_travels_without_it(house: House) -> None:
    """Served over https, the cookie is Secure and bound to the host, and browsers are told to stay there."""
    house.policy = replace(house.policy, secure=True)
    with house.browser() as browser:
        typed = {"user": COORDINATOR, "password": "correct horse battery"}
        assert browser.post("/sign-in", typed).status_code == 403, "a page without TLS is none of ours"
        answer = browser.post("/sign-in", typed, origin=ORIGIN.replace("http:", "https:"))
        cookies = answer.headers.get_list("set-cookie")
        assert [each.partition("=")[0] for each in cookies] == ["__Host-dayzero", "__Host-dayzero-browser"]
        for each in cookies:
            assert "; Secure" in each and "; HttpOnly" in each and "; Path=/;" in each
        assert "max-age" in answer.headers["strict-transport-security"]


def test_a_wrong_password_says_nothing_of_the_user(house: House) -> None:
    """A wrong password and an unknown user are told apart by nothing on the page, which keeps the name."""
    with house.browser() as browser:
        known = browser.sign_in(COORDINATOR, "wrong horse battery")
        unknown = browser.sign_in("somebody-else", "wrong horse battery")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace(COORDINATOR, "X") == unknown.text.replace("somebody-else", "X")
    assert f'value="{COORDINATOR}"' in known.text
    assert "wrong horse battery" not in known.text


@pytest.mark.parametrize(
    ("proxies", "seen"), [("127.0.0.1", "10.1.2.3"), ("10.0.0.0/8,192.0.2.1", "127.0.0.1")]
)
async def test_only_a_known_proxy_speaks_for_others(house: House, proxies: str, seen: str) -> None:
    """From where somebody comes is believed of a proxy that was named, and of nobody else who claims it."""
    port = free_port()
    house.policy = replace(house.policy, hosts=("127.0.0.1",))
    async with served(house.app(), "127.0.0.1", port, proxies) as address, httpx.AsyncClient() as client:
        typed = {"user": COORDINATOR, "password": "wrong horse battery"}
        headers = {"x-forwarded-for": "10.1.2.3"}
        assert (await client.post(f"{address}/sign-in", data=typed, headers=headers)).status_code == 401
    with house.store.reading() as reading:
        assert reading.connection.exec_driver_sql("SELECT address FROM sign_ins").scalar() == seen


def test_five_wrong_passwords_lock_the_user_for_a_while(house: House) -> None:
    """After five failures the right password is refused too, from wherever; later it is let in."""
    with house.browser() as browser:
        for _ in range(5):
            assert browser.sign_in(COORDINATOR, "wrong horse battery").status_code == 401
        assert browser.sign_in(COORDINATOR).status_code == 429
        with house.browser("10.1.2.3") as elsewhere:
            assert elsewhere.sign_in(COORDINATOR).status_code == 429
        assert browser.sign_in(PEOPLE[Role.AUDITOR]).status_code == 303
        house.wait(minutes=16)
        assert browser.sign_in(COORDINATOR).status_code == 303


def test_nobody_is_locked_out_by_a_stranger(house: House) -> None:
    """Failures elsewhere, even of a whole address, keep nobody out of a browser that knows them."""
    with house.signed_in() as known, house.browser() as stranger:
        for number in range(31):
            stranger.sign_in(COORDINATOR if number < 6 else f"guess-{number}", "wrong horse battery")
        assert stranger.sign_in(COORDINATOR).status_code == 429
        assert known.sign_in(COORDINATOR).status_code == 303


def test_a_known_browser_guesses_no_more_than_others(house: House) -> None:
    """A browser that knows a user is locked by its own five failures; others go on."""
    with house.signed_in() as known, house.browser() as elsewhere:
        for _ in range(5):
            assert known.sign_in(COORDINATOR, "wrong horse battery").status_code == 401
        assert known.sign_in(COORDINATOR).status_code == 429
        assert elsewhere.sign_in(COORDINATOR).status_code == 303


def test_a_browser_is_not_known_by_saying_so(house: House) -> None:
    """A token that was made up, or is of another user's browser, has no tries of its own."""
    with house.signed_in(Role.AUDITOR) as browser:
        for made_up in (None, "x" * 43, "y" * 43):
            if made_up is not None:
                browser.client.cookies.set("dayzero-browser", made_up)
            for _ in range(2):
                browser.sign_in(COORDINATOR, "wrong horse battery")
        assert browser.sign_in(COORDINATOR).status_code == 429


def test_one_address_cannot_try_many_users(house: House) -> None:
    """Thirty failures from one address turn it away, whichever users it names; another address goes on."""
    with house.browser("10.1.2.3") as browser:
        for number in range(30):
            assert browser.sign_in(f"guess-{number}", "wrong horse battery").status_code == 401
        assert browser.sign_in(COORDINATOR).status_code == 429
    with house.browser("10.9.9.9") as other:
        assert other.sign_in(COORDINATOR).status_code == 303


def test_a_success_forgives_the_failures_before_it(house: House) -> None:
    """Failures before a success do not count against the next mistake."""
    with house.browser() as browser:
        for _ in range(3):
            for _ in range(4):
                browser.sign_in(COORDINATOR, "wrong horse battery")
            assert browser.sign_in(COORDINATOR).status_code == 303


def test_a_console_left_alone_locks(house: House) -> None:
    """After half an hour untouched nothing is shown until the password is given again; then it goes on."""
    with house.signed_in() as browser:
        house.wait(minutes=31)
        locked = browser.get(f"{START}/overview")
        assert locked.headers["location"] == f"/unlock?next={START}/overview"
        page = browser.get(locked.headers["location"])
        assert "P-001" not in page.text and COORDINATOR in page.text
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        wrong = browser.post("/unlock", {"csrf": csrf, "password": "wrong horse battery"})
        assert wrong.status_code == 401
        fields = {"csrf": csrf, "password": "correct horse battery", "next": f"{START}/overview"}
        assert browser.post("/unlock", fields).headers["location"] == f"{START}/overview"
        assert browser.get(f"{START}/overview").status_code == 200


def test_a_page_that_refreshes_itself_keeps_nobody_in(house: House) -> None:
    """What a page asks by itself is no sign of a person: the lock falls all the same, and is told as such."""
    with house.signed_in() as browser:
        answers = []
        for _ in range(4):
            house.wait(minutes=9)
            answers.append(browser.get(START, **{"X-Dayzero-Live": "1"}).status_code)
        assert answers == [200, 200, 200, 401]
        assert browser.get(START).headers["location"].startswith("/unlock")


def test_somebody_at_work_is_not_locked_out(house: House) -> None:
    """Whoever uses the console stays in, up to the end of the session, which comes all the same."""
    with house.signed_in() as browser:
        for _ in range(26):
            house.wait(minutes=27)
            assert browser.get(START).status_code == 200
        house.wait(minutes=27)
        assert browser.get(START).headers["location"].startswith("/sign-in")


def test_a_form_sent_to_a_locked_console_does_nothing(house: House) -> None:
    """A form that meets the lock records nothing and says so."""
    with house.signed_in() as browser:
        fields = browser.form(alert="P-001/D21/overdue", back=START)
        house.wait(minutes=31)
        answer = browser.post(f"{START}/acknowledge", fields)
        assert answer.status_code == 401
        assert "Nothing was recorded" in answer.text
        assert house.sent == []


def test_a_closed_user_is_out_at_once(house: House) -> None:
    """A user who is closed is signed out with the next request, and cannot sign in."""
    with house.signed_in() as browser:
        with house.store.writing() as tx:
            user = user_named(tx, COORDINATOR)
            assert user is not None
            administer(tx, Act.CLOSED, replace(user, closed_at=house.now), MACHINE, "left", house.now)
        assert browser.get(START).headers["location"].startswith("/sign-in")
        assert browser.sign_in(COORDINATOR).status_code == 401


@pytest.mark.parametrize(
    ("demo", "address", "status"),
    [(True, "127.0.0.1", 303), (True, "10.1.2.3", 401), (False, "127.0.0.1", 401)],
)
def test_demo_users_are_of_the_demo_alone(house: House, demo: bool, address: str, status: int) -> None:
    """A demo user is let in by a console that runs as the demo, on this machine, and nowhere else."""
    house.policy = replace(house.policy, demo=demo)
    with house.store.writing() as tx:
        tx.connection.exec_driver_sql("DELETE FROM users")
    add_demo_users(house.store, QUICK, house.now)
    with house.browser(address) as browser:
        assert (DEMO_PASSWORD in browser.get("/sign-in").text) is (status == 303)
        assert browser.sign_in(DEMO_USERS[0].user_id, DEMO_PASSWORD).status_code == status


def test_a_demonstration_is_of_this_machine_alone() -> None:
    """A demonstration answers to names of this machine only, and is not served at an address others reach."""
    policy = policy_for("127.0.0.1", "https://console.example", demo=True)
    assert set(policy.hosts) == {"127.0.0.1", "localhost", "[::1]"} and policy.demo
    for host in ("10.0.0.7", "::", "console.example"):
        with pytest.raises(ValueError, match="for this machine alone"):
            policy_for(host, None, demo=True)


def test_demo_users_take_nobodys_place(house: House) -> None:
    """A real user of a demo user's name keeps password and role."""
    add_demo_users(house.store, QUICK, house.now)
    with house.store.reading() as reading:
        user = user_named(reading, DEMO_USERS[0].user_id)
    assert user is not None and not user.demo


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_turned_away(house: House, headers: dict[str, str]) -> None:
    """Whatever a page elsewhere posts here is refused before anything is looked at, the sign-in too."""
    with house.browser() as browser:
        answer = browser.post(
            "/sign-in", {"user": COORDINATOR, "password": "correct horse battery"}, **headers
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("changed", [{"csrf": ""}, {"csrf": "x" * 43}, {"csrf": "é"}, {"id": "not-an-id"}])
def test_a_form_without_its_sessions_token_is_refused(house: House, changed: dict[str, str]) -> None:
    """A form that no page of this session sent records nothing."""
    with house.signed_in() as browser:
        fields = {**browser.form(alert="P-001/D21/overdue", back=START), **changed}
        assert browser.post(f"{START}/acknowledge", fields).status_code == 403
        assert house.sent == []


def test_another_hosts_name_is_turned_away(house: House) -> None:
    """A name elsewhere that is made to point at this machine is not answered."""
    with house.browser() as browser:
        assert browser.get("/sign-in", host="rebound.example").status_code == 400


def test_a_body_no_form_has_is_not_read(house: House) -> None:
    """More than any form needs is turned away."""
    with house.browser() as browser:
        assert browser.sign_in("x" * 70_000).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        "x",
        "/\n/elsewhere.example",
        "/ok\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(house: House, path: str) -> None:
    """Where the sign-in leads is always a place of this console."""
    assert safe_path(path) == "/"
    with house.browser() as browser:
        assert browser.sign_in(COORDINATOR, next=path).headers["location"] == "/"


def test_a_password_is_kept_as_a_hash_alone(house: House) -> None:
    """What is stored of a password is an Argon2id hash; a short or endless one is refused."""
    with house.store.reading() as reading:
        user = user_named(reading, COORDINATOR)
    assert user is not None and user.password_hash.startswith("$argon2id$")
    for bad in ("short", "x" * 201):
        with pytest.raises(ValueError, match="10 to 200 characters"):
            QUICK.hash(bad)


def test_what_is_no_user_is_not_kept(house: House) -> None:
    """A password typed into the user's field is not kept among the tries."""
    with house.browser() as browser:
        browser.sign_in("My Secret Password!", "x")
    with house.store.reading() as reading:
        kept = str(reading.connection.exec_driver_sql("SELECT * FROM sign_ins").all())
    assert "Secret" not in kept and "127.0.0.1" in kept


def test_language_is_chosen_and_kept(house: House) -> None:
    """A browser that asks for Chinese gets it; a choice by hand wins and leads back."""
    with house.browser() as browser:
        assert (
            'lang="zh-CN"' in browser.get("/sign-in", **{"accept-language": "zh-TW,zh;q=0.9,en;q=0.8"}).text
        )
        chosen = browser.post("/language", {"to": "zh-CN", "back": "/sign-in"})
        assert chosen.headers["location"] == "/sign-in"
        assert 'lang="zh-CN"' in browser.get("/sign-in").text
        assert _back(browser, "//elsewhere.example") == "/"


def _back(browser: Browser, path: str) -> str:
    return browser.post("/language", {"to": "en", "back": path}).headers["location"]

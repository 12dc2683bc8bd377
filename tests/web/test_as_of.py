"""As of: every reading page as it was known at a moment of the past, and nothing that writes there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from typing_extensions import override

from activities.orders import DeskOutcome
from activities.rulebook import Rulebook
from console.exports.listing import Form
from console.exports.lists import LISTS
from console.reading import StudyLook
from console.reading_at import Moments, look_at
from domain.roles import Role
from replay.as_of import AsOf
from store import Wanted
from tests.console.seeding import NOW, STUDY, Clerk, tell_all
from tests.support.trial import COORDINATOR, open_trial
from tests.web.house import START, Browser, House
from tests.web.test_roles import READING

PERSON = f"{START}/participant/P-001"
PAGES = (
    START,
    f"{START}/overview",
    f"{START}/alerts?state=all",
    PERSON,
    f"{PERSON}?everything=true",
    f"{PERSON}/why/D28",
)
AT_THE_DOOR = {"/language", "/sign-out"}
NIGHT = "2026-02-20T23:30+08:00"


class Words(HTMLParser):
    """What the main part of a page says and where its links lead, without forms, tags and moments."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._main = False
        self._forms: list[str] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._main = self._main or tag == "main"
        said = dict(attrs)
        # What writes stands in forms, and in the places of buttons.
        if self._forms or tag == "form" or "do" in (said.get("class") or "").split():
            self._forms += [] if tag in ("input", "br", "img") else [tag]
        if self._main and not self._forms:
            self.said.append(re.sub(r"[?&]as_of=[^&]*", "", said.get("href") or ""))
            self.said += [f"{name}={said[name]}" for name in ("x", "width", "class", "d") if name in said]

    @override
    def handle_endtag(self, tag: str) -> None:
        self._main = self._main and tag != "main"
        if self._forms:
            self._forms.pop()

    @override
    def handle_data(self, data: str) -> None:
        if self._main and not self._forms:
            self.said.append(data.strip().replace("; then ", "; now "))


def words(page: str) -> list[str]:
    """What a page says."""
    found = [each for each in Words(page).said if each]
    assert len(found) > 10
    return found


@dataclass
class Watched(Clerk):
    """A clerk who is looked at now and then, when all of a moment is on the record and nothing later."""

    look: Callable[[datetime], None]
    last: datetime | None = None
    moments: int = 0

    @override
    def ask(
        self, at: str, participant: str, kind: str, actor: Any = COORDINATOR, **fields: Any
    ) -> DeskOutcome:
        moment = datetime.fromisoformat(at).astimezone(UTC)
        if self.last is not None and moment > self.last:
            self.moments += 1
            if self.moments % 6 == 0:
                self.look(self.last)
        self.last = moment
        return super().ask(at, participant, kind, actor, **fields)


def test_a_page_as_of_a_moment_is_the_page_of_that_moment(tmp_path: Path, rulebook: Rulebook) -> None:
    """While a trial is told its pages are kept now and then; when all is told, each page as of each of those
    moments says the very same, shape by shape (INV-27)."""
    trial = open_trial(f"sqlite:///{tmp_path / 'told.sqlite3'}")
    house = House(trial.store, rulebook)
    kept: dict[datetime, list[list[str]]] = {}

    def look(moment: datetime) -> None:
        house.now = moment
        kept[moment] = pages(house, "")

    tell_all(Watched(trial, look), "P-001")
    house.now = datetime.fromisoformat(NOW).astimezone(UTC)
    assert len(kept) > 4
    for moment, live in kept.items():
        assert pages(house, moment.isoformat()) == live, moment
    trial.store.close()


def test_every_list_as_of_a_moment_is_the_list_of_that_moment(tmp_path: Path, rulebook: Rulebook) -> None:
    """While a trial is told every list that can be taken away is kept now and then; when all is told, each
    list as of each of those moments is the very same, byte for byte (INV-27)."""
    trial = open_trial(f"sqlite:///{tmp_path / 'listed.sqlite3'}")
    kept: dict[datetime, dict[str, bytes]] = {}

    def lists(now: datetime, as_of: str | None) -> dict[str, bytes]:
        with trial.store.reading() as reading:
            look = StudyLook(reading, rulebook, STUDY, now)
            look = look_at(look, Moments(as_of)) if as_of else look
            return {
                name: b"".join(each.written(look, Wanted(STUDY), Form.JSONL)) for name, each in LISTS.items()
            }

    tell_all(Watched(trial, lambda at: kept.update({at: lists(at, None)})), "P-001")
    assert len(kept) > 4
    for moment, live in kept.items():
        assert lists(datetime.fromisoformat(NOW).astimezone(UTC), moment.isoformat()) == live, moment
    trial.store.close()


def pages(house: House, as_of: str) -> list[list[str]]:
    """What the pages say to somebody who only reads."""
    with house.signed_in(Role.AUDITOR) as browser:
        return [words(get(browser, each, as_of).text) for each in PAGES]


def get(browser: Browser, path: str, as_of: str) -> httpx.Response:
    """Open a page as of a moment; an empty one is the present."""
    mark = "&" if "?" in path else "?"
    return browser.get(f"{path}{mark}as_of={quote(as_of)}" if as_of else path)


def test_a_day_is_meant_to_its_end_at_the_site(house: House) -> None:
    """Of a day everything counts that was recorded until midnight at the site: what was due at that midnight
    is of the next day."""
    with house.signed_in(Role.AUDITOR) as browser:
        before, after = (get(browser, PERSON, each).text for each in ("2026-03-05", "2026-03-06"))
        exact = get(browser, PERSON, "2026-03-05T23:59:59.999999+08:00").text
    assert words(before) == words(exact)
    assert words(before) != words(after)
    assert "As it was known at the end of 5 Mar 2026." in before
    assert "As it was known on 5 Mar 2026, 23:59:59 (Asia/Shanghai)." in exact


def test_a_time_is_taken_from_the_site_s_clock(house: House) -> None:
    """The form's day and time mean the wall clock of the site, and the address then names the instant."""
    with house.signed_in(Role.AUDITOR) as browser:
        page = browser.get(f"{PERSON}?as_of=2026-02-20&as_of_clock=23:30")
        assert words(page.text) == words(get(browser, PERSON, NIGHT).text)
    assert f"as_of={quote('2026-02-20T23:30:00+08:00', safe='')}" in page.text


def test_every_link_of_a_page_of_the_past_stays_there(house: House) -> None:
    """From a page of the past every link to another page of the study leads to the same moment, but for the
    one way back to the present."""
    with house.signed_in(Role.AUDITOR) as browser:
        for path in PAGES:
            page = get(browser, path, "2026-02-20").text
            links = re.findall(r'href="(/study/[^"]*)"', page)
            astray = {each for each in links if "as_of=2026-02-20" not in each}
            assert len(links) > 4
            assert astray == {html.escape(path)}, path
            assert page.count("Back to now") == 1


def test_what_else_the_address_says_is_kept(house: House) -> None:
    """Choosing another moment, or going back to now, keeps the list that was being looked at."""
    with house.signed_in() as browser:
        page = get(browser, f"{START}/alerts?state=all", "2026-02-20").text
    assert '<input type="hidden" name="state" value="all">' in page
    assert f'href="{START}/alerts?state=all"' in page


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR])
def test_nothing_is_written_from_the_past(house: House, role: Role) -> None:
    """A page of the past has no form that writes and no way to one, is not pushed, and a form asked for
    there is refused with a way back."""
    with house.signed_in(role) as browser:
        for path in PAGES:
            page = get(browser, path, "2026-03-05").text
            assert set(re.findall(r'method="post" action="([^"]+)"', page)) <= AT_THE_DOOR
            assert re.findall(r'href="[^"]*/(?:record|plan|do)/[^"]*"', page) == []
            assert "data-events" not in page
            assert '<main id="page" tabindex="-1" data-study' in page
        form = get(browser, f"{PERSON}/record/D21", "2026-03-05")
    assert form.status_code == 409
    assert f'href="{PERSON}/record/D21"' in form.text
    assert house.sent == []


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("as_of=yesterday", "cannot be read"),
        ("as_of=2026-02-30", "cannot be read"),
        ("as_of=2026-02-20T23:30", "cannot be read"),
        ("as_of=2026-02-20&as_of_clock=25:00", "cannot be read"),
        ("as_of=%00%22%3E%3Cscript%3E", "cannot be read"),
        ("as_of=9999-12-31", "cannot be read"),
        ("as_of=2026-03-07", "lies ahead"),
        ("as_of=2026-03-06T15:00:01%2B08:00", "lies ahead"),
        ("as_of=2025-12-31", "Nothing had been recorded by then"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_said(house: House, named: str, says: str) -> None:
    """No moment, one that lies ahead, or one before the first record: a sentence, and the way back to now."""
    with house.signed_in() as browser:
        answers = [browser.get(f"{each}{'&' if '?' in each else '?'}{named}") for each in PAGES]
    for path, answer in zip(PAGES, answers, strict=True):
        assert answer.status_code == 422
        assert says in answer.text
        assert f'href="{html.escape(path)}">Back to now' in answer.text
        assert "<script>" not in answer.text


def test_today_is_known_as_far_as_it_has_gone(house: House) -> None:
    """As of the present day is as of now."""
    with house.signed_in(Role.AUDITOR) as browser:
        assert words(get(browser, START, "2026-03-06").text) == words(browser.get(START).text)


def test_no_moment_is_the_present(house: House) -> None:
    """An empty field of the form leads to the present."""
    with house.signed_in() as browser:
        page = browser.get(f"{START}?as_of=&as_of_clock=")
    assert page.status_code == 200
    assert "data-events" in page.text


@pytest.mark.parametrize("route", READING)
def test_every_page_can_be_asked_so(house: House, route: str) -> None:
    """Every page there is either shows the moment, keeps out of it, or says why not; none fails."""
    with house.signed_in(Role.COORDINATOR) as browser:
        answer = get(browser, READING[route][0], "2026-03-05")
    assert answer.status_code in (200, 303, 403, 404, 409), answer.text


def test_how_a_notice_stood_is_told_by_its_attempts(house: House) -> None:
    """As of a moment between two attempts a notice is owed and was tried once; afterwards it had arrived."""
    first, second = (house.now + timedelta(minutes=each) for each in (1, 2))
    with house.store.writing() as tx:
        [notice, *_] = tx.notices(STUDY, "P-001")
        tx.failed(STUDY, notice.notice, first, "no answer", final=False)
        tx.delivered(STUDY, notice.notice, second, "250 ok")
    with house.store.reading() as reading:
        stood = [AsOf(reading, each).notice(STUDY, notice.notice) for each in (house.now, first, second)]
    assert [(each.status.value, each.attempts, each.detail) for each in stood if each] == [
        ("owed", 0, None), ("owed", 1, "no answer"), ("delivered", 2, "250 ok"),
    ]  # fmt: skip

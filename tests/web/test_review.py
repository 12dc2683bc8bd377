"""Safety, outcomes, deviations and the audit trail: what they show, to whom, and in which words."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from console.endpoints import statistics
from console.reading import StudyLook
from console.record import record_of
from console.safety_sights import safety_of
from domain.roles import Role
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR, INVESTIGATOR
from tests.web.house import PEOPLE, START, Browser, House
from tests.web.test_pages import HOSTILE, Seen

SAFETY, OUTCOMES, DEVIATIONS, AUDIT = (
    f"{START}/{each}" for each in ("safety", "outcomes", "deviations", "audit")
)
EVENT = f"{START}/participant/P-001/event/AE1"
SAE: dict[str, Any] = {
    "kind": "open_adverse_event", "term": "Sepsis", "scale": "CTCAE", "grade": 4,
    "onset": "2026-03-04", "known": "2026-03-05T10:00:00+08:00", "relation": "possible",
    "expectedness": "unexpected", "serious": ["life_threatening"], "actor": INVESTIGATOR,
}  # fmt: skip


def tell(house: House, participant: str, command_id: str, **body: Any) -> None:
    """Have the desk hear a command."""
    asyncio.run(house.send(STUDY, participant, command_id, body))


def words(page: str) -> str:
    """What a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


# --- Safety


def test_a_report_that_is_owed_says_by_when_and_by_whom(house: House) -> None:
    """A serious event starts its clocks: each stands with what is left, whom it tells first, and its form."""
    tell(house, "P-001", "sae-1", **SAE)
    with house.signed_in() as browser:
        page = browser.get(SAFETY).text
        before = words(page)
    house.wait(hours=30)
    with house.signed_in() as browser:
        after = shown(browser, SAFETY)
    assert "AE1.sponsor_24h" in before and "AE1.susar_7d" in before
    assert "running" in before and re.search(r"\d+ (hours?|days?) left", before)
    assert f"{START}/participant/P-001/do/send_report?clock=AE1.sponsor_24h" in page
    assert "overdue" in after and re.search(r"AE1\.sponsor_24h.*?\d+ hours? late", after)


def test_a_report_that_was_made_leaves_the_list_of_those_owed(house: House) -> None:
    """After the report the clock stands among those that ended, with its reference."""
    tell(house, "P-001", "sae-1", **SAE)
    sent = {"clock": "AE1.sponsor_24h", "sent": "2026-03-05T20:00:00+08:00", "reference": "SAE-77"}
    tell(house, "P-001", "sent-1", kind="send_report", actor=COORDINATOR, **sent)
    with house.signed_in() as browser:
        owed, settled = shown(browser, SAFETY).split("Reports made, and clocks that ended")
    assert "AE1.sponsor_24h" not in owed and "AE1.susar_7d" in owed
    assert "AE1.sponsor_24h" in settled and "SAE-77" in settled and "reported in time" in settled


def test_safety_is_narrowed_by_its_address(reviewed: House) -> None:
    """Open, serious, or of one participant: each is an address, and nothing else is on the page."""
    with reviewed.signed_in() as browser:
        everything = shown(browser, f"{SAFETY}?show=all")
        serious = shown(browser, f"{SAFETY}?show=serious")
        others = shown(browser, f"{SAFETY}?show=all&participant=P-002")
        assert browser.get(f"{SAFETY}?show=odd").status_code == 404
    assert "AE1" in everything and "CTCAE 4.0" in everything
    assert "There are none." in serious
    assert "AE1" not in others


def test_safety_says_what_the_command_line_says(reviewed: House) -> None:
    """Every adverse event, assessment and worst grade that the command line knows stands on the page."""
    with reviewed.store.reading() as reading:
        look = StudyLook(reading, reviewed.rulebook, STUDY, reviewed.now)
        sight = safety_of(record_of(look, "P-001"))
    with reviewed.signed_in() as browser:
        page = shown(browser, f"{SAFETY}?show=all")
        one = shown(browser, EVENT)
    assert sight.events and sight.assessments
    for event in sight.events:
        assert f"{event.ae} {event.term}" in page
    for each in sight.assessments:
        assert f"{each.assessment} " in page and each.stated in page
    assert all(worst in page for worst in sight.worst.values())
    assert all(f"{each.grade} {each.scale}" in one for each in sight.events[0].gradings)


def test_an_adverse_event_is_told_in_full(house: House) -> None:
    """Its page has its course, why it counts as it does, the reports, and what was recorded of it alone."""
    tell(house, "P-001", "sae-1", **SAE)
    regraded = {"ae": "AE1", "scale": "CTCAE", "grade": 2, "happened": "2026-03-06"}
    tell(house, "P-001", "sae-2", kind="grade_adverse_event", actor=INVESTIGATOR, **regraded)
    other = {**SAE, "term": "Rash", "serious": [], "grade": 1}
    tell(house, "P-001", "sae-3", **other)
    with house.signed_in() as browser:
        page = browser.get(EVENT).text
    text = words(page)
    assert '<svg class="grades"' in page and 'role="img"' in page and "<title" in page
    assert "life-threatening" in text and "Serious by ICH E2A" in text
    assert "within P90D of" in text and "TEAE is defined as" in text
    assert "ICH E2A, III.B" in text
    history = text.split("History")[1]
    assert "Sepsis" in history and "AE1.susar_7d" in history and "Rash" not in history
    for kind in ("grade_adverse_event", "close_adverse_event", "receive_information", "void_adverse_event"):
        assert f"{START}/participant/P-001/do/{kind}?ae=AE1" in page


def test_a_grade_whose_day_is_known_in_part_is_shown_so(house: House) -> None:
    """A month is shown as the month that was stated, and never as a day of it."""
    tell(house, "P-001", "sae-1", **{**SAE, "onset": "2026-03"})
    with house.signed_in() as browser:
        text = shown(browser, EVENT)
    assert "Onset 2026-03 " in text and "1 Mar 2026" not in text.split("Course")[0]


@pytest.mark.parametrize("path", ["P-001/event/AE9", "NOBODY/event/AE1", "P-001/event/"])
def test_an_event_that_is_not_there_is_said(house: House, path: str) -> None:
    """An unknown participant or adverse event has the page that says so."""
    with house.signed_in() as browser:
        assert browser.get(f"{START}/participant/{path}").status_code == 404


# --- Outcomes


def test_outcomes_are_those_of_the_command_line(reviewed: House) -> None:
    """Each row's count, share and exact interval stand on the page as the report has them."""
    from console.exports.endpoints import report_of  # noqa: PLC0415

    with reviewed.store.reading() as reading:
        report = report_of(StudyLook(reading, reviewed.rulebook, STUDY, reviewed.now))
    with reviewed.signed_in() as browser:
        text = shown(browser, OUTCOMES).replace(" : who", "")
    for figure in report.figures:
        assert figure.label in text
        for row in figure.rows:
            if row.share is not None and row.low is not None and row.high is not None:
                interval = f"{row.low * 100:.1f} – {row.high * 100:.1f} %"
                said = f"{row.row} {row.numerator} / {row.denominator} {row.share * 100:.1f} % {interval}"
                assert said in text
    assert "Counted of simulated participants." in text
    assert "2 participants with “Leukapheresis”" in text


def test_a_number_leads_to_its_participants_and_their_records(reviewed: House) -> None:
    """Who is counted in a row stands in the list of its address, each with the events behind."""
    with reviewed.signed_in() as browser:
        overview = browser.get(OUTCOMES).text
        link = re.search(r'href="([^"]*of=orr&amp;row=[^"#]*)', overview)
        assert link is not None
        page = browser.get(link.group(1).replace("&amp;", "&")).text
        everybody = shown(browser, f"{OUTCOMES}?of=ORR")
        record = re.search(r'href="(/study/[^"]*/audit/P-001/\d+)"', page)
        assert record is not None and browser.get(record.group(1)).status_code == 200
        assert browser.get(f"{OUTCOMES}?of=nothing").status_code == 404
        assert browser.get(f"{OUTCOMES}?of=orr&row=nothing").status_code == 404
    assert 'id="behind-P-001"' in page and 'id="behind-P-004"' not in page
    assert "no infusion" in everybody and "P-004" in everybody


def test_a_survival_curve_is_drawn_and_told(reviewed: House) -> None:
    """The picture has a title, a description and the numbers at risk; every number is in a table too."""
    with reviewed.signed_in() as browser:
        page = browser.get(OUTCOMES).text
        alone = browser.get(f"{OUTCOMES}/os.svg")
        assert browser.get(f"{OUTCOMES}/orr.svg").status_code == 404
    figure = page.split('id="endpoint-os"')[1].split("</section>")[0]
    for part in ('role="img"', "<title id=", "<desc id=", 'class="curve"', 'class="censored"', "At risk"):
        assert part in figure
    assert "The curve as a table" in figure and "median 79 days" in words(figure)
    assert alone.headers["content-type"].startswith("image/svg+xml")
    assert (
        "attachment" in alone.headers["content-disposition"]
        and "SIMULATED" in alone.headers["content-disposition"]
    )
    assert alone.text.startswith("<?xml") and "simulated data" in alone.text and "var(--" not in alone.text


def test_without_scipy_it_is_only_counted(reviewed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SciPy is absent the page counts, says what is missing, and shows no interval."""
    monkeypatch.setattr(statistics, "find_spec", lambda _: None)
    with reviewed.signed_in() as browser:
        page = browser.get(OUTCOMES).text
    assert "intervals and survival curves need SciPy" in page
    assert "<svg xmlns" not in page and "1 with an event" in words(page)


# --- Deviations


@pytest.fixture
def late(house: House) -> House:
    """Day 21 done two days late, which is a deviation nobody classed."""
    body = {"item": "D21", "happened": "2026-03-06", "reason": "snow"}
    tell(house, "P-001", "late-1", kind="record_item", actor=COORDINATOR, **body)
    return house


def test_a_deviation_stands_with_its_class_and_who_signed_it(late: House) -> None:
    """Unclassed it is offered with the class the rules suggest; classed it says by whom."""
    path = f"{START}/participant/P-001/do/confirm_deviation?deviation=D21"
    with late.signed_in(Role.INVESTIGATOR) as browser:
        page = browser.get(DEVIATIONS).text
        text = words(page)
    assert "1 deviation open" in text and "1 of them not classed" in text
    assert "too late" in text and "window 2026-03-01 to 2026-03-05" in text
    assert path in page


NARROWINGS = {
    "state=open": True, "state=closed": False, "state=all&participant=P-001": True,
    "participant=P-002": False, "item=D21": True, "item=D28": False, "kind=late": True, "kind=missed": False,
    "classed=none": True, "classed=important": False,
}  # fmt: skip


@pytest.mark.parametrize("query", NARROWINGS)
def test_deviations_are_narrowed_by_their_address(late: House, query: str) -> None:
    """State, participant, item, kind and class each narrow the list, and an unknown state is no page."""
    with late.signed_in() as browser:
        page = browser.get(f"{DEVIATIONS}?{query}").text
        assert browser.get(f"{DEVIATIONS}?state=odd").status_code == 404
    assert ('id="deviation-P-001-' in page) is NARROWINGS[query]


def test_a_request_for_approval_waits_with_its_forms(house: House) -> None:
    """Who may ask sees how; what was asked stands with its reason until it is answered."""
    planned = {"item": "D60", "planned": "2026-04-25", "reason": "holiday"}
    tell(house, "P-001", "ask-1", kind="request_approval", actor=COORDINATOR, **planned)
    with house.signed_in(Role.SPONSOR) as browser:
        page = browser.get(DEVIATIONS).text
    assert "holiday" in page and "waiting" in page
    assert "/do/grant_approval?approval=D60" in page and "/do/refuse_approval?approval=D60" in page


# --- All of them

MINE = [
    SAFETY,
    f"{SAFETY}?show=all",
    EVENT,
    OUTCOMES,
    f"{OUTCOMES}?of=os",
    DEVIATIONS,
    AUDIT,
    f"{AUDIT}?show=refused",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_is_never_markup_here_either(house: House, text: str) -> None:
    """Terms, reasons and filters of any kind are shown as they were typed and do nothing."""
    try:
        tell(house, "P-001", "sae-1", **{**SAE, "term": text})
    except Exception:  # noqa: BLE001 - what no record can hold is refused
        tell(house, "P-001", "sae-2", **SAE)
    with house.signed_in() as browser:
        query = httpx_query(participant=text, text=text, actor=text, first=text)
        pages = [browser.get(each).text for each in [*MINE, f"{AUDIT}{query}", f"{SAFETY}{query}"]]
    for page in pages:
        seen = Seen()
        seen.feed(page)
        assert seen.odd == [] and "49{" not in page


def httpx_query(**fields: str) -> str:
    from urllib.parse import urlencode  # noqa: PLC0415

    return f"?{urlencode({name: value[:200] for name, value in fields.items()})}"


@pytest.mark.parametrize("role", PEOPLE)
def test_a_review_offers_only_what_its_reader_may_do(house: House, role: Role) -> None:
    """Forms are linked for those who may send them, downloads for those who may take them."""
    tell(house, "P-001", "sae-1", **SAE)
    site = {Role.COORDINATOR, Role.INVESTIGATOR, Role.DATA_MANAGER}
    with house.signed_in(role) as browser:
        safety, event = browser.get(SAFETY).text, browser.get(EVENT).text
    assert ("/do/send_report" in safety) is (role in site | {Role.SPONSOR})
    assert ("/do/grade_adverse_event" in event) is (role in site)
    assert ("/export/reports.csv" in safety) is (role is not Role.ENGINEER)


@pytest.mark.parametrize("path", MINE)
def test_the_past_offers_nothing_to_write_and_leads_to_the_past(reviewed: House, path: str) -> None:
    """As of a moment no form is linked, links keep the moment, and what came later is not there."""
    then = f"{path}{'&' if '?' in path else '?'}as_of=2026-03-20"
    with reviewed.signed_in() as browser:
        page = browser.get(then).text
    assert "/do/" not in page and "/audit/verify" not in page
    main = page.split("<main")[1].split("</main>")[0]
    links = re.findall(r'href="(/study/[^"]+)"', main)
    assert links and all("as_of=2026-03-20" in each for each in links)
    assert "20 Apr 2026" not in main

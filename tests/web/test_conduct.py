"""The conduct of a study: what stands, what is owed, and what a version or a move would change."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from activities.publishing import publish
from console.proposed import NotAProposal, proposed_version
from console.reading import StudyLook
from console.study_sight import study_sight
from console.web.pages.conduct import conduct_page
from console.web.pages.version import NoSuchVersion, proposal_page, version_page
from domain.recorded import STUDY_SUBJECT
from domain.roles import Role
from protocols.reading import protocol_body, read_protocol
from tests.console.seeding import STUDY
from tests.support.trial import COORDINATOR, ENGINEER, INVESTIGATOR, PROVENANCE, ROOT
from tests.web.house import ORIGIN, START, Browser, House

PAGE = f"{START}/conduct"
FIRST = read_protocol(ROOT / "protocols" / "NCT06642025.yaml")
BODY = protocol_body(FIRST)
LATER = datetime(2026, 3, 12, tzinfo=UTC)
AMENDMENT = (ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml").read_text(encoding="utf-8")


def test_the_page_says_what_the_command_line_says(house: House) -> None:
    """Places, holds, turns and reviews are those of `study show`, read the same way."""
    with look_at(house) as look:
        page = conduct_page(look)
        assert page.sight == study_sight(look)
        assert [each.participant for each in page.places] == list(page.sight.slots)


def test_a_place_has_its_participant_and_what_is_free_is_counted(house: House) -> None:
    """Whoever holds a place is named with their stage, and the places that are left are counted."""
    with house.signed_in() as browser:
        text = words(browser.get(PAGE).text)
    assert "2 of 9 taken" in text and "7 places are free." in text
    assert re.search(r" 1 P-001 \w+ Infused", text) and "P-003" not in text.split("Holds")[1]


def test_a_hold_says_why_since_when_and_who_lifts_it(house: House) -> None:
    """A hold in force has its reason and the role that lifts it; lifting is offered to that role alone."""
    asked(house, STUDY_SUBJECT, "place_hold", INVESTIGATOR, reason="to be looked into")
    with house.signed_in() as browser:
        text = browser.get(PAGE).text
    assert "▲ 1 in force" in words(text) and "hold-1, in force" in text and "to be looked into" in text
    with look_at(house) as look:
        lifter = Role(study_sight(look).holds[0].lifted_by)
    offered = {
        role: "/do/lift_hold?hold=hold-1" in page_of(house, role) for role in Role if role is not Role.SYSTEM
    }
    assert [role for role, there in offered.items() if there] == [lifter]


def test_each_role_is_offered_what_it_may_do(house: House) -> None:
    """Pausing and holding is offered to who may, and to nobody else."""
    offered = {role: page_of(house, role) for role in (Role.COORDINATOR, Role.INVESTIGATOR, Role.AUDITOR)}
    assert (
        "/do/place_hold" in offered[Role.INVESTIGATOR] and "/do/set_recruitment" in offered[Role.INVESTIGATOR]
    )
    assert "/do/place_hold" not in offered[Role.COORDINATOR] + offered[Role.AUDITOR]


def test_stopping_rules_are_counted_against_their_limits(house: House) -> None:
    """Each rule shows how many count towards it and at how many it is met."""
    with look_at(house) as look:
        assert [(each.count, each.facts) for each in study_sight(look).stopping] == [(0, ())] * 3
    with house.signed_in() as browser:
        text = words(browser.get(PAGE).text)
    assert text.count("○ 0 of 1") == 2 and "○ 0 of 2" in text


def test_a_booking_can_be_asked_what_slips_with_it(house: House) -> None:
    """What would move, and what would no longer fit, is shown beside the booking; nothing is saved."""
    asked(house, "P-002", "book_resource", resource="clean_room", starts="2026-03-23", accepted="asked early")
    before = house.version("P-002")
    with house.signed_in() as browser:
        text = browser.get(PAGE).text
        assert "Manufacturing slot" in text and "/do/move_booking?resource=clean_room" in text
        moved = words(browser.get(f"{PAGE}?participant=P-002&resource=clean_room&to=2026-03-30").text)
    assert (
        "If clean_room of P-002 moved to 2026-03-30" in moved
        and "clean_room booking 2026-03-23 2026-03-30" in moved
    )
    assert "A preview: nothing was saved." in moved and house.version("P-002") == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("participant=P-002&resource=clean_room&to=tomorrow", "is not a stated time"),
        ("participant=P-002&resource=garage&to=2026-03-30", "garage"),
        ("participant=NOBODY&resource=bed&to=2026-03-30", "no participant"),
        ("to=%3Cscript%3E", "is not a stated time"),
    ],
)
def test_a_move_that_makes_no_sense_is_said(house: House, query: str, said: str) -> None:
    """Whatever is asked, the page comes with the reason, and nothing typed becomes markup."""
    with house.signed_in() as browser:
        answer = browser.get(f"{PAGE}?{query}")
    assert answer.status_code == 200 and said in answer.text and "<script>" not in answer.text


def test_a_published_version_shows_its_changes_and_what_they_move(house: House) -> None:
    """A version that somebody may come under is told in words, and what it would move for each, unsaved."""
    published(house)
    before = house.version("P-001")
    with house.signed_in() as browser:
        assert "wider window for day 21" in browser.get(PAGE).text
        page = browser.get(f"{PAGE}/version/2.0").text
    text = words(page)
    assert "D21 ◇ changed window infusion P21D -P2D +P2D infusion P21D -P2D +P3D" in text
    assert "Day 45 visit – 24 Mar 2026 – 30 Mar 2026" in text
    assert 'href="/study/NCT06642025/participant/P-001/do/apply_amendment?version=2.0"' in page
    assert house.version("P-001") == before
    with look_at(house) as look:
        shown = {each.participant: each for each in version_page(look, "2.0").previews}
    assert set(shown) == {"P-001", "P-002"}
    assert shown["P-001"].preview is not None and "D21" in {
        each.item for each in shown["P-001"].preview.moved
    }


def test_a_handed_in_document_is_looked_at_and_forgotten(house: House) -> None:
    """What nobody published is told as a published one would be, and nothing of it is kept."""
    house.now = LATER
    with house.signed_in() as browser:
        answer = handed_in(browser, AMENDMENT)
        assert answer.status_code == 200, answer.text
        text = words(answer.text)
        assert "◌ not published" in text and "Day 45 visit – 24 Mar 2026 – 30 Mar 2026" in text
        assert "apply_amendment" not in answer.text
        assert browser.get(f"{PAGE}/version/2.0").status_code == 404
    with house.store.reading() as reading:
        assert len(reading.documents("protocol")) == 1 and house.sent == []


def test_a_proposal_moves_what_the_published_version_will(house: House) -> None:
    """Before and after it is published a version moves the same windows."""
    house.now = LATER
    with look_at(house) as look:
        proposed = proposal_page(look, proposed_version(AMENDMENT, (FIRST,)))
    published(house)
    with look_at(house) as look:
        assert version_page(look, "2.0").previews == proposed.previews
        with pytest.raises(NoSuchVersion):
            version_page(look, "3.0")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("[1, 2]", "hand in a protocol document"),
        ("a: {", "this is not YAML"),
        ("id: x\nbase: /etc/passwd", "names no file beside the document"),
        ("id: x\nbase: ../../secrets.yaml", "names no file beside the document"),
        ("id: x\nbase: proposed.yaml", "names no file beside the document"),
        ("id: x\nbase: [1]", "names no file beside the document"),
        ("id: NCT06642025\nbase: ../a.yaml\namends: {version: '9'}", "is not published"),
        (orjson.dumps({**BODY, "cap": {**BODY["cap"], "participants": 8}}).decode(), "published, as another"),
        (orjson.dumps(BODY).decode(), "version 1.0 is published; give"),
        ((ROOT / "protocols" / "DZ-CYCLES.yaml").read_text(encoding="utf-8"), "another study"),
        ("<script>alert(1)</script>: 1", "hand in a protocol document|is missing|no field|unknown|not"),
    ],
)
def test_what_is_no_version_of_the_study_is_said(house: House, text: str, said: str) -> None:
    """A document that cannot follow is refused with what is wrong, and shown as text."""
    with pytest.raises(NotAProposal, match=said):
        proposed_version(text, (FIRST,))
    with house.signed_in() as browser:
        answer = handed_in(browser, text)
    assert answer.status_code == 422 and "This document cannot be published" in answer.text
    assert "<script>alert" not in answer.text and "/tmp" not in answer.text


def test_a_document_from_elsewhere_is_not_looked_at(house: House) -> None:
    """A form that no page of the session sent is turned away."""
    with house.signed_in() as browser:
        assert handed_in(browser, AMENDMENT, csrf="x").status_code == 403


@contextmanager
def look_at(house: House) -> Generator[StudyLook]:
    """A look at the study."""
    with house.store.reading() as reading:
        yield StudyLook(reading, house.rulebook, STUDY, house.now)


def page_of(house: House, role: Role) -> str:
    """The page as somebody of that role sees it."""
    with house.signed_in(role) as browser:
        return browser.get(PAGE).text


def published(house: House) -> None:
    """Publish the amendment."""
    protocol = read_protocol(ROOT / "protocols" / "amendments" / "NCT06642025-2.0.yaml")
    with house.store.writing() as tx:
        publish(tx, protocol, [], ENGINEER, datetime(2026, 3, 1, tzinfo=UTC), PROVENANCE)
    house.now = LATER


def handed_in(browser: Browser, text: str, csrf: str = "") -> Any:
    """Hand a document in as the page's form does."""
    return browser.client.post(
        f"{PAGE}/proposal",
        data={**browser.form(), **({"csrf": csrf} if csrf else {})},
        files={"document": ("proposal.yaml", text.encode(), "application/yaml")},
        headers={"origin": ORIGIN, "sec-fetch-site": "same-origin"},
    )


def asked(house: House, participant: str, kind: str, actor: Any = COORDINATOR, **fields: Any) -> None:
    """Have the desk hear a command."""
    house.now += timedelta(minutes=1)
    command = {"kind": kind, "actor": actor, **fields}
    asyncio.run(house.send(STUDY, participant, f"{kind}-{len(house.sent)}", command))


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())

"""The command line has words for every code, in both languages, and a line for every event."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.sentences import CHINESE
from console.speech import Speech
from console.telling import told
from console.telling_study import study_told
from console.telling_why import span_told
from console.words import (
    ALERT_KINDS,
    ALERT_STATUSES,
    ENDS,
    EVENTS,
    PHRASES,
    ROLES,
    STANDINGS,
    Language,
    phrase,
    said,
)
from console.words_signed import READ_AS, read_as
from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.protocol.document import End
from domain.roles import Role
from domain.safety.partial import Partial
from domain.signed import Signed
from domain.span import parse_span
from domain.standing import Standing
from domain.state import AlertKind, AlertStatus
from domain.study import StudyEvent
from tests.console.terminal import Terminal

ZONE = ZoneInfo("Asia/Shanghai")
TABLES: list[tuple[Mapping[str, tuple[str, str]], set[str]]] = [
    (STANDINGS, {each.value for each in Standing}),
    (ALERT_KINDS, {each.value for each in AlertKind}),
    (ALERT_STATUSES, {each.value for each in AlertStatus}),
    (ROLES, {each.value for each in Role}),
    (ENDS, {each.value for each in End}),
    (EVENTS, set(ev.EVENT_TYPES)),
]


@pytest.mark.parametrize(
    ("table", "codes"), TABLES, ids=["standings", "kinds", "statuses", "roles", "ends", "events"]
)
def test_every_code_has_words(table: Mapping[str, tuple[str, str]], codes: set[str]) -> None:
    """Each code of the domain has English and Chinese words, and no word is for a code that is gone."""
    assert {str(code) for code in table} == codes
    for english, chinese in table.values():
        assert english.isascii()
        assert not chinese.isascii()


def test_every_phrase_is_in_both_languages() -> None:
    """A fixed phrase has both languages; an unknown code is shown as it is."""
    for code in PHRASES:
        assert phrase(code, Language.EN) != phrase(code, Language.ZH)
    assert said(EVENTS, "no.such", Language.ZH) == "no.such"


@pytest.mark.parametrize("event", typing.get_args(ParticipantEvent), ids=lambda event: event.TYPE)
def test_every_event_can_be_told(event: type[ev.Event]) -> None:
    """Each event type becomes one line that begins with its words."""
    said_ = {each: told(_example(event), Speech(ZONE, each)) for each in Language}
    assert said_[Language.EN].startswith(EVENTS[event.TYPE][0])
    assert said_[Language.ZH].startswith(EVENTS[event.TYPE][1])
    assert "\n" not in said_[Language.EN] + said_[Language.ZH]


@pytest.mark.parametrize("event", typing.get_args(StudyEvent), ids=lambda event: event.TYPE)
def test_every_event_of_the_study_can_be_told(event: type[ev.Event]) -> None:
    """As above, for the study's own stream."""
    for number, language in enumerate(Language):
        line = study_told(typing.cast(StudyEvent, _example(event)), Speech(ZONE, language))
        assert line.startswith(EVENTS[event.TYPE][number])


def test_every_sentence_is_said_and_keeps_its_places() -> None:
    """Each sentence of the table stands in the code that tells events, and its Chinese has its places."""
    sources = "".join(each.read_text(encoding="utf-8") for each in Path("console").glob("telling*.py"))
    for english, chinese in CHINESE.items():
        assert f'"{english}"' in sources, english
        assert sorted(re.findall(r"{\w+}", chinese)) == sorted(re.findall(r"{\w+}", english))
    spoken = re.findall(r'say\(\s*"([^"]+)"', sources) + re.findall(r'"([^"\n]*{\w+}[^"\n]*)"', sources)
    assert {each for each in spoken if each not in CHINESE} == set()


def test_prose_names_things_and_writes_dates_as_people_do() -> None:
    """On a page an item has its label and a day its month's name; in commands both are as recorded."""
    planned = ev.AppointmentPlanned("D28", date(2026, 3, 12), None)
    told_ = [
        told(planned, Speech(ZONE, language, {"D28": "Day 28"}.__getitem__ if prose else str, prose))
        for language, prose in ((Language.EN, False), (Language.EN, True), (Language.ZH, True))
    ]
    assert told_ == [
        "appointment planned: D28 2026-03-12",
        "appointment planned: Day 28 12 Mar 2026",
        "预约安排：Day 28 2026年3月12日",
    ]


def test_a_timeline_can_be_told_in_chinese(dayzero: Terminal) -> None:
    """`timeline --lang zh-CN` tells the events in Chinese words and writes names and dates in Chinese."""
    out = dayzero("timeline", "P-002", "--lang", "zh-CN").out
    assert "受试者登记：NCT06642025 1.0，demo" in out
    assert "预约安排：入组 2026年3月12日" in out


def _example(event: type[ev.Event]) -> ParticipantEvent:
    """An event of the type, every field filled with something of its kind."""
    hints = typing.get_type_hints(event)
    values = {name: _value(name, hint) for name, hint in hints.items() if not name.isupper()}
    return typing.cast(ParticipantEvent, event(**values))


def _value(name: str, hint: object) -> object:
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    if name in ("windows", "contacts", "waiting_for"):
        return ()
    signed = Signed("monitor-1", Role.SPONSOR, moment, "I agree", "0" * 64)
    known = (
        (bool, True),
        (int, 1),
        (datetime, moment),
        (End, End.DIED),
        (Signed, signed),
        (Partial, Partial("2026-03-02")),
    )
    for kind, value in known:
        if hint is kind or kind in typing.get_args(hint):
            return value
    members = getattr(hint, "__members__", None)
    return next(iter(members.values())) if members else "text"


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        ("P60D", "60 days", "60天"),
        ("P1M", "1 month", "1个月"),
        ("-PT6H30M", "−6 hours 30 minutes", "−6小时 30分钟"),
        ("P0D", "0 days", "0天"),
    ],
)
def test_a_span_is_told_in_its_own_units(span: str, english: str, chinese: str) -> None:
    """A month stays a month and is never turned into days."""
    told_ = [span_told(parse_span(span), Speech(ZONE, each)) for each in Language]
    assert told_ == [english, chinese]


def test_an_explanation_is_told_in_chinese(dayzero: Terminal) -> None:
    """`explain --lang zh-CN` tells the rule and each record that touched the date in Chinese."""
    why = dayzero("explain", "P-001", "D28", "--lang", "zh-CN", "--json").data
    assert why["rule"].endswith("+ 28天，可早3天、晚3天")
    assert why["touches"][-1]["says"].startswith("窗口2026年3月7日至2026年3月13日")


def test_every_sentence_that_is_signed_can_be_read_in_chinese() -> None:
    """Each meaning of the published protocols has its Chinese beside it; in English nothing stands there."""
    published = "".join(each.read_text(encoding="utf-8") for each in Path("protocols").glob("*.yaml"))
    meanings = set(re.findall(r"meaning: (.+)", published))
    assert meanings == set(READ_AS)
    assert {read_as(each, Language.EN) for each in meanings} == {""}
    assert not any(read_as(each, Language.ZH).isascii() for each in meanings)

"""The command line has words for every code, in both languages, and a line for every event."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.telling import told
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
from domain import events as ev
from domain.evolve import ParticipantEvent
from domain.protocol.document import End
from domain.roles import Role
from domain.signed import Signed
from domain.standing import Standing
from domain.state import AlertKind, AlertStatus
from tests.console.terminal import Terminal

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
    line = told(_example(event), ZoneInfo("Asia/Shanghai"), Language.EN)
    assert line.startswith(EVENTS[event.TYPE][0])
    assert "\n" not in line


def test_a_timeline_can_be_told_in_chinese(dayzero: Terminal) -> None:
    """`timeline --lang zh-CN` tells the events in Chinese words and keeps codes and dates as recorded."""
    out = dayzero("timeline", "P-002", "--lang", "zh-CN").out
    assert "受试者登记: NCT06642025 1.0, demo" in out
    assert "预约安排: enrolment 2026-03-12" in out


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
    known = ((bool, True), (int, 1), (datetime, moment), (End, End.DIED), (Signed, signed))
    for kind, value in known:
        if hint is kind or kind in typing.get_args(hint):
            return value
    members = getattr(hint, "__members__", None)
    return next(iter(members.values())) if members else "text"

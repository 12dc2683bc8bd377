"""What a notice says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.message import SIMULATED, NoticeFacts, Urgency, labels_of, notice_message
from domain.protocol.sources import Labels
from domain.state import AlertKind
from tests.activities.trial import protocol_without_cap, site

FACTS = NoticeFacts(
    notice="P-001/D28/overdue/rung-2/1/investigator-1/mail",
    alert="P-001/D28/overdue",
    study="NCT06642025",
    participant="P-001",
    simulated=False,
    item="D28",
    labels=Labels.model_validate({"en": "Day 28 visit", "zh-CN": "第28天访视"}),
    kind=AlertKind.OVERDUE,
    rung=2,
    rungs=3,
    round=1,
    due=datetime(2026, 3, 30, 16, 0, tzinfo=UTC),
    closes=datetime(2026, 3, 30, 16, 0, tzinfo=UTC),
    site=site(),
    console_url="https://console.example.org/",
)


def test_a_notice_says_who_what_since_when_and_how_to_answer() -> None:
    """Participant, item in both languages, rung n of m, local time and zone, how to answer, a link."""
    message = notice_message(FACTS)
    assert message.subject == "P-001 D28 overdue 已逾期 (2/3)"
    assert message.body.splitlines() == [
        "P-001 · NCT06642025 · hefei",
        "Item 项目: D28 · Day 28 visit · 第28天访视",
        "Alert 提醒: overdue 已逾期 · rung 级别 2 of 3",
        "Since 起始: 2026-03-31 00:00 Asia/Shanghai",
        "",
        "Acknowledge 确认: dayzero ack P-001/D28/overdue",
        "Link 链接: https://console.example.org/alerts/P-001/D28/overdue",
    ]


def test_a_reminder_says_until_when() -> None:
    """What is only due soon says when its window ends, and is no warning."""
    message = notice_message(replace(FACTS, kind=AlertKind.DUE_SOON, console_url=None, rung=1, rungs=1))
    assert "Until 截止: 2026-03-31 00:00 Asia/Shanghai" in message.body
    assert "Link" not in message.body
    assert message.urgency is Urgency.INFO


def test_a_repeat_is_told_apart() -> None:
    """The third time on the same rung says so."""
    assert "rung 级别 2 of 3, repeat 3 第3次" in notice_message(replace(FACTS, round=3)).body


def test_simulated_is_marked_everywhere() -> None:
    """A simulated participant's notice says so in subject, body and fields."""
    message = notice_message(replace(FACTS, simulated=True))
    assert message.subject.startswith(SIMULATED)
    assert message.body.startswith(SIMULATED)
    assert message.fields["simulated"] == "true"


def test_the_key_is_the_notice() -> None:
    """The same notice always has the same key, so that a receiver can tell a repetition (INV-17)."""
    assert (
        notice_message(FACTS).key == FACTS.notice == notice_message(replace(FACTS, round=2)).fields["notice"]
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_label_cannot_forge_a_line(en: str, zh: str) -> None:
    """Whatever a label holds, it stays on the item's line (property)."""
    labels = Labels.model_construct(en=en, zh_cn=zh)
    lines = notice_message(replace(FACTS, labels=labels)).body.split("\n")
    assert len(lines) == 7
    assert lines[1].startswith("Item 项目: D28")


@pytest.mark.parametrize(
    ("code", "label"),
    [("D28", "Day 28 visit"), ("eligibility", "eligib"), ("no-such-item", "no-such-item")],
)
def test_items_and_gates_have_labels(code: str, label: str) -> None:
    """An item and a gate are told by their label; a code nobody knows is told as it is."""
    assert label.lower() in labels_of(protocol_without_cap(), code).en.lower()

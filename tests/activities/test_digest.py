"""The morning digest: what it says, to whom, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.channels import Channels
from activities.digest import NOT_SENT, UNKNOWN_SITE, Digest, digest_note
from activities.digest_text import NOTHING, digest_message, has_a_digest
from activities.message import SIMULATED
from activities.metrics import Metrics
from activities.morning import LabelledItem, Morning, morning_of
from activities.orders import DigestOrder, DigestOutcome
from domain.protocol.sources import Labels
from domain.roles import Role
from domain.views import AlertRow, ItemRow
from store import Store
from tests.activities.conftest import MakeChannels
from tests.activities.receivers import Webhook
from tests.activities.trial import DUE_SOON_AT, STUDY, WORKING, Clock, Trial, site

TEAM = {"coordinator": ["hook"], "investigator": ["file"], "sponsor": ["file"], "engineer": ["hook"]}
LABELS = Labels.model_validate({"en": "Day 28 visit", "zh-CN": "第28天访视"})
ORDER = DigestOrder(STUDY, "hefei")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what a digest reads and notes is proven on both elsewhere."""
    return sqlite_url


@pytest.fixture
def digest(store: Store, clock: Clock, metrics: Metrics) -> Callable[[Channels], Digest]:
    """A digest over the test's store."""

    def make(channels: Channels) -> Digest:
        return Digest(store, Trial(store, clock).rulebook, channels, metrics, clock)

    return make


@pytest.fixture
def staffed(store: Store, clock: Clock) -> Trial:
    """A trial whose coordinator is told by webhook and whose investigator and sponsor by file."""
    trial = Trial(store, clock)
    trial.open(site(channels=TEAM))
    return trial


def _send(digest: Digest, order: DigestOrder = ORDER) -> DigestOutcome:
    return ActivityEnvironment().run(digest.send, order)


def test_the_digest_says_what_the_day_holds(
    staffed: Trial, digest: Callable[[Channels], Digest], channels: MakeChannels, hook: Webhook
) -> None:
    """Overdue, due soon, alerts by rung, and who has acknowledged until when, in the site's time."""
    staffed.register("P-001", "P-002")
    staffed.register("P-003", on="2026-03-05")
    for code in ("P-001", "P-002", "P-003"):
        staffed.reach(code, WORKING)
    staffed.ask("P-002", "acknowledge_alert", alert="P-002/enrolment/overdue")
    outcome = _send(digest(channels(hook=f"json://{hook.host}")))
    assert outcome == DigestOutcome("2026-03-31", sent=2, said=True)
    [request] = hook.got
    since = "since 起始 2026-03-{} 00:00 Asia/Shanghai".format
    until = "until 至 2026-04-02 10:00 Asia/Shanghai"
    assert request.json["message"].splitlines() == [
        "NCT06642025 · hefei · 2026-03-31 Asia/Shanghai",
        "",
        "Overdue 逾期 (2)",
        "- P-001 · enrolment · Enrolment · 入组 · since the end of 截止 2026-03-30",
        "- P-002 · enrolment · Enrolment · 入组 · since the end of 截止 2026-03-30",
        "",
        "Within 7 days 七日内 (1)",
        "- P-003 · enrolment · Enrolment · 入组 · target 目标 2026-03-19, last day 最后一天 2026-04-02",
        "",
        "Open alerts 未确认提醒 (2)",
        "- P-003/enrolment/due_soon · due soon 即将到期 · rung 级别 1 of 1 · " + since(27),
        "- P-001/enrolment/overdue · overdue 已逾期 · rung 级别 1 of 3 · " + since(31),
        "",
        "Acknowledged or snoozed 已确认或已暂缓 (1)",
        f"- P-002/enrolment/overdue · overdue 已逾期 · acknowledged by coordinator-1 {until}",
    ]
    assert request.json["title"].startswith("NCT06642025 · hefei · 2026-03-31: Overdue 逾期: 2")


def test_one_digest_a_day(
    staffed: Trial, digest: Callable[[Channels], Digest], channels: MakeChannels, hook: Webhook
) -> None:
    """Asked twice on one day, once on the next: two digests, each noted with its day."""
    sender = digest(channels(hook=f"json://{hook.host}"))
    _send(sender)
    assert _send(sender) == DigestOutcome("2026-03-31")
    staffed.clock.pass_(days=1)
    assert _send(sender).sent > 0
    assert len(hook.got) == 2
    with staffed.store.reading() as reading:
        assert reading.note(digest_note(STUDY, "hefei")) == "2026-04-01"


def test_a_quiet_morning_is_one_line(
    staffed: Trial, digest: Callable[[Channels], Digest], channels: MakeChannels, hook: Webhook,
) -> None:  # fmt: skip
    """Nothing to say: one line to coordinator and investigator, so that silence means something is wrong."""
    outcome = _send(digest(channels(hook=f"json://{hook.host}")))
    assert not outcome.said
    [request] = hook.got
    assert request.json["message"].splitlines()[-1] == NOTHING


@pytest.mark.parametrize("day", ["2026-04-04", "2026-04-05", "2026-05-01"])
def test_no_digest_on_a_day_off(
    store: Store,
    clock: Clock,
    digest: Callable[[Channels], Digest],
    channels: MakeChannels,
    hook: Webhook,
    day: str,
) -> None:
    """Weekends and holidays have no digest."""
    Trial(store, clock).open(site(channels=TEAM, holidays=["2026-05-01"]))
    clock.now = datetime.fromisoformat(f"{day}T08:00+08:00").astimezone(UTC)
    assert _send(digest(channels(hook=f"json://{hook.host}"))) == DigestOutcome(day)
    assert hook.got == []


def test_only_who_missed_it_is_told_again(
    staffed: Trial,
    digest: Callable[[Channels], Digest],
    channels: MakeChannels,
    hook: Webhook,
    notice_file: object,
) -> None:
    """One channel down: the activity is tried again, and reaches only those who had nothing yet."""
    sender = digest(channels(hook=f"json://{hook.host}"))
    hook.status = 503
    with pytest.raises(ApplicationError) as missed:
        _send(sender)
    assert (missed.value.type, missed.value.non_retryable) == (NOT_SENT, False)
    assert "hook: HTTP 503" in missed.value.message
    hook.status = 200
    assert _send(sender).sent == 1
    assert len(hook.got) == 2


def test_an_unknown_site_is_final(
    staffed: Trial, digest: Callable[[Channels], Digest], channels: MakeChannels, hook: Webhook
) -> None:
    """No try would find a site that was never published."""
    with pytest.raises(ApplicationError) as unknown:
        _send(digest(channels()), DigestOrder(STUDY, "beijing"))
    assert (unknown.value.type, unknown.value.non_retryable) == (UNKNOWN_SITE, True)


def test_a_digest_is_of_its_own_site(
    store: Store, clock: Clock, digest: Callable[[Channels], Digest], channels: MakeChannels, hook: Webhook
) -> None:
    """A participant of another site is not in it."""
    trial = Trial(store, clock)
    trial.open(site(channels=TEAM))
    trial.register("P-001")
    trial.open(site(id="beijing", channels=TEAM))
    _send(digest(channels(hook=f"json://{hook.host}")), DigestOrder(STUDY, "beijing"))
    [request] = hook.got
    assert "P-001" not in request.json["message"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.COORDINATOR, True), (Role.INVESTIGATOR, True), (Role.SPONSOR, True), (Role.ENGINEER, False),
     (Role.AUDITOR, False), (Role.DATA_MANAGER, False), (Role.SYSTEM, False)],
)  # fmt: skip
def test_who_has_a_digest(role: Role, expected: bool) -> None:
    """Those on the ladder have one."""
    assert has_a_digest(role) is expected


def test_the_sponsor_hears_only_of_the_last_rung() -> None:
    """An alert that has climbed to its last rung is in the sponsor's digest; the rest is the site's own."""
    first, last = _alert("A", rung=1), _alert("B", rung=3)
    message = digest_message(_morning(alerts=(first, last)), Role.SPONSOR, "key", None)
    assert message is not None
    assert "P-001/B/overdue" in message.body
    assert "P-001/A/overdue" not in message.body
    assert digest_message(_morning(alerts=(first,)), Role.SPONSOR, "key", None) is None


def test_a_snoozes_reason_stays_out() -> None:
    """A reason is free text and may be clinical: only who snoozed and until when is told."""
    snoozed = _alert("A", status="snoozed", reason="fever of 39 after infusion")
    message = digest_message(_morning(alerts=(snoozed,)), Role.COORDINATOR, "key", None)
    assert message is not None
    assert "snoozed by coordinator-1 until 至 2026-04-02 10:00 Asia/Shanghai" in message.body
    assert "fever" not in message.body


def test_a_simulated_digest_is_marked() -> None:
    """Simulated is said in subject and text."""
    message = digest_message(_morning(simulated=True), Role.COORDINATOR, "key", "https://console.example.org")
    assert message is not None
    assert message.subject.startswith(SIMULATED)
    assert message.body.startswith(SIMULATED)
    assert "Link 链接: https://console.example.org" in message.body


@pytest.mark.parametrize(
    ("moment", "part"),
    [
        ("2026-03-31T08:00+08:00", "soon"),  # two days before the target
        ("2026-04-02T08:00+08:00", "today"),  # the target day
        ("2026-04-03T08:00+08:00", "soon"),  # past target; the last day is within the week
        ("2026-04-05T23:59+08:00", "today"),  # the last day
        ("2026-04-06T00:00+08:00", "overdue"),
    ],
)
def test_an_item_is_in_one_part(moment: str, part: str) -> None:
    """Whole days of the site: target or last day today, within a week, or over at local midnight."""
    now = datetime.fromisoformat(moment).astimezone(UTC)
    morning = morning_of(STUDY, site(), now, [LabelledItem(_item(), LABELS)], [], simulated=False)
    found = {name for name in ("overdue", "today", "soon") if getattr(morning, name)}
    assert found == {part}


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)), st.booleans())
def test_what_is_done_or_does_not_apply_is_in_no_part(later: timedelta, applies: bool) -> None:
    """At no moment does a done or inapplicable item want anything (property)."""
    now = WORKING + later
    row = _item(outcome="done", happened_at=now) if applies else _item(applicable=False)
    morning = morning_of(STUDY, site(), now, [LabelledItem(row, LABELS)], [], simulated=False)
    assert morning.empty


def test_a_projected_date_asks_for_nothing() -> None:
    """A window counted from something that has not happened is in no digest."""
    row = _item(basis="projected")
    assert morning_of(STUDY, site(), WORKING, [LabelledItem(row, LABELS)], [], simulated=False).empty


def _morning(alerts: tuple[AlertRow, ...] = (), *, simulated: bool = False) -> Morning:
    return Morning(STUDY, site(), date(2026, 3, 31), simulated, (), (), (), alerts)


def _item(
    *,
    outcome: str = "pending",
    applicable: bool = True,
    basis: str = "actual",
    happened_at: datetime | None = None,
) -> ItemRow:
    """Day 28 of an infusion on 2026-03-05: target 2026-04-02, two days early, three days late."""
    return ItemRow(
        study=STUDY,
        participant="P-001",
        item="D28",
        position=1,
        category="visit",
        applicable=applicable,
        basis=basis,
        anchor="infusion",
        anchor_on="2026-03-05",
        opens=datetime(2026, 3, 30, 16, tzinfo=UTC),
        target=datetime(2026, 4, 2, 16, tzinfo=UTC),
        closes=datetime(2026, 4, 5, 16, tzinfo=UTC),
        hard_stop=None,
        frame_ends=None,
        outcome=outcome,
        happened=None,
        happened_at=happened_at,
        appointment=None,
        reason=None,
        record_seq=None,
    )


def _alert(item: str, *, rung: int = 1, status: str = "open", reason: str | None = None) -> AlertRow:
    return AlertRow(
        study=STUDY,
        participant="P-001",
        alert=f"P-001/{item}/overdue",
        site="hefei",
        item=item,
        kind="overdue",
        status=status,
        rung=rung,
        round=1,
        rungs=3,
        due=DUE_SOON_AT,
        raised_at=DUE_SOON_AT,
        next_at=None,
        held_by="coordinator-1" if status != "open" else None,
        until=WORKING + timedelta(days=2) if status != "open" else None,
        reason=reason,
        resolved_at=None,
        resolved_why=None,
        next_role=None,
    )

"""The text of a digest, by the role it is for.

The rule that keeps it honest: pure; participant codes, items and dates only. A snooze's reason is free text
and stays out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from activities.message import KINDS, SIMULATED, Message, local_time, one_line
from activities.morning import Entry, Morning
from domain.roles import Role
from domain.state import AlertKind, AlertStatus
from domain.views import AlertRow


class Part(StrEnum):
    OVERDUE = "Overdue 逾期"
    TODAY = "Today 今日"
    SOON = "Within 7 days 七日内"
    OPEN_ALERTS = "Open alerts 未确认提醒"
    ANSWERED_ALERTS = "Acknowledged or snoozed 已确认或已暂缓"
    TOP_ALERTS = "Alerts on the last rung 已到最高级别的提醒"


_PARTS: Mapping[Role, tuple[Part, ...]] = {
    Role.COORDINATOR: (Part.OVERDUE, Part.TODAY, Part.SOON, Part.OPEN_ALERTS, Part.ANSWERED_ALERTS),
    Role.INVESTIGATOR: (Part.OVERDUE, Part.TODAY, Part.OPEN_ALERTS, Part.ANSWERED_ALERTS),
    Role.SPONSOR: (Part.TOP_ALERTS,),
}
_TOLD_OF_NOTHING = frozenset({Role.COORDINATOR, Role.INVESTIGATOR})
NOTHING = "Nothing is overdue, due today or due within 7 days. 无逾期、今日或七日内到期事项。"


def has_a_digest(role: Role) -> bool:
    """Whether contacts of this role get a digest at all."""
    return role in _PARTS


def digest_message(work: Morning, role: Role, key: str, console_url: str | None) -> Message | None:
    """The digest for a role; None when there is nothing this role must hear."""
    parts = [(part, lines) for part in _PARTS[role] if (lines := list(_lines(work, part)))]
    if not parts and role not in _TOLD_OF_NOTHING:
        return None
    mark = SIMULATED if work.simulated else ""
    numbers = ", ".join(f"{part.value}: {len(lines)}" for part, lines in parts)
    heading = f"{mark}{work.study} · {work.site.id} · {work.day}"
    body = [f"{heading} {work.site.zone_name}"]
    for part, lines in parts:
        body += ["", f"{part.value} ({len(lines)})", *(f"- {line}" for line in lines)]
    if not parts:
        body += ["", NOTHING]
    if console_url is not None:
        body += ["", f"Link 链接: {console_url.rstrip('/')}"]
    return Message(
        key=f"{key}/{work.day.isoformat()}",
        subject=f"{heading}: {numbers or 'nothing due 无到期事项'}",
        body="\n".join(body),
        fields={"study": work.study, "site": work.site.id, "day": work.day.isoformat()},
    )


def _lines(work: Morning, part: Part) -> Iterator[str]:
    match part:
        case Part.OVERDUE:
            yield from (f"{_what(each)} · since the end of 截止 {each.last_day}" for each in work.overdue)
        case Part.TODAY:
            yield from (_ahead(each) for each in work.today)
        case Part.SOON:
            yield from (_ahead(each) for each in work.soon)
        case Part.OPEN_ALERTS:
            yield from (_open(work, each) for each in work.alerts if each.status == AlertStatus.OPEN)
        case Part.ANSWERED_ALERTS:
            yield from (_held(work, each) for each in work.alerts if each.status in _ANSWERED)
        case Part.TOP_ALERTS:
            open_alerts = (each for each in work.alerts if each.status == AlertStatus.OPEN)
            yield from (_open(work, each) for each in open_alerts if each.rung >= each.rungs > 1)


_ANSWERED = frozenset({AlertStatus.ACKNOWLEDGED.value, AlertStatus.SNOOZED.value})


def _what(entry: Entry) -> str:
    labels = entry.labels
    return f"{entry.participant} · {entry.item} · {one_line(labels.en)} · {one_line(labels.zh_cn)}"


def _ahead(entry: Entry) -> str:
    return f"{_what(entry)} · target 目标 {entry.target_day}, last day 最后一天 {entry.last_day}"


def _open(work: Morning, alert: AlertRow) -> str:
    since = local_time(alert.due, work.site)
    return f"{_alert(alert)} · rung 级别 {alert.rung} of {alert.rungs} · since 起始 {since}"


def _held(work: Morning, alert: AlertRow) -> str:
    until = local_time(alert.until, work.site) if alert.until else "?"
    return f"{_alert(alert)} · {alert.status} by {alert.held_by or '?'} until 至 {until}"


def _alert(alert: AlertRow) -> str:
    kind = KINDS[AlertKind(alert.kind)]
    return f"{alert.alert} · {kind.en} {kind.zh_cn}"

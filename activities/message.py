"""What a notice says: who, which item, which rung, since when, and how to answer.

The rule that keeps it honest: pure text from what is given; a participant code, an item and dates, and
nothing clinical, in English and Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from domain.protocol.expanded import Protocol
from domain.protocol.sources import Labels
from domain.safety.clocks import clock_named
from domain.site import Site
from domain.state import AlertKind


class Urgency(StrEnum):
    """How a message is meant; channels that know colours or sounds show it."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Message:
    """One text to one target. `key` is the same whenever the same message is sent again (idempotency key).

    `fields` say the same as the text, for machines that receive it.
    """

    key: str
    subject: str
    body: str
    urgency: Urgency = Urgency.INFO
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What one notice is about. Instants are UTC; `closes` is the exclusive end of the item's window."""

    notice: str
    alert: str
    study: str
    participant: str
    simulated: bool
    item: str
    labels: Labels
    kind: AlertKind
    rung: int
    rungs: int
    round: int
    due: datetime
    closes: datetime | None
    site: Site
    console_url: str | None


KINDS: Mapping[AlertKind, Labels] = {
    AlertKind.DUE_SOON: Labels.model_validate({"en": "due soon", "zh-CN": "即将到期"}),
    AlertKind.OVERDUE: Labels.model_validate({"en": "overdue", "zh-CN": "已逾期"}),
    AlertKind.ON_HOLD: Labels.model_validate({"en": "study on hold", "zh-CN": "研究已暂停"}),
    AlertKind.DECISION_NEEDED: Labels.model_validate({"en": "decision needed now", "zh-CN": "需立即决定"}),
    AlertKind.MEETING_OVERDUE: Labels.model_validate(
        {"en": "safety review overdue", "zh-CN": "安全评审已逾期"}
    ),
    AlertKind.EXPIRING: Labels.model_validate({"en": "results expire soon", "zh-CN": "结果即将失效"}),
    AlertKind.REPORT_DUE_SOON: Labels.model_validate({"en": "report due soon", "zh-CN": "报告即将到期"}),
    AlertKind.REPORT_OVERDUE: Labels.model_validate({"en": "report overdue", "zh-CN": "报告已逾期"}),
    AlertKind.IDENTITY_MISMATCH: Labels.model_validate({"en": "wrong identity", "zh-CN": "身份标识不符"}),
    AlertKind.EXCURSION: Labels.model_validate({"en": "temperature excursion", "zh-CN": "温度超限"}),
    AlertKind.PRODUCT_EXPIRING: Labels.model_validate(
        {"en": "product expires soon", "zh-CN": "产品即将过期"}
    ),
    AlertKind.PRODUCT_EXPIRED: Labels.model_validate({"en": "product expired", "zh-CN": "产品已过期"}),
    AlertKind.REPEAT_DECISION: Labels.model_validate(
        {"en": "decision to repeat due", "zh-CN": "需决定是否重做"}
    ),
}
SIMULATED = "[SIMULATED 模拟] "


def notice_message(facts: NoticeFacts) -> Message:
    """The message of one notice."""
    kind = KINDS[facts.kind]
    mark = SIMULATED if facts.simulated else ""
    return Message(
        key=facts.notice,
        subject=f"{mark}{facts.participant} {facts.item} {kind.en} {kind.zh_cn} ({facts.rung}/{facts.rungs})",
        body="\n".join(_lines(facts, mark)),
        urgency=Urgency.INFO if facts.kind is AlertKind.DUE_SOON else Urgency.WARNING,
        fields=_fields(facts),
    )


def labels_of(protocol: Protocol, code: str) -> Labels:
    """What people call an item or a gate; the code itself if the protocol has neither."""
    named = protocol.items.get(code) or protocol.gates.get(code) or clock_named(protocol, code)
    return named.labels if named else Labels.model_validate({"en": code, "zh-CN": code})


def local_time(at: datetime, site: Site) -> str:
    """An instant as the site's people read it: local date and time, and the zone's name."""
    return f"{at.astimezone(site.zone):%Y-%m-%d %H:%M} {site.zone_name}"


def one_line(text: str) -> str:
    """A label without its line breaks."""
    return " ".join(text.split())


def alert_link(console_url: str, alert: str) -> str:
    """Where the console shows an alert."""
    return f"{console_url.rstrip('/')}/alerts/{quote(alert)}"


def _lines(facts: NoticeFacts, mark: str) -> list[str]:
    kind, labels = KINDS[facts.kind], facts.labels
    again = f", repeat {facts.round} 第{facts.round}次" if facts.round > 1 else ""
    lines = [
        f"{mark}{facts.participant} · {facts.study} · {facts.site.id}",
        f"Item 项目: {facts.item} · {one_line(labels.en)} · {one_line(labels.zh_cn)}",
        f"Alert 提醒: {kind.en} {kind.zh_cn} · rung 级别 {facts.rung} of {facts.rungs}{again}",
        f"Since 起始: {local_time(facts.due, facts.site)}",
    ]
    if facts.kind is not AlertKind.OVERDUE and facts.closes is not None:
        lines.append(f"Until 截止: {local_time(facts.closes, facts.site)}")
    lines += ["", f"Acknowledge 确认: dayzero ack {facts.alert}"]
    if facts.console_url is not None:
        lines.append(f"Link 链接: {alert_link(facts.console_url, facts.alert)}")
    return lines


def _fields(facts: NoticeFacts) -> dict[str, str]:
    return {
        "notice": facts.notice,
        "alert": facts.alert,
        "study": facts.study,
        "site": facts.site.id,
        "participant": facts.participant,
        "item": facts.item,
        "kind": facts.kind.value,
        "rung": str(facts.rung),
        "rungs": str(facts.rungs),
        "round": str(facts.round),
        "due": facts.due.isoformat(),
        "simulated": "true" if facts.simulated else "false",
    }

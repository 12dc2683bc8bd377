"""The words in which endpoints are shown, in both languages.

The rule that keeps it honest: only words; codes without words are shown as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.endpoints import Place

PLACES: Mapping[str, tuple[str, str]] = {
    Place.COUNTED: ("counted", "计入"),
    Place.NOT_COUNTED: ("not counted", "未计入"),
    Place.UNKNOWN: ("unknown", "不明"),
    Place.LEFT_OUT: ("left out", "不在分母"),
}

SURVIVAL_PLACES: Mapping[str, tuple[str, str]] = {
    Place.COUNTED: ("event", "发生事件"),
    Place.NOT_COUNTED: ("censored", "删失"),
    Place.LEFT_OUT: ("left out", "不在分母"),
}

HEADINGS: Mapping[str, tuple[str, str]] = {
    "row": ("row", "行"),
    "count": ("n / of", "例数 / 总数"),
    "share": ("share", "比例"),
    "interval": ("95 % interval", "95%置信区间"),
    "unknown": ("unknown", "不明"),
    "after": ("after", "时间"),
    "at risk": ("at risk", "在险人数"),
    "survival": ("survival", "生存率"),
    "median": ("median", "中位数"),
    "days": ("days", "天"),
    "not reached": ("not reached", "未达到"),
    "events": ("with event", "事件"),
    "censored": ("censored", "删失"),
    "participant": ("participant", "受试者"),
    "place": ("place", "归类"),
    "value": ("value", "结果"),
    "why": ("why", "依据"),
    "records": ("records", "记录"),
    "as of": ("as known at", "数据截至"),
    "true at": ("true at", "实际情况截至"),
    "among": ("among those with", "分母为已完成"),
    "nobody": ("no participants", "无受试者"),
}

"""The words of what is reviewed: safety, deviations, approvals.

The rule that keeps it honest: as in `console.words`: only words, no judgement; a test holds that every code
has its words in each language.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.endpoints.words import PLACES, SURVIVAL_PLACES
from domain.governance.book import Answer
from domain.safety.emergent import Answer as Emergent
from domain.safety.terms import (
    Action,
    AeOutcome,
    ClockState,
    Expectedness,
    Relation,
    ReportState,
    Serious,
    Toxicity,
)

_Pair = tuple[str, str]

SERIOUS: Mapping[str, _Pair] = {
    Serious.DEATH: ("death", "死亡"),
    Serious.LIFE_THREATENING: ("life-threatening", "危及生命"),
    Serious.HOSPITALISATION: ("hospitalisation", "住院或住院延长"),
    Serious.DISABILITY: ("disability", "致残"),
    Serious.CONGENITAL_ANOMALY: ("congenital anomaly", "先天异常"),
    Serious.MEDICALLY_IMPORTANT: ("medically important", "重要医学事件"),
}

RELATIONS: Mapping[str, _Pair] = {
    Relation.UNRELATED: ("unrelated", "无关"),
    Relation.UNLIKELY: ("unlikely", "可能无关"),
    Relation.POSSIBLE: ("possible", "可能有关"),
    Relation.PROBABLE: ("probable", "很可能有关"),
    Relation.DEFINITE: ("definite", "肯定有关"),
    Relation.NOT_ASSESSED: ("not assessed", "未评估"),
}

EXPECTEDNESS: Mapping[str, _Pair] = {
    Expectedness.EXPECTED: ("expected", "预期"),
    Expectedness.UNEXPECTED: ("unexpected", "非预期"),
    Expectedness.NOT_ASSESSED: ("not assessed", "未评估"),
}

ACTIONS: Mapping[str, _Pair] = {
    Action.NONE: ("none", "无"),
    Action.POSTPONED: ("postponed", "推迟"),
    Action.INTERRUPTED: ("interrupted", "中断"),
    Action.REDUCED: ("reduced", "减量"),
    Action.WITHDRAWN: ("withdrawn", "停用"),
    Action.NOT_APPLICABLE: ("not applicable", "不适用"),
    Action.UNKNOWN: ("unknown", "不详"),
}

OUTCOMES: Mapping[str, _Pair] = {
    AeOutcome.RECOVERED: ("recovered", "痊愈"),
    AeOutcome.RECOVERED_WITH_SEQUELAE: ("recovered with sequelae", "痊愈伴后遗症"),
    AeOutcome.RECOVERING: ("recovering", "好转中"),
    AeOutcome.NOT_RECOVERED: ("not recovered", "未好转"),
    AeOutcome.FATAL: ("fatal", "死亡"),
    AeOutcome.UNKNOWN: ("unknown", "不详"),
}

EMERGENT: Mapping[str, _Pair] = {
    Emergent.YES: ("treatment-emergent", "治疗期间出现"),
    Emergent.NO: ("not treatment-emergent", "非治疗期间出现"),
    Emergent.UNKNOWN: ("unknown whether treatment-emergent", "是否治疗期间出现不明"),
}

TOXICITIES: Mapping[str, _Pair] = {
    Toxicity.CRS: ("CRS", "CRS"),
    Toxicity.ICANS: ("ICANS", "ICANS"),
    "disease response": ("disease response", "疾病疗效"),
}

CLOCK_STATES: Mapping[str, _Pair] = {
    ClockState.RUNNING: ("running", "计时中"),
    ClockState.OVERDUE: ("overdue", "逾期"),
    ClockState.REPORTED: ("reported in time", "已按时报告"),
    ClockState.REPORTED_LATE: ("reported late", "迟报"),
    ClockState.DOWNGRADED: ("no longer owed", "不再需要报告"),
    ClockState.VOIDED: ("voided", "已作废"),
}

REPORT_STATES: Mapping[str, _Pair] = {
    ReportState.SENT: ("sent", "已发送"),
    ReportState.REPLACED: ("replaced", "已替换"),
    ReportState.WITHDRAWN: ("withdrawn", "已撤回"),
}

DEVIATION_KINDS: Mapping[str, _Pair] = {
    "early": ("too early", "过早"),
    "late": ("too late", "过晚"),
    "missed": ("missed", "缺失"),
    "hard_stop": ("beyond the hard stop", "超出硬性期限"),
    "no_prior_approval": ("without prior approval", "未经事先批准"),
    "signed_late": ("signed late", "签署过晚"),
    "not_signed": ("not signed", "未签署"),
    "report_late": ("report late", "报告过晚"),
}

DEVIATION_CLASSES: Mapping[str, _Pair] = {
    "minor": ("minor", "一般偏离"),
    "important": ("important", "重要偏离"),
}

ANSWERS: Mapping[str, _Pair] = {
    Answer.WAITING: ("waiting", "等待答复"),
    Answer.GRANTED: ("granted", "已批准"),
    Answer.REFUSED: ("refused", "已拒绝"),
}

REVIEW_WORDS: Mapping[str, Mapping[str, _Pair]] = {
    "serious": SERIOUS,
    "relation": RELATIONS,
    "expectedness": EXPECTEDNESS,
    "action": ACTIONS,
    "ae outcome": OUTCOMES,
    "emergent": EMERGENT,
    "toxicity": TOXICITIES,
    "clock": CLOCK_STATES,
    "report": REPORT_STATES,
    "deviation kind": DEVIATION_KINDS,
    "deviation class": DEVIATION_CLASSES,
    "approval": ANSWERS,
    "place": PLACES,
    "survival place": SURVIVAL_PLACES,
}
"""Every table by the name that a page's filter `words` takes."""

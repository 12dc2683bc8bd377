"""The words in which the command line speaks of what the record names by codes, in both languages.

The rule that keeps it honest: only words, no judgement; a test holds that every code has its words in each
language, and names made by people (labels) come from the documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.roles import Role
from domain.standing import Standing
from domain.state import AlertKind, AlertStatus


class Language(StrEnum):
    EN = "en"
    ZH = "zh-CN"


_Pair = tuple[str, str]

STANDINGS: Mapping[str, _Pair] = {
    Standing.NOT_DUE: ("not due", "未到期"),
    Standing.OPEN: ("open", "窗口开放"),
    Standing.PAST_TARGET: ("past target", "已过目标日"),
    Standing.OVERDUE: ("overdue", "逾期"),
    Standing.DONE: ("done", "已完成"),
    Standing.DONE_OUTSIDE: ("done outside window", "窗口外完成"),
    Standing.MISSED: ("missed", "缺失"),
    Standing.PROJECTED: ("projected", "预计"),
    Standing.NOT_APPLICABLE: ("not applicable", "不适用"),
    Standing.STALE: ("stale", "日期待核实"),
}

ALERT_KINDS: Mapping[str, _Pair] = {
    AlertKind.DUE_SOON: ("due soon", "即将到期"),
    AlertKind.OVERDUE: ("overdue", "逾期"),
    AlertKind.APPROVAL_NEEDED: ("approval needed", "需事先批准"),
    AlertKind.ON_HOLD: ("study on hold", "研究已暂停"),
    AlertKind.DECISION_NEEDED: ("decision needed now", "需立即决定"),
    AlertKind.MEETING_OVERDUE: ("safety review overdue", "安全评审已逾期"),
    AlertKind.EXPIRING: ("results run out", "结果即将过期"),
    AlertKind.REPORT_DUE_SOON: ("report due soon", "报告即将到期"),
    AlertKind.REPORT_OVERDUE: ("report overdue", "报告逾期"),
    AlertKind.IDENTITY_MISMATCH: ("wrong identity", "身份标识不符"),
    AlertKind.EXCURSION: ("temperature excursion", "温度超限"),
    AlertKind.PRODUCT_EXPIRING: ("product expires soon", "产品即将过期"),
    AlertKind.PRODUCT_EXPIRED: ("product expired", "产品已过期"),
    AlertKind.REPEAT_DECISION: ("decision to repeat due", "需决定是否重做"),
}

ALERT_STATUSES: Mapping[str, _Pair] = {
    AlertStatus.OPEN: ("unanswered", "未应答"),
    AlertStatus.ACKNOWLEDGED: ("acknowledged", "已确认"),
    AlertStatus.SNOOZED: ("snoozed", "已暂缓"),
    AlertStatus.RESOLVED: ("resolved", "已解除"),
}

ENDS: Mapping[str, _Pair] = {
    "screen_failure": ("screen failure", "筛选失败"),
    "withdrawn": ("withdrawn", "退出试验"),
    "manufacturing_failure": ("manufacturing failure", "制备失败"),
    "died": ("died", "死亡"),
    "lost_to_follow_up": ("lost to follow-up", "失访"),
    "discontinued": ("discontinued", "终止参与"),
    "completed": ("completed", "完成"),
}

ROLES: Mapping[str, _Pair] = {
    Role.COORDINATOR: ("coordinator", "研究协调员"),
    Role.INVESTIGATOR: ("investigator", "研究者"),
    Role.SPONSOR: ("sponsor monitor", "申办方监查员"),
    Role.DATA_MANAGER: ("data manager", "数据管理员"),
    Role.AUDITOR: ("auditor", "稽查员"),
    Role.ENGINEER: ("engineer", "工程师"),
    Role.SYSTEM: ("the machine", "系统"),
}

EVENTS: Mapping[str, _Pair] = {
    "participant.registered": ("participant registered", "受试者登记"),
    "result.recorded": ("result recorded", "结果记录"),
    "gate.signed": ("gate signed", "关卡签署"),
    "milestone.reached": ("milestone reached", "里程碑达成"),
    "visit.recorded": ("visit recorded", "访视记录"),
    "visit.unscheduled": ("unscheduled visit recorded", "计划外访视记录"),
    "appointment.planned": ("appointment planned", "预约安排"),
    "visit.excused": ("visit excused", "访视免除"),
    "visit.missed": ("visit missed", "访视缺失"),
    "decision.taken": ("decision taken", "决定作出"),
    "progression.recorded": ("progression recorded", "疾病进展记录"),
    "participation.ended": ("participation ended", "参与结束"),
    "record.corrected": ("record corrected", "记录更正"),
    "plan.revised": ("plan revised", "计划更新"),
    "stage.entered": ("stage entered", "进入阶段"),
    "amendment.applied": ("amendment applied", "修订方案生效"),
    "deviation.confirmed": ("deviation classed", "方案偏离定级"),
    "approval.requested": ("approval requested", "申请事先批准"),
    "approval.granted": ("approval granted", "事先批准通过"),
    "approval.refused": ("approval refused", "事先批准被拒"),
    "deviation.opened": ("deviation opened", "方案偏离产生"),
    "deviation.closed": ("deviation closed", "方案偏离关闭"),
    "identity.bound": ("identity bound", "身份标识绑定"),
    "identity.corrected": ("identity corrected", "身份标识更正"),
    "identity.mismatch_seen": ("wrong identity seen", "发现身份标识不符"),
    "identity.mismatch_cleared": ("wrong identity cleared", "身份标识不符已澄清"),
    "product.handed_over": ("product handed over", "产品交接"),
    "product.excursion_seen": ("temperature excursion seen", "发现温度超限"),
    "product.excursion_assessed": ("temperature excursion assessed", "温度超限评估"),
    "product.made": ("product made", "产品制备完成"),
    "product.tested": ("product tested", "产品检测"),
    "product.released": ("product released", "产品放行"),
    "product.failed": ("product failed", "产品失败"),
    "items.reopened": ("opened again", "重新开放"),
    "resource.booked": ("resource booked", "资源预订"),
    "resource.booking_moved": ("booking moved", "预订改期"),
    "resource.booking_cancelled": ("booking cancelled", "预订取消"),
    "ae.opened": ("adverse event opened", "不良事件开启"),
    "ae.graded": ("adverse event graded", "不良事件分级"),
    "ae.changed": ("adverse event changed", "不良事件变更"),
    "ae.treated": ("adverse event treated", "不良事件处理"),
    "ae.closed": ("adverse event closed", "不良事件关闭"),
    "ae.reopened": ("adverse event reopened", "不良事件重新开启"),
    "ae.voided": ("adverse event voided", "不良事件作废"),
    "ae.information_received": ("new information received", "收到新信息"),
    "toxicity.assessed": ("toxicity assessed", "毒性评估"),
    "response.assessed": ("response assessed", "疗效评估"),
    "assessment.voided": ("assessment voided", "评估作废"),
    "clock.started": ("report owed", "报告时限开始"),
    "clock.ended": ("report no longer owed", "报告时限结束"),
    "clock.resumed": ("report owed again", "报告时限恢复"),
    "report.sent": ("report sent", "报告已发送"),
    "report.withdrawn": ("report withdrawn", "报告撤回"),
    "alert.raised": ("alert raised", "警报产生"),
    "alert.rung_reached": ("alert climbed", "警报升级"),
    "alert.acknowledged": ("alert acknowledged", "警报已确认"),
    "alert.acknowledgement_expired": ("acknowledgement ran out", "警报确认到期"),
    "alert.snoozed": ("alert snoozed", "警报暂缓"),
    "alert.snooze_ended": ("snooze ended", "暂缓结束"),
    "alert.resolved": ("alert resolved", "警报解除"),
    "study.protocol_published": ("protocol published", "方案发布"),
    "study.site_published": ("site published", "中心配置发布"),
    "study.slot_taken": ("slot taken", "名额占用"),
    "study.slot_returned": ("slot returned", "名额归还"),
    "study.recruitment_set": ("recruitment set", "入组状态变更"),
    "study.milestone_noted": ("milestone noted", "里程碑备案"),
    "study.end_noted": ("end noted", "结束备案"),
    "study.limiting_toxicity_noted": ("dose-limiting toxicity noted", "剂量限制性毒性备案"),
    "study.lasting_toxicity_noted": ("lasting toxicity noted", "持续毒性备案"),
    "study.fact_withdrawn": ("note withdrawn", "备案撤销"),
    "study.turn_taken": ("turn taken", "轮次占用"),
    "study.turn_returned": ("turn returned", "轮次归还"),
    "study.hold_placed": ("study held", "研究暂停"),
    "study.hold_lifted": ("hold lifted", "暂停解除"),
    "study.treatment_decided": ("treatment decided", "治疗决定"),
    "study.meeting_recorded": ("safety review recorded", "安全评审记录"),
    "study.breach_noted": ("breach noted", "违背备案"),
    "study.breach_withdrawn": ("breach withdrawn", "违背撤销"),
    "study.number_taken": ("identity number taken", "身份标识号占用"),
}

BASES: Mapping[str, _Pair] = {
    "actual": ("as recorded", "按记录"),
    "expected": ("as expected: the visit was skipped", "按预期：该访视被跳过"),
    "projected": ("projected", "预计"),
    "stale": ("stale: its record was retracted", "待核实：其记录已撤销"),
}
"""What a window is counted from."""

WHYS: Mapping[str, _Pair] = {
    "recorded": ("recorded", "已记录"),
    "excused": ("excused", "已免除"),
    "missed": ("missed", "已记为缺失"),
    "replanned": ("replanned", "已重新计划"),
    "not_applicable": ("not applicable", "不再适用"),
    "ended": ("ended", "参与已结束"),
    "overdue": ("overdue", "已逾期"),
    "stale": ("stale", "日期待核实"),
    "renewed": ("renewed", "已更新"),
    "reached": ("reached", "已达成"),
    "cleared": ("cleared", "已澄清"),
    "assessed": ("assessed", "已评估"),
    "expired": ("expired", "已过期"),
    "failed": ("failed", "已失败"),
    "moved_on": ("moved on", "已进入下一步"),
    "decided": ("decided", "已决定"),
    "lifted": ("lifted", "已解除暂停"),
    "corrected": ("corrected", "已更正"),
    "repeated": ("repeated", "已重做"),
    "withdrawn": ("withdrawn", "已撤回"),
}
"""Why something is settled, where the record says it by a word of its own; what somebody typed is none."""

PHRASES: Mapping[str, _Pair] = {
    "participant": ("participant", "受试者"),
    "stage": ("stage", "阶段"),
    "next due": ("next due", "下一到期"),
    "open alerts": ("open alerts", "未解除警报"),
    "item": ("item", "项目"),
    "standing": ("standing", "状态"),
    "window": ("window", "窗口"),
    "target": ("target", "目标日"),
    "happened": ("happened", "发生"),
    "appointment": ("appointment", "预约"),
    "alert": ("alert", "警报"),
    "kind": ("kind", "类别"),
    "rung": ("rung", "级别"),
    "due": ("due", "到期"),
    "next step": ("next step", "下一步"),
    "held by": ("held by", "处理人"),
    "days left": ("days left", "剩余天数"),
    "opens": ("opens", "开放"),
    "site": ("site", "中心"),
    "protocol": ("protocol", "方案"),
    "version": ("version", "版本"),
    "simulated": ("SIMULATED DATA", "模拟数据"),
    "overdue": ("overdue", "逾期"),
    "times in": ("times in", "时间所用时区"),
    "to answer": ("To answer", "待应答"),
    "answered": ("Answered, still open", "已应答，未解除"),
    "open windows": ("Windows open now", "当前开放窗口"),
    "opening next": ("Opening next", "即将开放"),
    "nobody waits": ("Nothing waits for anybody.", "目前没有待办事项。"),
    "deviations": ("Deviations", "方案偏离"),
    "events": ("Events", "事件"),
    "later": ("later", "以后"),
    "today": ("today", "今天"),
    "no participants": ("no participants yet", "尚无受试者"),
}


def said(table: Mapping[str, _Pair], code: str, language: Language) -> str:
    """The words for a code; a code without words is shown as it is."""
    pair = table.get(code)
    if pair is None:
        return code
    return pair[1] if language is Language.ZH else pair[0]


def phrase(code: str, language: Language) -> str:
    """A fixed phrase of the command line."""
    pair = PHRASES[code]
    return pair[1] if language is Language.ZH else pair[0]

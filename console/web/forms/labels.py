"""What the fields of the forms are called, and what helps to fill them in, in both languages.

The rule that keeps it honest: only words; a test holds that every field of every command has its label.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.web.forms.fields import Field

_Pair = tuple[str, str]
_NOTHING: _Pair = ("", "")

_REASON: _Pair = ("Reason", "原因")
_KNOWN: _Pair = ("When the site first knew", "中心首次得知的时间")
_DAY: _Pair = ("When it happened", "发生时间")

LABELS: Mapping[str, _Pair] = {
    "happened": _DAY,
    "reason": _REASON,
    "known": _KNOWN,
    "site": ("Site", "中心"),
    "results": ("Results", "结果"),
    "simulated": ("Simulated: no real participant", "模拟数据：非真实受试者"),
    "participant": ("Participant", "受试者"),
    "observation": ("What was measured or asked", "检测或询问的项目"),
    "value": ("Result", "结果"),
    "unit": ("Unit", "单位"),
    "on": ("Taken on", "采集时间"),
    "gate": ("Gate", "关卡"),
    "item": ("Visit or milestone", "访视或里程碑"),
    "approved_by": ("Approved by", "批准人"),
    "appointment": ("Appointment", "预约"),
    "decision": ("Decision", "决定"),
    "option": ("What is decided", "决定内容"),
    "detail": ("What was seen", "所见"),
    "end": ("How it ended", "结束方式"),
    "retract": ("It did not happen at all", "根本没有发生"),
    "seq": ("Number of the record", "记录编号"),
    "version": ("Version", "版本"),
    "consented": ("When the participant consented to it", "受试者同意该版本的时间"),
    "deviation": ("Deviation", "方案偏离"),
    "classed": ("Class", "级别"),
    "planned": ("Planned for", "计划时间"),
    "approval": ("Approval", "事先批准"),
    "recruitment": ("Recruitment", "入组"),
    "hold": ("Hold", "暂停"),
    "treatment": ("Treatment", "治疗"),
    "meeting": ("Safety review", "安全评审"),
    "outcome": ("Outcome", "结果"),
    "number": ("Chain-of-identity number", "身份链编号"),
    "persons": ("Persons who looked at it", "核对人员"),
    "leg": ("Leg of the route", "运输环节"),
    "seen_participant": ("Participant on the label", "标签上的受试者"),
    "seen_product": ("Product on the label", "标签上的产品"),
    "temperature": ("Temperature, °C", "温度，°C"),
    "mismatch": ("Wrong identity", "身份标识不符"),
    "excursion": ("Temperature excursion", "温度超限"),
    "usable": ("May it be used?", "能否使用？"),
    "form": ("Form", "形式"),
    "resource": ("Resource", "资源"),
    "starts": ("From", "开始"),
    "accepted": ("Why it is taken although it does not fit", "不符合时仍采用的原因"),
    "grade": ("Grade", "分级"),
    "scale": ("Scale", "分级标准"),
    "term": ("What it is", "事件名称"),
    "onset": ("Began", "开始时间"),
    "relation": ("Relation to the product", "与产品的关系"),
    "expectedness": ("Expectedness", "预期性"),
    "serious": ("Criteria of seriousness that are met", "符合的严重性标准"),
    "stated_serious": ("Said to be serious", "被称为严重"),
    "preexisting": ("It was there before treatment", "治疗前已存在"),
    "worsens": ("A worsening of", "以下事件的加重"),
    "dlt": ("Dose-limiting toxicity", "剂量限制性毒性"),
    "ae": ("Adverse event", "不良事件"),
    "action": ("Action taken with the product", "对产品采取的措施"),
    "resolved": ("Resolved", "痊愈时间"),
    "visit": ("At the visit", "所属访视"),
    "category": ("Response", "疗效类别"),
    "criteria": ("Criteria", "评估标准"),
    "assessment": ("Assessment", "评估"),
    "what": ("What became known", "获知的内容"),
    "clock": ("Report owed", "应提交的报告"),
    "sent": ("Sent", "发送时间"),
    "reference": ("Its number where it went", "接收方编号"),
    "replaces": ("Replaces the report", "替代的报告"),
    "report": ("Report", "报告"),
    "alert": ("Alert", "警报"),
    "until": ("Silent until", "静默至"),
    "crs.temperature": ("Highest temperature of the day, °C", "当日最高体温，°C"),
    "crs.fever_explained": ("The fever has another cause", "发热另有原因"),
    "crs.fever_treated": ("Antipyretic, anti-cytokine or steroid given", "已用退热药、抗细胞因子药或激素"),
    "crs.under_way": ("CRS had been recognised before", "此前已确认CRS"),
    "crs.hypotension": ("Blood pressure", "血压"),
    "crs.hypoxia": ("Oxygen", "供氧"),
    "icans.ice": ("ICE score, 0 to 10", "ICE评分，0至10"),
    "icans.parts.orientation": ("ICE: orientation, 0 to 4", "ICE：定向，0至4"),
    "icans.parts.naming": ("ICE: naming, 0 to 3", "ICE：命名，0至3"),
    "icans.parts.commands": ("ICE: commands, 0 to 1", "ICE：执行指令，0至1"),
    "icans.parts.writing": ("ICE: writing, 0 to 1", "ICE：书写，0至1"),
    "icans.parts.attention": ("ICE: attention, 0 to 1", "ICE：注意力，0至1"),
    "icans.consciousness": ("Consciousness", "意识"),
    "icans.seizure": ("Seizure", "癫痫发作"),
    "icans.motor": ("Motor findings", "运动表现"),
    "icans.pressure": ("Raised intracranial pressure or oedema", "颅内压升高或脑水肿"),
    "icans.explained": ("Attributed to another cause", "归因于其他原因"),
    "seen.marrow_blasts": ("Blasts in the marrow, %", "骨髓原始细胞，%"),
    "seen.baseline_blasts": ("Blasts at baseline, %", "基线原始细胞，%"),
    "seen.circulating_blasts": ("Blasts in the blood", "外周血原始细胞"),
    "seen.extramedullary": ("Extramedullary disease", "髓外病变"),
    "seen.neutrophils": ("Neutrophils, 10⁹/L", "中性粒细胞，10⁹/L"),
    "seen.platelets": ("Platelets, 10⁹/L", "血小板，10⁹/L"),
    "seen.adequate": ("The marrow could be judged", "骨髓标本可评估"),
    "record_item happened": ("Day on which it happened", "发生日期"),
    "record_item reason": ("Reason, where one is asked for", "原因（如需说明）"),
    "record_item approved_by": ("Approved by, beyond a hard stop", "批准人（超过硬性期限时）"),
    "plan_item appointment": ("Day of the appointment", "预约日期"),
    "register_participant happened": ("When they consented", "知情同意时间"),
    "register_participant participant": ("Code of the new participant", "新受试者编号"),
    "register_participant results": ("Known at consent", "同意时已知"),
    "record_unscheduled_visit reason": ("What the visit was for", "访视原因"),
    "end_participation happened": ("When it ended", "结束时间"),
    "correct_record happened": ("When it really happened", "实际发生时间"),
    "correct_record item": ("What is corrected", "更正的内容"),
    "complete_manufacture happened": ("When it was made, or frozen", "制备或冷冻时间"),
    "release_conditionally deviation": (
        "What is out of specification, and why it is taken",
        "超标内容及采用原因",
    ),
    "release_product happened": ("When it is released", "放行时间"),
    "release_conditionally happened": ("When it is released", "放行时间"),
    "fail_product happened": ("When it failed", "失败时间"),
    "grade_adverse_event happened": ("This grade holds since", "该分级起始时间"),
    "treat_adverse_event treatment": ("What was given or done", "给药或措施"),
    "treat_adverse_event happened": ("When", "时间"),
    "assess_toxicity happened": ("Day of the assessment", "评估日期"),
    "assess_response happened": ("Day of the assessment", "评估日期"),
    "assess_toxicity reason": ("Why the grade differs from the one advised", "分级与建议不一致的原因"),
    "assess_response reason": ("Why it differs from what is advised", "与建议不一致的原因"),
    "record_meeting outcome": ("What it came to", "评审结论"),
    "receive_information known": ("When the site received it", "中心收到的时间"),
    "open_adverse_event version": ("Version of the scale", "分级标准版本"),
    "grade_adverse_event version": ("Version of the scale", "分级标准版本"),
    "assess_toxicity version": ("Version of the scale", "分级标准版本"),
    "bind_identity happened": ("When it was bound", "绑定时间"),
}
"""Label of a field, by `kind path`, else by its path, else by the last part of it."""

HELPS: Mapping[str, _Pair] = {
    "persons": (
        "User ids, separated by spaces; you are not counted unless you write yourself.",
        "用户名，以空格分隔；除非写明，您本人不计入。",
    ),
    "reason": ("Where one is asked for.", "仅在要求时填写。"),
    "approved_by": ("Needed beyond a hard stop only.", "仅在超过硬性期限时需要。"),
    "known": ("Left out: now.", "不填：现在。"),
    "seq": ("Only when it is not the newest one.", "仅在不是最新一条时填写。"),
    "scale": ("Needed with a grade.", "填写分级时需要。"),
    "version": ("Left out: the one the protocol has.", "不填：方案所用版本。"),
    "criteria": ("Left out: those of the protocol.", "不填：方案所用标准。"),
    "site": ("Left out where the study has one.", "研究仅有一个中心时可不填。"),
    "unit": ("Where the result has one.", "如有单位请填写。"),
    "on": ("Left out: today.", "不填：今天。"),
    "accepted": (
        "Only where the time does not fit the lead time or a window.",
        "仅在时间不符合提前期或窗口时填写。",
    ),
    "icans.ice": ("Or its five parts below.", "或填写下方五项分项。"),
    "stated_serious": (
        "As the report says; the criteria decide all the same.",
        "按报告所述；仍以标准判定。",
    ),
    "number": ("As it stands on the label.", "按标签所示。"),
    "temperature": (
        "As read at the hand-over, where the leg has limits.",
        "交接时读数，该环节有限值时填写。",
    ),
    "seen_product": ("Where the label names one, such as P1.", "标签注明时填写，例如P1。"),
    "register_participant participant": (
        "Capital letters, digits and hyphens; never a name or initials.",
        "大写字母、数字和连字符；不得使用姓名或缩写。",
    ),
    "record_item reason": _NOTHING,
    "record_item approved_by": _NOTHING,
    "plan_item reason": ("Needed to move or take back an appointment.", "更改或取消预约时需要。"),
    "confirm_deviation reason": (
        "Needed where you say otherwise than the rules, or than before.",
        "与规则或先前定级不一致时需要。",
    ),
    "change_adverse_event known": ("Left out: now.", "不填：现在。"),
    "assess_toxicity reason": _NOTHING,
    "assess_response reason": _NOTHING,
    "assess_toxicity ae": ("The event it is part of, where there is one.", "所属不良事件（如有）。"),
}
"""Help of a field, found as its label is; nothing where there is none."""

_LEFT_OUT = frozenset({"reason", "version", "known", "site", "unit", "on", "criteria", "scale"})
"""Fields whose help says when they may be left out."""

PARTS: Mapping[str, _Pair] = {
    "result": ("Result", "结果"),
    "crs": ("What was seen: CRS", "所见：CRS"),
    "icans": ("What was seen: ICANS", "所见：ICANS"),
    "icans.parts": ("Parts of the ICE score", "ICE评分分项"),
    "seen": ("What was seen", "所见"),
}
"""What a part of a command is called."""


def label_of(kind: str, field: Field) -> _Pair | None:
    """The label of a field; None where nobody gave it one."""
    return _found(LABELS, kind, field)


def help_of(kind: str, field: Field) -> _Pair:
    """What helps to fill a field in; empty where nothing is said."""
    if field.required and field.name in _LEFT_OUT:
        return HELPS.get(f"{kind} {field.path}", _NOTHING)
    return _found(HELPS, kind, field) or _NOTHING


def _found(words: Mapping[str, _Pair], kind: str, field: Field) -> _Pair | None:
    names = (f"{kind} {field.path}", field.path, field.name)
    return next((words[each] for each in names if each in words), None)

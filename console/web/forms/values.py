"""The words of what may be chosen in a form, in both languages.

The rule that keeps it honest: only words; a test holds that every value a model allows has its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.words import ENDS

_Pair = tuple[str, str]

VALUES: Mapping[str, Mapping[str, _Pair]] = {
    "end": ENDS,
    "classed": {"minor": ("minor", "轻微"), "important": ("important", "重要")},
    "recruitment": {"open": ("open", "开放"), "paused": ("paused", "暂停"), "closed": ("closed", "关闭")},
    "treatment": {
        "proceed": ("goes on through the holds in force", "在暂停期间继续治疗"),
        "withhold": ("does not go on", "不继续治疗"),
    },
    "form": {"fresh": ("fresh", "新鲜"), "frozen": ("frozen", "冷冻")},
    "relation": {
        "unrelated": ("unrelated", "无关"),
        "unlikely": ("unlikely", "可能无关"),
        "possible": ("possible", "可能有关"),
        "probable": ("probable", "很可能有关"),
        "definite": ("definite", "肯定有关"),
        "not_assessed": ("not assessed yet", "尚未评估"),
    },
    "expectedness": {
        "expected": ("expected", "预期"),
        "unexpected": ("unexpected", "非预期"),
        "not_assessed": ("not assessed yet", "尚未评估"),
    },
    "serious": {
        "death": ("death", "死亡"),
        "life_threatening": ("life-threatening", "危及生命"),
        "hospitalisation": ("hospitalisation or a longer stay", "住院或住院时间延长"),
        "disability": ("lasting disability", "永久或显著残疾"),
        "congenital_anomaly": ("congenital anomaly", "先天异常"),
        "medically_important": ("medically important", "重要医学事件"),
    },
    "action": {
        "none": ("none", "无"),
        "postponed": ("postponed", "推迟"),
        "interrupted": ("interrupted", "中断"),
        "reduced": ("reduced", "减量"),
        "withdrawn": ("withdrawn", "停用"),
        "not_applicable": ("not applicable", "不适用"),
        "unknown": ("unknown", "不详"),
    },
    "outcome": {
        "recovered": ("recovered", "痊愈"),
        "recovered_with_sequelae": ("recovered with sequelae", "痊愈但有后遗症"),
        "recovering": ("recovering", "好转"),
        "not_recovered": ("not recovered", "未好转"),
        "fatal": ("fatal", "死亡"),
        "unknown": ("unknown", "不详"),
    },
    "category": {
        "CR": ("CR: complete remission", "CR：完全缓解"),
        "CRh": ("CRh: CR with partial haematological recovery", "CRh：伴部分血液学恢复的完全缓解"),
        "CRi": ("CRi: CR with incomplete haematological recovery", "CRi：伴血液学不完全恢复的完全缓解"),
        "MLFS": ("MLFS: morphological leukaemia-free state", "MLFS：形态学无白血病状态"),
        "PR": ("PR: partial remission", "PR：部分缓解"),
        "NR": ("NR: no response", "NR：无反应"),
        "PD": ("PD: progressive disease", "PD：疾病进展"),
        "NE": ("NE: not evaluable", "NE：无法评估"),
    },
    "criteria": {"ELN 2017": ("ELN 2017", "ELN 2017"), "ELN 2022": ("ELN 2022", "ELN 2022")},
    "hypotension": {
        "none": ("no hypotension", "无低血压"),
        "no_vasopressor": ("hypotension without vasopressor", "低血压，不需升压药"),
        "one_vasopressor": ("one vasopressor", "一种升压药"),
        "several_vasopressors": ("several vasopressors", "多种升压药"),
    },
    "hypoxia": {
        "none": ("no oxygen needed", "不需供氧"),
        "low_flow": ("low flow", "低流量"),
        "high_flow": ("high flow or mask", "高流量或面罩"),
        "positive_pressure": ("positive pressure", "正压通气"),
    },
    "consciousness": {
        "alert": ("alert", "清醒"),
        "awakens_spontaneously": ("awakens spontaneously", "可自行唤醒"),
        "awakens_to_voice": ("awakens to voice", "呼唤可醒"),
        "awakens_to_touch": ("awakens to touch only", "仅触觉刺激可醒"),
        "unarousable": ("unarousable", "无法唤醒"),
    },
    "seizure": {
        "none": ("none", "无"),
        "rapidly_resolving": ("resolving rapidly", "迅速缓解"),
        "prolonged": ("prolonged or repeated", "持续或反复"),
    },
    "motor": {
        "none": ("none", "无"),
        "deep_focal_weakness": ("deep focal weakness", "重度局灶性运动无力"),
    },
    "pressure": {
        "none": ("none", "无"),
        "focal_oedema": ("focal oedema", "局灶性水肿"),
        "diffuse_oedema": ("diffuse oedema or its signs", "弥漫性水肿或其体征"),
    },
    "explained": {
        "ice": ("ICE score", "ICE评分"),
        "consciousness": ("consciousness", "意识"),
        "seizure": ("seizure", "癫痫发作"),
        "motor": ("motor findings", "运动表现"),
        "pressure": ("pressure or oedema", "颅压或水肿"),
    },
    "yes-no": {"yes": ("yes", "是"), "no": ("no", "否")},
}
"""Field -> value -> its words."""

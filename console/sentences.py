"""The sentences in which events are told, in Chinese, by the English ones.

The rule that keeps it honest: a sentence without its Chinese is an error in the test that tells every event,
and one that no event uses any more is one too.
"""

from __future__ import annotations

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    # what a participant's own events say
    "{protocol} {version}, {site}": "{protocol} {version}，{site}",
    "{observation} {value} ({when})": "{observation} {value}（{when}）",
    "{gate}, {by} ({role}): “{meaning}”": "{gate}，{by}（{role}）：“{meaning}”",
    "{item} {when}": "{item} {when}",
    "approved by {who}": "由{who}批准",
    "{decision} = {option} ({when})": "{decision} = {option}（{when}）",
    "{end} {when}": "{end} {when}",
    "{number} ({cause})": "{number}个窗口（{cause}）",
    "{item} {kind}": "{item} {kind}",
    "{item} (record {seq}) {was} → {now}": "{item}（第{seq}条记录）{was} → {now}",
    "retracted": "撤销",
    # alerts
    "{alert}, due {when}": "{alert}，{when}到期",
    "{alert}, rung {rung} ({role}: {contacts})": "{alert}，第{rung}级（{role}：{contacts}）",
    "{alert}, {by} until {when}": "{alert}，{by}，至{when}",
    "waits for {who}": "等待{who}",
    "{alert} ({why})": "{alert}（{why}）",
    # amendments, deviations, approvals
    "{protocol} {version}, consent {when}": "{protocol} {version}，{when}同意",
    "{protocol} {version}": "{protocol} {version}",
    "{deviation} {classed}, {by}": "{deviation} {classed}，{by}",
    "{deviation} {classed} (suggested: {suggested}), {by}": (
        "{deviation} {classed}（建议：{suggested}），{by}"
    ),
    "{approval} for {planned}, needed by {when}": "{approval}，计划{planned}，需在{when}前答复",
    "{approval}, {by} ({role})": "{approval}，{by}（{role}）",
    "{approval}, {by}": "{approval}，{by}",
    # the product and its bookings
    "{product} {number} {when}": "{product} {number} {when}",
    "{was} → {now}": "{was} → {now}",
    "{mismatch} {leg}: {read}": "{mismatch} {leg}：{read}",
    "{mismatch} {by} ({role})": "{mismatch} {by}（{role}）",
    "{product} {leg} {when}": "{product} {leg} {when}",
    "{excursion} {product} {leg}: {temperature} °C ({lowest}..{highest} °C)": (
        "{excursion} {product} {leg}：{temperature} °C（{lowest}..{highest} °C）"
    ),
    "{excursion} usable, {by} ({role})": "{excursion} 可用，{by}（{role}）",
    "{excursion} not usable, {by} ({role})": "{excursion} 不可用，{by}（{role}）",
    "{product} {form} {when}": "{product} {form} {when}",
    "{product} {specification} {value}: within specification": "{product} {specification} {value}：符合标准",
    "{product} {specification} {value}: out of specification": (
        "{product} {specification} {value}：不符合标准"
    ),
    "{product} {when}, {by} ({role})": "{product} {when}，{by}（{role}）",
    "{product} {when}": "{product} {when}",
    "{resource} {when}": "{resource} {when}",
    # safety
    "serious ({criteria})": "严重（{criteria}）",
    "{ae} {term}, onset {onset}": "{ae} {term}，发生于{onset}",
    "{ae} grade {grade} ({scale} {version}) since {when}": "{ae} {grade}级（{scale} {version}），自{when}起",
    "{ae} {changes}": "{ae} {changes}",
    "{ae} {treatment} ({when})": "{ae} {treatment}（{when}）",
    "{ae} {outcome} ({when})": "{ae} {outcome}（{when}）",
    "{ae} {outcome}": "{ae} {outcome}",
    "{ae} {what} ({when})": "{ae} {what}（{when}）",
    "term {value}": "名称 {value}",
    "onset {value}": "发生于 {value}",
    "relation {value}": "相关性 {value}",
    "expectedness {value}": "预期性 {value}",
    "serious {value}": "严重性 {value}",
    "stated serious {value}": "所述严重性 {value}",
    "action {value}": "措施 {value}",
    "DLT {value}": "DLT {value}",
    "yes": "是",
    "no": "否",
    "{assessment} {toxicity} grade {grade} ({scale} {version}) {when}": (
        "{assessment} {toxicity} {grade}级（{scale} {version}）{when}"
    ),
    "{assessment} {category} ({criteria}) {when}": "{assessment} {category}（{criteria}）{when}",
    "advised: {why}": "建议：{why}",
    "{clock} due {when}": "{clock} {when}到期",
    "known {when}": "{when}获知",
    "{clock} {state} {when}": "{clock} {state} {when}",
    "{report} {clock} {when}": "{report} {clock} {when}",
    "replaces {report}": "替换{report}",
    # why a date is what it is
    "{anchor} + {target}, from {early} before to {late} after": "{anchor} + {target}，可早{early}、晚{late}",
    "hard stop {span} after {anchor}": "硬性期限为{anchor}后{span}",
    "registered frame until {span} after {anchor}": "登记的时间框至{anchor}后{span}",
    "{number} month": "{number}个月",
    "{number} months": "{number}个月",
    "{number} day": "{number}天",
    "{number} days": "{number}天",
    "{number} hour": "{number}小时",
    "{number} hours": "{number}小时",
    "{number} minute": "{number}分钟",
    "{number} minutes": "{number}分钟",
    "window {first} to {last} ({basis})": "窗口{first}至{last}（{basis}）",
    "no longer planned: version {version} applied": "不再计划：版本{version}已生效",
    # the study's own events
    "{participant} (of {cap})": "{participant}（共{cap}个名额）",
    "{participant} {number}": "{participant} {number}",
    "{participant} {milestone}, {first} to {last}": "{participant} {milestone}，{first}至{last}",
    "{participant} {milestone}, {first}": "{participant} {milestone}，{first}起",
    "{participant} {item} {when}": "{participant} {item} {when}",
    "{participant} {end} {when}": "{participant} {end} {when}",
    "not said to be unrelated": "未说明与治疗无关",
    "{participant} {ae}, onset {onset}": "{participant} {ae}，发生于{onset}",
    "{participant} {toxicity} grade {grade} since {since} ({rule})": (
        "{participant} {toxicity} {grade}级，自{since}起（{rule}）"
    ),
    "{participant} {toxicity} grade {grade} since {since}, fell {fell} ({rule})": (
        "{participant} {toxicity} {grade}级，自{since}起，{fell}下降（{rule}）"
    ),
    "{state}, {by} ({role})": "{state}，{by}（{role}）",
    "{hold}, {by} {when}": "{hold}，{by} {when}",
    "stops {milestones}": "暂停{milestones}",
    "{hold}, {by} ({role})": "{hold}，{by}（{role}）",
    "{participant} {treatment} ({milestone}), {by} ({role})": (
        "{participant} {treatment}（{milestone}），{by}（{role}）"
    ),
    "{meeting} {when}, {by} ({role})": "{meeting} {when}，{by}（{role}）",
}
"""Places stand where the language wants them; every one of the English sentence is in the Chinese one."""

"""What a refusal means, for a reader whose language its own sentence is not in.

The rule that keeps it honest: it stands before the record's own sentence and never instead of it; a test
holds that every code has its words.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.words import Language
from domain.refusal import Code

MEANT: Mapping[str, str] = {
    Code.UNKNOWN_STUDY: "该研究没有已发布的方案。",
    Code.UNKNOWN_SITE: "该中心未发布，或因有多个中心而须注明。",
    Code.ZONE_CHANGED: "中心的新版本改变了时区；中心须保持原时区。",
    Code.UNKNOWN_PARTICIPANT: "没有此编号的受试者。",
    Code.ALREADY_REGISTERED: "该受试者已以其他内容登记。",
    Code.NO_SLOT: "研究名额已满。",
    Code.NOT_ELIGIBLE: "同意时核对的标准不符合。",
    Code.FUTURE_TIME: "所述时间晚于现在。",
    Code.BEFORE_ANCHOR: "所述时间早于其起算时间或知情同意。",
    Code.TIME_NEEDED: "仅有日期不够：须填写时间。",
    Code.UNKNOWN_ITEM: "该受试者的方案版本没有此里程碑或访视。",
    Code.NOT_APPLICABLE: "不适用于该受试者。",
    Code.OUT_OF_ORDER: "前置事项尚未记录、时间更晚，或已有后续记录。",
    Code.ALREADY_RECORDED: "已有记录；如有误请更正。",
    Code.NOTHING_TO_CORRECT: "没有可更正的记录。",
    Code.SAME_FACT: "已有完全相同的记录。",
    Code.GATE_CLOSED: "关卡未签署、签署已过期，或所要求的内容不符合或未知。",
    Code.GATE_UNKNOWN: "方案没有此关卡。",
    Code.WRONG_ROLE: "应由其他角色执行。",
    Code.UNKNOWN_VERSION: "没有发布此方案版本。",
    Code.OLDER_VERSION: "该版本早于现行版本。",
    Code.UNKNOWN_DEVIATION: "没有此未关闭的方案偏离。",
    Code.UNKNOWN_APPROVAL: "没有此批准申请。",
    Code.OTHER_CONTENT: "所签内容与现有记录不一致。",
    Code.SAME_SIGNER: "须由两人签名，此人已签第一次。",
    Code.HARD_STOP: "超过硬性期限须有批准人和原因。",
    Code.UNKNOWN_OBSERVATION: "方案不要求此结果。",
    Code.BAD_VALUE: "该值不可能，或与规定的措辞不符。",
    Code.UNKNOWN_UNIT: "缺少单位或单位不符。",
    Code.UNKNOWN_DECISION: "方案没有此决定或选项。",
    Code.UNKNOWN_ALERT: "没有此警报。",
    Code.ALERT_RESOLVED: "警报已解除。",
    Code.ALREADY_ACKNOWLEDGED: "已有人应答且尚未到期。",
    Code.BAD_SNOOZE: "暂缓的结束时间已过，或超过允许的时长。",
    Code.ENDED: "参与已结束：仅可补录和更正。",
    Code.END_NOT_POSSIBLE: "此时不能以此方式结束参与。",
    Code.STUDY_ON_HOLD: "研究暂停，或在所述时间处于暂停。",
    Code.STAGGER: "与另一受试者间隔过近。",
    Code.NO_TURN: "该受试者没有可退还的授权。",
    Code.RECRUITMENT_CLOSED: "在所述时间研究不接受新的受试者。",
    Code.UNKNOWN_HOLD: "没有此生效中的暂停。",
    Code.UNKNOWN_MEETING: "方案没有此安全评审。",
    Code.NOTHING_TO_DECIDE: "该受试者的治疗未被暂停中断。",
    Code.NOT_STATED: "该方案版本未作规定。",
    Code.WRONG_SUBJECT: "对象有误：应针对研究而非受试者，或相反。",
    Code.NO_PRODUCT: "无产品保管记录、未绑定身份标识，或最新产品已失败。",
    Code.NUMBER_TAKEN: "研究中另一受试者已使用该身份链编号。",
    Code.IDENTITY_MISMATCH: "所读身份标识与绑定的不符，或此前的不符尚未澄清。",
    Code.OTHER_PARTICIPANTS_PRODUCT: "标签为另一受试者。",
    Code.HAND_OVER_ORDER: "产品不在该环节的起点。",
    Code.PERSONS_NEEDED: "需要更多人员核对。",
    Code.NOT_RELEASED: "产品尚未放行，或其放行由其他命令记录。",
    Code.ALREADY_RELEASED: "产品已放行。",
    Code.OUT_OF_SPECIFICATION: "放行检测或温度超出限值。",
    Code.PRODUCT_EXPIRED: "产品有效期已过。",
    Code.UNKNOWN_RESOURCE: "方案不预订此资源。",
    Code.BOOKING_CLASH: "时间不符合提前期或窗口，且无人说明仍采用的原因。",
    Code.UNKNOWN_SCALE: "分级缺少分级标准，或标准不符。",
    Code.UNKNOWN_RECORD: "没有此不良事件、评估、时限或报告。",
    Code.REASON_NEEDED: "与建议不一致，须说明原因。",
    Code.RECORD_MOVED: "您所见的记录此后已变更：请重新查看后再提交。",
    Code.MALFORMED: "有字段缺失、未知或无法读取。",
    Code.COMMAND_REUSED: "此表单编号已用于其他内容：请重新打开表单。",
    Code.TOO_LARGE: "内容过多。",
}


def meant(code: str, language: Language) -> str:
    """What a refusal means in the reader's language; empty where its own sentence says it."""
    return MEANT.get(code, "") if language is Language.ZH else ""

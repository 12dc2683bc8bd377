"""What each command is called on its form and in the list of actions, in both languages.

The rule that keeps it honest: only words; a test holds that every command has its own in each language.
"""

from __future__ import annotations

from collections.abc import Mapping

_Pair = tuple[str, str]

GROUPS: Mapping[str, tuple[_Pair, tuple[str, ...]]] = {
    "timeline": (
        ("Visits and milestones", "访视与里程碑"),
        (
            "record_item",
            "plan_item",
            "record_unscheduled_visit",
            "excuse_visit",
            "miss_visit",
            "request_approval",
            "correct_record",
        ),
    ),
    "gates": (
        ("Results, gates and decisions", "结果、关卡与决定"),
        ("record_result", "sign_gate", "take_decision"),
    ),
    "product": (
        ("Product and identity", "产品与身份标识"),
        (
            "bind_identity",
            "hand_over",
            "complete_manufacture",
            "test_product",
            "release_product",
            "release_conditionally",
            "fail_product",
            "clear_mismatch",
            "assess_excursion",
            "correct_identity",
        ),
    ),
    "bookings": (("Bookings", "预订"), ("book_resource", "move_booking", "cancel_booking")),
    "safety": (
        ("Safety", "安全性"),
        (
            "open_adverse_event",
            "grade_adverse_event",
            "change_adverse_event",
            "treat_adverse_event",
            "close_adverse_event",
            "reopen_adverse_event",
            "void_adverse_event",
            "assess_toxicity",
            "receive_information",
            "send_report",
            "withdraw_report",
        ),
    ),
    "response": (
        ("Disease", "疾病"),
        ("assess_response", "record_progression", "void_assessment"),
    ),
    "alerts": (("Alerts", "警报"), ("acknowledge_alert", "snooze_alert")),
    "rulings": (
        ("Deviations, approvals and amendments", "方案偏离、事先批准与修订"),
        ("grant_approval", "refuse_approval", "confirm_deviation", "apply_amendment"),
    ),
    "participation": (("Participation", "参与"), ("register_participant", "end_participation")),
    "conduct": (
        ("Conduct of the study", "研究的实施"),
        (
            "set_recruitment",
            "place_hold",
            "lift_hold",
            "decide_treatment",
            "record_meeting",
            "return_turn",
        ),
    ),
}
"""Group -> its name, and its commands in the order in which they are offered."""

TITLES: Mapping[str, _Pair] = {
    "register_participant": ("Register a participant", "登记受试者"),
    "record_result": ("Record a result", "记录结果"),
    "sign_gate": ("Sign a gate", "签署关卡"),
    "record_item": ("Record a visit or milestone", "记录访视或里程碑"),
    "record_unscheduled_visit": ("Record an unscheduled visit", "记录计划外访视"),
    "plan_item": ("Plan or move an appointment", "安排或更改预约"),
    "excuse_visit": ("Excuse a visit", "免除访视"),
    "miss_visit": ("Say that a visit was missed", "注明访视缺失"),
    "take_decision": ("Take a decision", "作出决定"),
    "record_progression": ("Record progression", "记录疾病进展"),
    "end_participation": ("End the participation", "结束参与"),
    "correct_record": ("Correct the record", "更正记录"),
    "apply_amendment": ("Apply an amendment", "实施方案修订"),
    "confirm_deviation": ("Class a deviation", "为方案偏离定级"),
    "request_approval": ("Ask for prior approval", "申请事先批准"),
    "grant_approval": ("Grant an approval", "给予事先批准"),
    "refuse_approval": ("Refuse an approval", "拒绝事先批准"),
    "set_recruitment": ("Open, pause or close recruitment", "开放、暂停或关闭入组"),
    "place_hold": ("Place a hold", "设置暂停"),
    "lift_hold": ("Lift a hold", "解除暂停"),
    "decide_treatment": ("Decide on interrupted treatment", "决定中断的治疗"),
    "record_meeting": ("Record a safety review", "记录安全评审"),
    "return_turn": ("Give a turn back", "退还轮次"),
    "bind_identity": ("Bind the identity", "绑定身份标识"),
    "correct_identity": ("Correct the identity", "更正身份标识"),
    "hand_over": ("Hand the product over", "交接产品"),
    "clear_mismatch": ("Clear a wrong identity", "澄清身份标识不符"),
    "assess_excursion": ("Assess a temperature excursion", "评估温度超限"),
    "complete_manufacture": ("Complete the manufacture", "完成制备"),
    "test_product": ("Record release tests", "记录放行检测"),
    "release_product": ("Release the product", "放行产品"),
    "release_conditionally": ("Release the product conditionally", "有条件放行产品"),
    "fail_product": ("Fail the product", "判定产品失败"),
    "book_resource": ("Book a resource", "预订资源"),
    "move_booking": ("Move a booking", "更改预订"),
    "cancel_booking": ("Cancel a booking", "取消预订"),
    "open_adverse_event": ("Open an adverse event", "开启不良事件"),
    "grade_adverse_event": ("Change the grade of an adverse event", "更改不良事件分级"),
    "change_adverse_event": ("Change or judge an adverse event", "更改或评判不良事件"),
    "treat_adverse_event": ("Record treatment of an adverse event", "记录不良事件的处理"),
    "close_adverse_event": ("Close an adverse event", "关闭不良事件"),
    "reopen_adverse_event": ("Reopen an adverse event", "重新开启不良事件"),
    "void_adverse_event": ("Void an adverse event", "作废不良事件"),
    "assess_toxicity": ("Assess CRS or ICANS", "评估CRS或ICANS"),
    "assess_response": ("Assess the response", "评估疗效"),
    "void_assessment": ("Void an assessment", "作废评估"),
    "receive_information": ("Record new information", "记录新信息"),
    "send_report": ("Record a report that was sent", "记录已发送的报告"),
    "withdraw_report": ("Withdraw a report", "撤回报告"),
    "acknowledge_alert": ("Acknowledge an alert", "确认警报"),
    "snooze_alert": ("Snooze an alert", "暂缓警报"),
}

LEADS: Mapping[str, _Pair] = {
    "register_participant": (
        "The participant consented: the timeline opens. What is known at consent is checked at once.",
        "受试者已签署知情同意：时间线开启。同意时已知的内容会立即核对。",
    ),
    "record_result": (
        "A result with the day it was taken. Gates read the newest one that has not expired.",
        "结果及其采集日期。关卡读取最新且未过期的结果。",
    ),
    "sign_gate": (
        "Your signature says that what the gate asks for is so. You see what is signed before you sign.",
        "您的签名表示关卡所要求的内容属实。签署前您会看到所签内容。",
    ),
    "record_item": (
        "It took place. A day before today is taken too: the record keeps both times.",
        "它已发生。也可填写今天以前的日期：记录会保留两个时间。",
    ),
    "record_unscheduled_visit": (
        "A visit that the protocol does not plan took place.",
        "发生了一次方案未计划的访视。",
    ),
    "plan_item": (
        "Set, move or take back an appointment. A move needs a reason; see first what moves with it.",
        "安排、更改或取消预约。更改需说明原因；可先查看会随之变动的内容。",
    ),
    "excuse_visit": (
        "Said beforehand: the visit will not take place, and that is in order.",
        "事先说明：该访视不会进行，且符合规定。",
    ),
    "miss_visit": (
        "Said by a person: the visit did not take place. It becomes a deviation.",
        "由人员说明：该访视未进行。将成为一项方案偏离。",
    ),
    "take_decision": ("A branch of the protocol is decided.", "对方案的一个分支作出决定。"),
    "record_progression": ("The disease progressed.", "疾病出现进展。"),
    "end_participation": (
        "The participation ended. Late records are still taken afterwards.",
        "参与已结束。此后仍可补录。",
    ),
    "correct_record": (
        "Nothing is overwritten: the correction names what was wrong, and what follows is worked out again.",
        "不会覆盖任何内容：更正会指明有误的记录，其后的一切会重新推算。",
    ),
    "apply_amendment": (
        "The participant moves to a published version of the protocol. See first what moves.",
        "受试者转入已发布的方案版本。可先查看会变动的内容。",
    ),
    "confirm_deviation": (
        "You class the deviation by your signature. Saying otherwise than the rules needs a reason.",
        "您以签名为该偏离定级。与规则不一致时需说明原因。",
    ),
    "request_approval": (
        "A visit outside its window is asked for before its day.",
        "在访视日之前申请在窗口外进行访视。",
    ),
    "grant_approval": (
        "You approve by your signature, before the planned day; who asked cannot approve.",
        "您在计划日之前以签名批准；申请人本人不能批准。",
    ),
    "refuse_approval": ("You say no, with the reason.", "您予以拒绝并说明原因。"),
    "set_recruitment": ("Whether new participants are taken.", "是否接受新的受试者。"),
    "place_hold": (
        "What the protocol says a hold stops, stops now. Follow-up goes on.",
        "方案规定因暂停而停止的内容立即停止。随访继续。",
    ),
    "lift_hold": (
        "You lift the hold by your signature, in its own words.",
        "您以签名并按其规定的措辞解除暂停。",
    ),
    "decide_treatment": (
        "A hold fell while treatment had begun: does it go on for this participant?",
        "治疗开始后出现暂停：该受试者的治疗是否继续？",
    ),
    "record_meeting": ("A safety review took place.", "安全评审已举行。"),
    "return_turn": (
        "An authorisation that will not be used is given back, so that somebody else may take a turn.",
        "退还不再使用的授权，以便他人使用该轮次。",
    ),
    "bind_identity": (
        "The chain-of-identity number of the collection that was just made.",
        "刚完成的采集所对应的身份链编号。",
    ),
    "correct_identity": (
        "The number was written down wrongly: two persons state the right one.",
        "编号记录有误：由两人说明正确的编号。",
    ),
    "hand_over": (
        "State what you read on the label, whatever it says: the answer compares.",
        "请按标签所示如实填写：系统会进行比对。",
    ),
    "clear_mismatch": (
        "A wrong identity was looked into: say what it was.",
        "身份标识不符已查明：请说明情况。",
    ),
    "assess_excursion": (
        "May a product that was too warm or too cold still be used? If not, it has failed.",
        "温度过高或过低的产品能否继续使用？若不能，则产品失败。",
    ),
    "complete_manufacture": (
        "The product is made. Of a frozen one, the time at which it was frozen.",
        "产品已制备完成。冷冻产品请填写冷冻时间。",
    ),
    "test_product": (
        "Results of release tests; of each the newest counts.",
        "放行检测结果；每项以最新为准。",
    ),
    "release_product": (
        "The product is within specification and is released. The milestone is recorded with it.",
        "产品符合质量标准并予以放行。同时记录该里程碑。",
    ),
    "release_conditionally": (
        "The product is out of specification and is released by your signature, naming the deviation.",
        "产品不符合质量标准，由您签名并注明偏离后放行。",
    ),
    "fail_product": ("The product failed and will not be given.", "产品失败，不会用于回输。"),
    "book_resource": (
        "The appointment of its item is set to that time. See first what moves with it.",
        "其对应项目的预约会设为该时间。可先查看会随之变动的内容。",
    ),
    "move_booking": (
        "The appointment of its item moves along. See first what moves with it.",
        "其对应项目的预约会随之更改。可先查看会随之变动的内容。",
    ),
    "cancel_booking": (
        "The booking is given back; the appointment of its item stays.",
        "退还预订；其对应项目的预约保留。",
    ),
    "open_adverse_event": (
        "An adverse event is known. What nobody has judged stays unjudged.",
        "得知一例不良事件。尚未评判的内容保持未评判。",
    ),
    "grade_adverse_event": ("A new grade, and since when it holds.", "新的分级及其起始时间。"),
    "change_adverse_event": (
        "Only what you state changes; what is left out stays as it is.",
        "仅更改您填写的内容；未填写的保持不变。",
    ),
    "treat_adverse_event": ("Something was given or done because of it.", "因该事件给药或采取了措施。"),
    "close_adverse_event": ("Its outcome is known.", "其转归已知。"),
    "reopen_adverse_event": ("It was closed too early.", "关闭过早。"),
    "void_adverse_event": ("It was entered in error. It stays readable.", "录入有误。记录仍可查阅。"),
    "assess_toxicity": (
        "What was seen on that day, and the grade you give. The advised grade is derived beside it.",
        "当日所见及您给出的分级。系统会另行推导建议分级。",
    ),
    "assess_response": (
        "The response as the investigator judges it. The advised category is derived beside it.",
        "由研究者评判的疗效。系统会另行推导建议类别。",
    ),
    "void_assessment": ("It was entered in error. It stays readable.", "录入有误。记录仍可查阅。"),
    "receive_information": (
        "New information about an event that reports are owed for: a follow-up report may be owed.",
        "与需报告事件有关的新信息：可能需要提交随访报告。",
    ),
    "send_report": (
        "The report was sent: state when, and its number where it went.",
        "报告已发送：请填写时间及接收方的编号。",
    ),
    "withdraw_report": (
        "The report no longer stands. Where one is still owed, its clock runs again as before.",
        "报告不再有效。如仍需报告，时限按原先继续计算。",
    ),
    "acknowledge_alert": (
        "You answer for it: the climb stops until the acknowledgement runs out.",
        "由您负责处理：在确认到期前停止升级。",
    ),
    "snooze_alert": (
        "The alert is silent until then, for the reason you give. Safety clocks go on all the same.",
        "警报按您说明的原因静默至该时间。安全时限照常计算。",
    ),
}

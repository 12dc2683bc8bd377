"""What measures and holds are called, and in which order they are told.

The rule that keeps it honest: names of stages and rules are the protocol's own; a measure without words is
told by its code.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.words import ENDS, ROLES, Language, said
from console.words_review import DEVIATION_KINDS
from domain.protocol.expanded import Protocol
from replay.cohort.lives import CONSENT_TO_INFUSION, VEIN_TO_VEIN, treatment_of
from replay.cohort.measures import Measure
from replay.cohort.observed import BY_HAND
from replay.cohort.summed import ANY

_STUDY, _STRETCHES, _WAITING = "The study", "How long it takes", "What waits"
_MESSAGES, _HOLDS, _DEVIATIONS, _REFUSED = "Who is told", "Holds", "Deviations", "Refused and given up"

_KINDS: Mapping[str, tuple[str, str]] = {
    "duration": (_STUDY, "from the first consent to the last record"),
    "consented": (_STUDY, "consented"),
    "turned_away": (_STUDY, "never registered"),
    "infused": (_STUDY, "reached: {}"),
    "ended": (_STUDY, "ended: {}"),
    "unended": (_STUDY, "not ended when the play was over"),
    "commands": (_STUDY, "commands, those of the clock included"),
    "span": (_STRETCHES, "{}"),
    "stage": (_STRETCHES, "in stage: {}"),
    "overdue_at_most": (_WAITING, "most items overdue in one week"),
    "alerts": (_WAITING, "alerts raised"),
    "alerts_a_day": (_WAITING, "alerts raised"),
    "at_the_top": (_WAITING, "alerts that climbed to the last rung"),
    "messages_a_day": (_MESSAGES, "messages to {}"),
    "messages_at_most": (_MESSAGES, "on the busiest day, to {}"),
    "messages": (_MESSAGES, "messages to {}"),
    "messages_outside": (_MESSAGES, "outside working time"),
    "hold_came": (_HOLDS, "first came: {}"),
    "hold_lasted": (_HOLDS, "lasted: {}"),
    "deviations": (_DEVIATIONS, "{}"),
    "refused": (_REFUSED, "refused [{}]"),
    "given_up": (_REFUSED, "given up after [{}]"),
}
_ORDER = list(_KINDS)


def group_of(measure: Measure) -> str:
    """What a measure belongs with."""
    return _KINDS[measure.kind][0]


def label_of(measure: Measure, protocol: Protocol) -> str:
    """What a measure is."""
    return _KINDS[measure.kind][1].format(_about(measure, protocol))


def place_of(measure: Measure, protocol: Protocol) -> tuple[int, int, str]:
    """Where a measure stands among all."""
    stages = protocol.stages
    rank = stages.index(measure.about) if measure.kind == "stage" and measure.about in stages else 0
    return _ORDER.index(measure.kind), rank, measure.about


def hold_label(rule: str, protocol: Protocol) -> str:
    """What a hold is called: its stopping rule as the protocol words it."""
    if rule == ANY:
        return "Any hold"
    if rule == BY_HAND:
        return "A hold by hand"
    conduct = protocol.document.conduct
    rules = conduct.stopping_rules if conduct is not None else ()
    return next((each.labels.en for each in rules if each.code == rule), rule)


def _about(measure: Measure, protocol: Protocol) -> str:
    about = measure.about
    match measure.kind:
        case "ended":
            return said(ENDS, about, Language.EN)
        case "infused":
            return _given(protocol)
        case "span":
            return _span(about, protocol)
        case "stage":
            return next((each.labels.en for each in protocol.document.stages if each.code == about), about)
        case "messages_a_day" | "messages_at_most":
            return said(ROLES, about, Language.EN)
        case "messages":
            role, _, rung = about.partition(".rung_")
            return f"{said(ROLES, role, Language.EN)}, rung {rung}"
        case "hold_came" | "hold_lasted":
            return hold_label(about, protocol)
        case "deviations":
            return said(DEVIATION_KINDS, about, Language.EN)
        case _:
            return about


def _span(about: str, protocol: Protocol) -> str:
    part, items, end = protocol.document.product, protocol.items, _given(protocol)
    match about:
        case _ if about == CONSENT_TO_INFUSION:
            return f"{items[protocol.document.registration.milestone].labels.en} to {end}"
        case _ if about == VEIN_TO_VEIN and part is not None:
            return f"{items[part.collected_at].labels.en} to {end} (vein to vein)"
        case _:
            return about


def _given(protocol: Protocol) -> str:
    given = treatment_of(protocol)
    return protocol.items[given].labels.en if given is not None else "treatment"

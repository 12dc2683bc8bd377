"""What may be chosen of a participant's timeline: items, gates, results, decisions, alerts, rulings.

The rule that keeps it honest: what can no longer be done is not offered; whether what is offered may be done
is for the answer to judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.reading import StudyLook
from console.sights import AlertSight, ItemSight
from console.web.forms.bench import Bench
from console.web.forms.choice import Choice
from console.words import ALERT_KINDS
from domain.governance.book import Answer
from domain.recorded import STUDY_SUBJECT
from domain.state import AlertStatus

_UNLIKELY = frozenset({"not applicable"})


def pending_items(bench: Bench) -> Iterator[Choice]:
    """Items of which nothing is on the record yet, those that apply."""
    for each in _items(bench):
        if each.outcome == "pending" and each.standing not in _UNLIKELY:
            yield _item(each)


def pending_visits(bench: Bench) -> Iterator[Choice]:
    """Visits of which nothing is on the record yet."""
    for each in _items(bench):
        if each.outcome == "pending" and each.category == "visit" and each.standing not in _UNLIKELY:
            yield _item(each)


def visits(bench: Bench) -> Iterator[Choice]:
    """Every visit that applies."""
    return (
        _item(each) for each in _items(bench) if each.category == "visit" and each.standing not in _UNLIKELY
    )


def recordable_items(bench: Bench) -> Iterator[Choice]:
    """Items that may be recorded: nothing is on the record of them, or they may happen again."""
    for each in _items(bench):
        again = bench.protocol.items.get(each.item)
        repeatable = again is not None and again.repeatable
        if (each.outcome == "pending" and each.standing not in _UNLIKELY) or repeatable:
            yield _item(each)


def recorded_items(bench: Bench) -> Iterator[Choice]:
    """What is on the record and can be corrected: items, the end, progression."""
    yield from (_item(each) for each in _items(bench) if each.outcome != "pending")
    state = bench.state
    if state is not None and state.progression is not None:
        yield Choice("progression", bench.said(("Progression", "疾病进展")))
    if state is not None and state.ending is not None:
        yield Choice("end", bench.said(("End of the participation", "参与的结束")))


def gates(bench: Bench) -> Iterator[Choice]:
    """Every gate of the protocol."""
    return (Choice(each.code, bench.label(each.labels)) for each in bench.protocol.gates.values())


def observations(bench: Bench) -> Iterator[Choice]:
    """Everything that is measured or asked."""
    return (Choice(each.code, bench.label(each.labels)) for each in bench.protocol.observations.values())


def units(bench: Bench) -> Iterator[Choice]:
    """Every unit of the protocol's observations."""
    known = bench.protocol.observations.values()
    found = dict.fromkeys(unit for each in known for unit in (each.unit, *each.units) if unit)
    return (Choice(each, each) for each in found)


def decisions(bench: Bench) -> Iterator[Choice]:
    """Every decision of the protocol."""
    return (Choice(each.code, bench.label(each.labels)) for each in bench.protocol.decisions.values())


def options(bench: Bench) -> Iterator[Choice]:
    """The options of every decision, under it."""
    for decision in bench.protocol.decisions.values():
        for code, labels in decision.options.items():
            yield Choice(code, bench.label(labels), under=bench.label(decision.labels))


def alerts(bench: Bench) -> Iterator[Choice]:
    """The alerts that are not resolved, of the participant or of the study."""
    of = bench.participant if bench.participant is not None else STUDY_SUBJECT
    for each in bench.look.alerts(of):
        if each.status != AlertStatus.RESOLVED:
            yield Choice(each.alert, f"{each.label} · {_kind(bench, each)}")


def deviations(bench: Bench) -> Iterator[Choice]:
    """The open deviations."""
    state = bench.state
    for each in state.deviations.values() if state is not None else ():
        label = bench.look.item_label(bench.protocol, each.item)
        yield Choice(each.deviation, f"{label} · {each.detail}")


def approvals(bench: Bench) -> Iterator[Choice]:
    """The requests that wait for an answer."""
    state = bench.state
    for each in state.governance.approvals.values() if state is not None else ():
        if each.answer is Answer.WAITING:
            label = bench.look.item_label(bench.protocol, each.item)
            yield Choice(each.approval, f"{label} · {each.planned.isoformat()} · {each.reason}")


def versions(bench: Bench) -> Iterator[Choice]:
    """The published versions that are newer than the participant's."""
    published = [each.version for each in bench.look.rulebook.versions(bench.look.reading, bench.look.study)]
    own = bench.protocol.version
    newer = published[published.index(own) + 1 :] if own in published else published
    return (Choice(each, each) for each in newer)


def _items(bench: Bench) -> list[ItemSight]:
    look: StudyLook = bench.look
    return look.items(bench.participant) if bench.participant is not None else []


def _item(each: ItemSight) -> Choice:
    words = each.label if each.label == each.item else f"{each.label} ({each.item})"
    return Choice(each.item, words)


def _kind(bench: Bench, alert: AlertSight) -> str:
    pair = ALERT_KINDS.get(alert.kind)
    return bench.said(pair) if pair is not None else alert.kind

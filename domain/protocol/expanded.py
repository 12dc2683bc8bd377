"""A protocol version ready for use: repeats expanded, everything found by its code, content hashed.

The rule that keeps it honest: expansion adds no meaning; the hash is of the document as written, so equal
hashes mean equal rules.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import orjson

from domain.protocol.document import (
    Criterion,
    Decision,
    End,
    Gate,
    Ladder,
    Milestone,
    Observation,
    ProtocolDocument,
    Visit,
    Window,
)
from domain.protocol.rules import Condition
from domain.protocol.sources import Labels, Source
from domain.span import Span


class Category(StrEnum):
    MILESTONE = "milestone"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the expanded schedule: a milestone, or one visit of a possibly repeated one.

    `withdrawn`: an amendment took it out of the schedule of a participant who had it before. `kept_from`: the
    version it stays under, being settled there before an amendment was applied.
    """

    code: str
    category: Category
    labels: Labels
    order: int
    window: Window | None
    enters: str | None
    ladder: str
    remind: Span | None
    prior_approval: bool
    after_end: frozenset[End]
    condition: Condition | None
    requires: tuple[str, ...]
    optional: bool
    repeatable: bool
    assessments: tuple[str, ...]
    endpoints: tuple[str, ...]
    source: Source
    withdrawn: bool = False
    kept_from: str | None = None


@dataclass(frozen=True)
class Protocol:
    """An expanded protocol version. `items` is in document order, milestones first."""

    document: ProtocolDocument
    hash: str
    items: Mapping[str, Item]
    stages: tuple[str, ...]
    ladders: Mapping[str, Ladder]
    gates: Mapping[str, Gate]
    observations: Mapping[str, Observation]
    criteria: Mapping[str, Criterion]
    decisions: Mapping[str, Decision]

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def version(self) -> str:
        return self.document.version

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The codes of the items that others count from."""
        return frozenset(item.window.anchor for item in self.items.values() if item.window is not None)

    @cached_property
    def origin(self) -> str | None:
        """The item that most others count from: its day is day 0."""
        counted = Counter(item.window.anchor for item in self.items.values() if item.window is not None)
        return max(counted, key=lambda code: counted[code], default=None)

    def counted_in_hours_from(self, anchor: str) -> tuple[str, ...]:
        """The codes of the items that count from the anchor's minute and not from its day."""
        return self._hours_by_anchor.get(anchor, ())

    def gates_before(self, milestone: str) -> tuple[Gate, ...]:
        """The gates that the milestone waits for."""
        return self._gates_by_milestone.get(milestone, ())

    def stage_rank(self, stage: str) -> int:
        """The place of a stage in the document's order."""
        return self.stages.index(stage)

    @cached_property
    def _hours_by_anchor(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for item in self.items.values():
            if item.window is not None and not item.window.whole_days:
                found[item.window.anchor] = (*found.get(item.window.anchor, ()), item.code)
        return found

    @cached_property
    def _gates_by_milestone(self) -> dict[str, tuple[Gate, ...]]:
        milestones = {gate.before for gate in self.gates.values()}
        return {
            code: tuple(gate for gate in self.gates.values() if gate.before == code) for code in milestones
        }


def expand(document: ProtocolDocument) -> Protocol:
    """The document with its repeats expanded and its parts found by code."""
    items = [*map(_from_milestone, range(len(document.milestones)), document.milestones)]
    for visit in document.visits:
        items.extend(_from_visit(visit, len(items)))
    return Protocol(
        document=document,
        hash=content_hash(document),
        items={item.code: item for item in items},
        stages=tuple(stage.code for stage in document.stages),
        ladders={ladder.code: ladder for ladder in document.ladders},
        gates={gate.code: gate for gate in document.gates},
        observations={observation.code: observation for observation in document.observations},
        criteria={criterion.code: criterion for criterion in document.criteria},
        decisions={decision.code: decision for decision in document.decisions},
    )


def content_hash(document: ProtocolDocument) -> str:
    """SHA-256 (hex) over the document's canonical JSON: what a participant is pinned to."""
    body = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _from_milestone(order: int, milestone: Milestone) -> Item:
    return Item(
        code=milestone.code,
        category=Category.MILESTONE,
        labels=milestone.labels,
        order=order,
        window=milestone.window,
        enters=milestone.enters,
        ladder=milestone.ladder,
        remind=milestone.remind,
        prior_approval=milestone.prior_approval,
        after_end=frozenset(milestone.after_end),
        condition=milestone.condition,
        requires=milestone.requires,
        optional=milestone.optional,
        repeatable=milestone.repeatable,
        assessments=(),
        endpoints=(),
        source=milestone.source,
    )


def _from_visit(visit: Visit, order: int) -> Iterator[Item]:
    for index, (code, labels, window) in enumerate(occurrences(visit)):
        yield Item(
            code=code,
            category=Category.VISIT,
            labels=labels,
            order=order + index,
            window=window,
            enters=visit.enters,
            ladder=visit.ladder,
            remind=visit.remind,
            prior_approval=visit.prior_approval,
            after_end=frozenset(visit.after_end),
            condition=visit.condition,
            requires=(),
            optional=False,
            repeatable=False,
            assessments=visit.assessments,
            endpoints=visit.endpoints,
            source=visit.source,
        )


def occurrences(visit: Visit) -> Iterator[tuple[str, Labels, Window]]:
    """Code, labels and window of each time a visit takes place; of a visit without `repeat`, one."""
    repeat = visit.repeat
    if repeat is None:
        yield visit.code, visit.labels, visit.window
        return
    before = visit.window.anchor
    for index in range(repeat.times):
        number = str(repeat.first + index)
        code = visit.code.replace("{n}", number)
        labels = Labels.model_validate(
            {"en": visit.labels.en.replace("{n}", number), "zh-CN": visit.labels.zh_cn.replace("{n}", number)}
        )
        if repeat.chained and index:
            window = visit.window.model_copy(update={"anchor": before, "target": repeat.every})
        else:
            target = _later(visit.window.target, repeat.every, index)
            window = visit.window.model_copy(update={"target": target})
        yield code, labels, window
        before = code


def _later(target: Span, every: Span, times: int) -> Span:
    return Span(
        months=target.months + every.months * times,
        days=target.days + every.days * times,
        seconds=target.seconds + every.seconds * times,
    )

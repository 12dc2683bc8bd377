"""Adverse events: every scale, clock and rule of a document can be followed.

The rule that keeps it honest: a clock that cannot be counted exactly, or would wait, is a problem of
the document and not of the night on which it runs out.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.protocol.check_order import unknown_code
from domain.protocol.check_windows import is_positive
from domain.protocol.document import ProtocolDocument
from domain.protocol.problem import Path, Problem
from domain.protocol.safety import AdverseEventRules, SafetyClockRule, Scale
from domain.safety.terms import Toxicity
from domain.span import Span

_PART = "adverse_events"


def safety_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """What is wrong with the part on adverse events; nothing where there is none."""
    rules = document.adverse_events
    if rules is None:
        return
    yield from _emergence(document, rules)
    yield from _scales(document, rules)
    yield from _response(document, rules)
    for index, clock in enumerate(rules.clocks):
        yield from _clock(document, clock, (_PART, "clocks", index))
    yield from _doubled_clocks(rules)


def _emergence(document: ProtocolDocument, rules: AdverseEventRules) -> Iterator[Problem]:
    path: Path = (_PART, "teae")
    yield from unknown_code((*path, "anchor"), rules.teae.anchor, _milestones(document), "milestone")
    for name in ("within", "shown_beside"):
        span: Span | None = getattr(rules.teae, name)
        if span is not None and not (span.whole_days and is_positive(span)):
            yield Problem(
                (*path, name), f"{span} is not a count of days", "write days or months, such as P90D"
            )


def _scales(document: ProtocolDocument, rules: AdverseEventRules) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    graded: set[Toxicity] = set()
    for index, scale in enumerate(rules.scales):
        path: Path = (_PART, "scales", index)
        if (scale.code, scale.version) in seen:
            text = f"{scale.code} {scale.version} is there twice"
            yield Problem((*path, "code"), text, "name each scale and version once")
        seen.add((scale.code, scale.version))
        yield from _toxicity(scale, path, graded)
        if scale.assessed is not None:
            yield from unknown_code((*path, "assessed"), scale.assessed, _assessments(document), "assessment")


def _toxicity(scale: Scale, path: Path, graded: set[Toxicity]) -> Iterator[Problem]:
    if scale.toxicity is None:
        if scale.assessed is not None:
            yield Problem(
                (*path, "assessed"), "it grades no toxicity from observations", "name the toxicity or drop it"
            )
        return
    if scale.toxicity in graded:
        text = f"{scale.toxicity.value} is graded by another scale already"
        yield Problem((*path, "toxicity"), text, "let one scale grade each toxicity")
    graded.add(scale.toxicity)
    if scale.lowest != 0:
        hint = "write lowest: 0"
        yield Problem((*path, "lowest"), f"a day without {scale.toxicity.value} is grade 0", hint)


def _response(document: ProtocolDocument, rules: AdverseEventRules) -> Iterator[Problem]:
    response = rules.responses
    if response is None:
        return
    path: Path = (_PART, "responses")
    yield from unknown_code((*path, "after"), response.after, _milestones(document), "milestone")
    if response.assessed is not None:
        yield from unknown_code((*path, "assessed"), response.assessed, _assessments(document), "assessment")


def _clock(document: ProtocolDocument, clock: SafetyClockRule, path: Path) -> Iterator[Problem]:
    ladders = tuple(ladder.code for ladder in document.ladders)
    yield from unknown_code((*path, "ladder"), clock.ladder, ladders, "ladder")
    for name in ("due", "warn", "completed_within", "renewed_within"):
        span: Span | None = getattr(clock, name)
        if span is not None:
            yield from _countable((*path, name), span)
    if clock.warn.rough_days() >= clock.due.rough_days():
        text = f"{clock.warn} before the end lies before the start, as only {clock.due} are given"
        yield Problem((*path, "warn"), text, "warn later")
    for ladder in document.ladders:
        if ladder.code == clock.ladder and ladder.waits:
            text = f"ladder {ladder.code} waits for working hours, and safety never waits"
            yield Problem((*path, "ladder"), text, "name a ladder with waits: false")


def _countable(path: Path, span: Span) -> Iterator[Problem]:
    if span.months or not is_positive(span):
        yield Problem(path, f"{span} is not a number of hours or days", "write such as PT24H or P7D")
    elif span.days and span.seconds:
        yield Problem(path, f"{span} mixes days and hours", "write it in hours or in whole days")


def _doubled_clocks(rules: AdverseEventRules) -> Iterator[Problem]:
    codes = [clock.code for clock in rules.clocks]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            path: Path = (_PART, "clocks", index, "code")
            yield Problem(path, f"the code {code!r} is twice here", "give each its own code")


def _milestones(document: ProtocolDocument) -> tuple[str, ...]:
    return tuple(milestone.code for milestone in document.milestones)


def _assessments(document: ProtocolDocument) -> tuple[str, ...]:
    return tuple(assessment.code for assessment in document.assessments)

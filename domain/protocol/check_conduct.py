"""Conduct: every rule across participants names milestones and ladders there are, and can be met.

The rule that keeps it honest: a stagger, hold or stopping rule that could never act is a problem of the
document, found before anybody relies on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.protocol.check_order import milestone_codes, unknown_code
from domain.protocol.check_windows import is_positive
from domain.protocol.conduct import Conduct, StoppingRule
from domain.protocol.document import ProtocolDocument
from domain.protocol.problem import Path, Problem
from domain.roles import Role
from domain.safety.terms import Toxicity
from domain.span import Span

_PART = "conduct"


def conduct_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """What is wrong with the part on the conduct of the study; nothing where there is none."""
    conduct = document.conduct
    if conduct is None:
        return
    known = milestone_codes(document)
    for path, code in _milestones_named(conduct):
        yield from unknown_code(path, code, known, "milestone")
    yield from _ladders(document, conduct)
    for path, span in _spans(conduct):
        if not span.whole_days or not is_positive(span):
            yield Problem(path, f"{span} is not a count of days", "write days, such as P14D")
    for index, rule in enumerate(conduct.stopping_rules):
        yield from _stopping(document, conduct, rule, (_PART, "stopping_rules", index))
    yield from _doubled(conduct)
    yield from _needs_each_other(conduct)


def _milestones_named(conduct: Conduct) -> Iterator[tuple[Path, str]]:
    if conduct.stagger is not None:
        yield (_PART, "stagger", "milestone"), conduct.stagger.milestone
    if conduct.dlt_window is not None:
        yield (_PART, "dlt_window", "milestone"), conduct.dlt_window.milestone
    for index, rule in enumerate(conduct.stopping_rules):
        if rule.deaths is not None:
            yield (_PART, "stopping_rules", index, "deaths", "after"), rule.deaths.after
    if conduct.hold is not None:
        for index, code in enumerate(conduct.hold.stops):
            yield (_PART, "hold", "stops", index), code
    if conduct.decide_now is not None:
        yield (_PART, "decide_now", "begun"), conduct.decide_now.begun
        yield (_PART, "decide_now", "before"), conduct.decide_now.before
    for index, meeting in enumerate(conduct.meetings):
        yield (_PART, "meetings", index, "after"), meeting.after


def _ladders(document: ProtocolDocument, conduct: Conduct) -> Iterator[Problem]:
    ladders = {ladder.code: ladder for ladder in document.ladders}
    known = tuple(ladders)
    yield from unknown_code((_PART, "ladder"), conduct.ladder, known, "ladder")
    if conduct.hold is not None:
        yield from unknown_code((_PART, "hold", "ladder"), conduct.hold.ladder, known, "ladder")
    if conduct.decide_now is not None:
        path: Path = (_PART, "decide_now", "ladder")
        yield from unknown_code(path, conduct.decide_now.ladder, known, "ladder")
        ladder = ladders.get(conduct.decide_now.ladder)
        if ladder is not None and ladder.waits:
            text = f"the ladder {ladder.code} waits for working hours, and this decision does not"
            yield Problem(path, text, "name a ladder with waits: false")


def _spans(conduct: Conduct) -> Iterator[tuple[Path, Span]]:
    if conduct.stagger is not None:
        yield (_PART, "stagger", "gap"), conduct.stagger.gap
    if conduct.dlt_window is not None:
        yield (_PART, "dlt_window", "lasts"), conduct.dlt_window.lasts
    for index, rule in enumerate(conduct.stopping_rules):
        if rule.deaths is not None:
            yield (_PART, "stopping_rules", index, "deaths", "within"), rule.deaths.within
    for index, meeting in enumerate(conduct.meetings):
        yield (_PART, "meetings", index, "within"), meeting.within


def _stopping(
    document: ProtocolDocument, conduct: Conduct, rule: StoppingRule, path: Path
) -> Iterator[Problem]:
    if rule.lasting is not None:
        inner: Path = (*path, "lasting")
        for index, code in enumerate(rule.lasting.toxicities):
            known = tuple(each.value for each in Toxicity)
            yield from unknown_code((*inner, "toxicities", index), code, known, "toxicity")
        if rule.lasting.falls_to >= rule.lasting.grade:
            text = f"grade {rule.lasting.grade} has fallen to {rule.lasting.falls_to} from the start"
            yield Problem((*inner, "falls_to"), text, "write a lower grade than `grade`")
        if not is_positive(rule.lasting.within) or rule.lasting.within.months:
            hint = "write days or hours, such as P7D"
            yield Problem((*inner, "within"), f"{rule.lasting.within} is no fixed time", hint)
    if rule.limiting is not None:
        yield from _limiting(document, conduct, rule, (*path, "limiting"))


def _limiting(
    document: ProtocolDocument, conduct: Conduct, rule: StoppingRule, path: Path
) -> Iterator[Problem]:
    assert rule.limiting is not None, "asked of such a rule"
    if conduct.dlt_window is None:
        yield Problem(path, "nobody is watched for dose-limiting toxicity", "state conduct.dlt_window")
    if rule.limiting.participants > rule.limiting.among_first:
        text = f"{rule.limiting.participants} of the first {rule.limiting.among_first} can never be"
        yield Problem((*path, "participants"), text, "write at most among_first")
    cap = document.cap
    if cap is not None and rule.limiting.among_first > cap.participants:
        text = f"the study takes {cap.participants}, so there are no first {rule.limiting.among_first}"
        yield Problem((*path, "among_first"), text, f"write at most {cap.participants}")


def _doubled(conduct: Conduct) -> Iterator[Problem]:
    for name in ("stopping_rules", "meetings"):
        seen: set[str] = set()
        for index, each in enumerate(getattr(conduct, name)):
            if each.code in seen:
                path: Path = (_PART, name, index, "code")
                yield Problem(path, f"the code {each.code!r} is there twice", "give each its own code")
            seen.add(each.code)


def _needs_each_other(conduct: Conduct) -> Iterator[Problem]:
    if conduct.stopping_rules and conduct.hold is None:
        text = "the stopping rules have nothing to stop"
        yield Problem((_PART, "stopping_rules"), text, "state conduct.hold")
    if conduct.stagger is not None and conduct.stagger.after_dlt_window and conduct.dlt_window is None:
        path: Path = (_PART, "stagger", "after_dlt_window")
        yield Problem(path, "there is no DLT window to wait for", "state conduct.dlt_window")
    hold = conduct.hold
    if hold is not None and hold.lifted_by in (Role.SYSTEM, Role.AUDITOR, Role.ENGINEER):
        path = (_PART, "hold", "lifted_by")
        yield Problem(
            path, f"the {hold.lifted_by.value} signs nothing", "name a role that conducts the study"
        )
    if conduct.decide_now is not None and (hold is None or conduct.decide_now.before not in hold.stops):
        path = (_PART, "decide_now", "before")
        text = f"no hold stops {conduct.decide_now.before}, so there is nothing to decide"
        yield Problem(path, text, "name a milestone among conduct.hold.stops")

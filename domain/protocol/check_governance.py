"""Amendments, classes of deviations and prior approvals: they name what is there, and each rule can count.

The rule that keeps it honest: a rule that never counts would be read as one that does.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.protocol.document import ProtocolDocument
from domain.protocol.entries import entries
from domain.protocol.governance import DeviationKind, DeviationRule
from domain.protocol.problem import Path, Problem
from domain.roles import Role

MEASURED = frozenset({DeviationKind.EARLY, DeviationKind.LATE, DeviationKind.HARD_STOP})
"""The kinds that lie some way outside a window."""

_SPEAKING = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.SPONSOR, Role.DATA_MANAGER})


def governance_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """What is wrong with what the document says of its own changes and of deviations from it."""
    if document.amends is not None and document.amends.version == document.version:
        hint = "name the version that was amended, and give this one a new version"
        yield Problem(("amends", "version"), f"version {document.version} amends itself", hint)
    yield from _rules(document)
    yield from _approvals(document)


def _rules(document: ProtocolDocument) -> Iterator[Problem]:
    known = {each.code for each in entries(document)} | {visit.code for visit in document.visits}
    rules = document.deviations or ()
    for index, rule in enumerate(rules):
        path: Path = ("deviations", index)
        for position, code in enumerate(rule.items):
            if code not in known:
                hint = "name a milestone or visit of the schedule, a repeated one as it is written"
                yield Problem((*path, "items", position), f"there is no item {code!r}", hint)
        yield from _unmeasured(rule, path)
        if any(_covers(before, rule) for before in rules[:index]):
            hint = "put the narrower rule first, or drop this one"
            yield Problem(path, "never counts: a rule before it fits whatever it fits", hint)


def _unmeasured(rule: DeviationRule, path: Path) -> Iterator[Problem]:
    others = [kind.value for kind in rule.kinds if kind not in MEASURED]
    if rule.more_than is not None and (others or not rule.kinds):
        hint = f"with more_than, kinds are some of {', '.join(sorted(MEASURED))}"
        what = ", ".join(others) or "a rule for every kind"
        yield Problem((*path, "more_than"), f"{what} lies no way outside a window", hint)


def _covers(wide: DeviationRule, narrow: DeviationRule) -> bool:
    return (
        wide.more_than is None
        and (not wide.kinds or (bool(narrow.kinds) and set(narrow.kinds) <= set(wide.kinds)))
        and (not wide.items or (bool(narrow.items) and set(narrow.items) <= set(wide.items)))
    )


def _approvals(document: ProtocolDocument) -> Iterator[Problem]:
    rule = document.approvals
    if rule is None:
        return
    if rule.ladder not in {each.code for each in document.ladders}:
        hint = f"one of {', '.join(each.code for each in document.ladders)}"
        yield Problem(("approvals", "ladder"), f"there is no ladder {rule.ladder!r}", hint)
    if rule.by not in _SPEAKING:
        hint = f"one of {', '.join(sorted(_SPEAKING))}"
        yield Problem(("approvals", "by"), f"the {rule.by.value} approves nothing", hint)

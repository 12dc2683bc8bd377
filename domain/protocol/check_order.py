"""Order: what anchors, requires and enters what, and that none of it goes round in a circle.

The rule that keeps it honest: every item can be reached from the registration milestone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter

from domain.protocol.document import End, Milestone, ProtocolDocument
from domain.protocol.entries import Entry, entries
from domain.protocol.problem import Path, Problem

_NEVER_AFTER = frozenset({End.DIED, End.COMPLETED})


def order_problems(document: ProtocolDocument) -> Iterator[Problem]:
    """Unknown references between items and stages, circles, and what the registration cannot be."""
    items = entries(document)
    yield from _anchors(items)
    yield from _circles(items)
    yield from _requirements(document)
    yield from _registration(document)
    yield from _stages(document, items)
    yield from _after_ends(items)
    yield from _ends(document)
    if document.cap is not None:
        yield from unknown_code(
            ("cap", "kept_from"), document.cap.kept_from, milestone_codes(document), "milestone"
        )


def milestone_codes(document: ProtocolDocument) -> tuple[str, ...]:
    return tuple(milestone.code for milestone in document.milestones)


def unknown_code(path: Path, code: str, known: Collection[str], what: str) -> Iterator[Problem]:
    """A problem when `code` is not the code of any such thing."""
    if code not in known:
        near = get_close_matches(code, known, n=1)
        asked = f"did you mean {near[0]!r}? " if near else ""
        listed = f"known are {', '.join(known)}" if known else f"the document has no {what}"
        yield Problem(path, f"there is no {what} {code!r}", f"{asked}{listed}")


def _anchors(items: tuple[Entry, ...]) -> Iterator[Problem]:
    known = dict.fromkeys(entry.code for entry in items)
    for path, anchor in dict.fromkeys(_written_anchors(items)):
        yield from unknown_code(path, anchor, known, "item")


def _written_anchors(items: tuple[Entry, ...]) -> Iterator[tuple[Path, str]]:
    for entry in items:
        if entry.written.window is not None:
            yield (*entry.path, "window", "anchor"), entry.written.window.anchor


def _circles(items: tuple[Entry, ...]) -> Iterator[Problem]:
    anchored = {entry.code: (entry.window.anchor,) for entry in items if entry.window is not None}
    places = {entry.code: (*entry.path, "window", "anchor") for entry in items}
    for circle in _circles_in(anchored):
        text = f"the anchors go round in a circle: {' -> '.join(circle)}"
        yield Problem(places[circle[0]], text, "anchor one of them on something outside the circle")


def _circles_in(graph: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle, its first member also at its end; every arrow goes from an item to what it hangs on."""
    left = dict(graph)
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle: tuple[str, ...] = tuple(reversed(error.args[1]))
        else:
            return
        yield circle
        for code in circle:
            left.pop(code, None)


def _requirements(document: ProtocolDocument) -> Iterator[Problem]:
    known = milestone_codes(document)
    for index, milestone in enumerate(document.milestones):
        for position, code in enumerate(milestone.requires):
            yield from unknown_code(("milestones", index, "requires", position), code, known, "milestone")
    for circle in _circles_in({each.code: each.requires for each in document.milestones}):
        path = ("milestones", known.index(circle[0]), "requires")
        text = f"the milestones require each other: {' -> '.join(circle)}"
        yield Problem(path, text, "take one of the requirements out")


def _registration(document: ProtocolDocument) -> Iterator[Problem]:
    code = document.registration.milestone
    yield from unknown_code(("registration", "milestone"), code, milestone_codes(document), "milestone")
    for index, milestone in enumerate(document.milestones):
        if milestone.code == code:
            yield from _opening(milestone, ("milestones", index))
        elif milestone.window is None and not milestone.optional:
            hint = "give it a window, or optional: true when it is never due"
            yield Problem(
                ("milestones", index), f"{milestone.code} has no window, so it would never be due", hint
            )
    known = tuple(each.code for each in document.criteria)
    for position, criterion in enumerate(document.registration.criteria_checked):
        yield from unknown_code(("registration", "criteria_checked", position), criterion, known, "criterion")


def _opening(milestone: Milestone, path: Path) -> Iterator[Problem]:
    opens = "the registration milestone opens the timeline"
    if milestone.window is not None:
        yield Problem((*path, "window"), f"{opens}, so it has no window", "take the window out")
    if milestone.requires:
        yield Problem((*path, "requires"), f"{opens}, so nothing comes before it", "take requires out")
    if milestone.condition is not None:
        yield Problem((*path, "condition"), f"{opens}, so it has no condition", "take the condition out")


def _stages(document: ProtocolDocument, items: tuple[Entry, ...]) -> Iterator[Problem]:
    known = tuple(stage.code for stage in document.stages)
    entered = {known[0]}
    for path, stage in dict.fromkeys(_written_stages(items)):
        entered.add(stage)
        yield from unknown_code(path, stage, known, "stage")
    for index, stage in enumerate(known):
        if stage not in entered:
            hint = "let a milestone or visit enter it (enters), or take the stage out"
            yield Problem(("stages", index), f"nothing enters the stage {stage!r}", hint)


def _written_stages(items: tuple[Entry, ...]) -> Iterator[tuple[Path, str]]:
    for entry in items:
        if entry.written.enters is not None:
            yield (*entry.path, "enters"), entry.written.enters


def _after_ends(items: tuple[Entry, ...]) -> Iterator[Problem]:
    for path, ends in {(*entry.path, "after_end"): entry.written.after_end for entry in items}.items():
        for position, end in enumerate(ends):
            if end in _NEVER_AFTER:
                text = f"nothing is due any more after {end.value}"
                yield Problem((*path, position), text, "name only ends after which this item goes on")
            if end in ends[:position]:
                yield Problem((*path, position), f"{end.value} is named twice", "name each end once")


def _ends(document: ProtocolDocument) -> Iterator[Problem]:
    seen: set[End] = set()
    for index, rule in enumerate(document.ends):
        path: Path = ("ends", index)
        for field, code in (("after", rule.after), ("before", rule.before)):
            if code is not None:
                yield from unknown_code((*path, field), code, milestone_codes(document), "milestone")
        if rule.end in seen:
            yield Problem(
                (*path, "end"), f"{rule.end.value} has a rule already", "write one rule for each end"
            )
        if rule.end is End.COMPLETED:
            hint = "completion follows by itself when every item is settled"
            yield Problem((*path, "end"), "completed takes no rule", hint)
        seen.add(rule.end)

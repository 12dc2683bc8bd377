"""What a step expects against what came: each difference in a sentence, with the nearest match.

The rule that keeps it honest: whatever is written must hold exactly; only "..." leaves room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from domain.events import Event, encode_event
from domain.recorded import STUDY_SUBJECT, Recorded
from replay.story.seeing import Seen
from replay.story.written import AND_MORE, Alerts, Expected, Step

_KEYS = (
    "item",
    "alert",
    "deviation",
    "gate",
    "observation",
    "ae",
    "clock",
    "hold",
    "product",
    "stage",
    "kind",
)


def differences(step: Step, seen: Seen) -> Iterator[str]:
    """What is not as the step tells it; nothing when all is."""
    yield from _refusal(step, seen)
    if step.then is not None and step.refused is None:
        yield from _events(f"on {seen.who}", step.then, seen.of(seen.who))
    if step.study is not None:
        yield from _events("on the study", step.study, seen.of(STUDY_SUBJECT))
    if step.alerts is not None:
        yield from _alerts(step.alerts, seen)
    for item, expected in step.stands.items():
        if seen.stands.get(item) != expected:
            yield f"{item} should be {expected}, and is {seen.stands.get(item, 'unknown')}"
    if step.next is not None and step.next != seen.next:
        yield f"should wait for {step.next!r}, and waits for {seen.next!r}"


def _refusal(step: Step, seen: Seen) -> Iterator[str]:
    if step.refused is None:
        if seen.refused is not None:
            yield f"should be taken, and is refused [{seen.refused}]: {seen.text}"
        return
    code, piece = step.refused if isinstance(step.refused, tuple) else (step.refused, "")
    if seen.refused is None:
        yield f"should be refused [{code}], and is taken: {_told(seen.of(seen.who)) or 'no events'}"
    elif seen.refused != code.value:
        yield f"should be refused [{code}], and is refused [{seen.refused}]: {seen.text}"
    elif piece not in seen.text:
        yield f"should be refused with {piece!r}, and is with: {seen.text}"


def _events(where: str, expected: Expected, came: Sequence[Recorded]) -> Iterator[str]:
    found = [each.event for each in came]
    if not _matches(list(expected), found):
        told = ", ".join(_shown(each) for each in expected) or "nothing"
        yield f"{where} should come {told}; came {_told(came) or 'nothing'}{_nearest(expected, found)}"


def _matches(expected: list[Any], came: Sequence[Event]) -> bool:
    if not expected:
        return not came
    first, *others = expected
    if first == AND_MORE:
        return any(_matches(others, came[start:]) for start in range(len(came) + 1))
    return bool(came) and _is(first, came[0]) and _matches(others, came[1:])


def _is(expected: str | Mapping[str, Mapping[str, Any]], event: Event) -> bool:
    if isinstance(expected, str):
        return expected == event.TYPE
    body = encode_event(event)[2]
    return all(
        type_ == event.TYPE and all(_same(value, body.get(name)) for name, value in said.items())
        for type_, said in expected.items()
    )


def _same(expected: Any, value: Any) -> bool:
    return expected == value or (not isinstance(expected, (dict, list)) and str(expected) == str(value))


def _nearest(expected: Expected, came: Sequence[Event]) -> str:
    """What among the events is most like the first expected one that is not there."""
    missing = next(
        (each for each in expected if each != AND_MORE and not any(_is(each, e) for e in came)), None
    )
    if missing is None or not came:
        return ""
    type_ = missing if isinstance(missing, str) else next(iter(missing))
    near = get_close_matches(type_, [each.TYPE for each in came], n=1, cutoff=0.3)
    whole = next((each for each in came if near and near[0] == each.TYPE), None)
    return f"; nearest to {_shown(missing)} is {_named(whole, full=True)}" if whole is not None else ""


def _alerts(expected: Alerts, seen: Seen) -> Iterator[str]:
    for name, said in expected.items():
        if name == AND_MORE:
            continue
        status, rung = said if isinstance(said, tuple) else (said, None)
        came = seen.alerts.get(name)
        if came is None:
            near = get_close_matches(name, list(seen.alerts), n=1, cutoff=0.3)
            hint = f"; nearest is {near[0]} {list(seen.alerts[near[0]])}" if near else "; none is open"
            yield f"the alert {name} should be open{hint}"
        elif (status is not None and came[0] != status) or (rung is not None and came[1] != rung):
            yield f"the alert {name} should be {said}, and is {list(came)}"
    others = [] if AND_MORE in expected else sorted(set(seen.alerts) - set(expected))
    if others:
        yield f"no other alert should be open, and there is {', '.join(others)}"


def _shown(expected: str | Mapping[str, Mapping[str, Any]]) -> str:
    if isinstance(expected, str):
        return expected
    return ", ".join(f"{type_} {dict(said)}" for type_, said in expected.items())


def _told(came: Sequence[Recorded]) -> str:
    return ", ".join(_named(each.event) for each in came)


def _named(event: Event, *, full: bool = False) -> str:
    if full:
        return f"{event.TYPE} {encode_event(event)[2]}"
    known = {field.name for field in fields(event)}
    key = next((getattr(event, name) for name in _KEYS if name in known), None)
    return event.TYPE if key is None else f"{event.TYPE} ({key})"

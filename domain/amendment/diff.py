"""What one protocol version changes against another, part by part.

The rule that keeps it honest: computed from the two documents as they are used, never from what somebody
wrote about them; nothing that differs is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from domain.protocol.document import ProtocolDocument, Window
from domain.protocol.expanded import Item, Protocol

_OF_THE_VERSION = frozenset({"id", "version", "amends"})
_EXPANDED = frozenset({"milestones", "visits"})


class How(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `part`: where in the document; `field`: what of it, "" for the whole.

    `before` and `after` are as people read them; "" where there is nothing.
    """

    part: str
    code: str
    how: How
    field: str = ""
    before: str = ""
    after: str = ""


def diff(old: Protocol, new: Protocol) -> tuple[Change, ...]:
    """Every difference: items as expanded, then the document's other parts in its order."""
    return (*_items(old.items, new.items), *_parts(old.document, new.document))


def window_text(window: Window | None) -> str:
    """A window in one line: `infusion P28D -P3D +P3D`."""
    if window is None:
        return "none"
    text = f"{window.anchor} {window.target} -{window.early} +{window.late}"
    for name, value in (("hard stop", window.hard_stop), ("frame ends", window.frame_ends)):
        text += f", {name} {value}" if value is not None else ""
    return text


def _items(old: Mapping[str, Item], new: Mapping[str, Item]) -> Iterator[Change]:
    for code in dict.fromkeys((*new, *old)):
        before, after = old.get(code), new.get(code)
        if before is None and after is not None:
            yield Change("items", code, How.ADDED, after=window_text(after.window))
        elif after is None and before is not None:
            yield Change("items", code, How.REMOVED, before=window_text(before.window))
        elif before is not None and after is not None:
            yield from _fields("items", code, _of_item(before), _of_item(after))


def _of_item(item: Item) -> dict[str, str]:
    """What of an item can differ, as people read it."""
    return {
        "category": item.category.value,
        "label": item.labels.en,
        "label zh-CN": item.labels.zh_cn,
        "window": window_text(item.window),
        "enters": item.enters or "",
        "ladder": item.ladder,
        "remind": str(item.remind) if item.remind is not None else "",
        "prior approval": "yes" if item.prior_approval else "no",
        "after end": ", ".join(sorted(item.after_end)),
        "condition": _text(item.condition),
        "requires": ", ".join(item.requires),
        "optional": "yes" if item.optional else "no",
        "repeatable": "yes" if item.repeatable else "no",
        "assessments": ", ".join(item.assessments),
        "endpoints": ", ".join(item.endpoints),
    }


def _parts(old: ProtocolDocument, new: ProtocolDocument) -> Iterator[Change]:
    for part in ProtocolDocument.model_fields:
        if part in _OF_THE_VERSION or part in _EXPANDED:
            continue
        before, after = getattr(old, part), getattr(new, part)
        if before == after:
            continue
        coded_before, coded_after = _by_code(before), _by_code(after)
        if coded_before is None or coded_after is None:
            yield _whole(part, before, after)
        else:
            yield from _entries(part, coded_before, coded_after)


def _entries(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for code in dict.fromkeys((*new, *old)):
        if code not in old:
            yield Change(part, code, How.ADDED, after=_text(new[code]))
        elif code not in new:
            yield Change(part, code, How.REMOVED, before=_text(old[code]))
        elif old[code] != new[code]:
            yield from _fields(part, code, _fields_of(old[code]), _fields_of(new[code]))


def _fields(part: str, code: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            yield Change(part, code, How.CHANGED, name, before, after)


def _whole(part: str, before: Any, after: Any) -> Change:
    if before is None or after is None:
        how = How.ADDED if before is None else How.REMOVED
        return Change(part, "", how, before=_text(before), after=_text(after))
    return Change(part, "", How.CHANGED, before=_text(before), after=_text(after))


def _by_code(value: Any) -> dict[str, Any] | None:
    """The entries of a list by their codes; None for what is no such list."""
    if not isinstance(value, tuple) or not all(hasattr(each, "code") for each in value):
        return None
    return {each.code: each for each in value}


def _fields_of(entry: BaseModel) -> dict[str, str]:
    return {name: _text(getattr(entry, name)) for name in type(entry).model_fields}


def _text(value: Any) -> str:
    """A value of the document in one line."""
    match value:
        case None:
            return ""
        case BaseModel():
            named = ((name, getattr(value, name)) for name in type(value).model_fields)
            said = (f"{name} {_text(each)}" for name, each in named if each not in (None, (), {}, ""))
            return f"({', '.join(said)})"
        case tuple() | list() | frozenset():
            return "; ".join(map(_text, value))
        case dict():
            return "; ".join(f"{key}: {_text(each)}" for key, each in value.items())
        case _:
            return str(value)

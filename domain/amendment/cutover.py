"""The schedule of a participant who moves from one protocol version to another.

The rule that keeps it honest: an item that is settled keeps its old definition, also when its record is
corrected later; one that the new version drops stays in sight, and is not applicable while it is pending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.protocol.expanded import Item, Protocol


def cut_over(old: Protocol, new: Protocol, settled: Iterable[str]) -> Protocol:
    """The new version as it holds for somebody for whom the items `settled` are done, missed or excused.

    Only items differ from the new version as published; ladders and stages that settled or open things
    still name are kept beside the new ones.
    """
    kept = {code: _kept(old.items[code], old.version) for code in settled if code in old.items}
    items = _items({**old.items, **kept}, new.items, frozenset(kept))
    return replace(
        new,
        items=items,
        ladders={**old.ladders, **new.ladders},
        stages=tuple(dict.fromkeys((*new.stages, *old.stages))),
    )


def _kept(item: Item, version: str) -> Item:
    return replace(item, kept_from=item.kept_from or version)


def _items(old: Mapping[str, Item], new: Mapping[str, Item], settled: frozenset[str]) -> dict[str, Item]:
    found: list[Item] = [old[code] if code in settled else item for code, item in new.items()]
    before: str | None = None
    for code, item in old.items():
        if code not in new:
            found.insert(_place_after(found, before), replace(item, withdrawn=True))
        before = code
    return {item.code: replace(item, order=order) for order, item in enumerate(found)}


def _place_after(items: list[Item], code: str | None) -> int:
    return next((index + 1 for index, item in enumerate(items) if item.code == code), 0)

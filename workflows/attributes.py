"""The search attributes of a participant: what a list in Temporal can be filtered by.

The rule that keeps it honest: they are stored readable whatever the payload codec does, so they say where a
timeline stands and nothing that could identify a person (INV-16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

KEYS: tuple[SearchAttributeKey[Any], ...] = (
    SearchAttributeKey.for_keyword("DayZeroStudy"),
    SearchAttributeKey.for_keyword("DayZeroSite"),
    SearchAttributeKey.for_keyword("DayZeroParticipant"),
    SearchAttributeKey.for_keyword("DayZeroStage"),
    SearchAttributeKey.for_keyword("DayZeroProtocol"),
    SearchAttributeKey.for_datetime("DayZeroNextDue"),
    SearchAttributeKey.for_int("DayZeroOpenAlerts"),
)


def changes(now: TypedSearchAttributes, wanted: Mapping[str, Any]) -> list[SearchAttributeUpdate[Any]]:
    """What must be upserted so that `now` says what is `wanted`; None takes a value away.

    Names that are not `wanted` stay as they are. Instants are ISO texts with their offset.
    """
    return list(_changes(now, wanted))


def _changes(now: TypedSearchAttributes, wanted: Mapping[str, Any]) -> Iterable[SearchAttributeUpdate[Any]]:
    for key in KEYS:
        if key.name not in wanted:
            continue
        value = wanted[key.name]
        if value is not None and key.value_type is datetime:
            value = datetime.fromisoformat(value)
        if value == now.get(key):
            continue
        yield key.value_unset() if value is None else key.value_set(value)

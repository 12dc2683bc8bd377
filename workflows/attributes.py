"""The search attributes of a participant: what a list in Temporal can be filtered by.

The rule that keeps it honest: they are stored readable whatever the payload codec does, so they say where a
timeline stands and nothing that could identify a person (INV-16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from temporalio.common import (
    SearchAttributeIndexedValueType,
    SearchAttributeKey,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

KEYS: Mapping[str, SearchAttributeKey[Any]] = {
    "study": SearchAttributeKey.for_keyword("DayZeroStudy"),
    "site": SearchAttributeKey.for_keyword("DayZeroSite"),
    "participant": SearchAttributeKey.for_keyword("DayZeroParticipant"),
    "stage": SearchAttributeKey.for_keyword("DayZeroStage"),
    "protocol": SearchAttributeKey.for_keyword("DayZeroProtocol"),
    "next_due": SearchAttributeKey.for_datetime("DayZeroNextDue"),
    "open_alerts": SearchAttributeKey.for_int("DayZeroOpenAlerts"),
}
"""By the word the desk uses in an outcome."""


def changes(now: TypedSearchAttributes, wanted: Mapping[str, Any]) -> list[SearchAttributeUpdate[Any]]:
    """What must be upserted so that `now` says what is `wanted`; None takes a value away.

    What is not `wanted` stays as it is. Instants are ISO texts with their offset.
    """
    return list(_changes(now, wanted))


def _changes(now: TypedSearchAttributes, wanted: Mapping[str, Any]) -> Iterable[SearchAttributeUpdate[Any]]:
    for word in sorted(wanted.keys() & KEYS.keys()):
        key, value = KEYS[word], wanted[word]
        # Not asked by `value_type`: under the sandbox's watch `datetime` here is not the one there.
        if value is not None and key.indexed_value_type is SearchAttributeIndexedValueType.DATETIME:
            value = datetime.fromisoformat(value)
        if value == now.get(key):
            continue
        yield key.value_unset() if value is None else key.value_set(value)

"""How things stand as CSV: participants, items, alerts, deviations.

The rule that keeps it honest: the cells are those of the documented JSON shapes, judged at one moment; every
row says whether its participant is simulated; a cell that a spreadsheet would run as a formula is disarmed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from console.reading import StudyLook
from console.sights import AlertSight, DeviationSight, ItemSight, ParticipantSight

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def tables(look: StudyLook) -> Iterator[tuple[str, str]]:
    """Each table: its file name and its text (RFC 4180, UTF-8, header first)."""
    people = look.participants()
    simulated = {each.participant: each.simulated for each in people}
    yield (
        "participants.csv",
        _table(ParticipantSight, ((each.participant, each) for each in people), simulated),
    )
    items = ((row.participant, item) for row, schedule in look.everyones_items() for item in schedule)
    yield "items.csv", _table(ItemSight, items, simulated)
    alerts = ((each.participant, each) for each in look.alerts(everything=True))
    yield "alerts.csv", _table(AlertSight, alerts, simulated)
    deviations = ((each.participant, each) for each in look.deviations())
    yield "deviations.csv", _table(DeviationSight, deviations, simulated)


def cell(value: object) -> str:
    """A value as one cell: instants in UTC, days as days, yes and no for truth, nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            return disarmed(str(value))


def disarmed(text: str) -> str:
    """The text, led by an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_RUNS_AS_FORMULA) else text


def _table(shape: type[Any], rows: Iterable[tuple[str, Any]], simulated: dict[str, bool]) -> str:
    names = _columns(shape)
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["simulated", "participant", *names])
    for participant, row in rows:
        values = asdict(row)
        write.writerow(
            [cell(simulated[participant]), cell(participant), *(cell(values[name]) for name in names)]
        )
    return out.getvalue()


def _columns(shape: type[Any]) -> Sequence[str]:
    return [field.name for field in fields(shape) if field.name not in ("participant", "simulated")]

"""Read models: what lists and pages show, folded from one participant's state.

The rule that keeps it honest: rows are a pure function of the state, so they can be rebuilt from zero to the
same rows; how an item stands is not stored but asked of `standing` at the moment of reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One participant. `version` is the stream version the row was folded from.

    `day_zero`: the site day (ISO) that visits are counted from, as it was or as it is planned.
    """

    study: str
    participant: str
    site: str
    protocol_id: str
    protocol_version: str
    protocol_hash: str
    stage: str
    end: str | None
    version: int
    simulated: bool
    next_due: datetime | None
    next_due_what: str | None
    open_alerts: int
    registered_on: str
    day_zero: str | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the schedule. Stated times are kept as stated (text); windows are UTC instants."""

    study: str
    participant: str
    item: str
    position: int
    category: str
    applicable: bool
    basis: str
    anchor: str | None
    anchor_on: str | None
    opens: datetime | None
    target: datetime | None
    closes: datetime | None
    hard_stop: datetime | None
    frame_ends: datetime | None
    outcome: str
    happened: str | None
    happened_at: datetime | None
    appointment: str | None
    reason: str | None
    record_seq: int | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. `rung` 0: raised and nobody told yet. `next_at`: when the ladder goes on by itself.

    `next_role`: whom it tells then; None when it tells nobody any more, or somebody has answered.
    """

    study: str
    participant: str
    alert: str
    site: str
    item: str
    kind: str
    status: str
    rung: int
    round: int
    rungs: int
    due: datetime
    raised_at: datetime
    next_at: datetime | None
    held_by: str | None
    until: datetime | None
    reason: str | None
    resolved_at: datetime | None
    resolved_why: str | None
    next_role: str | None


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """One deviation. `suggested`: the class the rules suggest; `classed`: the one a person signed for.

    `approval`: the prior approval it happened under.
    """

    study: str
    participant: str
    deviation: str
    item: str
    kind: str
    detail: str
    status: str
    suggested: str | None
    classed: str | None
    classed_by: str | None
    classed_at: datetime | None
    class_reason: str | None
    approval: str | None


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study. `version` is the stream version the row was folded from; `cap` None: any number."""

    study: str
    protocol_version: str
    recruitment: str
    slots: int
    cap: int | None
    on_hold: bool
    version: int
    next_due: datetime | None
    next_due_what: str | None
    open_alerts: int


@dataclass(frozen=True, slots=True)
class StudyViews:
    """Every row of a study itself; replaces all of them when stored."""

    study: StudyRow
    alerts: tuple[AlertRow, ...]


@dataclass(frozen=True, slots=True)
class ParticipantViews:
    """Every row of one participant; replaces all rows of that participant when stored."""

    participant: ParticipantRow
    items: tuple[ItemRow, ...]
    alerts: tuple[AlertRow, ...]
    deviations: tuple[DeviationRow, ...]

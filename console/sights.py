"""The shapes in which the record is shown: what `--json` prints, field by field.

The rule that keeps it honest: these shapes are promised to scripts (`docs/reference/cli.md` is made from
them); a field may be added, none is renamed or dropped. Instants are UTC with `Z`; days are the site's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from typing_extensions import Doc

Instant = datetime


@dataclass(frozen=True, slots=True)
class ParticipantSight:
    """One participant, as `status` lists them."""

    study: Annotated[str, Doc("study code")]
    participant: Annotated[str, Doc("participant code")]
    site: Annotated[str, Doc("site code")]
    zone: Annotated[str, Doc("IANA name of the site's zone")]
    stage: Annotated[str, Doc("stage code of the protocol")]
    stage_label: Annotated[str, Doc("the stage's label in the chosen language")]
    end: Annotated[str | None, Doc("how participation ended, or null")]
    protocol: Annotated[str, Doc("protocol id the participant is pinned to")]
    protocol_version: Annotated[str, Doc("its version")]
    protocol_hash: Annotated[str, Doc("its content hash (SHA-256)")]
    version: Annotated[int, Doc("how many events the participant's stream holds")]
    simulated: Annotated[bool, Doc("true for data that is no real participant's")]
    registered_on: Annotated[str, Doc("consent, as stated: a site day, or an instant with its offset")]
    next_due: Annotated[Instant | None, Doc("the next instant at which something happens by itself, or null")]
    next_due_what: Annotated[str | None, Doc("what that is, in words")]
    overdue: Annotated[int, Doc("items that are overdue now")]
    open_alerts: Annotated[int, Doc("alerts that are not resolved")]
    unanswered: Annotated[int, Doc("of these, the ones nobody has acknowledged or snoozed")]


@dataclass(frozen=True, slots=True)
class ItemSight:
    """One milestone or visit of a participant's schedule."""

    item: Annotated[str, Doc("item code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    category: Annotated[str, Doc("`milestone` or `visit`")]
    optional: Annotated[bool, Doc("true: never due, whether it happens or not")]
    standing: Annotated[
        str,
        Doc(
            "`not due`, `open`, `past target`, `overdue`, `done`, `done outside window`, `missed`, "
            "`projected`, `not applicable` or `stale`"
        ),
    ]
    basis: Annotated[str, Doc("what the dates rest on: `actual`, `expected`, `projected`, `stale` or `none`")]
    anchor: Annotated[str | None, Doc("code of the item it is counted from")]
    anchor_on: Annotated[str | None, Doc("that item's date, as stated or expected")]
    whole_days: Annotated[bool, Doc("true: the window is whole site days; false: it is counted in hours")]
    opens: Annotated[Instant | None, Doc("first instant of the window")]
    target: Annotated[Instant | None, Doc("exclusive end of the target day or, in hours, the target instant")]
    closes: Annotated[Instant | None, Doc("exclusive end of the window: overdue begins here")]
    first_day: Annotated[date | None, Doc("first site day of the window")]
    target_day: Annotated[date | None, Doc("target site day")]
    last_day: Annotated[date | None, Doc("last site day of the window, included")]
    days_left: Annotated[int | None, Doc("site days from today to the last day; negative when it has passed")]
    hard_stop: Annotated[Instant | None, Doc("from here on the item needs an approval")]
    frame_ends: Annotated[Instant | None, Doc("end of the registered frame of its endpoint")]
    outcome: Annotated[str, Doc("what was recorded: `pending`, `done`, `missed` or `excused`")]
    happened: Annotated[str | None, Doc("when it happened, as stated")]
    appointment: Annotated[str | None, Doc("the appointment, as stated")]
    reason: Annotated[str | None, Doc("the reason given, for a missed or excused visit or an approval")]
    record_seq: Annotated[
        int | None, Doc("number of the event that last spoke of it; `correct --seq` names it")
    ]


@dataclass(frozen=True, slots=True)
class AlertSight:
    """One alert on its ladder."""

    study: Annotated[str, Doc("study code")]
    alert: Annotated[str, Doc("the alert's id, as `ack` and `snooze` take it")]
    participant: Annotated[str, Doc("participant code")]
    site: Annotated[str, Doc("site code")]
    zone: Annotated[str, Doc("IANA name of the site's zone")]
    item: Annotated[str, Doc("code of the item or gate it is about")]
    label: Annotated[str, Doc("that item's label in the chosen language")]
    kind: Annotated[str, Doc("what kind of alert: `due_soon`, `overdue`, `identity_mismatch`, ...")]
    status: Annotated[str, Doc("`open` (nobody has answered), `acknowledged`, `snoozed` or `resolved`")]
    rung: Annotated[int, Doc("rung reached; 0: raised, nobody told yet")]
    rungs: Annotated[int, Doc("rungs of its ladder")]
    round: Annotated[int, Doc("how often the last rung was told")]
    due: Annotated[Instant, Doc("since when it is warranted")]
    raised_at: Annotated[Instant, Doc("when it was raised")]
    next_at: Annotated[Instant | None, Doc("when its ladder goes on by itself, or null")]
    held_by: Annotated[str | None, Doc("who acknowledged or snoozed it")]
    until: Annotated[Instant | None, Doc("until when that holds")]
    reason: Annotated[str | None, Doc("the reason of a snooze")]
    resolved_at: Annotated[Instant | None, Doc("when it was resolved, or null")]
    resolved_why: Annotated[str | None, Doc("why: recorded, excused, missed, replanned, ended, ...")]
    next_role: Annotated[str | None, Doc("role its ladder tells next if nobody answers, or null")]


@dataclass(frozen=True, slots=True)
class DeviationSight:
    """One deviation from the protocol."""

    participant: Annotated[str, Doc("participant code")]
    deviation: Annotated[str, Doc("the deviation's id")]
    item: Annotated[str, Doc("item code")]
    label: Annotated[str, Doc("the item's label in the chosen language")]
    kind: Annotated[
        str,
        Doc(
            "`early`, `late`, `missed`, `hard_stop`, `no_prior_approval`, `signed_late`, `not_signed` or "
            "`report_late`"
        ),
    ]
    detail: Annotated[str, Doc("what deviated, in words")]
    status: Annotated[str, Doc("`open`, or `closed: why`")]
    suggested: Annotated[str | None, Doc("class the protocol's rules suggest: `minor`, `important` or null")]
    classed: Annotated[str | None, Doc("class a person gave it by signature, or null")]
    classed_by: Annotated[str | None, Doc("who")]
    classed_at: Annotated[Instant | None, Doc("when")]
    class_reason: Annotated[str | None, Doc("why, where they said otherwise than the rules or before")]
    approval: Annotated[str | None, Doc("the prior approval it happened under, or null")]


@dataclass(frozen=True, slots=True)
class ApprovalSight:
    """One request to do a visit outside its window, and its answer."""

    participant: Annotated[str, Doc("participant code")]
    approval: Annotated[str, Doc("its name, as `approval grant` takes it")]
    item: Annotated[str, Doc("item code")]
    label: Annotated[str, Doc("the item's label in the chosen language")]
    planned: Annotated[str, Doc("when it is planned, as stated")]
    reason: Annotated[str, Doc("why outside the window")]
    by: Annotated[str, Doc("who asked")]
    needed_by: Annotated[Instant, Doc("until when the answer is needed")]
    answer: Annotated[str, Doc("`waiting`, `granted` or `refused`")]
    answered_by: Annotated[str | None, Doc("who answered, or null")]
    refused_why: Annotated[str | None, Doc("the reason of a refusal")]
    content: Annotated[str, Doc("SHA-256 of what an approval is over")]
    meaning: Annotated[str, Doc("the words an approval is signed in")]


@dataclass(frozen=True, slots=True)
class ChangeSight:
    """One difference between two protocol versions."""

    part: Annotated[str, Doc("part of the document; `items` are milestones and visits as expanded")]
    code: Annotated[str, Doc("code of what differs, empty for a part without codes")]
    how: Annotated[str, Doc("`added`, `removed` or `changed`")]
    field: Annotated[str, Doc("what of it, empty for the whole")]
    before: Annotated[str, Doc("as it was, in words")]
    after: Annotated[str, Doc("as it is, in words")]


@dataclass(frozen=True, slots=True)
class MovedSight:
    """One window that an amendment would move; days of the site, null where there is no window."""

    item: Annotated[str, Doc("item code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    first_day_before: Annotated[date | None, Doc("first day of the window as it is")]
    last_day_before: Annotated[date | None, Doc("its last day, included")]
    first_day_after: Annotated[date | None, Doc("first day of the window as it would be")]
    last_day_after: Annotated[date | None, Doc("its last day, included")]


@dataclass(frozen=True, slots=True)
class AmendmentPreview:
    """What moving a participant to a version would change; nothing is saved."""

    participant: Annotated[str, Doc("participant code")]
    version: Annotated[str, Doc("protocol version the participant is under")]
    to: Annotated[str, Doc("version they would be under")]
    moved: Annotated[tuple[MovedSight, ...], Doc("windows that would move, begin or fall away")]
    raised: Annotated[tuple[str, ...], Doc("alerts that would be raised")]
    resolved: Annotated[tuple[str, ...], Doc("alerts that would be resolved")]
    deviations_before: Annotated[tuple[str, ...], Doc("open deviations as they are")]
    deviations_after: Annotated[tuple[str, ...], Doc("open deviations as they would be")]


@dataclass(frozen=True, slots=True)
class FindingSight:
    """One thing a gate asks for."""

    code: Annotated[str, Doc("code of the criterion or need")]
    label: Annotated[str, Doc("its label in the chosen language")]
    truth: Annotated[str, Doc("`met`, `failed` or `unknown`")]
    why: Annotated[str, Doc("on which results, and how old they are")]


@dataclass(frozen=True, slots=True)
class GateSight:
    """One gate as it stands today, whether or not it is signed."""

    gate: Annotated[str, Doc("gate code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    before: Annotated[str, Doc("the milestone it stands before")]
    signed_by: Annotated[str, Doc("the role that signs it")]
    meaning: Annotated[str, Doc("the words it is signed in")]
    signed_at: Annotated[Instant | None, Doc("when it was last signed, or null")]
    signer: Annotated[str | None, Doc("who signed it last")]
    in_force: Annotated[bool, Doc("whether a signature opens the gate today")]
    passed: Annotated[bool, Doc("whether the milestone behind it has happened")]
    findings: Annotated[tuple[FindingSight, ...], Doc("everything it asks for, as known today")]
    content: Annotated[str, Doc("SHA-256 of what a signature given today would be over")]


@dataclass(frozen=True, slots=True)
class EventSight:
    """One event of a participant's record."""

    seq: Annotated[int, Doc("number of the event in the stream, from 1")]
    type: Annotated[str, Doc("event type")]
    says: Annotated[str, Doc("what it says, in the chosen language")]
    happened: Annotated[str | None, Doc("when it happened, as stated; null where the event has no such time")]
    recorded_at: Annotated[Instant, Doc("when it was recorded")]
    by: Annotated[str, Doc("who asked")]
    role: Annotated[str, Doc("in which role")]
    command_id: Annotated[str, Doc("id of the command that led to it")]


@dataclass(frozen=True, slots=True)
class DeliverySight:
    """One notice to one contact on one channel, and what became of it."""

    notice: Annotated[str, Doc("the notice's id")]
    rung: Annotated[int, Doc("rung it was owed for")]
    round: Annotated[int, Doc("round of that rung")]
    contact: Annotated[str, Doc("whom to tell")]
    channel: Annotated[str, Doc("on which channel")]
    status: Annotated[str, Doc("`owed`, `sending`, `delivered` or `failed`")]
    owed_at: Annotated[Instant, Doc("since when it is owed")]
    settled_at: Annotated[Instant | None, Doc("when it was delivered or given up, or null")]
    attempts: Annotated[int, Doc("how often it was tried")]
    detail: Annotated[str | None, Doc("what the last try said")]


@dataclass(frozen=True, slots=True)
class CommandSight:
    """One command as it was asked, accepted or refused."""

    study: Annotated[str, Doc("study code")]
    participant: Annotated[str, Doc("participant code")]
    command_id: Annotated[str, Doc("id under which it is answered once and for all")]
    kind: Annotated[str, Doc("kind of command")]
    by: Annotated[str, Doc("who asked, as claimed")]
    role: Annotated[str, Doc("in which role, as claimed")]
    asked_at: Annotated[Instant, Doc("when it was heard")]
    accepted: Annotated[bool, Doc("false: refused, and nothing else recorded")]
    code: Annotated[str | None, Doc("refusal code")]
    text: Annotated[str, Doc("why it was refused")]
    version: Annotated[int, Doc("version of the stream afterwards")]
    events: Annotated[tuple[str, ...], Doc("types of the events it led to")]
    body: Annotated[dict[str, object], Doc("the command as it was sent")]


@dataclass(frozen=True, slots=True)
class TouchSight:
    """One record that bears on an item's dates."""

    seq: Annotated[int, Doc("number of the event in the stream")]
    type: Annotated[str, Doc("event type")]
    says: Annotated[str, Doc("what it did to the item")]
    recorded_at: Annotated[Instant, Doc("when it was recorded")]
    by: Annotated[str, Doc("who asked, with the role")]


@dataclass(frozen=True, slots=True)
class ExplanationSight:
    """Why an item's dates are what they are."""

    participant: Annotated[str, Doc("participant code")]
    item: Annotated[str, Doc("item code")]
    label: Annotated[str, Doc("its label in the chosen language")]
    standing: Annotated[str, Doc("how it stands now")]
    anchor: Annotated[str | None, Doc("code of the item it is counted from")]
    anchor_on: Annotated[str | None, Doc("that item's date, as stated or expected")]
    basis: Annotated[str | None, Doc("what the dates rest on: `actual`, `expected`, `projected` or `stale`")]
    rule: Annotated[str | None, Doc("the protocol's rule in words; null for an item without a window")]
    source_kind: Annotated[
        str, Doc("`registry`, `standard` or `assumption` (a team default, not of the protocol)")
    ]
    source: Annotated[str, Doc("the registry's sentence, the reference, or the reason of the assumption")]
    opens: Annotated[Instant | None, Doc("first instant of the window")]
    target: Annotated[Instant | None, Doc("exclusive end of the target")]
    closes: Annotated[Instant | None, Doc("exclusive end of the window")]
    first_day: Annotated[date | None, Doc("first site day")]
    target_day: Annotated[date | None, Doc("target site day")]
    last_day: Annotated[date | None, Doc("last site day, included")]
    zone: Annotated[str, Doc("IANA name of the site's zone")]
    protocol: Annotated[str, Doc("protocol id and version")]
    protocol_hash: Annotated[str, Doc("its content hash")]
    notes: Annotated[tuple[str, ...], Doc("what else there is to know, holidays included")]
    touches: Annotated[tuple[TouchSight, ...], Doc("every record that touched it, oldest first")]


@dataclass(frozen=True, slots=True)
class ParticipantInFull(ParticipantSight):
    """One participant with everything: what `status PARTICIPANT` shows."""

    items: Annotated[tuple[ItemSight, ...], Doc("the whole schedule, in its order")]
    gates: Annotated[tuple[GateSight, ...], Doc("every gate")]
    alerts: Annotated[tuple[AlertSight, ...], Doc("open alerts")]
    deviations: Annotated[tuple[DeviationSight, ...], Doc("deviations, closed ones included")]


@dataclass(frozen=True, slots=True)
class TimelineSight(ParticipantSight):
    """One participant with schedule and record: what `timeline` shows."""

    items: Annotated[tuple[ItemSight, ...], Doc("the whole schedule, in its order")]
    events: Annotated[tuple[EventSight, ...], Doc("every event, oldest first")]


@dataclass(frozen=True, slots=True)
class AlertInFull(AlertSight):
    """One alert with what was sent for it: what `alerts ALERT` shows."""

    deliveries: Annotated[tuple[DeliverySight, ...], Doc("notices, in the order they were owed")]


T = TypeVar("T", ParticipantInFull, TimelineSight, AlertInFull)


def in_full(shape: type[T], base: ParticipantSight | AlertSight, **parts: Any) -> T:
    """The larger shape, made of the smaller one and its further parts."""
    same: dict[str, Any] = {field.name: getattr(base, field.name) for field in fields(base)}
    return shape(**same, **parts)

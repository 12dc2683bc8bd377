"""What is stored for ever: names and shapes of events, refusal codes, command kinds.

A line that leaves one of the golden lists, or changes, breaks records that exist: raise the event's version
and read the old shape by an upcaster instead. New lines may be added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import ValidationError

from domain import Code, alert_book, events
from domain.commands import COMMAND_KINDS, COMMAND_TYPES, command_body, parse_command
from domain.events import EVENT_TYPES, Event, UnknownEvent, decode_event, encode_event, registry
from domain.evolve import ParticipantEvent
from domain.study import StudyEvent
from tests.domain import cycles
from tests.domain.amended import amend, versions
from tests.domain.builders import (
    COORDINATOR,
    acknowledge,
    at,
    correct,
    end,
    excuse,
    followed,
    miss,
    plan,
    progressed,
    record,
    retract,
    site,
    snooze,
    unscheduled,
)
from tests.domain.product.everything import every_event
from tests.domain.ruling import confirm, grant, refuse, request
from tests.domain.safety.lives import everything_of_safety
from tests.domain.spec import given
from tests.domain.test_roles import ASKED

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[str]:
    """The lines of a golden list."""
    return (GOLDEN / name).read_text(encoding="utf-8").splitlines()


def shape(type_: type[Event]) -> str:
    """Name, version and fields of an event; a field that may be absent has a question mark."""
    told = (f"{each.name}{'?' if each.default is not MISSING else ''}" for each in fields(type_))
    return f"{type_.TYPE} {type_.VERSION}: {', '.join(told)}"


def test_events_keep_their_names_versions_and_fields() -> None:
    """The wire form of every event is the one on record."""
    assert sorted(map(shape, EVENT_TYPES.values())) == golden("events.txt")


def test_refusal_codes_are_never_renamed() -> None:
    """They are stored with every refused command and handled by callers."""
    assert sorted(code.value for code in Code) == golden("refusals.txt")


def test_command_kinds_and_their_fields_are_never_renamed() -> None:
    """They are stored in the audit trail and decided again when rules are replayed."""
    told = (
        f"{type_.model_fields['kind'].default}: "
        + ", ".join(
            f"{name}{'' if each.is_required() else '?'}"
            for name, each in type_.model_fields.items()
            if name not in ("kind", "actor")
        )
        for type_ in COMMAND_TYPES
    )
    assert sorted(told) == golden("commands.txt")
    assert len(set(COMMAND_KINDS)) == len(COMMAND_TYPES)


def test_every_event_type_belongs_to_one_kind_of_stream() -> None:
    """No event class is left out of the unions that the folds handle, nor in both."""
    participants = set(ParticipantEvent.__args__)
    studies = set(StudyEvent.__args__)
    assert participants | studies == set(EVENT_TYPES.values())
    # Both keep alerts, and in the same words.
    assert participants & studies == set(alert_book.AlertEvent.__args__)
    assert all(getattr(events, each.__name__) is each for each in EVENT_TYPES.values())


def everything() -> Iterable[Event]:
    """A record in which every event of a participant happens at least once."""
    first = given(followed()).when(plan("D60", "2026-05-02"), at("2026-04-20"))
    first.when(unscheduled("2026-04-19"), at("2026-04-20"))
    first.when(progressed("2026-04-19"), at("2026-04-20"))
    first.when(acknowledge("D60/overdue"), at("2026-05-11 09:00")).run(at("2026-05-14"))
    first.when(snooze("D60/overdue", at("2026-05-15 09:00")), at("2026-05-14 09:00")).run(at("2026-05-16"))
    first.when(miss("D60"), at("2026-05-16")).when(correct("D60", "2026-05-04"), at("2026-05-17"))
    first.when(excuse("D90"), at("2026-05-18")).when(retract("D28"), at("2026-05-18"))
    first.when(end("died", "2026-05-19"), at("2026-05-20"))
    branch = given(cycles.cycled(), cycles.going("continue"), rules=cycles.RULES)
    return [*first.record, *branch.record, *_governed(), *every_event(), *everything_of_safety().record]


def _governed() -> list[ParticipantEvent]:
    """An amendment, a visit refused and then approved outside its window, and a deviation classed."""
    story = given(followed(14), rules=versions()).when(amend(), at("2026-03-20 10:00"))
    story.when(request(), at("2026-04-20")).when(refuse(), at("2026-04-21"))
    story.when(request(), at("2026-04-22")).when(grant(approval="D60/approval/2"), at("2026-04-23"))
    story.when(record("D60", "2026-05-11"), at("2026-05-11 12:00")).when(confirm(), at("2026-05-12"))
    return story.record


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=lambda each: each.TYPE)
def test_what_may_be_absent_has_a_default(event: type[Event]) -> None:
    """What is None is not stored, so a field that may be None must read back without having been there."""
    hints = get_type_hints(event, include_extras=True)
    absent = [each for each in fields(event) if NoneType in get_args(hints[each.name])]
    assert [each.name for each in absent if each.default is not None] == []


def test_every_event_survives_being_stored_and_read() -> None:
    """Each event that can happen to a participant comes back equal from its wire form."""
    seen = set()
    for event in everything():
        seen.add(type(event))
        assert decode_event(*encode_event(event)) == event
    assert seen == set(ParticipantEvent.__args__)


@pytest.mark.parametrize("command", ASKED, ids=lambda each: each.kind)
def test_every_command_survives_being_sent_and_stored(command: Any) -> None:
    """Its JSON body reads back as the same command."""
    assert parse_command(command_body(command)) == command


def test_an_appointment_taken_back_survives_being_sent() -> None:
    """Nothing stated is a statement too."""
    command = plan("D60", None, "ill")
    assert parse_command(command_body(command)) == command


@pytest.mark.parametrize(("type_", "version"), [("visit.forgotten", 1), ("visit.recorded", 2)])
def test_an_unknown_event_or_version_is_refused_and_never_skipped(type_: str, version: int) -> None:
    """A record from a newer release is not read by an older one."""
    with pytest.raises(UnknownEvent, match="not known to this release"):
        decode_event(type_, version, {"item": "D60", "happened": "2026-05-01"})


def test_an_old_version_is_brought_up_to_date_when_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each upcaster takes a body one version further; the record itself is never rewritten."""
    monkeypatch.setattr(events.VisitMissed, "VERSION", 3)
    steps = {
        ("visit.missed", 1): lambda body: {"item": body["visit"], "why": body["why"]},
        ("visit.missed", 2): lambda body: {"item": body["item"], "reason": body["why"]},
    }
    monkeypatch.setattr(registry, "UPCASTERS", steps)
    read = decode_event("visit.missed", 1, {"visit": "D60", "why": "did not come"})
    assert read == events.VisitMissed("D60", "did not come")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"kind": "record_everything"}, id="unknown kind"),
        pytest.param({"item": "D60", "happened": "2026-05-01"}, id="no kind"),
        pytest.param({"kind": "record_item", "item": "D60"}, id="missing field"),
        pytest.param({"kind": "record_item", "item": "D60", "happened": "2026-05-01", "x": 1}, id="extra"),
        pytest.param({"kind": "record_item", "item": "D 60", "happened": "2026-05-01"}, id="bad code"),
        pytest.param({"kind": "record_item", "item": "D60", "happened": "20260501"}, id="compact date"),
        pytest.param({"kind": "record_item", "item": "D60", "happened": "2026-02-30"}, id="no such day"),
        pytest.param({"kind": "record_item", "item": "D60", "happened": "2026-05-01T09:30:00"}, id="naive"),
        pytest.param({"kind": "record_item", "item": "D60", "happened": 1777600000}, id="number as date"),
        pytest.param({"kind": "miss_visit", "item": "D60", "reason": ""}, id="empty reason"),
        pytest.param({"kind": "miss_visit", "item": "D60", "reason": "x" * 501}, id="over-long"),
        pytest.param({"kind": "miss_visit", "item": "D60", "reason": "bell\x07"}, id="control"),
        pytest.param({"kind": "miss_visit", "item": "D60", "reason": "\u202etxet"}, id="direction override"),
        pytest.param({"kind": "miss_visit", "item": "D60", "reason": "nul\x00"}, id="nul"),
        pytest.param({"kind": "snooze_alert", "alert": "EX02-001/D60/overdue", "reason": "x"}, id="no end"),
        pytest.param(
            {"kind": "snooze_alert", "alert": "EX02-001/D60/overdue", "until": "2026-05-01", "reason": "x"},
            id="a day is no end",
        ),
        pytest.param({"kind": "acknowledge_alert", "alert": "../../etc"}, id="no alert id"),
        pytest.param(
            {"kind": "end_participation", "end": "completed", "happened": "2026-05-01", "reason": "x"},
            id="completion is not said",
        ),
        pytest.param({"kind": "correct_record", "item": "D60", "seq": 0, "reason": "x"}, id="seq 0"),
    ],
)
def test_a_command_that_cannot_be_is_not_even_read(body: dict[str, Any]) -> None:
    """Unknown, missing, extra, over-long, zone-less or unprintable: refused before anything is decided."""
    with pytest.raises(ValidationError):
        parse_command({"actor": COORDINATOR.model_dump(mode="json"), **body})


@pytest.mark.parametrize(
    "actor",
    [
        {"id": "A Person", "role": "coordinator"},
        {"id": "c-1", "role": "director"},
        {"id": "", "role": "sponsor"},
        {},
    ],
)
def test_an_actor_is_an_opaque_id_in_a_known_role(actor: dict[str, str]) -> None:
    """No names, no unknown roles."""
    with pytest.raises(ValidationError):
        parse_command({"kind": "reach_clock", "actor": actor})


def test_text_is_kept_in_one_unicode_form_with_its_lines() -> None:
    """Composed characters compare equal however they were typed; line ends stay, edges are trimmed."""
    said = {"kind": "miss_visit", "item": "D60", "reason": "  cafe\u0301\nclosed "}
    command = parse_command({"actor": COORDINATOR.model_dump(mode="json"), **said})
    assert command == miss("D60").model_copy(update={"reason": "café\nclosed"})
    assert record("D60", "2026-05-01") != command
    assert site().zone.key == "Asia/Shanghai"

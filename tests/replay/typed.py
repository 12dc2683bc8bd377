"""A participation typed at once, or late, out of order and with mistakes: the same facts, two records.

The rule that keeps it honest: both are heard by the desk's own hearing on paper, deadline by deadline;
nothing but the moments and the mistakes is different.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from activities.hearing import Hearing
from activities.rulebook import Rulebook
from domain.commands import command_body
from replay.course import Course
from replay.history import Asked, history_of
from replay.paper import Paper
from tests.support.lives import Teller
from tests.support.trial import INVESTIGATOR, PROVENANCE, STUDY, Trial, open_trial

WHO = "EX02-001"
CONSENT = date(2026, 1, 5)
DAY0 = CONSENT + timedelta(days=42)
CHAIN = ("conditioning", "LD2", "LD3", "infusion")
"""What must be typed in its order: each counts from the one before, and the visits from the last."""

VISITS = {**{f"D{day}": day for day in range(1, 15)}, "D21": 21, "D28": 28, "D60": 69, "D90": 91}
PROMPT: Mapping[str, int] = {}
END = datetime.fromisoformat("2026-07-01T12:00+08:00")


@dataclass(frozen=True)
class Typed:
    """What was typed: by how many days late each thing was (`late`), and what was typed wrong at first."""

    late: Mapping[str, int] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stand:
    """An empty trial on paper, from which records are typed."""

    trial: Trial
    paper: Paper
    rulebook: Rulebook

    def record(self, typed: Typed) -> Paper:
        """The paper after everything was typed so."""
        paper = self.paper.fork()
        course = Course(paper, self.hearing(), STUDY)
        steps = sorted(self._steps(typed), key=lambda each: each[0])
        for number, (at, body) in enumerate(steps):
            outcome = course.ask(WHO, body, at, f"asked/{number:04}")
            assert outcome.refused is None, f"{at} {body}: {outcome.text}"
        course.pass_time(END)
        return paper

    def hearing(self) -> Hearing:
        """A desk that remembers nobody."""
        return Hearing(self.rulebook, PROVENANCE)

    def _steps(self, typed: Typed) -> list[tuple[datetime, dict[str, Any]]]:
        found: list[tuple[datetime, dict[str, Any]]] = []
        after = datetime.min.replace(tzinfo=END.tzinfo)
        for at, command in self._told:
            body = command_body(command)
            item = str(body.get("item", ""))
            late = at + timedelta(days=typed.late.get(item, 0))
            if item in (*CHAIN, *VISITS, "H6"):
                # What counts from something is typed after it.
                late = max(late, after + timedelta(minutes=1))
            if item in CHAIN:
                after = late
            found += _mistaken(late, body) if item in typed.wrong else [(late, body)]
        told = max((at for at, body in found if body.get("item") == "infusion"))
        return found + [step for each in self._illness for step in self._said(each, typed, told)]

    def _said(
        self, each: tuple[datetime, dict[str, Any]], typed: Typed, after: datetime
    ) -> list[tuple[datetime, dict[str, Any]]]:
        at, body = each
        late = max(at + timedelta(days=typed.late.get("illness", 0)), after + timedelta(minutes=2))
        return [(late, body)]

    @cached_property
    def _told(self) -> list[tuple[datetime, Any]]:
        teller = Teller(self.trial.protocol, self.trial.site.zone, WHO)
        visits = [teller.record(code, DAY0 + timedelta(days=days)) for code, days in VISITS.items()]
        return [*teller.until_infusion(CONSENT), teller.record("H6", DAY0, "15:30"), *visits]

    @cached_property
    def _illness(self) -> list[tuple[datetime, dict[str, Any]]]:
        """Toxicity, an adverse event with its report, a response, progression, the end, as they happened."""
        zone = self.trial.site.zone

        def at(days: int, clock: int) -> str:
            day = datetime.combine(DAY0 + timedelta(days=days), datetime.min.time(), zone)
            return (day + timedelta(hours=clock)).isoformat()

        ae = {"ae": "AE1"}
        crs = {
            "temperature": "38.6",
            "fever_explained": False,
            "hypotension": "no_vasopressor",
            "hypoxia": "none",
        }
        seen = {
            "marrow_blasts": "2",
            "circulating_blasts": False,
            "extramedullary": False,
            "neutrophils": "1.4",
            "platelets": "140",
            "adequate": True,
        }
        told: list[tuple[str, str, dict[str, Any]]] = [
            (at(2, 10), "assess_toxicity", {"happened": at(2, 10), "known": at(2, 10), "grade": 2,
             "scale": "ASTCT-CRS", "version": "2019", "crs": crs}),
            (at(3, 10), "open_adverse_event", {"term": "Rash", "onset": at(3, 9), "known": at(3, 10),
             "grade": 2, "scale": "CTCAE", "version": "4.0", "relation": "possible",
             "expectedness": "expected", "serious": ["hospitalisation"]}),
            (at(3, 20), "send_report", {"clock": "AE1.sponsor_24h", "sent": at(3, 20), "reference": "S-1"}),
            (at(5, 10), "grade_adverse_event", {**ae, "grade": 3, "scale": "CTCAE", "version": "4.0",
             "happened": at(5, 10), "known": at(5, 10)}),
            (at(12, 10), "close_adverse_event", {**ae, "outcome": "recovered", "resolved": at(12, 10)}),
            (at(28, 11), "assess_response", {"category": "CR", "happened": at(28, 11), "seen": seen}),
            (at(95, 10), "record_progression", {"happened": at(95, 10), "detail": "marrow"}),
            (at(110, 10), "end_participation", {"end": "withdrawn", "happened": at(110, 10),
             "reason": "wishes no more visits"}),
        ]  # fmt: skip
        return [
            (datetime.fromisoformat(when), {"kind": kind, "actor": INVESTIGATOR, **said})
            for when, kind, said in told
        ]


def stand(folder: Path) -> Stand:
    """A trial with its documents published and nobody in it."""
    trial = open_trial(f"sqlite:///{folder / 'typed.sqlite3'}", site="hefei")
    with trial.store.reading() as reading:
        history = history_of(reading)
    trial.store.close()
    paper = Paper(history.documents)
    for entry in history.entries:
        paper.keep(entry.events if isinstance(entry, Asked) else [entry.event])
    return Stand(trial, paper, Rulebook())


def _mistaken(at: datetime, body: dict[str, Any]) -> list[tuple[datetime, dict[str, Any]]]:
    """A wrong time first, a quarter of an hour early, which is corrected two days later."""
    right = datetime.fromisoformat(body["happened"])
    wrong = {**body, "happened": (right - timedelta(minutes=15)).isoformat()}
    correction = {"kind": "correct_record", "actor": body["actor"], "item": body["item"],
                  "happened": body["happened"], "reason": "misread"}  # fmt: skip
    return [(at, wrong), (at + timedelta(days=2), correction)]

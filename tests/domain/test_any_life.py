"""Any life at all: random commands and clocks against both protocols, and every promise after each step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from typing_extensions import override

from domain import Refused, Rules, State, decide, fold, initial, next_deadline
from domain.commands import Command, ReachClock, parse_command
from domain.evolve import ParticipantEvent
from domain.plan import whole_plan
from domain.protocol.document import Gate
from domain.roles import SYSTEM
from domain.state import Outcome
from domain.stated import day_of
from tests.domain.builders import rules as told_rules
from tests.domain.promises import hold_for_a_decision, hold_for_a_record, hold_for_a_state
from tests.domain.spec import SUBJECT
from tests.support.lives import FITNESS, SCREENING

QUICK: dict[str, Any] = {
    "paces": [{"ladder": "visit", "after": ["PT0S", "PT10M", "PT20M"], "repeat_every": "PT30M"}],
    "quiet": {"from": "21:00", "to": "07:00"},
    "holidays": ["2026-05-01", "2026-05-04", "2026-05-05"],
}
WORLDS: list[Rules] = [
    told_rules(),
    told_rules(zone="America/Santiago", **QUICK),
    told_rules("DZ-CYCLES", "Europe/Berlin"),
    told_rules("DZ-CYCLES", "Africa/Cairo"),
]
GOOD: dict[str, tuple[str, str | None]] = {
    **SCREENING,
    **FITNESS,
    "age": ("54", "years"),
    "years_old": ("40", "a"),
    "egfr": ("80", "mL/min/1.73m2"),
    "swallows": ("yes", None),
    "qtc": ("420", "ms"),
    "metabolism": ("normal", None),
    "last_therapy": ("never", None),
}
"""A result for each observation of both protocols that lets every gate open."""

MOST_DEADLINES = 12
"""How many deadlines are decided one by one before the rest of a long wait is an outage."""

days_back = st.sampled_from([0, 0, 0, 1, 2, 7, 40])
hours = st.sampled_from([0, 1, 6, 24, 72, 24 * 14, 24 * 90])


class AnyLife(RuleBasedStateMachine):
    """One participant in one of four worlds; `now` only ever goes forward."""

    state: State
    now: datetime
    record: list[ParticipantEvent]

    @initialize(world=st.sampled_from(range(len(WORLDS))), registered=st.booleans())
    def begin(self, world: int, registered: bool) -> None:
        self.state = initial(WORLDS[world])
        self.now = datetime(2026, 2, 20, 9, 30, tzinfo=UTC)
        self.record = []
        self.ask("register_participant", happened=self.today(0 if registered else 2))

    # --- time ---------------------------------------------------------------------------------------------

    @rule(hours=hours, minutes=st.integers(0, 59))
    def time_passes(self, hours: int, minutes: int) -> None:
        """Each deadline on the way is decided at its own moment."""
        self.run_to(self.now + timedelta(hours=hours, minutes=minutes))

    @rule(hours=hours)
    def the_machine_is_down(self, hours: int) -> None:
        """The clock is only reached afterwards, once."""
        self.now += timedelta(hours=hours)
        self.hear(ReachClock(actor=SYSTEM))

    @rule()
    def the_next_deadline_comes(self) -> None:
        due = next_deadline(self.state)
        if due is not None:
            self.now = due.at
            self.hear(ReachClock(actor=SYSTEM))

    # --- people -------------------------------------------------------------------------------------------

    @rule(data=st.data(), late=st.sampled_from([0, 0, 0, 0, 1, 5]))
    def the_next_step_is_taken(self, data: st.DataObject, late: int) -> None:
        """Something pending is done on its target day or a little later, its gates made ready that day."""
        plan = whole_plan(self.state)
        pending = [
            code
            for code in self.state.protocol.items
            if code in plan and self.state.item(code).outcome is Outcome.PENDING
        ]
        if not pending:
            return
        code = data.draw(st.sampled_from(pending[:4]))
        self.run_to(max(self.now, plan[code].target - timedelta(minutes=5) + timedelta(days=late)))
        for gate in self.state.protocol.gates_before(code):
            self.made_ready(gate)
        self.ask("record_item", item=code, happened=self.minute(0))

    @rule(data=st.data())
    def results_are_entered_and_a_gate_is_signed(self, data: st.DataObject) -> None:
        self.made_ready(data.draw(st.sampled_from(list(self.state.protocol.gates.values()))))

    @rule(data=st.data(), back=days_back, exact=st.booleans(), approved=st.booleans())
    def something_is_recorded(self, data: st.DataObject, back: int, exact: bool, approved: bool) -> None:
        more = {"approved_by": "investigator-1", "reason": "as agreed"} if approved else {}
        happened = self.minute(back) if exact else self.today(back)
        self.ask("record_item", item=self.any_item(data), happened=happened, **more)

    @rule(data=st.data(), kind=st.sampled_from(["excuse_visit", "miss_visit"]))
    def a_visit_is_given_up(self, data: st.DataObject, kind: str) -> None:
        self.ask(kind, item=self.any_item(data), reason="did not come")

    @rule(data=st.data(), ahead=st.sampled_from([None, 0, 3, 30]))
    def an_appointment_is_made(self, data: st.DataObject, ahead: int | None) -> None:
        day = None if ahead is None else self.today(-ahead)
        self.ask("plan_item", item=self.any_item(data), appointment=day, reason="as agreed")

    @rule(data=st.data(), back=days_back, exact=st.booleans(), gone=st.booleans())
    def something_is_corrected(self, data: st.DataObject, back: int, exact: bool, gone: bool) -> None:
        known = [code for code, each in self.state.items.items() if each.outcome is not Outcome.PENDING]
        item = data.draw(st.sampled_from([*known, "end", "progression"]))
        happened = self.minute(back) if exact else self.today(back)
        said = {"retract": True} if gone else {"happened": happened}
        self.ask("correct_record", item=item, reason="mistyped", **said)

    @rule(data=st.data())
    def a_branch_is_decided(self, data: st.DataObject) -> None:
        for decision in self.state.protocol.decisions.values():
            option = data.draw(st.sampled_from(list(decision.options)))
            body = {"decision": decision.code, "option": option, "happened": self.today(0)}
            self.ask("take_decision", role=decision.by.value, **body)

    @rule(back=days_back)
    def it_progresses(self, back: int) -> None:
        self.ask("record_progression", happened=self.today(back))
        self.ask("record_unscheduled_visit", happened=self.today(back), reason="fever")

    @precondition(lambda self: self.state.version > 60)
    @rule(
        how=st.sampled_from(["screen_failure", "withdrawn", "manufacturing_failure", "died", "discontinued"]),
        back=days_back,
    )
    def it_ends(self, how: str, back: int) -> None:
        self.ask("end_participation", end=how, happened=self.today(back), reason="as told")

    @precondition(lambda self: bool(self.state.alerts))
    @rule(data=st.data(), who=st.sampled_from(["coordinator", "investigator", "sponsor"]))
    def an_alert_is_acknowledged(self, data: st.DataObject, who: str) -> None:
        alert = data.draw(st.sampled_from([each.alert for each in self.state.alerts.values()]))
        self.ask("acknowledge_alert", role=who, alert=alert)

    @precondition(lambda self: bool(self.state.alerts))
    @rule(data=st.data(), minutes=st.sampled_from([-5, 0, 5, 60, 60 * 24, 60 * 24 * 6, 60 * 24 * 30]))
    def an_alert_is_snoozed(self, data: st.DataObject, minutes: int) -> None:
        alert = data.draw(st.sampled_from([each.alert for each in self.state.alerts.values()]))
        until = (self.now + timedelta(minutes=minutes)).isoformat()
        self.ask("snooze_alert", alert=alert, until=until, reason="visit is booked")

    @override
    def teardown(self) -> None:
        if hasattr(self, "state") and self.state.registered:
            hold_for_a_record(self.state, self.record)

    # --- how it is asked ----------------------------------------------------------------------------------

    def ask(self, kind: str, role: str = "coordinator", **body: Any) -> None:
        actor = {"id": f"{role.replace('_', '-')}-1", "role": role}
        self.hear(parse_command({"kind": kind, "actor": actor, **body}))

    def hear(self, command: Command) -> None:
        """Decide and hold every promise; a refusal changes nothing."""
        try:
            events = decide(self.state, command, self.now, SUBJECT)
        except Refused:
            return
        hold_for_a_decision(self.state, command, self.now, events)
        self.state = fold(self.state, events)
        self.record.extend(events)
        hold_for_a_state(self.state, self.now)

    def run_to(self, until: datetime) -> None:
        for _ in range(MOST_DEADLINES):
            due = next_deadline(self.state)
            if due is None or due.at > until:
                break
            self.now = due.at
            self.hear(ReachClock(actor=SYSTEM))
        self.now = until
        self.hear(ReachClock(actor=SYSTEM))

    def made_ready(self, gate: Gate) -> None:
        for code in self.state.protocol.observations:
            value, unit = GOOD.get(code, ("no", None))
            newest = self.state.results.get(code, ())
            if newest and day_of(newest[-1].happened, self.state.zone) == self.local(0):
                continue
            if code in GOOD:
                result = {"observation": code, "value": value, "unit": unit}
                self.ask("record_result", result=result)
        self.ask("sign_gate", role=gate.signed_by.value, gate=gate.code, meaning=gate.meaning)

    def any_item(self, data: st.DataObject) -> str:
        codes = list(self.state.protocol.items)
        recent = [code for code, known in self.state.items.items() if known.window is not None]
        return str(data.draw(st.sampled_from([*codes, *recent, *recent])))

    def local(self, back: int) -> date:
        return (self.now - timedelta(days=back)).astimezone(self.state.zone).date()

    def today(self, back: int) -> str:
        return self.local(back).isoformat()

    def minute(self, back: int) -> str:
        return (self.now - timedelta(days=back)).astimezone(self.state.zone).isoformat(timespec="seconds")


TestAnyLife = AnyLife.TestCase
TestAnyLife.__doc__ = (
    "Whatever is asked, in whatever order: every promise holds after each step (INV-5 to INV-11)."
)
TestAnyLife.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

"""What comes before a milestone: results, signatures, the product at the bedside, or the end of screening.

The rule that keeps it honest: what a gate lacks is asked of the core, and nothing is signed that it would not
let be signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.eligibility import gate_findings, unmet
from domain.product.collected import part_of
from domain.product.custody import is_released, next_leg
from domain.protocol.document import End, Gate
from domain.protocol.expanded import Item, Protocol
from domain.roles import Role
from domain.signatures import signature_for
from replay.cohort.custody import custody_body
from replay.cohort.results import Answers, failing, observations_of, on_day, passing
from replay.cohort.task import AN_HOUR, Look, Person, Said, Task, local_day, stated

_SIGNED_BEFORE, _AT_BEDSIDE_BEFORE = timedelta(minutes=30), timedelta(minutes=10)


def preparation(look: Look, item: Item, planned: datetime) -> Task | None:
    """The next step before an item that is done at `planned` (UTC); None: it can be done then."""
    if screening_ends(look.person.protocol) == item.code and _fails_screening(look.person):
        return _screen_failure(look, item, planned)
    for gate in look.person.protocol.gates_before(item.code):
        step = _towards(look, gate, planned)
        if step is not None:
            return step
    return _to_the_bedside(look, item, planned)


def results_said(person: Person, answers: Answers, day: date) -> Iterator[Said]:
    """One command for each result, stated as of a site day."""
    for code, value in on_day(person.protocol, answers, day).items():
        unit = person.protocol.observations[code].unit
        result = {
            "observation": code,
            "value": value,
            **({"unit": unit} if unit is not None else {}),
            "on": day.isoformat(),
        }
        yield Said(Role.COORDINATOR, {"kind": "record_result", "result": result})


def screening_ends(protocol: Protocol) -> str | None:
    """The milestone before which somebody fails screening."""
    named = (rule.before for rule in protocol.document.ends if rule.end is End.SCREEN_FAILURE)
    gated = (gate.before for gate in protocol.gates.values() if gate.criteria)
    return next((each for each in (*named, *gated) if each is not None), None)


def _towards(look: Look, gate: Gate, planned: datetime) -> Task | None:
    person, state = look.person, look.state
    day = local_day(person.site, planned)
    lacking = unmet(gate_findings(state, gate, day))
    if lacking:
        wanted = observations_of(person.protocol, gate, (each.code for each in lacking))
        known = passing(person.protocol, person.site)
        answers = {code: value for code, value in known.items() if code in wanted}

        def results(at: datetime) -> Iterator[Said]:
            yield from results_said(person, answers, local_day(person.site, at))

        return Task(f"{gate.code}/results", planned - AN_HOUR, results, needed=True)
    if signature_for(state, gate, day) is not None:
        return None

    def signature(at: datetime) -> Iterator[Said]:  # noqa: ARG001 - a signature is of the moment it is made
        yield Said(gate.signed_by, {"kind": "sign_gate", "gate": gate.code, "meaning": gate.meaning})

    return Task(f"{gate.code}/signature", planned - _SIGNED_BEFORE, signature, needed=True)


def _to_the_bedside(look: Look, item: Item, planned: datetime) -> Task | None:
    part, product = part_of(look.state), look.state.holding.newest
    if part is None or item.code != part.given_at or product is None:
        return None
    leg = next_leg(part, product)
    if leg is None or not is_released(look.state, part, product):
        return None

    def say(at: datetime) -> Iterator[Said]:
        site = look.person.site
        yield Said(*custody_body(leg.code, look.person.code, part, stated(site, at), product.code))

    return Task(f"{product.code}/{leg.code}", planned - _AT_BEDSIDE_BEFORE, say, needed=True)


def _fails_screening(person: Person) -> bool:
    return person.draws.happens(person.cohort.screening.failure, "screening/failure")


def _screen_failure(look: Look, item: Item, planned: datetime) -> Task:
    person = look.person

    def say(at: datetime) -> Iterator[Said]:
        day = local_day(person.site, at)
        reason = "screening failed"
        if any(gate.criteria for gate in person.protocol.gates_before(item.code)):
            number = int(person.draws.luck("screening/criterion") * len(person.protocol.criteria))
            criterion, answers = failing(person.protocol, person.site, number)
            yield from results_said(person, answers, day)
            reason = f"criterion {criterion} is not met"
        body = {
            "kind": "end_participation",
            "end": End.SCREEN_FAILURE.value,
            "happened": day.isoformat(),
            "reason": reason,
        }
        yield Said(Role.COORDINATOR, body)

    return Task("screening/failure", planned - AN_HOUR, say, needed=True)

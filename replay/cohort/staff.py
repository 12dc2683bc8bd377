"""The staff of one participant: everything they mean to do as things stand, and what comes first.

The rule that keeps it honest: looked at anew after each command, from the record alone and from the few
things they remember having done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.eligibility import observations_in
from domain.roles import Role
from replay.cohort.choosing import decision_tasks
from replay.cohort.departures import departure_tasks
from replay.cohort.illness import illness_tasks
from replay.cohort.making import product_tasks
from replay.cohort.results import passing
from replay.cohort.schedule import item_tasks
from replay.cohort.task import Look, Person, Said, Task, local_day


def tasks(look: Look) -> Iterator[Task]:
    """Everything there is to do for a registered participant, in no order."""
    for each in (item_tasks, product_tasks, decision_tasks, illness_tasks, departure_tasks):
        for task in each(look):
            if not (task.once and task.name in look.person.done):
                yield task


def registration(person: Person) -> Task:
    """The consent, with the results that are asked for then."""
    criteria = [
        person.protocol.criteria[code] for code in person.protocol.document.registration.criteria_checked
    ]
    rules = [rule for each in criteria for rule in (each.met_if, each.excluded_if) if rule is not None]
    read = {name for rule in rules for name in observations_in(rule)}
    answers = {code: value for code, value in passing(person.protocol, person.site).items() if code in read}
    results = [
        {"observation": code, "value": value, **_unit(person, code)} for code, value in answers.items()
    ]

    def say(at: datetime) -> Iterator[Said]:
        body = {"kind": "register_participant", "results": results, "simulated": True}
        yield Said(Role.COORDINATOR, {**body, "happened": local_day(person.site, at).isoformat()})

    return Task("registration", person.comes, say)


def _unit(person: Person, code: str) -> dict[str, str]:
    unit = person.protocol.observations[code].unit
    return {"unit": unit} if unit is not None else {}

"""What is found at a visit beside that it took place: the response judged, and results an endpoint counts.

The rule that keeps it honest: only what the protocol expects at that visit is found there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.protocol.endpoints import ShiftEndpoint
from domain.protocol.expanded import Item
from domain.roles import Role
from replay.cohort.preparing import results_said
from replay.cohort.results import passing
from replay.cohort.task import Person, Said, local_day, stated


def found_at(person: Person, item: Item, happened: datetime) -> Iterator[Said]:
    """The commands that follow a visit."""
    yield from _shifted(person, item, happened)
    yield from _response(person, item, happened)


def _response(person: Person, item: Item, happened: datetime) -> Iterator[Said]:
    rules = person.protocol.document.adverse_events
    responses = rules.responses if rules is not None else None
    if responses is None or responses.assessed not in item.assessments or person.cohort.responses is None:
        return
    category = person.draws.name(person.cohort.responses, f"{item.code}/response")
    yield Said(
        Role.INVESTIGATOR,
        {
            "kind": "assess_response",
            "category": category,
            "happened": stated(person.site, happened),
            "visit": item.code,
        },
    )


def _shifted(person: Person, item: Item, happened: datetime) -> Iterator[Said]:
    named = {
        each.observation
        for each in person.protocol.document.endpoints or ()
        if isinstance(each, ShiftEndpoint) and each.at == item.code
    }
    answers = {code: value for code, value in passing(person.protocol, person.site).items() if code in named}
    yield from results_said(person, answers, local_day(person.site, happened))

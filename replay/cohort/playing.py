"""Playing one simulated study: who looks next, what they ask, what time brings between.

The rule that keeps it honest: everything follows from file, protocol, site and seed; each deadline passes at
its moment before anybody acts later, and a play has an end whatever the desk answers.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from domain.protocol.expanded import Protocol
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.refusal import Code
from domain.roles import Role
from domain.site import Site
from domain.span import add_to_day
from domain.state import Outcome, State
from domain.stated import start_of_day
from domain.study import Study
from replay.cohort.acknowledging import Answer, Answerers, still_wanted
from replay.cohort.attempts import Attempts
from replay.cohort.conducting import Leaders
from replay.cohort.departures import given_up, leaves_at
from replay.cohort.distributions import Constant, Exponential
from replay.cohort.document import Cohort, punctual
from replay.cohort.draws import Draws
from replay.cohort.played import NO_PROGRESS, GivenUp, PlayedStudy, Step
from replay.cohort.staff import registration, tasks
from replay.cohort.task import MORNING, Look, Person, Said, Task, local_day, moment, next_working_day
from replay.cohort.theatre import opened, standing_alone
from replay.cohort.turns import leads_to_turn

_REPEATED_AT_ONCE = 3
"""How often the same task may come back at the same moment before it is said to lead nowhere."""


def play_study(
    cohort: Cohort, protocol: Protocol, site: Site, seed: int | str, starts: datetime
) -> PlayedStudy:
    """Play one study from `starts` (UTC) until nobody has anything to do, or for as long as the cohort lasts.

    A version that amends another is played as if it had been the first.

    Raises:
        replay.cohort.results.NoAnswers: nobody could pass the protocol's gates.
        replay.course.Standstill: a deadline of the protocol never passes.
    """
    protocol = standing_alone(protocol)
    people = [*_arriving(cohort, protocol, site, seed, starts)]
    return _Play(cohort, protocol, site, seed, starts, people).run()


def happy_path(protocol: Protocol, site: Site, participant: str, consent: datetime) -> PlayedStudy:
    """One participant from consent (`consent`, UTC) to the last follow-up, just as the protocol plans it.

    `steps` of the result are what staff ask, in order: moment, subject, body with its actor. Nothing happens
    to the participant, nobody is late, and every branch takes its first option.

    Raises:
        replay.cohort.results.NoAnswers: nobody could pass the protocol's gates.
    """
    cohort, protocol = punctual(), standing_alone(protocol)
    person = Person(participant, consent, cohort, Draws("happy", participant), protocol, site)
    return _Play(cohort, protocol, site, "happy", consent, [person]).run()


def _arriving(
    cohort: Cohort, protocol: Protocol, site: Site, seed: int | str, starts: datetime
) -> Iterator[Person]:
    """The candidates, each on a working morning after the one before."""
    days, mean = 0.0, 7 / cohort.per_week
    first = local_day(site, starts)
    for number in range(1, cohort.candidates + 1):
        code = f"SIM-{number:04}"
        draws = Draws(str(seed), code)
        wait = Exponential(mean=mean) if cohort.arrivals == "random" else Constant(value=mean)
        days += draws.number(wait, "arrival")
        day = next_working_day(site, first + timedelta(days=round(days)))
        yield Person(code, max(moment(site, day, MORNING), starts), cohort, draws, protocol, site)


class _Play:
    """One study while it is played."""

    def __init__(
        self,
        cohort: Cohort,
        protocol: Protocol,
        site: Site,
        seed: int | str,
        starts: datetime,
        people: Iterable[Person],
    ) -> None:
        self._protocol, self._site, self._seed = protocol, site, seed
        self._began = self._now = starts
        self._ends = start_of_day(add_to_day(local_day(site, starts), cohort.lasts), site.zone)
        self._course, self._sheet = opened(protocol, site, starts)
        self._of_study = study_stream(protocol.id)
        self._known: Study | None = None
        self._people = {each.code: each for each in people}
        self._leaders = Leaders(cohort, Draws(str(seed), STUDY_SUBJECT), protocol, site)
        self._answerers = Answerers(cohort, site)
        self._voices = {contact.role: contact.id for contact in reversed(site.contacts)}
        self._lead = leads_to_turn(protocol)
        self._intended: dict[str, date] = {}
        self._wakes: list[tuple[datetime, str]] = []
        self._awaited: dict[str, datetime] = {}
        self._plans: dict[str, tuple[Task, int]] = {}
        self._answers: list[Answer] = []
        self._open = set(self._people)
        self._attempts = Attempts(cohort.asking_again)
        self._steps: list[Step] = []
        self._given_up: list[GivenUp] = []
        self._asked: Counter[str] = Counter()
        self._notices_seen = self._study_seen = 0

    def run(self) -> PlayedStudy:
        """Play to the end."""
        for person in self._people.values():
            self._wake(person.code, person.comes)
        while self._open and (at := self._next()) is not None and at < self._ends:
            self._now = at
            self._move(at)
            self._hear_who_was_told()
            self._watch_the_study()
        return self._told()

    def _next(self) -> datetime | None:
        while self._wakes and self._awaited.get(self._wakes[0][1]) != self._wakes[0][0]:
            heapq.heappop(self._wakes)
        moments = [each[0] for each in self._wakes[:1]] + [each.at for each in self._answers[:1]]
        due = self._course.next_due()
        return min([*moments, due] if due is not None else moments, default=None)

    def _move(self, at: datetime) -> None:
        """What comes at a moment: deadlines first, then what staff do, then answers to alerts."""
        due = self._course.next_due()
        if due is not None and due <= at:
            self._course.pass_time(at)
        elif self._wakes and self._wakes[0][0] <= at:
            _, subject = heapq.heappop(self._wakes)
            del self._awaited[subject]
            self._attend(subject)
        else:
            self._answer(heapq.heappop(self._answers))

    def _attend(self, subject: str) -> None:
        """Do everything that is due for a subject now, and come back when the next thing is."""
        at_once: Counter[str] = Counter()
        found = self._as_planned(subject)
        while found is not None:
            at, task = found
            if at > self._now:
                self._plan(subject, found)
                return
            at_once[task.name] += 1
            if at_once[task.name] > _REPEATED_AT_ONCE:
                self._give_up(subject, task, NO_PROGRESS)
            else:
                self._do(subject, task)
            found = self._first(subject)
        if subject != STUDY_SUBJECT and self._is_over(subject):
            self._open.discard(subject)

    def _plan(self, subject: str, found: tuple[datetime, Task]) -> None:
        self._wake(subject, found[0])
        self._plans[subject] = (found[1], self._study().version)

    def _as_planned(self, subject: str) -> tuple[datetime, Task] | None:
        """What was planned for now, unless the study has moved since and things may stand otherwise."""
        task, version = self._plans.pop(subject, (None, -1))
        if task is None or version != self._study().version:
            return self._first(subject)
        return self._now, task

    def _first(self, subject: str) -> tuple[datetime, Task] | None:
        ready = (
            (self._attempts.not_before(subject, task), task)
            for task in self._tasks(subject)
            if not self._attempts.is_given_up(subject, task)
        )
        return min(ready, key=lambda each: (each[0], each[1].name), default=None)

    def _tasks(self, subject: str) -> Iterable[Task]:
        if subject == STUDY_SUBJECT:
            return self._leaders.tasks(self._study())
        person, state = self._people[subject], self._course.state(subject)
        return tasks(self._look(person, state)) if state is not None else [registration(person)]

    def _look(self, person: Person, state: State) -> Look:
        return Look(person, state, self._study(), self._now, self._intended, leaves_at(person, state))

    def _do(self, subject: str, task: Task) -> None:
        refused = self._ask_all(subject, task.say(self._now))
        if refused is not None:
            in_vain = refused == Code.NO_SLOT and self._is_full_for_good()
            if in_vain or not self._attempts.again(subject, task, self._now):
                self._give_up(subject, task, refused)
            return
        self._attempts.settled(subject, task)
        if subject in self._people:
            self._remember(self._people[subject], task)

    def _is_full_for_good(self) -> bool:
        """Whether everybody who holds a place has reached what keeps it."""
        cap = self._protocol.document.cap
        if cap is None:
            return False
        holders = (self._course.state(each) for each in self._study().slots)
        return all(each is not None and each.item(cap.kept_from).outcome is Outcome.DONE for each in holders)

    def _remember(self, person: Person, task: Task) -> None:
        if task.once:
            person.done.add(task.name)
        if self._lead is not None and task.name == self._lead[0]:
            self._intended[person.code] = local_day(self._site, self._now) + timedelta(days=self._lead[1])

    def _give_up(self, subject: str, task: Task, code: str) -> None:
        self._attempts.give_up(subject, task)
        self._given_up.append(GivenUp(self._now, subject, task.name, code))
        state = self._course.state(subject) if subject != STUDY_SUBJECT else None
        if task.needed and state is not None and state.ending is None:
            end = given_up(self._look(self._people[subject], state), task.name)
            if (refused := self._ask_all(subject, end.say(self._now))) is not None:
                self._given_up.append(GivenUp(self._now, subject, end.name, refused))

    def _ask_all(self, subject: str, said: Iterable[Said]) -> str | None:
        """Give commands until one is refused; the code of that refusal, None: all were taken."""
        for each in said:
            body = {**each.body, "actor": self._actor(each.role)}
            if (refused := self._ask(subject, body)) is not None:
                return refused
        return None

    def _ask(self, subject: str, body: dict[str, Any]) -> str | None:
        self._asked[subject] += 1
        outcome = self._course.ask(subject, body, self._now, f"staff/{self._asked[subject]:05}")
        self._steps.append(Step(self._now, subject, body, outcome.refused))
        return outcome.refused

    def _actor(self, role: Role) -> dict[str, str]:
        return {"id": self._voices.get(role, f"{role.value}-1"), "role": role.value, "method": "simulated"}

    def _answer(self, answer: Answer) -> None:
        if answer.subject == STUDY_SUBJECT:
            alert = self._study().alert_named(answer.alert)
        else:
            state = self._course.state(answer.subject)
            alert = state.alert_named(answer.alert) if state is not None else None
        if still_wanted(answer, alert):
            actor = {"id": answer.contact, "role": answer.role.value, "method": "simulated"}
            self._ask(answer.subject, {"kind": "acknowledge_alert", "alert": answer.alert, "actor": actor})

    def _hear_who_was_told(self) -> None:
        for at, subject, notice in self._sheet.owed[self._notices_seen :]:
            answer = self._answerers.answer(at, subject, notice, Draws(str(self._seed), subject))
            if answer is not None:
                heapq.heappush(self._answers, answer)
        self._notices_seen = len(self._sheet.owed)

    def _watch_the_study(self) -> None:
        """Whatever moves the study may be for those who lead it."""
        study = self._study()
        if study.version != self._study_seen:
            self._study_seen = study.version
            found = self._first(STUDY_SUBJECT)
            if found is not None:
                self._wake(STUDY_SUBJECT, max(found[0], self._now))

    def _study(self) -> Study:
        """The study as recorded; looked up anew only when its stream has moved."""
        version = self._sheet.head(self._of_study).version
        if self._known is None or self._known.version != version:
            self._known = self._course.of_study()[0]
        return self._known

    def _wake(self, subject: str, at: datetime) -> None:
        self._awaited[subject] = at
        heapq.heappush(self._wakes, (at, subject))

    def _is_over(self, subject: str) -> bool:
        state = self._course.state(subject)
        return state is None or state.ending is not None

    def _told(self) -> PlayedStudy:
        registered = [each for each in self._people if self._course.state(each) is not None]
        cut_off = [each for each in self._people if each in self._open]
        away = [each for each in self._people if each not in registered and each not in cut_off]
        return PlayedStudy(
            course=self._course,
            seed=self._seed,
            began=self._began,
            ended=self._now,
            steps=tuple(self._steps),
            events=tuple(self._sheet.everything),
            participants=tuple(registered),
            turned_away=tuple(away),
            given_up=tuple(self._given_up),
            cut_off=tuple(cut_off),
        )

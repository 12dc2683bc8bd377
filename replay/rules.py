"""Rule replay: every command decided again at its recorded time, on what was on the record by then.

The rule that keeps it honest: the desk's own hearing decides, under the protocol version the participant is
pinned to; each decision stands on the record as it is, so one difference never hides or makes another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from activities.hearing import Hearing, Provenance
from activities.orders import DeskOrder, DeskOutcome, Due, OpenOrder
from activities.rulebook import Rulebook
from activities.together import TOGETHER
from domain.recorded import Recorded
from replay.difference import Detail, Difference, Kind, compared
from replay.history import Asked, History, Unasked
from replay.paper import Paper

_CLOCK = "clock/"


@dataclass(frozen=True, slots=True)
class RulesReplayed:
    """How much was decided again, and every difference in the order of the record."""

    subjects: int
    commands: int
    events: int
    differences: tuple[Difference, ...]
    records: int = 1


def replay_records(records: Sequence[tuple[str, History]], provenance: Provenance) -> RulesReplayed:
    """Decide records again, each by itself; what differs alike in several is one difference.

    Raises:
        store.StreamMoved: a stream lacks an event, so that what came after it cannot be judged.
    """
    if len(records) == 1:
        return replay_rules(records[0][1], provenance)
    replayed = [(name, replay_rules(history, provenance)) for name, history in records]
    return RulesReplayed(
        subjects=sum(one.subjects for _, one in replayed),
        commands=sum(one.commands for _, one in replayed),
        events=sum(one.events for _, one in replayed),
        differences=_alike((name, each) for name, one in replayed for each in one.differences),
        records=len(replayed),
    )


def replay_rules(history: History, provenance: Provenance) -> RulesReplayed:
    """Decide all of a history again with today's code.

    Raises:
        store.StreamMoved: a stream lacks an event, so that what came after it cannot be judged.
    """
    again = _Again(history, provenance)
    differences: list[Difference] = []
    asked = [each for each in history.entries if isinstance(each, Asked)]
    for entry in history.entries:
        match entry:
            case Unasked():
                again.keep(entry.event)
            case Asked():
                differences += again.decide(entry)
    return RulesReplayed(
        subjects=len({(each.study, each.subject) for each in asked}),
        commands=len(asked),
        events=sum(len(each.events) for each in asked),
        differences=tuple(differences),
    )


def _alike(found: Iterable[tuple[str, Difference]]) -> tuple[Difference, ...]:
    alike: dict[tuple[str, str, str], Difference] = {}
    for record, each in found:
        key = (each.study, each.name, each.content)
        known = alike.get(key, each)
        alike[key] = replace(known, records=tuple(dict.fromkeys((*known.records, record))))
    return tuple(alike.values())


class _Again:
    """The desk before a record on paper that is kept as it was recorded."""

    def __init__(self, history: History, provenance: Provenance) -> None:
        self._paper = Paper(history.documents)
        self._hearing = Hearing(Rulebook(), provenance)
        self._waits: dict[tuple[str, str], Due | None] = {}

    def keep(self, event: Recorded) -> None:
        self._paper.keep([event])

    def decide(self, asked: Asked) -> list[Difference]:
        """What would be different about this command; afterwards the paper says what was recorded."""
        if asked.command.kind == TOGETHER:
            # It decided nothing by itself: the commands it held are decided again one by one.
            self._paper.settle_command(asked.command)
            return []
        found = list(self._woken_earlier(asked))
        paper, order = self._paper, _order(asked)
        paper.begin()
        try:
            outcome = self._hearing.hear(paper, order)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
            why = (Detail(type(error).__name__, None, str(error)),)
            found.append(_difference(asked, Kind.NOT_DECIDABLE, "", why))
            self._as_recorded(asked)
            return found
        different = list(_differences(asked, outcome, paper.taken))
        if different:
            self._as_recorded(asked)
        else:
            self._waits[asked.study, asked.subject] = outcome.due
        return [*found, *different]

    def _as_recorded(self, asked: Asked) -> None:
        self._paper.undo()
        self._paper.keep(asked.events)
        self._paper.settle_command(asked.command)
        self._waits.pop((asked.study, asked.subject), None)

    def _woken_earlier(self, asked: Asked) -> Iterator[Difference]:
        """Today's code would have woken up before the deadline the record waited for."""
        waited_for = _deadline_in(asked.command.command_id)
        if waited_for is None or not _before(self._waits.get((asked.study, asked.subject)), waited_for):
            return
        # Another stream may have moved this deadline since: only a fresh look counts.
        now = self._hearing.look(self._paper, OpenOrder(asked.study, asked.subject)).due
        if now is not None and _before(now, waited_for):
            detail = Detail(now.summary, waited_for.isoformat(), now.at)
            yield _difference(asked, Kind.WOKEN_EARLIER, "", (detail,))


def _order(asked: Asked) -> DeskOrder:
    command = asked.command
    return DeskOrder(
        asked.study, asked.subject, command.command_id, command.body, command.asked_at.isoformat()
    )


def _differences(asked: Asked, outcome: DeskOutcome, taken: Sequence[Recorded]) -> Iterator[Difference]:
    was, now = asked.command.code, outcome.refused
    if was is None and now is not None:
        yield _difference(asked, Kind.NOW_REFUSED, now, (Detail("why", None, outcome.text),))
    elif was is not None and now is None:
        yield _difference(asked, Kind.NOW_ACCEPTED, was, (Detail("why", asked.command.text, None),))
    elif was is not None and was != now:
        yield _difference(
            asked, Kind.OTHER_REFUSAL, f"{was} {now}", (Detail("why", asked.command.text, outcome.text),)
        )
    for stream in dict.fromkeys([each.stream for each in (*asked.events, *taken)]):
        recorded = [each.event for each in asked.events if each.stream == stream]
        decided = [each.event for each in taken if each.stream == stream]
        for kind, event, details in compared(recorded, decided):
            yield _difference(asked, kind, event, details)


def _difference(asked: Asked, kind: Kind, event: str, details: tuple[Detail, ...]) -> Difference:
    command = asked.command
    return Difference(
        study=asked.study,
        subject=asked.subject,
        at=command.asked_at,
        command=command.kind,
        command_id=command.command_id,
        kind=kind,
        event=event,
        details=details,
    )


def _deadline_in(command_id: str) -> datetime | None:
    """The deadline that a clock's command id names; None for any other id."""
    if not command_id.startswith(_CLOCK):
        return None
    try:
        return datetime.fromisoformat(command_id.removeprefix(_CLOCK).partition("/")[0])
    except ValueError:
        return None


def _before(due: Due | None, moment: datetime) -> bool:
    return due is not None and moment.tzinfo is not None and datetime.fromisoformat(due.at) < moment

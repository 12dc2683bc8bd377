"""The audit trail in pages: complete, narrowed, and steady while the record grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.events import VisitMissed
from domain.recorded import STUDY_SUBJECT, study_stream
from domain.roles import Actor, Role
from store import Store, TrailEvent, Wanted
from tests.store.making import START, STUDY, command, record, stamp, stream_of, visit
from tests.store.tampering import tamper

EVERYTHING = Wanted(STUDY)
INVESTIGATOR = Actor(id="investigator-1", role=Role.INVESTIGATOR)


@pytest.fixture
def filled(store: Store) -> Store:
    """Two participants with three visits each, an hour apart, by two people; the study; another study."""
    for number in range(6):
        at = START + timedelta(hours=number)
        with store.writing() as tx:
            by = {"actor": INVESTIGATOR} if number == 5 else {}
            event = visit(f"D{number}", day=number)
            tx.append(stream_of(f"P0{number % 2}"), number // 2, [event], stamp(f"c-{number}", at, **by))
    with store.writing() as tx:
        tx.append(study_stream(STUDY), 0, [visit("D28")], stamp("s-1", START + timedelta(hours=6)))
        tx.append("participant/NCT066420259/P00", 0, [visit("D99")], stamp("x-1", START))
    return store


def places(found: list[TrailEvent]) -> list[int]:
    return [each.position for each in found]


def test_pages_are_whole_and_newest_first(filled: Store) -> None:
    """Page after page gives every event of the study once, newest first, and none of another study."""
    seen: list[int] = []
    with filled.reading() as reading:
        below: int | None = None
        while found := reading.trail(EVERYTHING, 3, below=below):
            seen += places(found)
            below = found[-1].position
        assert seen == [7, 6, 5, 4, 3, 2, 1]
        assert places(list(reading.whole_trail(EVERYTHING))) == seen[::-1]


def test_a_page_stays_while_the_record_grows(filled: Store) -> None:
    """What is recorded after a page was opened is on none of the older pages."""
    with filled.reading() as reading:
        before = places(reading.trail(EVERYTHING, 3, below=5))
    with filled.writing() as tx:
        tx.append(stream_of("P00"), 3, [visit()], stamp("late", START + timedelta(days=1)))
    with filled.reading() as reading:
        assert places(reading.trail(EVERYTHING, 3, below=5)) == before
        assert places(reading.trail(EVERYTHING, 1)) == [9]


NARROWED: dict[str, tuple[dict[str, Any], list[int]]] = {
    "a participant": ({"subject": "P01"}, [6, 4, 2]),
    "the study itself": ({"subject": STUDY_SUBJECT}, [7]),
    "nobody": ({"subject": "P0_"}, []),
    "a type": ({"kind": "visit.recorded"}, [7, 6, 5, 4, 3, 2, 1]),
    "another type": ({"kind": "visit.missed"}, []),
    "who asked": ({"actor": "investigator-1"}, [6]),
    "from an instant on": ({"since": START + timedelta(hours=5)}, [7, 6]),
    "until before one": ({"before": START + timedelta(hours=1)}, [1]),
    "a number in a stream": ({"subject": "P01", "seqs": (1, 3)}, [6, 2]),
    "its text": ({"text": "d4"}, [5]),
    "a reason in Chinese": ({"text": "道路"}, [7, 6, 5, 4, 3, 2, 1]),
    "what stands for everything elsewhere": ({"text": "%"}, []),
}


@pytest.mark.parametrize("what", NARROWED)
def test_the_trail_is_narrowed(filled: Store, what: str) -> None:
    """Each filter keeps exactly what it names; a wildcard is text like any other."""
    fields, expected = NARROWED[what]
    with filled.reading() as reading:
        assert places(reading.trail(Wanted(STUDY, **fields), 10)) == expected


def test_known_at_a_moment_is_with_that_moment(filled: Store) -> None:
    """As of an instant, what was recorded at that very instant counts, and a narrower end stays."""
    with filled.reading() as reading:
        asked = EVERYTHING.known_at(START + timedelta(hours=2))
        assert places(reading.trail(asked, 10)) == [3, 2, 1]
        narrower = Wanted(STUDY, before=START + timedelta(hours=1)).known_at(START + timedelta(hours=2))
        assert places(reading.trail(narrower, 10)) == [1]


def test_each_event_brings_the_content_of_its_hash(filled: Store) -> None:
    """The content shown is the one that was hashed; when somebody changed it, it no longer holds."""
    with filled.reading() as reading:
        found = reading.trail(EVERYTHING, 10)
        assert all(each.holds for each in found)
        assert b'"item":"D5"' in found[1].content and found[1].recorded.event == visit("D5", day=5)
        assert (found[1].previous, found[1].recorded.seq) == (found[3].hash, 3)
    tamper(filled, "UPDATE events SET body = replace(body, 'D5', 'D6') WHERE position = 6")
    with filled.reading() as reading:
        assert [each.position for each in reading.trail(EVERYTHING, 10) if not each.holds] == [6]


def test_commands_are_paged_and_narrowed(store: Store) -> None:
    """Refused and accepted attempts are told apart, found by who asked and by what they say."""
    refusal = {"accepted": False, "code": "closed_gate", "text": "“no”, said the gate", "events": ()}
    with store.writing() as tx:
        record(tx, "P01", "c-1", [visit()])
        tx.settle_command(command(stream_of("P01"), "c-2", version=1, **refusal))
    with store.reading() as reading:
        ids: Callable[..., list[str]] = lambda **asked: [  # noqa: E731
            each.asked.command_id for each in reading.asked(Wanted(STUDY, **asked), 10)
        ]
        assert ids() == ["c-2", "c-1"]
        assert (ids(refused=True), ids(refused=False)) == (["c-2"], ["c-1"])
        assert ids(actor="coordinator-1") == ["c-2", "c-1"] and ids(actor="coordinator") == []
        assert ids(text="SAID THE GATE") == ["c-2"] and ids(text="d28") == ["c-2", "c-1"]
        newest = reading.asked(EVERYTHING, 1)[0]
        assert [each.asked.command_id for each in reading.asked(EVERYTHING, 5, below=newest.number)] == [
            "c-1"
        ]
        assert [each.asked.command_id for each in reading.all_asked(EVERYTHING)] == ["c-1", "c-2"]


ODD = ('say "no"', "back\\slash", "100 %", "a_b", "two\nlines", "ÄRGER", "签署", "<script>", "{}", "'; --")


@pytest.mark.parametrize("text", ODD)
def test_any_text_can_be_looked_for(store: Store, text: str) -> None:
    """Whatever was typed as a reason is found by that text, and only there."""
    with store.writing() as tx:
        others = [VisitMissed(f"D{number}", reason) for number, reason in enumerate(ODD)]
        tx.append(stream_of("P01"), 0, others, stamp("c-1"))
    with store.reading() as reading:
        assert places(reading.trail(Wanted(STUDY, text=text), 20)) == [1 + ODD.index(text)]

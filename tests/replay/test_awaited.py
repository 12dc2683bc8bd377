"""Deadlines of many subjects, the earliest first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from activities.orders import Due
from replay.awaited import Awaited

SUBJECTS = st.sampled_from(["P-001", "P-002", "P-003", "study"])
DUES = st.none() | st.builds(lambda day: Due(f"2026-01-{day:02}T00:00:00+00:00", "due"), st.integers(1, 9))
SAID = st.lists(st.tuples(SUBJECTS, DUES), max_size=40)


@given(SAID)
def test_the_earliest_is_that_of_a_search_through_all(said: list[tuple[str, Due | None]]) -> None:
    """After any waiting and not waiting any more, the first is the earliest of what each said last."""
    awaited, last = Awaited(), dict[str, Due]()
    for subject, due in said:
        awaited.wait(subject, due)
        last.pop(subject, None)
        if due is not None:
            last[subject] = due
        earliest = min(last.items(), key=lambda each: (each[1].at, each[0]), default=None)
        assert awaited.first() == earliest


@given(SAID, SAID)
def test_a_copy_goes_its_own_way(
    said: list[tuple[str, Due | None]], later: list[tuple[str, Due | None]]
) -> None:
    """What is said to a copy leaves the original as it was, and the other way round."""
    awaited = Awaited()
    for subject, due in said:
        awaited.wait(subject, due)
    before, copy = awaited.first(), awaited.fork()
    for subject, due in later:
        copy.wait(subject, due)
    assert awaited.first() == before


def test_the_same_deadline_said_twice_is_waited_for_once() -> None:
    """A deadline repeated by every command does not pile up."""
    awaited, due = Awaited(), Due("2026-01-05T00:00:00+00:00", "due")
    for _ in range(100):
        awaited.wait("P-001", due)
    awaited.wait("P-001", None)
    assert awaited.first() is None

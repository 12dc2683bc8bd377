"""ECOG at 2 months beside the last value before infusion."""

from __future__ import annotations

from domain.endpoints import Place
from tests.domain import builders as b
from tests.domain.endpoints.people import Told, counts, figure, judged, known, renamed


def test_the_last_value_before_infusion_is_the_baseline() -> None:
    """Screened with 1 in January and 2 on the day before the infusion: the baseline is 2."""
    later = [(b.at("2026-03-01 10:00"), b.result("ecog", "2", on="2026-03-01"))]
    found = judged("ecog", known(b.conditioned(), later, _infusion(), _at_60("1")))
    assert (found.place, found.value, found.marks) == (Place.COUNTED, "2 → 1", ("lower", "2 → 1"))


def test_a_value_of_the_day_itself_is_taken_as_before_and_said() -> None:
    """Without a time, a value stated for the day of infusion counts as its baseline, and the line says so."""
    same_day = [(b.at("2026-03-02 08:10"), b.result("ecog", "0", on="2026-03-02"))]
    found = judged("ecog", known(b.cleared(), same_day, _infusion(cleared=True), _at_60("0")))
    assert found.value == "0 → 0"
    assert "taken as before it" in found.why


def test_the_value_nearest_to_the_visit_counts() -> None:
    """Two values in the window: the one of the visit's own day is taken, not the earlier one."""
    early = [(b.at("2026-04-25 10:00"), b.result("ecog", "3", on="2026-04-25"))]
    found = judged("ecog", known(b.followed(), early, _at_60("2")))
    assert found.value == "1 → 2"
    assert found.marks[0] == "higher"


def test_a_value_outside_the_window_is_none_for_the_visit() -> None:
    """A value on day 40 says nothing of the 2 months: the shift is unknown, in the denominator."""
    early = [(b.at("2026-04-11 10:00"), b.result("ecog", "3", on="2026-04-11"))]
    found = judged("ecog", known(b.followed(), early))
    assert (found.place, found.why) == (Place.UNKNOWN, "no ecog at D60")


def test_rows_say_how_many_are_unknown() -> None:
    """One shift of two infused: the rows count one among two, with one unknown; the third has no infusion."""
    people = [
        renamed(known(b.followed(), _at_60("2")), "A"),
        renamed(known(b.followed()), "B"),
        renamed(known(b.enrolled()), "C"),
    ]
    rows = counts(figure("ecog", *people))
    assert rows["both values known"] == (1, 2, 1)
    assert rows["1 → 2"] == rows["higher"] == (1, 2, 1)
    assert rows["lower"] == (0, 2, 1)


def _infusion(*, cleared: bool = False) -> Told:
    before = [] if cleared else [each for each in b.cleared() if each[0] >= b.at("2026-03-02")]
    return [*before, (b.at("2026-03-02 09:40"), b.record("infusion", "2026-03-02 09:30"))]


def _at_60(value: str) -> Told:
    return [
        (b.at("2026-05-01 10:00"), b.record("D60", "2026-05-01")),
        (b.at("2026-05-01 10:05"), b.result("ecog", value, on="2026-05-01")),
    ]

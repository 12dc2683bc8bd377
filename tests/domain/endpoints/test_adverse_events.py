"""Treatment-emergent adverse events: by the protocol's rule, with what is not known said."""

from __future__ import annotations

import pytest

from domain.endpoints import Place
from domain.events import safety as ev
from domain.safety.terms import Relation, Serious
from tests.domain import builders as b
from tests.domain.endpoints.people import adverse_event, counts, figure, judged, known, renamed

OTHER = "by the other wording, P3M after infusion"


@pytest.mark.parametrize(
    ("onset", "place"),
    [
        ("2026-03-01", Place.NOT_COUNTED),
        ("2026-03-02", Place.COUNTED),
        ("2026-05-31", Place.COUNTED),
        ("2026-06-01", Place.NOT_COUNTED),
        ("2026-03", Place.UNKNOWN),
        ("2026-04", Place.COUNTED),
        ("2026", Place.UNKNOWN),
    ],
)
def test_it_counts_within_90_days_of_the_first_infusion(onset: str, place: Place) -> None:
    """Day 0 is 2 March and day 90 is 31 May; a month or a year may leave it unknown, and then it is."""
    found = judged("teae", known(b.followed(), then=adverse_event(onset, (2, onset))))
    assert found.place is place
    assert f"onset {onset}" in found.why


def test_the_other_wording_is_counted_beside() -> None:
    """1 June is day 91 and within 3 months: not counted by the rule, counted in the row beside it."""
    someone = known(b.followed(), then=adverse_event("2026-06-01", (1, "2026-06-01")))
    rows = counts(figure("teae", someone))
    assert rows["any"] == (0, 1, 0)
    assert rows[OTHER] == (1, 1, 0)
    assert "by the other wording: yes" in judged("teae", someone).why


def test_worsening_of_what_was_there_before_counts() -> None:
    """A pre-existing event counts once its grade rises above all earlier ones after the infusion."""
    there = adverse_event("2026-01", (1, "2026-01"), preexisting=True)
    worse = adverse_event("2026-01", (1, "2026-01"), (2, "2026-03-10"), preexisting=True)
    assert judged("teae", known(b.followed(), then=there)).place is Place.NOT_COUNTED
    assert judged("teae", known(b.followed(), then=worse)).place is Place.COUNTED


def test_serious_and_related_have_rows_of_their_own() -> None:
    """Whoever has one event of that kind is counted once, however many others there are."""
    told = [
        *adverse_event("2026-03-05", (2, "2026-03-05")),
        *adverse_event(
            "2026-03-06", (4, "2026-03-06"), ae="AE2", serious=(Serious.LIFE_THREATENING,),
            relation=Relation.PROBABLE,
        ),
    ]  # fmt: skip
    rows = counts(figure("teae", known(b.followed(), then=told)))
    assert rows["serious"] == rows["related"] == (1, 1, 0)
    assert rows["CTCAE 4.0 worst grade 4"] == rows["CTCAE 4.0 grade 3 or worse"] == (1, 1, 0)
    assert rows["CTCAE 4.0 worst grade 2"] == (0, 1, 0)


def test_an_open_onset_leaves_its_rows_unknown() -> None:
    """A certain mild event and a serious one of unknown onset: counted, with serious and worst grade open."""
    told = [
        *adverse_event("2026-03-05", (1, "2026-03-05")),
        *adverse_event("2026", (4, "2026"), ae="AE2", serious=(Serious.DISABILITY,)),
    ]
    rows = counts(figure("teae", known(b.followed(), then=told)))
    assert rows["any"] == (1, 1, 0)
    assert rows["serious"] == (0, 1, 1)
    assert rows["CTCAE 4.0 worst grade 1"] == (1, 1, 0)
    assert rows["CTCAE 4.0 worst grade 4"] == (0, 1, 1)


def test_what_was_entered_in_error_counts_nowhere() -> None:
    """A voided event is not counted, and nobody is left unknown by it."""
    told = [
        *adverse_event("2026-03-05", (2, "2026-03-05")),
        ev.AdverseEventVoided("AE1", "wrong participant"),
    ]
    found = judged("teae", known(b.followed(), then=told))
    assert (found.place, found.why) == (Place.NOT_COUNTED, "no adverse event recorded")


def test_every_record_of_the_event_is_behind_it() -> None:
    """The infusion and every event that spoke of the adverse event are named, opening and grades alike."""
    told = adverse_event("2026-03-05", (2, "2026-03-05"), (3, "2026-03-07"))
    someone = known(b.followed(), then=told)
    behind = [someone.record[seq - 1].event.TYPE for seq in judged("teae", someone).seqs]
    assert behind == ["milestone.reached", "ae.opened", "ae.graded", "ae.graded"]


def test_never_infused_is_left_out() -> None:
    """Before an infusion nothing emerges under treatment: who never had one is in no number."""
    people = [renamed(known(b.conditioned(), then=adverse_event("2026-02-26", (2, "2026-02-26"))), "A")]
    assert counts(figure("teae", *people))["any"] == (0, 0, 0)

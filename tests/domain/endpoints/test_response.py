"""The response rate: the best category within the frame, among all who were treated."""

from __future__ import annotations

import pytest

from domain.endpoints import Place
from tests.domain import builders as b
from tests.domain.endpoints.people import counts, figure, judged, known, renamed, response


@pytest.mark.parametrize("category", ["CR", "CRi", "PR"])
def test_the_registered_categories_count(category: str) -> None:
    """CR, CRi and PR within 60 days of infusion are responses, with infusion and assessment behind them."""
    someone = known(b.followed(), then=[response(category, "2026-03-30")])
    found = judged("orr", someone)
    assert (found.place, found.value) == (Place.COUNTED, category)
    behind = [someone.record[seq - 1].event.TYPE for seq in found.seqs]
    assert behind == ["milestone.reached", "response.assessed"]


@pytest.mark.parametrize("category", ["CRh", "MLFS", "NR", "PD", "NE"])
def test_other_categories_do_not(category: str) -> None:
    """The record counts no MLFS: whoever has one is treated, in the denominator and no responder."""
    found = judged("orr", known(b.followed(), then=[response(category, "2026-03-30")]))
    assert found.place is Place.NOT_COUNTED
    assert f"{category} on 2026-03-30" in found.why


@pytest.mark.parametrize(
    ("on", "place"),
    [
        ("2026-03-02", Place.COUNTED),
        ("2026-05-01", Place.COUNTED),
        ("2026-05-02", Place.NOT_COUNTED),
    ],
)
def test_the_frame_ends_with_day_60(on: str, place: Place) -> None:
    """Infused on 2 March, day 60 is 1 May: that day is in the frame, the next one is not."""
    found = judged("orr", known(b.followed(), then=[response("CR", on)]))
    assert found.place is place
    if place is Place.NOT_COUNTED:
        assert "ended on 2026-05-01" in found.why


def test_the_best_response_within_the_frame_counts() -> None:
    """PR on day 28 and CR on day 59 is a CR; a progression afterwards does not take it away."""
    told = [response("PR", "2026-03-30"), response("CR", "2026-04-30"), response("PD", "2026-05-01")]
    assert judged("orr", known(b.followed(), then=told)).value == "CR"


def test_infused_and_not_assessed_is_a_non_responder_and_said_so() -> None:
    """Nobody who was treated is dropped from the denominator for want of an assessment."""
    found = judged("orr", known(b.followed()))
    assert found.place is Place.NOT_COUNTED
    assert found.why.startswith("no response was assessed")


def test_never_infused_is_left_out_of_response() -> None:
    """Never-infused participants are in overall survival and not in the response rate."""
    someone = known(b.conditioned())
    assert judged("orr", someone).place is Place.LEFT_OUT
    assert judged("os", someone).place is Place.NOT_COUNTED


def test_the_criteria_disagreeing_is_said() -> None:
    """With both cell lines low the CRi / MLFS call decides the endpoint: it is shown as theirs."""
    found = judged("orr", known(b.followed(), then=[response("CRi", "2026-03-30", ("CRi", "MLFS"))]))
    assert found.place is Place.COUNTED
    assert "CRi or MLFS: the investigator's call decides" in found.why


def test_rows_add_up() -> None:
    """Two responders of three treated; the fourth was never infused and is in no number."""
    people = [
        renamed(known(b.followed(), then=[response("CR", "2026-03-30")]), "A"),
        renamed(known(b.followed(), then=[response("PR", "2026-03-30")]), "B"),
        renamed(known(b.followed()), "C"),
        renamed(known(b.enrolled()), "D"),
    ]
    rows = counts(figure("orr", *people))
    assert rows == {"CR + CRi + PR": (2, 3, 0), "CR": (1, 3, 0), "CRi": (0, 3, 0), "PR": (1, 3, 0)}
    assert figure("orr", *people).groups[0].counted == ("A", "B")

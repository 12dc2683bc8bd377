"""What holds of every figure, whatever happened to whom, and as of any moment."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.endpoints import Known, Place, figures
from domain.events import Event
from domain.safety.terms import ResponseCategory, Toxicity
from tests.domain import builders as b
from tests.domain import spec
from tests.domain.endpoints.people import ENDPOINTS, added, adverse_event, renamed, response, toxicity

STORIES = {
    name: spec.given(story())
    for name, story in {
        "screened": b.screened, "collected": b.released, "conditioned": b.conditioned, "followed": b.followed,
    }.items()
}  # fmt: skip

Lives = list[tuple[str, list[list[Event]]]]

days = st.dates(date(2026, 1, 20), date(2026, 12, 31)).map(str)
onsets = st.one_of(days, st.sampled_from(["2026", "2026-02", "2026-03", "2026-05", "2026-06"]))
happenings = st.one_of(
    st.builds(lambda category, on: [response(category, on)], st.sampled_from(ResponseCategory), days),
    st.builds(
        lambda kind, grade, on: [toxicity(kind, grade, on)],
        st.sampled_from(Toxicity),
        st.integers(0, 5),
        days,
    ),
    st.builds(lambda onset, grade: adverse_event(onset, (grade, onset)), onsets, st.integers(1, 5)),
)
lives = st.tuples(st.sampled_from(sorted(STORIES)), st.lists(happenings, max_size=4))


@settings(max_examples=60)
@given(st.lists(lives, max_size=5))
def test_everybody_stands_in_every_figure_once(people: Lives) -> None:
    """Whatever happened, each participant has one place in each figure, with a reason, and events of
    their own stream behind it; whoever is left out is in no number."""
    everybody = _lived(people)
    records = {each.participant: len(each.record) for each in everybody}
    for figure in figures(ENDPOINTS.values(), everybody):
        assert [each.participant for each in figure.judged] == [each.participant for each in everybody]
        left_out = {each.participant for each in figure.judged if each.place is Place.LEFT_OUT}
        for each in figure.judged:
            assert each.why
            assert all(1 <= seq <= records[each.participant] for seq in each.seqs)
            assert bool(each.seqs) is (each.place is not Place.LEFT_OUT)
        for row in figure.groups:
            assert set(row.counted) | set(row.unknown) <= set(row.among)
            assert not set(row.counted) & set(row.unknown)
            assert not set(row.among) & left_out


@settings(max_examples=40)
@given(st.lists(lives, max_size=5))
def test_never_infused_is_in_survival_and_not_in_response(
    people: list[tuple[str, list[list[Event]]]],
) -> None:
    """Overall survival is counted among all who were collected, response among those infused: never more."""
    os, orr = figures([ENDPOINTS["os"], ENDPOINTS["orr"]], _lived(people))
    collected = {each.participant for each in os.judged if each.place is not Place.LEFT_OUT}
    infused = set(orr.groups[0].among)
    assert infused <= collected
    assert collected == {f"P{n}" for n, (story, _) in enumerate(people) if story != "screened"}
    assert infused == {f"P{n}" for n, (story, _) in enumerate(people) if story == "followed"}


def _lived(people: Lives) -> list[Known]:
    return [
        renamed(added(STORIES[story], [event for events in told for event in events]), f"P{number}")
        for number, (story, told) in enumerate(people)
    ]

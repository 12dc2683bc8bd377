"""What a distribution makes of luck."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from replay.cohort.distributions import Categories, Chance, ChanceField, Distribution, Grade, Wait
from replay.cohort.draws import Draws

EVERY_SHAPE: dict[str, dict[str, Any]] = {
    "constant": {"value": 3},
    "uniform": {"least": 2, "most": 9},
    "triangular": {"least": -1, "likeliest": 0, "most": 4},
    "lognormal": {"median": 21, "spread": 1.2},
    "exponential": {"mean": 14},
    "discrete": {"among": [{"value": 1, "weight": 5}, {"value": 2, "weight": 0}, {"value": 4, "weight": 1}]},
}
LUCK = st.floats(min_value=0, max_value=1, exclude_max=True)
SHAPES = st.sampled_from(sorted(EVERY_SHAPE))
READ: TypeAdapter[Any] = TypeAdapter(Distribution)


def of(shape: str) -> Any:
    return READ.validate_python({"shape": shape, **EVERY_SHAPE[shape]})


@given(SHAPES, LUCK, LUCK)
def test_more_luck_is_never_less(shape: str, one: float, other: float) -> None:
    """A value rises with the luck, so that the same luck means the same people under other figures."""
    distribution = of(shape)
    low, high = sorted((one, other))
    assert distribution.at(low) <= distribution.at(high)


@given(SHAPES, LUCK)
def test_no_value_is_out_of_reach(shape: str, luck: float) -> None:
    """What a distribution says it can be, it is."""
    distribution = of(shape)
    least, most = distribution.reach
    assert least - 1e-9 <= distribution.at(luck) <= most + 1e-9


@pytest.mark.parametrize(
    ("shape", "luck", "value"),
    [
        ("constant", 0.99, 3),
        ("uniform", 0.5, 5.5),
        ("triangular", 0.2, 0),
        ("lognormal", 0.5, 21),
        ("exponential", 0.5, 9.704),
        ("discrete", 0.8, 1),
        ("discrete", 0.9, 4),
    ],
)
def test_values_are_those_of_the_textbook(shape: str, luck: float, value: float) -> None:
    """Quantiles agree with the closed forms: a median is where half of the luck lies."""
    assert of(shape).at(luck) == pytest.approx(value, abs=1e-3)


def test_spread_holds_two_thirds() -> None:
    """Of a lognormal about two thirds lie between median / spread and median * spread."""
    distribution = of("lognormal")
    values = [distribution.at((number + 0.5) / 1000) for number in range(1000)]
    inside = sum(21 / 1.2 <= value <= 21 * 1.2 for value in values)
    assert 0.67 < inside / 1000 < 0.70


@given(st.floats(0, 1), st.floats(0, 1), LUCK)
def test_a_greater_chance_meets_everybody_a_smaller_one_met(one: float, other: float, luck: float) -> None:
    """Raising a probability adds people and loses nobody."""
    low, high = sorted((one, other))
    assert Chance(of=high).happens(luck) or not Chance(of=low).happens(luck)


def test_never_and_always_are_meant() -> None:
    """A probability of 0 meets nobody and one of 1 everybody, at the ends of luck too."""
    for luck in (0.0, 0.5, 1 - 2**-53):
        assert not Chance(of=0).happens(luck)
        assert Chance(of=1).happens(luck)


def test_a_number_alone_is_a_constant_or_a_probability() -> None:
    """`3` stands for always 3, and `0.3` as a chance for three in ten."""
    assert READ.validate_python(3).at(0.7) == 3
    chance: Chance = TypeAdapter(ChanceField).validate_python(0.3)
    assert (chance.happens(0.71), chance.happens(0.69)) == (True, False)


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (Distribution, {"shape": "uniform", "least": 9, "most": 2}, "least 9 is more than most 2"),
        (Distribution, {"shape": "triangular", "least": 0, "likeliest": 5, "most": 3}, "likeliest 5"),
        (Distribution, {"shape": "lognormal", "median": 0, "spread": 2}, "greater than 0"),
        (Distribution, {"shape": "lognormal", "median": 3, "spread": 0.5}, "greater than or equal to 1"),
        (Distribution, {"shape": "exponential", "mean": -1}, "greater than 0"),
        (Distribution, {"shape": "discrete", "among": [{"value": 1, "weight": 0}]}, "no weight is above 0"),
        (
            Distribution,
            {"shape": "discrete", "among": [{"value": 2, "weight": 1}, {"value": 1, "weight": 1}]},
            "least to most",
        ),
        (Distribution, {"shape": "gamma", "mean": 3}, "does not match any of the expected tags"),
        (Distribution, {"shape": "constant", "value": float("nan")}, "less than or equal to 1000000"),
        (Wait, {"shape": "uniform", "least": -1, "most": 3}, "a wait of -1"),
        (Grade, {"shape": "uniform", "least": 1, "most": 5}, "grades from 1 to 5"),
        (Categories, {"among": {"CR": 0}}, "no weight is above 0"),
        (ChanceField, 1.2, "less than or equal to 1"),
    ],
)
def test_figures_that_cannot_be_are_told(kind: Any, written: Any, said: str) -> None:
    """Limits in the wrong order, weights of nothing, waits below zero: each has its sentence."""
    with pytest.raises(ValidationError, match=said):
        TypeAdapter(kind).validate_python(written)


@given(st.integers(), st.text(max_size=20), st.text(max_size=20))
def test_luck_depends_on_seed_person_and_purpose_alone(seed: int, who: str, purpose: str) -> None:
    """The same three give the same luck whatever was drawn before, and it lies in [0, 1)."""
    fresh, used = Draws(str(seed), who), Draws(str(seed), who)
    used.luck("something else")
    assert fresh.luck(purpose) == used.luck(purpose)
    assert 0 <= fresh.luck(purpose) < 1


def test_luck_is_spread_evenly() -> None:
    """A thousand draws lie evenly enough that no tenth holds less than half or more than twice its share."""
    tenths = [0] * 10
    for number in range(1000):
        tenths[int(Draws("7", f"P-{number}").luck("arrival") * 10)] += 1
    assert all(50 <= count <= 200 for count in tenths)


def test_names_are_drawn_by_weight() -> None:
    """A category without weight is never drawn, and the others by their share."""
    categories = Categories(among={"left": 3, "never": 0, "right": 1})
    drawn = [categories.at(number / 1000) for number in range(1000)]
    assert "never" not in drawn
    assert drawn.count("left") == 750

"""Named distributions: what a cohort file says about something that varies.

The rule that keeps it honest: each turns one number between 0 and 1 into a value, rising with it, so that a
seed decides everything and two files are compared with the same luck.
"""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from statistics import NormalDist
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.protocol.sources import CodeName, Source, Strict

_LARGEST = 1_000_000
LOWEST_GRADE, HIGHEST_GRADE = 1, 4
_STANDARD = NormalDist()

Figure = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST)]
Positive = Annotated[float, Field(gt=0, le=_LARGEST)]
Share = Annotated[float, Field(ge=0, le=1)]


class Shape(Strict):
    """What every distribution may have beside its figures: where they come from."""

    source: Source | None = None


class Constant(Shape):
    """Always the same."""

    shape: Literal["constant"] = "constant"
    value: Figure

    @property
    def reach(self) -> tuple[float, float]:
        return self.value, self.value

    def at(self, luck: float) -> float:  # noqa: ARG002 - nothing varies
        return self.value


class Uniform(Shape):
    """Anything from `least` to `most`, equally likely."""

    shape: Literal["uniform"] = "uniform"
    least: Figure
    most: Figure

    @model_validator(mode="after")
    def _in_order(self) -> Uniform:
        _rising(("least", self.least), ("most", self.most))
        return self

    @property
    def reach(self) -> tuple[float, float]:
        return self.least, self.most

    def at(self, luck: float) -> float:
        return self.least + (self.most - self.least) * luck


class Triangular(Shape):
    """From `least` to `most`, most often near `likeliest`."""

    shape: Literal["triangular"] = "triangular"
    least: Figure
    likeliest: Figure
    most: Figure

    @model_validator(mode="after")
    def _in_order(self) -> Triangular:
        _rising(("least", self.least), ("likeliest", self.likeliest), ("most", self.most))
        return self

    @property
    def reach(self) -> tuple[float, float]:
        return self.least, self.most

    def at(self, luck: float) -> float:
        width = self.most - self.least
        if width == 0:
            return self.least
        below = (self.likeliest - self.least) / width
        if luck < below:
            return self.least + math.sqrt(luck * width * (self.likeliest - self.least))
        return self.most - math.sqrt((1 - luck) * width * (self.most - self.likeliest))


class LogNormal(Shape):
    """Half lie above the `median`, and about two thirds between `median / spread` and `median * spread`."""

    shape: Literal["lognormal"] = "lognormal"
    median: Positive
    spread: Annotated[float, Field(ge=1, le=100)]

    @property
    def reach(self) -> tuple[float, float]:
        return 0, math.inf

    def at(self, luck: float) -> float:
        return self.median * math.exp(math.log(self.spread) * _STANDARD.inv_cdf(_inside(luck)))


class Exponential(Shape):
    """Waiting for what comes at any moment alike; `mean` is the average wait."""

    shape: Literal["exponential"] = "exponential"
    mean: Positive

    @property
    def reach(self) -> tuple[float, float]:
        return 0, math.inf

    def at(self, luck: float) -> float:
        return -self.mean * math.log1p(-_inside(luck))


class Choice(Strict):
    value: Figure
    weight: Annotated[float, Field(ge=0, le=_LARGEST)]


class Discrete(Shape):
    """One of some numbers, each by its weight; list them from least to most."""

    shape: Literal["discrete"] = "discrete"
    among: tuple[Choice, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _weighed(self) -> Discrete:
        _some_weight(each.weight for each in self.among)
        values = [each.value for each in self.among]
        if values != sorted(set(values)):
            raise ValueError("the values are not listed once each from least to most: put them in order")
        return self

    @property
    def reach(self) -> tuple[float, float]:
        return self.among[0].value, self.among[-1].value

    def at(self, luck: float) -> float:
        return self.among[_weighted([each.weight for each in self.among], luck)].value


def _from_number(value: Any) -> Any:
    return {"shape": "constant", "value": value} if _is_number(value) else value


def _is_number(value: Any) -> bool:
    # A yes or no is a whole number to Python, and nobody means one here.
    return not isinstance(value, bool | str | dict | list | tuple | Shape) and value is not None


Distribution = Annotated[
    Annotated[
        Constant | Uniform | Triangular | LogNormal | Exponential | Discrete, Field(discriminator="shape")
    ],
    BeforeValidator(_from_number),
]
"""A number alone stands for a constant. `reach`: the least and most it can be; `at`: its value by luck."""


def _never_negative(value: Distribution) -> Distribution:
    least = value.reach[0]
    if least < 0:
        raise ValueError(f"a wait of {least:g} would end before it begins: start at 0 or later")
    return value


def _grades(value: Distribution) -> Distribution:
    least, most = value.reach
    if least < LOWEST_GRADE or most > HIGHEST_GRADE:
        raise ValueError(
            f"grades from {least:g} to {most:g} are no toxicity that is lived through: "
            f"stay between {LOWEST_GRADE} and {HIGHEST_GRADE}, and write deaths as departures"
        )
    return value


Wait = Annotated[Distribution, AfterValidator(_never_negative)]
"""A distribution that is never below 0."""

Grade = Annotated[Distribution, AfterValidator(_grades)]
"""Grades 1 to 4, rounded to whole ones."""


class Chance(Shape):
    """Whether something happens: `of` is its probability."""

    shape: Literal["chance"] = "chance"
    of: Share

    def happens(self, luck: float) -> bool:
        """It does for the highest luck, so that a greater chance keeps everybody whom a smaller one met."""
        return luck >= 1 - self.of


def _from_share(value: Any) -> Any:
    return {"shape": "chance", "of": value} if _is_number(value) else value


ChanceField = Annotated[Chance, BeforeValidator(_from_share)]
"""A number alone stands for the probability."""


class Categories(Shape):
    """One of some names, each by its weight."""

    shape: Literal["categorical"] = "categorical"
    among: dict[CodeName, Annotated[float, Field(ge=0, le=_LARGEST)]] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _weighed(self) -> Categories:
        _some_weight(self.among.values())
        return self

    def at(self, luck: float) -> str:
        return [*self.among][_weighted([*self.among.values()], luck)]


def _rising(*named: tuple[str, float]) -> None:
    for (name, value), (following, higher) in pairwise(named):
        if value > higher:
            raise ValueError(f"{name} {value:g} is more than {following} {higher:g}: exchange the two")


def _some_weight(weights: Any) -> None:
    if sum(weights) <= 0:
        raise ValueError("no weight is above 0: give at least one of them a weight")


def _weighted(weights: list[float], luck: float) -> int:
    sums = [*accumulate(weights)]
    # `sum` rounds otherwise from one Python to the next.
    wanted = luck * sums[-1]
    for index, reached in enumerate(sums):
        if wanted < reached:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def _inside(luck: float) -> float:
    """Away from the two ends, where these distributions have no value."""
    return min(max(luck, 1e-12), 1 - 1e-12)

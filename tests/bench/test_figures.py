"""What a row of the report says about the figures it was given."""

from __future__ import annotations

from itertools import count

import pytest

from bench.figures import Of, Row, Target, alternated, alternating, at_least, at_most
from bench.report import written


def test_the_ratio_is_the_middle_of_the_rounds() -> None:
    """Each round is compared with itself, so a slow round cannot tilt the ratio."""
    row = Row("P0", "work", "/s", ours=(50.0, 5.0, 60.0), floor=(100.0, 10.0, 100.0))
    assert row.cells()[4] == "0.50 (0.50 to 0.60)"


@pytest.mark.parametrize(
    ("targets", "met"),
    [
        ((), None),
        ((at_least(0.5),), True),
        ((at_least(0.51),), False),
        ((at_most(0.5),), True),
        ((at_most(0.49),), False),
        ((at_most(50, Of.OURS),), True),
        ((at_least(0.5), at_most(49, Of.OURS)), False),
    ],
)
def test_a_missed_target_is_called_missed(targets: tuple[Target, ...], met: bool | None) -> None:
    """A row is met only if every target is kept; a row without a target promises nothing."""
    row = Row("P0", "work", "/s", ours=(50.0,), floor=(100.0,), targets=targets)
    assert row.met is met
    assert row.cells()[-1] == {True: "yes", False: "**no**", None: ""}[met]


def test_no_side_is_always_first() -> None:
    """The order of the sides turns round from one round to the next."""
    assert list(alternating(3, "a", "b")) == ["a", "b", "b", "a", "a", "b"]
    turn = count()
    figures = alternated(2, {"a": lambda: float(next(turn)), "b": lambda: float(next(turn))})
    assert figures == {"a": [0.0, 3.0], "b": [1.0, 2.0]}


def test_the_report_has_a_line_for_each_row() -> None:
    """The committed table holds the machine's facts, how many promises are met, and every row."""
    rows = [
        Row("P1", "first", "/s", (10.0,), (20.0,), (at_least(0.4),)),
        Row("P2", "second", "ms", (1234.5,), targets=(at_most(2, Of.OURS),)),
    ]
    text = written({"Python": "3.11"}, rows)
    assert "- Python: 3.11" in text
    assert "1 of 2 promised figures are met." in text
    assert "| P1 | first | 10.0/s | 20.0/s | 0.50 | ≥ 0.4 | yes |" in text
    assert "| P2 | second | 1,234 ms |  |  | ours ≤ 2.00 ms | **no** |" in text

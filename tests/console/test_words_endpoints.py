"""The rows of endpoints are told in the reader's language."""

from __future__ import annotations

import pytest

from console.words import Language
from console.words_endpoints import row_in


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("any", "任何"),
        ("ASTCT-CRS 2019 grade 3 or worse", "ASTCT-CRS 2019 3级及以上"),
        ("CTCAE 4.0 worst grade 2", "CTCAE 4.0 最高2级"),
        ("by the other wording, P3M after infusion", "按另一表述（infusion 后 P3M）"),
        ("CR + CRi + PR", "CR + CRi + PR"),
        ("1 → 0", "1 → 0"),
    ],
)
def test_a_row_has_its_chinese(row: str, told: str) -> None:
    """Each form in which the domain names a row is told, and what is no language stays as it is."""
    assert row_in(row, Language.ZH) == (told, True)
    assert row_in(row, Language.EN) == (row, True)


def test_a_name_without_words_is_marked_as_english() -> None:
    """What nobody put into Chinese is shown, and said to be English."""
    assert row_in("some other reading of it", Language.ZH) == ("some other reading of it", False)

"""The rows of an endpoint in the reader's language.

The rule that keeps it honest: rows are named once, by the domain, in English; here each form of a name has
its Chinese, and a name that has none is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from console.words import Language

_NAMES: Mapping[str, str] = {
    "any": "任何",
    "any grade": "任何级别",
    "serious": "严重",
    "related": "相关",
    "both values known": "两次数值均已知",
    "lower": "降低",
    "the same": "不变",
    "higher": "升高",
}
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(.+) grade (\d) or worse"), r"\1 \2级及以上"),
    (re.compile(r"(.+) worst grade (\d)"), r"\1 最高\2级"),
    (re.compile(r"by the other wording, (\S+) after (\S+)"), r"按另一表述（\2 后 \1）"),
)
_NEUTRAL = re.compile(r"[A-Za-z0-9]{1,6}( (\+|→) [A-Za-z0-9]{1,6})*")
"""Categories and shifts, which are the same in every language: CR + CRi, 1 → 0."""


def row_in(row: str, language: Language) -> tuple[str, bool]:
    """A row's name in the language, and whether it is of that language: what is not is marked as English."""
    if language is Language.EN:
        return row, True
    if row in _NAMES:
        return _NAMES[row], True
    for form, told in _FORMS:
        if form.fullmatch(row):
            return form.sub(told, row), True
    return row, _NEUTRAL.fullmatch(row) is not None

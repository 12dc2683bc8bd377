"""How things stand as CSV: participants, items, alerts, deviations.

The rule that keeps it honest: they are the lists that the pages give too, judged at one moment.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.exports.listing import Form, as_text
from console.exports.lists import LISTS
from console.reading import StudyLook
from store import Wanted

_TABLES = ("participants", "items", "alerts", "deviations")


def tables(look: StudyLook) -> Iterator[tuple[str, str]]:
    """Each table: its file name and its text (RFC 4180, UTF-8, header first)."""
    for name in _TABLES:
        pieces = LISTS[name].written(look, Wanted(look.study), Form.CSV)
        yield f"{name}.{Form.CSV}", as_text(pieces)

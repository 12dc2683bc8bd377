"""Every code of what is reviewed has its words in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from console.words_review import REVIEW_WORDS
from domain.governance.book import Answer
from domain.safety.emergent import Answer as Emergent
from domain.safety.terms import (
    Action,
    AeOutcome,
    ClockState,
    Expectedness,
    Relation,
    ReportState,
    Serious,
    Toxicity,
)

CODES: dict[str, type[StrEnum]] = {
    "serious": Serious,
    "relation": Relation,
    "expectedness": Expectedness,
    "action": Action,
    "ae outcome": AeOutcome,
    "emergent": Emergent,
    "toxicity": Toxicity,
    "clock": ClockState,
    "report": ReportState,
    "approval": Answer,
}


@pytest.mark.parametrize("table", CODES)
def test_every_code_has_its_words(table: str) -> None:
    """A code that is added must be told in words."""
    assert {each.value for each in CODES[table]} <= set(REVIEW_WORDS[table])


@pytest.mark.parametrize("table", REVIEW_WORDS)
def test_the_words_of_a_table_tell_its_codes_apart(table: str) -> None:
    """In each language no two codes of a table are said the same, and the Chinese words are Chinese."""
    for language in (0, 1):
        said = [pair[language] for pair in REVIEW_WORDS[table].values()]
        assert all(said) and len(set(said)) == len(said)
    if table != "toxicity":
        assert all(not pair[1].isascii() for pair in REVIEW_WORDS[table].values())

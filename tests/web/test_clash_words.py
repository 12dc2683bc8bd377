"""What does not fit in a plan is told in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.web.clash_words import Worded, clash_said
from console.words import Language
from domain.product.booking import clashes_of, known_resource
from domain.state import Outcome, State
from domain.stated import day_of
from replay.clashes import clashes_of_plan
from replay.story.playing import Stage
from replay.story.reading import read_story, story_files
from replay.story.shelf import stocked
from settings import ROOT

STORIES = ROOT / "tests" / "stories"
SLIPS = (-60, -7, 3, 30, 400)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "LD3 on 2026-11-28 is outside its window (2026-11-23 to 2026-11-24)",
            "LD3（2026-11-28）在其窗口（2026-11-23 to 2026-11-24）之外",
        ),
        (
            "infusion on 2026-03-04 is too close to EX02-001: the first ones are spaced, from 2026-03-16 on",
            "infusion（2026-03-04）与EX02-001相隔太近：首批受试者须间隔进行，最早为2026-03-16",
        ),
        (
            "infusion would be on 2026-03-04; DP-1 may be used until 2026-03-02 10:00",
            "infusion将在2026-03-04；DP-1最晚可用至2026-03-02 10:00",
        ),
    ],
)
def test_a_clash_is_told_in_chinese(english: str, chinese: str) -> None:
    """Its places stay as they are, and only its words are others."""
    assert clash_said(english, Language.ZH) == Worded(chinese, english=False)
    assert clash_said(english, Language.EN) == Worded(english, english=False)


def test_a_sentence_nobody_knows_is_marked_as_english() -> None:
    """It is shown as it is, and a reading aid is told in which language."""
    assert clash_said("Something new", Language.ZH) == Worded("Something new", english=True)


def test_every_clash_of_the_rules_has_its_chinese() -> None:
    """Whatever appointment of a story slips, earlier or later, no clash is left in English."""
    found = {each for name in ("product", "study") for each in _clashes(name)}
    assert [each for each in found if clash_said(each, Language.ZH).english] == []
    for words in ("has passed", "does not work", "outside its window", "is booked for", "too close to"):
        assert any(words in each for each in found), words


def _clashes(folder: str) -> Iterator[str]:
    shelf = stocked(ROOT / "protocols", ROOT / "sites")
    for path in story_files([STORIES / folder]):
        story = read_story(path, shelf)
        stage = Stage(story)
        for line in story.lines:
            stage.take(line)
            if not line.told:
                for who in story.people:
                    yield from _of(stage, who, line.at)


def _of(stage: Stage, who: str, at: datetime) -> Iterator[str]:
    state, (study, rules) = stage._course.state(who), stage._course.of_study()
    if state is None or rules is None:
        return
    spaced = rules.conduct.stagger if rules.conduct is not None else None
    planned = {code for code, each in state.items.items() if each.appointment is not None}
    for code in planned | ({spaced.milestone} if spaced is not None else set()):
        known = state.item(code)
        if known.outcome is not Outcome.PENDING:
            continue
        for days in SLIPS:
            day = day_of(known.appointment or at, state.zone) + timedelta(days=days)
            moved = state.but(items=state.items.with_item(code, replace(known, appointment=day)))
            yield from clashes_of_plan(moved, study, rules.conduct, at)
    yield from _of_bookings(state, at)


def _of_bookings(state: State, at: datetime) -> Iterator[str]:
    for resource in state.protocol.document.resources or ():
        for days in SLIPS:
            starts = day_of(at, state.zone) + timedelta(days=days)
            yield from clashes_of(state, known_resource(state, resource.code), starts, at)

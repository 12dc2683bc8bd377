"""What stories reach: every event, refusal, stage and rule, but for a short list with reasons."""

from __future__ import annotations

from pathlib import Path

from domain.events import EVENT_TYPES
from domain.refusal import Code
from replay.story.coverage import PROMISED, Coverage, Subject, covered
from replay.story.playing import Played
from tests.stories.conftest import STORIES

EXCEPTIONS = STORIES / "exceptions.txt"
FEWEST = 40


def test_stories_reach_all_that_can_happen(played: dict[Path, Played]) -> None:
    """No event type, refusal code, stage, end, or rule of a delivered protocol (items, gates, decisions,
    stopping rules, clocks, rungs and more) is without a story, but for the exceptions, and each of those is
    really reached by none."""
    found = covered(played.values())
    missing = {f"{each.value}: {name}" for each in PROMISED for name in found.unreached[each]}
    assert missing == set(excepted())


def test_every_stage_is_entered(played: dict[Path, Played]) -> None:
    """Each stage of each delivered protocol, in some story of its own protocol."""
    found = covered(played.values())
    assert found.unreached[Subject.STAGE] == set()
    assert {"NCT06642025 conditioning", "NCT06642025 follow_up"} <= found.reached[Subject.STAGE]
    assert {"DZ-CYCLES maintenance", "DZ-CYCLES second_drug"} <= found.reached[Subject.STAGE]


def test_versions_published_on_the_way_count_too(played: dict[Path, Played]) -> None:
    """What only an amendment has is there to be reached, and windows that all kept are told by name."""
    found = covered(played.values())
    assert "NCT06642025 D45" in found.reached[Subject.ITEM]
    assert {"NCT06642025 D60", "DZ-CYCLES PK1"} <= found.reached[Subject.WINDOW]
    assert "NCT06642025 M9" in found.unreached[Subject.WINDOW]


def test_there_are_enough_stories_beside_the_chapters(played: dict[Path, Played]) -> None:
    """Forty stories at the least promise something; chapters only tell what comes before."""
    assert sum(1 for path in played if path.parent.name != "chapters") >= FEWEST


def test_the_exceptions_are_few_and_reasoned() -> None:
    """Each exception says why, and there are never more than a handful."""
    assert len(excepted()) < 5
    assert [name for name, why in excepted().items() if len(why) < 20] == []


def test_what_nobody_tells_is_named(played: dict[Path, Played]) -> None:
    """Of one story alone the report names what it reaches and, by subject, everything it does not."""
    path = next(each for each in played if each.stem == "too_young_for_the_study")
    found: Coverage = covered([played[path]])
    assert found.stories == 1
    assert {"not-eligible", "unknown-site", "malformed"} <= found.reached[Subject.REFUSAL]
    assert found.unreached[Subject.REFUSAL] | found.reached[Subject.REFUSAL] == {each.value for each in Code}
    assert "visit.recorded" in found.unreached[Subject.EVENT]
    assert found.reached[Subject.EVENT] <= set(EVENT_TYPES)
    assert "NCT06642025 D60" in found.unreached[Subject.ITEM]
    assert "NCT06642025 fit_for_infusion" in found.unreached[Subject.GATE]
    assert {"NCT06642025 bedside 1", "NCT06642025 bedside 3"} <= found.unreached[Subject.RUNG]
    assert found.unreached[Subject.DEVIATION] >= {"late", "hard_stop"}


def excepted() -> dict[str, str]:
    """What no story can reach, with the reason."""
    lines = EXCEPTIONS.read_text(encoding="utf-8").splitlines()
    named = (line.partition(" = ") for line in lines if line and not line.startswith("#"))
    return {name: why for name, _, why in named}

"""Every story in this folder, played on the pure core in milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import Code, Refused
from tests.domain.spec import Course, given
from tests.stories.story import Step, Story, read_story
from tests.support.cohort import Cohort

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_comes_out_as_told(path: Path) -> None:
    """Each step leads to exactly the events, refusals, alerts and standings that the file tells."""
    story = read_story(path)
    course = given(story.before(), rules=story.rules())
    cohort = Cohort(story.rules()).play(story.lives()) if story.people else None
    for number, step in enumerate(story.steps, start=1):
        try:
            if cohort is not None:
                _play_of_several(cohort, story, step)
            else:
                _play(course, story, step)
        except AssertionError as different:
            pytest.fail(f"{path.name}, step {number} at {step.at}: {different}")


def _play(course: Course, story: Story, step: Step) -> None:
    now = story.instant(step)
    command = step.command()
    if command is None:
        course.run(now)
    else:
        course.when(command, now)
    if step.refused is not None:
        course.refused(Code(step.refused[0]), step.refused[1])
        course.keep_trace()
    elif step.then is not None:
        course.then(*step.then)
    else:
        assert course.refusal is None, course.refusal
    if step.alerts is not None:
        assert course.alerts() == step.alerts
    for item, expected in step.stands.items():
        assert course.stands(item, now).value == expected, f"{item} is {course.stands(item, now).value}"
    if step.next is not None:
        assert course.due().what == step.next


def _play_of_several(cohort: Cohort, story: Story, step: Step) -> None:
    now, command = story.instant(step), step.command()
    who = step.who or next(iter(story.people))
    refusal: Refused | None = None
    try:
        cohort.run(now) if command is None else cohort.when(who, command, now)
    except Refused as refused:
        refusal = refused
    if step.refused is not None:
        assert refusal is not None, f"it was taken: {cohort.events}"
        assert refusal.code is Code(step.refused[0]), refusal
        assert step.refused[1] in refusal.text, refusal
    else:
        assert refusal is None, refusal
    if step.then is not None:
        assert cohort.types(who) == list(step.then)
    if step.study is not None:
        assert cohort.types() == list(step.study)
    if step.alerts is not None:
        assert cohort.alerts() == step.alerts


def test_each_story_promises_something_of_its_own() -> None:
    """One sentence at the head of each file, no two alike."""
    promises = [read_story(path).promise for path in STORIES]
    assert len(set(promises)) == len(promises) > 5

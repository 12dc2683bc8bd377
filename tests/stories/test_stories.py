"""Every story in this folder, played on the pure core in milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain import Code
from tests.domain.spec import Course, given
from tests.stories.story import Step, Story, read_story

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_comes_out_as_told(path: Path) -> None:
    """Each step leads to exactly the events, refusals, alerts and standings that the file tells."""
    story = read_story(path)
    course = given(story.before(), rules=story.rules())
    for number, step in enumerate(story.steps, start=1):
        try:
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


def test_each_story_promises_something_of_its_own() -> None:
    """One sentence at the head of each file, no two alike."""
    promises = [read_story(path).promise for path in STORIES]
    assert len(set(promises)) == len(promises) > 5

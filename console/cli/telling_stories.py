"""Running stories and saying what came out, and what no story reaches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.options import Local
from console.cli.printing import print_json, print_line
from console.cli.shapes import CoveredShown, StoriesCovered, StoriesRun, StoryDifference, StoryRun
from replay.course import Standstill
from replay.story.coverage import Subject, covered
from replay.story.playing import Difference, Played, play
from replay.story.reading import read_story, story_files
from replay.story.shelf import Shelf, stocked
from settings import ROOT


def run_stories(local: Local, paths: Sequence[Path], shelf: Shelf, *, on_server: bool = False) -> None:
    """Play every story and tell what differs.

    Raises:
        Stopped: a story does not come out as told.
        replay.story.reading.FaultyStory: a file is no story.
    """
    played = _played(paths, shelf)
    if on_server:
        from console.cli.stories_on_server import on_server_too

        played = on_server_too(played)
    different = [each for one in played for each in one.differences]
    data = StoriesRun(
        stories=len(played),
        events=sum(len(each.events) for each in played),
        different=sum(1 for each in played if each.differences),
        runs=[_shown(each) for each in played],
    )
    if not local.as_json:
        for each in played:
            print_line(
                f"{'DIFFERS' if each.differences else 'as told'}  {each.story.path}: {each.story.promise}"
            )
            for one in each.differences:
                print_line(f"         {one}")
    if different:
        text = f"{data.different} of {data.stories} stories differ; first: {different[0]}"
        raise Stopped(Exit.BROKEN, text, data)
    if local.as_json:
        print_json(data)
    else:
        print_line(f"as told: {data.stories} stories, {data.events} events")


def show_coverage(local: Local, paths: Sequence[Path], shelf: Shelf) -> None:
    """Tell what the stories reach and what none of them does."""
    found = covered(_played(paths, shelf))
    shown = [
        CoveredShown(each.value, len(found.reached[each]), sorted(found.unreached[each])) for each in Subject
    ]
    if local.as_json:
        print_json(StoriesCovered(found.stories, shown))
        return
    print_line(f"{found.stories} stories reach:")
    for each in shown:
        missing = f"; not reached: {_by_protocol(each.unreached)}" if each.unreached else ""
        print_line(f"  {each.subject}: {each.reached} of {each.reached + len(each.unreached)}{missing}")


def _by_protocol(names: Sequence[str]) -> str:
    """The names of one protocol after another, each protocol said once."""
    named = [each.partition(" ") for each in names]
    groups = groupby(named, key=lambda each: each[0] if each[2] else "")
    return "; ".join(
        f"{protocol}: {', '.join(rest for *_, rest in group)}"
        if protocol
        else ", ".join(n for n, *_ in group)
        for protocol, group in groups
    )


def shelf_of(protocols: Path | None, sites: Path | None) -> Shelf:
    """The documents that stories name, in these folders or in those that are delivered.

    Raises:
        Stopped: a folder cannot be read.
    """
    try:
        return stocked(protocols or ROOT / "protocols", sites or ROOT / "sites")
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{error.filename}: {error.strerror or error}") from error


def _played(paths: Sequence[Path], shelf: Shelf) -> list[Played]:
    try:
        files = story_files(list(paths))
        if not files:
            raise Stopped(Exit.USAGE, f"there is no story (*.yaml) in {', '.join(map(str, paths))}")
        return [play(read_story(path, shelf)) for path in files]
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{error.filename}: {error.strerror or error}") from error
    except Standstill as error:
        raise Stopped(Exit.BROKEN, str(error)) from error


def _shown(played: Played) -> StoryRun:
    differences = [_difference(each) for each in played.differences]
    return StoryRun(str(played.story.path), played.story.promise, len(played.events), differences)


def _difference(each: Difference) -> StoryDifference:
    return StoryDifference(each.file, each.line, each.step, each.at, each.text)

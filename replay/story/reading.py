"""Reading a story file, with what happened before it, checked against the protocol it is about.

The rule that keeps it honest: everything that is wrong is told at once, each with its line and what would be
right; a story that leaves this module can be played.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from domain.protocol.expanded import Protocol
from domain.protocol.problem import Problem
from domain.recorded import STUDY_SUBJECT
from domain.site import Site
from protocols.problems import DocumentInvalid, Located
from protocols.validation import problems_of
from protocols.yaml_text import WrittenValue, read_yaml
from replay.story.calendar import Calendar, NoTime
from replay.story.checking import problems_in
from replay.story.shelf import NotOnShelf, Shelf
from replay.story.story import Line, Story
from replay.story.written import Person, Speaker, Step, WrittenStory

DEEPEST = 20
"""How many stories may stand before one another."""

_TIMES = "see the times of a story in docs/how-to/stories.md"


class FaultyStory(DocumentInvalid):
    """A file that is no story, or says what its protocol does not know."""


def read_story(path: Path, shelf: Shelf) -> Story:
    """The story in a file.

    Raises:
        FaultyStory: with every problem found, each with file and line.
        protocols.problems.DocumentInvalid: a document it names is faulty.
        OSError: the file cannot be read.
    """
    text, said = _written(path)
    world = _World.of(text, said, path, shelf)
    problems = [
        Located.at(text.file, text.line_of(each.path), each) for each in problems_in(said, world.protocol)
    ]
    if problems:
        raise FaultyStory(problems)
    told = [line for who, person in said.people.items() for line in _before(world, who, person, path)]
    own = list(_lines(world, text, said.steps, None))
    _in_order(own, text)
    lines = tuple(sorted([*told, *own], key=lambda line: line.at))
    return Story(path, said.promise, world.protocol, world.site, tuple(said.people), lines)


def story_files(paths: list[Path]) -> list[Path]:
    """The story files named, and those in the folders named, by name.

    Raises:
        OSError: one of them is not there.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.yaml"))
        elif path.is_file():
            found.append(path)
        else:
            raise FileNotFoundError(2, "there is no such file or folder", str(path))
    return found


@dataclass
class _World:
    """What the times and names of one story mean."""

    shelf: Shelf
    protocol: Protocol | None
    site: Site
    zeros: dict[str, date]
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        self.calendar = Calendar(self.site.zone, self.zeros)

    @classmethod
    def of(cls, text: WrittenValue, said: WrittenStory, path: Path, shelf: Shelf) -> _World:
        try:
            ZoneInfo(said.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise _fault(text, ("zone",), f"there is no zone {said.zone!r}", "write Asia/Shanghai") from None
        try:
            protocol = shelf.protocol(said.protocol, path.parent) if said.protocol is not None else None
        except NotOnShelf as error:
            raise _fault(text, ("protocol",), str(error), "write id, id:version or a file") from error
        try:
            site = shelf.site(said.site, said.zone, path.parent)
        except NotOnShelf as error:
            raise _fault(text, ("site",), str(error), "leave it out for a plain site") from error
        zeros = {who: each.day0 for who, each in said.people.items() if each.day0 is not None}
        return cls(shelf, protocol, site, zeros)


def _written(path: Path) -> tuple[WrittenValue, WrittenStory]:
    text = read_yaml(path)
    if text.problems:
        raise FaultyStory(text.problems)
    try:
        return text, WrittenStory.model_validate(text.value)
    except ValidationError as error:
        found = problems_of(error, text.value, WrittenStory)
        raise FaultyStory(Located.at(text.file, text.line_of(each.path), each) for each in found) from error


def _before(world: _World, who: str, person: Person, path: Path, depth: int = 0) -> Iterator[Line]:
    """What the story that a person comes from tells, as theirs."""
    if person.after is None:
        return
    until = _until(world, who, person, path)
    earlier = _chapter(path, person.after)
    if depth > DEEPEST:
        raise FaultyStory([Located(str(path), 1, (), "it comes after itself", "name an earlier story")])
    text, said = _written(earlier)
    first = next(iter(said.people.values()))
    lines = [
        *_before(world, who, first.model_copy(update={"until": None}), earlier, depth + 1),
        *_lines(world, text, said.steps, who),
    ]
    yield from (line for line in lines if until is None or line.at <= until)


def _until(world: _World, who: str, person: Person, path: Path) -> datetime | None:
    if person.until is None:
        return None
    try:
        return world.calendar.instant(person.until, who)
    except NoTime as error:
        raise _fault(read_yaml(path), ("people", who, "until"), str(error), _TIMES) from error


def _lines(world: _World, text: WrittenValue, steps: tuple[Step, ...], told_of: str | None) -> Iterator[Line]:
    for number, step in enumerate(steps, start=1):
        path = ("steps", number - 1)
        who = step.who if step.who is not None and told_of is None else None
        who = who or told_of or _first_of(text.value)
        if step.who == STUDY_SUBJECT:
            who = STUDY_SUBJECT
        try:
            at = world.calendar.instant(step.at, who)
            bodies = tuple(world.calendar.filled(_asked(step, each), who) for each in _bodies(step))
            expected = Step.model_validate(world.calendar.filled(step.model_dump(exclude={"when"}), who))
            news = _news(world, step, Path(text.file).parent)
        except (NoTime, NotOnShelf) as error:
            hint = _TIMES if told_of is None else f"the story that comes after it says so: day0 of {told_of}"
            raise _fault(text, path, str(error), hint) from error
        yield Line(
            text.file, text.line_of(path), number, at, who, bodies, expected, news, told_of is not None
        )


def _bodies(step: Step) -> tuple[dict[str, Any], ...]:
    match step.when:
        case None:
            return ()
        case dict():
            return (step.when,)
        case _:
            return step.when


def _asked(step: Step, body: Mapping[str, Any]) -> dict[str, Any]:
    role, id_ = (step.by.role, step.by.id) if isinstance(step.by, Speaker) else (step.by, f"{step.by}-1")
    return {"actor": {"id": id_, "role": role.value, "method": "cli"}, **body}


def _news(world: _World, step: Step, beside: Path) -> Protocol | Site | None:
    said = step.publish
    if said is None:
        return None
    if said.protocol is not None:
        return world.shelf.protocol(said.protocol, beside)
    return world.shelf.site(said.site, said.zone or world.site.zone_name, beside)


def _chapter(path: Path, name: str) -> Path:
    """The file of a story named in another: beside it, or in `chapters` beside it or above."""
    folders = [path.parent, *(each / "chapters" for each in list(path.resolve().parents)[:4])]
    for folder in folders:
        found = folder / f"{name}.yaml"
        if found.is_file() and found.resolve() != path.resolve():
            return found
    known = sorted({each.stem for folder in folders[1:] for each in folder.glob("*.yaml")})
    hint = f"known are {', '.join(known)}" if known else "write the name of a file beside it, without .yaml"
    raise FaultyStory([Located(str(path), 1, ("people",), f"there is no story {name!r} to come after", hint)])


def _first_of(value: Any) -> str:
    return str(next(iter(value["people"])))


def _in_order(lines: list[Line], text: WrittenValue) -> None:
    for earlier, later in pairwise(lines):
        if later.at < earlier.at:
            said = f"step {later.number} is at {later.said.at}, before the step above it"
            raise _fault(text, ("steps", later.number - 1, "at"), said, "tell steps in order of time")


def _fault(text: WrittenValue, path: tuple[str | int, ...], said: str, hint: str) -> FaultyStory:
    return FaultyStory([Located.at(text.file, text.line_of(path), Problem(path, said, hint))])

"""A new story of a protocol: somebody passes it just as it is planned, ready to be made into something else.

The rule that keeps it honest: simulated staff say what is asked, the desk what follows; the story is played
before it is given away, and only given away if it comes out as it says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from os.path import relpath
from pathlib import Path
from typing import Any

from domain.events import StageEntered
from domain.protocol.expanded import Protocol
from domain.recorded import participant_stream
from replay.cohort.played import PlayedStudy
from replay.cohort.task import local_day
from replay.story.as_planned import WHO, NoSkeleton, as_planned, day_0_of
from replay.story.laying_out import Counting, StepValue, steps_of, text_of
from replay.story.playing import Stage, play
from replay.story.reading import read_story
from replay.story.seeing import Seen
from replay.story.shelf import NotOnShelf, Shelf, is_file
from replay.story.story import Story
from replay.story.written import AND_MORE

ZONE = "Asia/Shanghai"
_LAST_SHOWN = _MOST_ALIKE = 3
_COMMENTS = """\
# A new story of {protocol} {version}: one participant passes it as it is planned. It runs as it is:
#   dayzero story run FILE
# Make it yours:
# - say in `promise` what must hold, in one sentence;
# - let something else happen: a later day, a value that no gate lets pass, a step left out or put in between;
#   write `refused: CODE` instead of `then` where the desk must say no;
# - a step with `at` alone lets time pass: `alerts`, `stands` and `next` say how things are then;
# - of `then`, `alerts` and `stands` keep what the promise needs: what is left out is not looked at;
# - let {{who}} stand: another story can then begin where this one ends, with `after`.
"""
_LEFT_OUT = "# Left out, because the desk would not have it: {task} [{code}]\n"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The text of a story. `left_out`: what staff meant to do and could not, each with the refusal's code."""

    text: str
    protocol: Protocol
    day0: date
    steps: int
    events: int
    left_out: tuple[str, ...]


def new_story(shelf: Shelf, protocol: str, site: str | None, day0: date | None, folder: Path) -> Skeleton:
    """A story of a protocol (`id`, `id:version` or a file) that is going to stand in `folder`.

    `site`: a site of the shelf or a file; None: a plain one. `day0`: the day that days are counted from, on
    which that falls which most windows count from; None: as it falls by itself.

    Raises:
        NoSkeleton: nobody can pass the protocol, or what was planned is refused with that day 0.
        replay.story.shelf.NotOnShelf: there is no such document.
        protocols.problems.DocumentInvalid: there is one, and it is faulty.
    """
    asked, place = shelf.protocol(protocol, Path()), shelf.site(site, ZONE, Path())
    path = as_planned(asked, place, day0)
    zero = day_0_of(path)
    first, *later = _versions(shelf, asked, protocol)
    comments = _COMMENTS.format(protocol=asked.id, version=asked.version)
    comments += "".join(_LEFT_OUT.format(task=each.task, code=each.code) for each in path.given_up)
    counting = Counting(WHO, zero, place.zone, local_day(place, path.began), local_day(place, path.ended))

    def text(steps: Sequence[tuple[str | None, StepValue]], beside: Path | None) -> str:
        head: dict[str, Any] = {
            "promise": f"Whoever passes {asked.id} as it is planned has every visit on its day.",
            "protocol": _named(first, beside),
            **({"site": _named(site, beside)} if site is not None else {}),
            "people": {WHO: {"day0": day0 or zero}},
        }
        return text_of(comments, head, steps)

    def steps(beside: Path | None) -> list[StepValue]:
        return steps_of(path, counting, [_named(each, beside) for each in later])

    bare = steps(None)
    seen = _seen(text([(None, each) for each in bare], None), shelf)
    _prove(text(_expecting(bare, seen, asked), None), path, shelf)
    return Skeleton(
        text=text(_expecting(steps(folder), seen, asked), folder),
        protocol=asked,
        day0=day0 or zero,
        steps=len(bare),
        events=len(path.events),
        left_out=tuple(f"{each.task} [{each.code}]" for each in path.given_up),
    )


def _versions(shelf: Shelf, protocol: Protocol, name: str) -> list[str]:
    """The names of what is published, the first version first."""
    amends = protocol.document.amends
    own = name if is_file(name) else f"{protocol.id}:{protocol.version}"
    if amends is None:
        return [own]
    earlier = f"{protocol.id}:{amends.version}"
    try:
        return [*_versions(shelf, shelf.protocol(earlier, Path()), earlier), own]
    except NotOnShelf as error:
        raise NotOnShelf(f"{own} amends version {amends.version}: {error}") from error


def _named(name: str, beside: Path | None) -> str:
    """A document as a story in the folder `beside` names it; None: as it is named from anywhere."""
    if not is_file(name):
        return name
    return str(Path(name).resolve()) if beside is None else Path(relpath(name, beside)).as_posix()


def _expecting(
    steps: Sequence[StepValue], seen: Sequence[Seen], protocol: Protocol
) -> list[tuple[str | None, StepValue]]:
    """Each step with what followed, and with the stage it is the first of as its heading."""
    labels = {stage.code: stage.labels.en for stage in protocol.document.stages}
    told: list[tuple[str | None, StepValue]] = []
    for step, each in zip(steps, seen, strict=True):
        own = [recorded.event for recorded in each.of(each.who)]
        entered = [labels[event.stage] for event in own if isinstance(event, StageEntered)]
        heading = " and ".join(entered) or (None if told else labels[protocol.stages[0]])
        then = {"then": [*_in_short(event.TYPE for event in own)]} if "when" in step else {}
        told.append((heading, {**step, **then}))
    told[-1] = ("How it ends", {**steps[-1], **_ending(seen)})
    return told


def _in_short(types: Iterable[str]) -> Iterator[str]:
    """The same many times over is told once, with room for the others."""
    for type_, group in groupby(types):
        many = [*group]
        yield from many if len(many) <= _MOST_ALIKE else (type_, AND_MORE)


def _ending(seen: Sequence[Seen]) -> StepValue:
    """What is open in the end, and how the last items stand that anything was said of."""
    last = seen[-1]
    said = [getattr(recorded.event, "item", None) for each in seen for recorded in each.of(each.who)]
    items = [item for item in dict.fromkeys(reversed(said)) if item in last.stands][:_LAST_SHOWN]
    return {
        "alerts": {name: status for name, (status, _) in last.alerts.items()},
        "stands": {item: last.stands[item] for item in reversed(items)},
    }


def _seen(text: str, shelf: Shelf) -> list[Seen]:
    story = _read(text, shelf)
    stage = Stage(story)
    return [stage.take(line) for line in story.lines]


def _prove(text: str, path: PlayedStudy, shelf: Shelf) -> None:
    """Played, the story comes out as it says, and leads to the events of the path."""
    played = play(_read(text, shelf))
    if played.differences:
        raise NoSkeleton(f"the story does not come out as it says: {played.differences[0]}")
    stream = participant_stream(played.story.study, WHO)
    came, wanted = (
        [each.event.TYPE for each in events if each.stream == stream]
        for events in (played.events, path.events)
    )
    if came != wanted:
        raise NoSkeleton("the story does not lead to the events it is made from")


def _read(text: str, shelf: Shelf) -> Story:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.yaml"
        file.write_text(text, encoding="utf-8")
        return read_story(file, shelf)

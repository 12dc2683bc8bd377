"""Making a story from a record."""

from __future__ import annotations

from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.new_files import must_be_new, write_new
from console.cli.options import Local
from console.cli.printing import print_json, print_line
from console.cli.replaying_place import found_history
from console.cli.shapes import StoryMade
from replay.history import Foreign
from replay.story.recording import record_story
from replay.story.shelf import Shelf


def record_participant(
    local: Local,
    participant: str,
    study: str | None,
    place: tuple[str | None, Path | None],
    output: Path | None,
    shelf: Shelf,
) -> None:
    """Write the story of a participant of a store or an archive.

    Raises:
        Stopped: nobody of that code, a record the story does not lead to, or a file that is there already.
            Nothing is written then.
    """
    must_be_new(output)
    history = found_history(*place)
    studies = history.studies()
    if study is None and len(studies) != 1:
        raise Stopped(Exit.USAGE, f"state --study, one of: {', '.join(studies) or 'nothing is recorded'}")
    try:
        made = record_story(history, study or studies[0], participant, shelf)
    except Foreign as error:
        raise Stopped(Exit.REFUSED, str(error)) from error
    if output is not None:
        write_new(output, made.text)
    if local.as_json:
        print_json(StoryMade(str(output) if output else None, made.events, made.others, made.text))
    elif output is None:
        print_line(made.text)
    else:
        others = f", with {made.others} others whose lives matter to it" if made.others else ""
        print_line(f"{output}: {made.events} events come out as recorded{others}")

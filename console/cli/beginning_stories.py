"""Beginning a story of a protocol."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from console.cli.exits import Exit, Stopped
from console.cli.new_files import must_be_new, write_new
from console.cli.options import Local
from console.cli.printing import print_json, print_line
from console.cli.shapes import StoryBegun
from replay.course import Standstill
from replay.story.as_planned import NoSkeleton
from replay.story.shelf import NotOnShelf, Shelf
from replay.story.skeleton import new_story


def begin_story(
    local: Local, protocol: str, output: Path | None, site: str | None, day0: str | None, shelf: Shelf
) -> None:
    """Write a story in which somebody passes a protocol as it is planned.

    Raises:
        Stopped: a document is not there, nobody can pass it, or the file is there; nothing is written.
        protocols.problems.DocumentInvalid: a document is faulty.
    """
    zero = _day(day0)
    must_be_new(output)
    try:
        made = new_story(shelf, protocol, site, zero, output.parent if output is not None else Path())
    except NotOnShelf as error:
        raise Stopped(Exit.USAGE, str(error)) from error
    except OSError as error:
        raise Stopped(Exit.USAGE, f"{error.filename}: {error.strerror or error}") from error
    except (NoSkeleton, Standstill) as error:
        raise Stopped(Exit.REFUSED, str(error)) from error
    if output is not None:
        write_new(output, made.text)
    if local.as_json:
        print_json(
            StoryBegun(
                file=str(output) if output is not None else None,
                protocol=made.protocol.id,
                version=made.protocol.version,
                day0=made.day0,
                steps=made.steps,
                events=made.events,
                left_out=made.left_out,
                text=made.text,
            )
        )
    elif output is None:
        print_line(made.text)
    else:
        print_line(f"{output}: {made.steps} steps lead to {made.events} events; run it, then make it yours")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Stopped(Exit.USAGE, f"--day0 {text!r} is no day ({error}): write 2026-03-02") from error

"""What a person sees before signing an approval or the class of a deviation.

The rule that keeps it honest: nobody signs what was not shown, unless they say so; the hash of what was
shown goes with the signature.
"""

from __future__ import annotations

import sys

import typer

from console.cli.exits import Exit, Stopped
from console.cli.options import Asking, Looking
from console.cli.place import looking
from console.cli.printing import print_line
from domain.governance.approvals import MEANING, approved_content
from domain.governance.confirm import confirmed_content, meaning_of
from domain.refusal import Refused
from domain.signed import content_of
from domain.state import State, deviation_named

Words = tuple[str, str | None]
"""The words signed, and the hash of what they are over."""


def approved_words(asking: Asking, participant: str, name: str, *, yes: bool) -> Words:
    """The words of an approval, once the person has seen what was asked for and agreed.

    Raises:
        Stopped: nobody is there to agree, or they did not.
    """
    state = _state(asking, participant)
    asked = state.governance.approvals.get(name) if state is not None else None
    if state is None or asked is None:
        # The desk refuses what is not there, and keeps the attempt.
        return MEANING, None
    what = approved_content(state, asked)
    return _agreed(MEANING, what, yes=yes)


def classed_words(asking: Asking, participant: str, name: str, classed: str, *, yes: bool) -> Words:
    """The words of a class, once the person has seen the deviation and agreed.

    Raises:
        Stopped: nobody is there to agree, or they did not.
    """
    state = _state(asking, participant)
    try:
        deviation = deviation_named(state, name) if state is not None else None
    except LookupError:
        deviation = None
    if state is None or deviation is None:
        return meaning_of(classed), None
    return _agreed(meaning_of(classed), confirmed_content(state, deviation, classed), yes=yes)


def _agreed(meaning: str, what: dict[str, str], *, yes: bool) -> Words:
    content = content_of(what)
    if yes:
        return meaning, content
    for key, value in what.items():
        print_line(f"  {key:<12} {value}")
    print_line(f"content {content}")
    if not sys.stdin.isatty():
        raise Stopped(Exit.USAGE, "nobody is at the terminal to confirm: say --yes to sign all the same")
    if not typer.confirm(f"Sign: “{meaning}”?"):
        raise Stopped(Exit.REFUSED, "not signed")
    return meaning, content


def _state(asking: Asking, participant: str) -> State | None:
    with looking(Looking(study=asking.study)) as look:
        try:
            return look.state(participant)
        except Refused:
            return None

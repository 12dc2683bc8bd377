"""Sending several results of one day, each as a command of its own.

The rule that keeps it honest: each result has its own id, made from one, so asking again with that id records
what is missing and doubles nothing; the first refusal ends it and says what was recorded before.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.cli.exits import Stopped
from console.cli.options import Asking
from console.cli.printing import print_json, print_line
from console.cli.sending import asked, asked_study, sentence
from console.cli.shapes import CommandRecorded
from settings import read_settings


def send_results(asking: Asking, participant: str, stated: Sequence[Mapping[str, str]]) -> None:
    """Ask for each result in turn and print what was recorded.

    Raises:
        Stopped: one was refused, or its outcome is unknown; those before it are recorded.
    """
    one_id = asking.command_id or str(uuid.uuid4())
    asking = replace(asking, study=asked_study(asking, read_settings()))
    recorded: list[CommandRecorded] = []
    for each in stated:
        own = replace(asking, command_id=f"{one_id}/{each['observation']}")
        try:
            recorded.append(asked(own, participant, "record_result", {"result": each}))
        except Stopped as stopped:
            names = ", ".join(known["observation"] for known in stated[: len(recorded)]) or "nothing"
            text = f"{stopped}; recorded before it: {names}; ask again with --id {one_id}"
            raise Stopped(stopped.code, text, stopped.data) from stopped
        if not asking.as_json:
            what = " ".join(each[part] for part in ("observation", "value", "unit") if part in each)
            print_line(sentence(participant, f"{what} recorded", recorded[-1]))
    if asking.as_json:
        print_json(recorded)

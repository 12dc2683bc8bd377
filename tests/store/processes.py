"""Starts writers as processes, and asks whether what they left is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from store import Store
from store.verify import verify
from tests.store.making import stream_of, views_of

ROOT = Path(__file__).parents[2]


def start_writer(url: str, participant: str, prefix: str, count: int) -> subprocess.Popen[str]:
    """A process that records `count` decisions and prints each once it is committed."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", url, participant, prefix, str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )


def commands_of(store: Store, participant: str) -> list[str]:
    """Ids of the participant's commands in the order of the record, two events each, none twice."""
    with store.reading() as reading:
        ids = [each.stamp.command_id for each in reading.events(stream_of(participant))]
    assert ids[::2] == ids[1::2]
    return ids[::2]


def assert_sound(store: Store) -> None:
    """Chains, ends, commands and read models all hold."""
    assert [str(problem) for problem in verify(store, views_of).problems] == []

"""Histories taken from the real server into a folder, and taken up again."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from console.embedded import EmbeddedTemporal
from console.histories import NoHistory, history_files, read_history, take_histories
from settings import ROOT
from tests.workflows.sending import Sender, eventually
from tests.workflows.serving import serving
from tests.workflows.small_desk import SmallDesk
from tests.workflows.test_schedules import own_client
from workflows.names import PARTICIPANT
from workflows.start import ParticipantInput

__all__ = ["own_client"]


async def test_what_was_taken_is_not_taken_again(own_client: Client, tmp_path: Path) -> None:
    """An ended run is taken once; one that goes on is taken anew, and once it has ended it is one file."""
    desk = SmallDesk()
    async with serving(own_client, desk, "taking"):
        ended, running = Sender(own_client, "taking"), Sender(own_client, "taking")
        for sender in (ended, running):
            await sender.send("c-1", "register")
        await ended.send("c-2", "close")
        await ended.handle.result()

        async def listed(states: list[str]) -> bool:
            await take_histories(own_client, tmp_path)
            return sorted(file.stem.rpartition("~")[2] for file in history_files(tmp_path)) == states

        await eventually(lambda: listed(["closed", "open"]))
        (tmp_path / "cut.part").write_text("{", encoding="utf-8")
        again = await take_histories(own_client, tmp_path)
        assert (len(again.files), again.fetched) == (2, 1)
        assert {read_history(file).workflow_id for file in again.files} == {
            ended.handle.id,
            running.handle.id,
        }
        await running.send("c-2", "close")
        await running.handle.result()
        await eventually(lambda: listed(["closed", "closed"]))


async def test_taking_goes_on_where_it_was_killed(own_client: Client, tmp_path: Path) -> None:
    """Killed in the middle, it leaves whole files only; taken up again, all are there and all are whole."""
    await started(own_client, MANY)
    folder = tmp_path / "histories"
    with taking(own_client, folder) as process:
        await eventually(lambda: taken(folder, 20))
        process.kill()
    kept = history_files(folder)
    assert 20 <= len(kept) < MANY
    assert all(len(read_history(file).events) == 2 for file in kept)
    again = await take_histories(own_client, folder)
    assert len({read_history(file).workflow_id for file in again.files}) == MANY


async def test_what_a_power_cut_left_is_taken_again(own_client: Client, tmp_path: Path) -> None:
    """A file of an ended run that is empty, or ends in zeros, is not taken for a history that is there."""
    await started(own_client, 2)
    for number in range(2):
        await own_client.get_workflow_handle(f"taken-{number}").terminate()

    async def both_ended() -> bool:
        shutil.rmtree(tmp_path / "kept", ignore_errors=True)
        await take_histories(own_client, tmp_path / "kept")
        return all(file.stem.endswith("~closed") for file in history_files(tmp_path / "kept"))

    await eventually(both_ended)
    empty, zeros = history_files(tmp_path / "kept")
    empty.write_bytes(b"")
    zeros.write_bytes(zeros.read_bytes()[:-5] + b"\0" * 5)
    again = await take_histories(own_client, tmp_path / "kept")
    assert again.fetched == 2
    assert all(read_history(file).events for file in again.files)


async def test_a_server_that_is_lost_is_said_to_be(
    own_client: Client, own_temporal: EmbeddedTemporal, tmp_path: Path
) -> None:
    """The server gone, taking ends with the one error the command line has an answer for."""
    await started(own_client, 1)
    await asyncio.to_thread(own_temporal.stop)
    with pytest.raises(RPCError):
        await take_histories(own_client, tmp_path)


async def test_a_folder_that_cannot_be_written_to_is_named(own_client: Client, tmp_path: Path) -> None:
    """A file where the folder should be ends it with its name."""
    (tmp_path / "kept").touch()
    with pytest.raises(NoHistory, match="kept: File exists"):
        await take_histories(own_client, tmp_path / "kept")


MANY = 300


async def started(client: Client, many: int) -> None:
    """So many timelines that no worker serves, each of them listed by the server."""
    for number in range(many):
        await client.start_workflow(
            PARTICIPANT, ParticipantInput("S", f"P-{number}"), id=f"taken-{number}", task_queue="nobody"
        )

    async def listed() -> bool:
        return (await client.count_workflows(f"WorkflowType = '{PARTICIPANT}'")).count == many

    await eventually(listed)


@contextmanager
def taking(client: Client, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that takes all histories of a server."""
    line = [sys.executable, "-c", _TAKE, client.service_client.config.target_host, str(folder)]
    with subprocess.Popen(line, cwd=ROOT) as process:
        yield process


_TAKE = """
import asyncio, pathlib, sys
from temporalio.client import Client
from console.histories import take_histories

async def main():
    await take_histories(await Client.connect(sys.argv[1]), pathlib.Path(sys.argv[2]))

asyncio.run(main())
"""


def taken(folder: Path, fewest: int) -> bool:
    """Whether so many files are there."""
    return len(list(folder.glob("*.json"))) >= fewest

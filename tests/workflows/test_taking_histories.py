"""Histories taken from the real server into a folder, and taken up again."""

from __future__ import annotations

from pathlib import Path

from temporalio.client import Client

from console.histories import history_files, read_history, take_histories
from tests.workflows.sending import Sender, eventually
from tests.workflows.serving import serving
from tests.workflows.small_desk import SmallDesk
from tests.workflows.test_schedules import own_client

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

"""Workflow histories as files: taken from a server many at a time, and taken up again where it was cut.

The rule that keeps it honest: a file is whole or not there; what can still grow is always taken anew, and a
file that is no history is named, never skipped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHistory

from workflows.names import DIGEST, PARTICIPANT, STUDY, WATCHDOG

AT_ONCE = 16
_CLOSED, _OPEN = "closed", "open"


@dataclass(frozen=True, slots=True)
class Taken:
    """`files`: every history in the folder by now; `fetched` of them were taken just now."""

    files: tuple[Path, ...]
    fetched: int


class NoHistory(ValueError):
    """A file or folder that holds no history."""


async def take_histories(client: Client, folder: Path, tell: Callable[[int], None] = lambda _: None) -> Taken:
    """Put the history of every workflow of ours that the server still has into a folder.

    Runs that have ended and are there already are not asked for again. `tell`: how many are done, from time
    to time.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    turn, files, fetched = asyncio.Semaphore(AT_ONCE), list[Path](), 0

    async def one(execution: WorkflowExecution) -> None:
        nonlocal fetched
        async with turn:
            file = folder / _name(execution)
            if _grows(execution) or not await asyncio.to_thread(file.exists):
                await _take(client, execution, file)
                fetched += 1
            files.append(file)
            if len(files) % 100 == 0:
                tell(len(files))

    async with asyncio.TaskGroup() as group:
        async for execution in _ours(client):
            group.create_task(one(execution))
    return Taken(tuple(sorted(files)), fetched)


def history_files(folder: Path) -> tuple[Path, ...]:
    """The histories in a folder.

    Raises:
        NoHistory: there is none.
    """
    files = tuple(sorted(folder.glob("*.json")))
    if not files:
        raise NoHistory(f"{folder} holds no history (*.json)")
    return files


def read_history(file: Path) -> WorkflowHistory:
    """The history in a file.

    Raises:
        NoHistory: it is none, or only a part of one; the text says which file and what is wrong.
    """
    workflow_id = unquote(file.stem.partition("~")[0])
    try:
        history = WorkflowHistory.from_json(workflow_id, file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoHistory(f"{file.name}: no workflow history ({error})") from error
    numbers = [each.event_id for each in history.events]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        missing = next((n for n, each in enumerate(numbers, start=1) if n != each), len(numbers) + 1)
        raise NoHistory(f"{file.name}: event {missing} is missing or not in its place")
    return history


async def _ours(client: Client) -> AsyncIterator[WorkflowExecution]:
    query = " OR ".join(f"WorkflowType = '{each}'" for each in (PARTICIPANT, STUDY, DIGEST, WATCHDOG))
    async for execution in client.list_workflows(query):
        yield execution


def _grows(execution: WorkflowExecution) -> bool:
    return execution.status is WorkflowExecutionStatus.RUNNING


def _name(execution: WorkflowExecution) -> str:
    state = _OPEN if _grows(execution) else _CLOSED
    return f"{quote(execution.id, safe='')}~{execution.run_id}~{state}.json"


async def _take(client: Client, execution: WorkflowExecution, file: Path) -> None:
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    text = (await handle.fetch_history()).to_json()
    await asyncio.to_thread(_keep, file, text)


def _keep(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    if file.stem.endswith(_CLOSED):
        # It was taken while it ran: what is whole now replaces it.
        file.with_name(file.name.replace(f"~{_CLOSED}.json", f"~{_OPEN}.json")).unlink(missing_ok=True)

"""Workflow histories as files: taken from a server many at a time, and taken up again where it was cut.

The rule that keeps it honest: a file is whole or not there; what can still grow is always taken anew, and a
file that is no history is named, never skipped.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from google.protobuf.json_format import ParseError
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from console.history_shape import OURS, fault_in

AT_ONCE = 16
_CLOSED, _OPEN = "closed", "open"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ParseError)


@dataclass(frozen=True, slots=True)
class Taken:
    """`files`: every history in the folder by now; `fetched` of them were taken just now."""

    files: tuple[Path, ...]
    fetched: int


class NoHistory(ValueError):
    """A file or folder that holds no history, or cannot be given one."""


async def take_histories(client: Client, folder: Path, tell: Callable[[int], None] = lambda _: None) -> Taken:
    """Put the history of every workflow of ours that the server still has into a folder.

    Runs that have ended and are there already are not asked for again. `tell`: how many are done, from time
    to time.

    Raises:
        RPCError: the server was lost; what was taken stays, and the next call goes on from there.
        NoHistory: the folder cannot be written to.
    """
    await asyncio.to_thread(_make, folder)
    turn, files, fetched = asyncio.Semaphore(AT_ONCE), list[Path](), 0

    async def one(execution: WorkflowExecution) -> None:
        nonlocal fetched
        async with turn:
            file = folder / _name(execution)
            if _grows(execution) or not await asyncio.to_thread(_is_whole, file):
                if not await _take(client, execution, file):
                    return
                fetched += 1
            files.append(file)
            if len(files) % 100 == 0:
                tell(len(files))

    try:
        async with asyncio.TaskGroup() as group:
            async for execution in _ours(client):
                group.create_task(one(execution))
    except ExceptionGroup as lost:
        expected = lost.subgroup((RPCError, NoHistory))
        if expected is None:
            raise
        # One is as good as sixteen: all have the same cause.
        raise expected.exceptions[0] from lost
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
    except _UNREADABLE as error:
        raise NoHistory(f"{file.name}: no workflow history ({error})") from error
    fault = fault_in(history.events, ended=file.stem.endswith(f"~{_CLOSED}"))
    if fault is not None:
        raise NoHistory(f"{file.name}: {fault}")
    return history


async def _ours(client: Client) -> AsyncIterator[WorkflowExecution]:
    query = " OR ".join(f"WorkflowType = '{each}'" for each in OURS)
    async for execution in client.list_workflows(query):
        yield execution


def _grows(execution: WorkflowExecution) -> bool:
    return execution.status is WorkflowExecutionStatus.RUNNING


def _name(execution: WorkflowExecution) -> str:
    state = _OPEN if _grows(execution) else _CLOSED
    return f"{quote(execution.id, safe='')}~{execution.run_id}~{state}.json"


async def _take(client: Client, execution: WorkflowExecution, file: Path) -> bool:
    """Whether it was there to be taken: an ended run may be forgotten by the server at any moment."""
    handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
    try:
        text = (await handle.fetch_history()).to_json()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    await asyncio.to_thread(_keep, file, text)
    return True


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoHistory(f"{folder}: {error.strerror or error}") from error


def _is_whole(file: Path) -> bool:
    """Whether a file is there to its end: what a power cut left of one is nothing, or zeros."""
    try:
        with file.open("rb") as kept:
            kept.seek(-1, os.SEEK_END)
            return kept.read() == b"}"
    except OSError:
        return False


def _keep(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise NoHistory(f"{file}: {error.strerror or error}") from error
    if file.stem.endswith(_CLOSED):
        # It was taken while it ran: what is whole now replaces it.
        file.with_name(file.name.replace(f"~{_CLOSED}.json", f"~{_OPEN}.json")).unlink(missing_ok=True)

"""The embedded server on its file: durable, ours alone, and back after any end."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from console.embedded import (
    SEARCH_ATTRIBUTES,
    DatabaseClaimed,
    EmbeddedTemporal,
    EmbeddedTemporalError,
    find_temporal_binary,
    free_port,
)
from settings import ROOT

# Starts a server on the file it is given, says so, and waits to be killed.
OWNER = """
import sys, time
from pathlib import Path
from console.embedded import EmbeddedTemporal, find_temporal_binary, free_port
folder = Path(sys.argv[1])
server = EmbeddedTemporal.start(
    find_temporal_binary().path, folder / "temporal.sqlite3", free_port(), None, folder / "log"
)
server.wait_ready()
print(server.pid, flush=True)
time.sleep(600)
"""


def start(folder: Path, **changes: object) -> EmbeddedTemporal:
    """A server on the file in `folder`."""
    options: dict[str, object] = {
        "binary": find_temporal_binary().path,
        "db_file": folder / "temporal.sqlite3",
        "port": free_port(),
        "ui_port": None,
        "log_file": folder / "log",
        **changes,
    }
    return EmbeddedTemporal.start(**options)  # type: ignore[arg-type]


async def start_workflow(address: str, workflow_id: str) -> None:
    """An execution that waits for a worker that never comes."""
    client = await Client.connect(address)
    await client.start_workflow("Waiting", id=workflow_id, task_queue="nobody")


async def is_running(address: str, workflow_id: str) -> bool:
    """Whether the server knows the execution."""
    description = await (await Client.connect(address)).get_workflow_handle(workflow_id).describe()
    return description.status is not None and description.status.name == "RUNNING"


@pytest.mark.fault
async def test_acknowledged_start_survives_a_kill_of_the_server(own_temporal: EmbeddedTemporal) -> None:
    """What the server acknowledged is there after kill -9 and a restart on the same port and file."""
    workflow_id = f"kept-{uuid.uuid4()}"
    await start_workflow(own_temporal.address, workflow_id)
    before = own_temporal.pid
    own_temporal.kill()
    own_temporal.restart()
    own_temporal.wait_ready()
    assert own_temporal.pid != before
    assert await is_running(own_temporal.address, workflow_id)


def test_file_is_written_ahead(own_temporal: EmbeddedTemporal, tmp_path: Path) -> None:
    """The server's file is in write-ahead mode: with full sync, no power cut takes an acknowledged step."""
    (db_file,) = tmp_path.glob("*.sqlite3")
    with sqlite3.connect(db_file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    command = Path(f"/proc/{own_temporal.pid}/cmdline")
    if command.exists():
        assert "synchronous=2" in command.read_text().split("\0")


def test_taken_port_is_refused_and_never_adopted(own_temporal: EmbeddedTemporal, tmp_path: Path) -> None:
    """A server that happens to listen is not used: the port is refused with a clear error."""
    port = int(own_temporal.address.rpartition(":")[2])
    with pytest.raises(EmbeddedTemporalError, match=f"port {port} .* is taken"):
        start(tmp_path / "second", port=port)


def test_taken_page_port_is_refused(tmp_path: Path) -> None:
    """The port of Temporal's pages is checked too."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EmbeddedTemporalError, match="is taken"):
            start(tmp_path, ui_port=taken.getsockname()[1])


@pytest.mark.fault
def test_file_has_one_server_and_an_orphan_is_stopped(tmp_path: Path) -> None:
    """While its owner lives nobody else serves a file; when the owner was killed, its server is stopped."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    orphan = int(owner.stdout.readline())
    with pytest.raises(DatabaseClaimed, match=f"process {owner.pid} already runs"):
        start(tmp_path)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    os.kill(orphan, 0)  # still there: raises otherwise
    with start(tmp_path) as server:
        server.wait_ready()
        assert not _alive(orphan)


def test_server_that_ends_by_itself_says_why(tmp_path: Path) -> None:
    """When the program ends instead of serving, its last words are in the error."""
    program = tmp_path / "temporal"
    program.write_text("#!/bin/sh\necho 'Error: no space left on device'\nexit 7\n")
    program.chmod(0o755)
    server = start(tmp_path, binary=program)
    with pytest.raises(EmbeddedTemporalError, match=r"exit code 7.*no space left on device"):
        server.wait_ready()
    server.stop()


async def test_older_file_gets_the_search_attributes_it_lacks(tmp_path: Path) -> None:
    """A file made before a search attribute existed has it after the next start."""
    with start(tmp_path, search_attributes={"DayZeroStudy": "Keyword"}) as server:
        server.wait_ready()
        assert await _attributes(server.address) >= {"DayZeroStudy"}
        assert "DayZeroNextDue" not in await _attributes(server.address)
    with start(tmp_path) as server:
        server.wait_ready()
        assert await _attributes(server.address) >= set(SEARCH_ATTRIBUTES)


def test_stop_is_harmless_when_the_server_is_gone(tmp_path: Path) -> None:
    """A server that was ended from outside can be stopped and started again."""
    server = start(tmp_path)
    server.wait_ready()
    os.kill(server.pid, signal.SIGKILL)
    while server.alive:
        time.sleep(0.01)
    server.stop()
    server.restart()
    server.wait_ready()
    server.stop()


async def _attributes(address: str) -> set[str]:
    client = await Client.connect(address)
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    return set(there.custom_attributes)


def _alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not collected by its new parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"

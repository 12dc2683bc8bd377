"""A store and a worker at a real server, and a terminal to type in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from console.last_replay import LastReplay, last_replay
from settings import ROOT
from store import open_store
from tests.console.terminal import Said, Terminal


class Place:
    """A store and a worker at a server, and a terminal to type in."""

    def __init__(self, home: Path, temporal_address: str) -> None:
        queue = f"live-{uuid.uuid4().hex[:8]}"
        self._environment = {
            "DAYZERO_HOME": str(home),
            "DAYZERO_TEMPORAL_ADDRESS": temporal_address,
            "DAYZERO_TASK_QUEUE": queue,
            "DAYZERO_DEPLOYMENT_NAME": queue,
            "DAYZERO_ACTOR": "coordinator-1",
        }
        self._log = home / "worker.log"
        self.worker: subprocess.Popen[bytes] | None = None

    def __call__(self, *words: str) -> Said:
        """Type one command line, now."""
        return Terminal(self._environment, at=None)(*words)

    def last_replay(self) -> LastReplay | None:
        """What the store keeps of the last replay."""
        store = open_store(f"sqlite:///{self._environment['DAYZERO_HOME']}/dayzero.sqlite3")
        with store.reading() as reading:
            found = last_replay(reading)
        store.close()
        return found

    def as_process(self, *words: str) -> subprocess.Popen[bytes]:
        """Type one command line as a process of its own, as people do."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYZERO_")}
        environment = {**clean, **self._environment, "PYTHONTZPATH": ""}
        with self._log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "console", *words],
                cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start_worker(self) -> None:
        """A worker as `dayzero worker` runs it; returns once the doctor sees it on every queue."""
        self.worker = self.as_process("worker")
        until = time.monotonic() + 90
        seen: list[str] = []
        while seen != ["ok", "ok", "ok"]:
            assert time.monotonic() < until, self._log.read_text(encoding="utf-8")
            time.sleep(0.3)
            findings = self("doctor", "--json").data
            seen = [each["health"] for each in findings if each["part"].startswith("worker")]

    def stop_worker(self) -> int:
        """Ask the worker to end; its exit code."""
        assert self.worker is not None
        if self.worker.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
        return self.worker.wait(60)

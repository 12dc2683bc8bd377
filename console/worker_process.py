"""The worker as a process of its own beside `dayzero up`: started, watched, started again.

The rule that keeps it honest: the same `worker.py` as in production, told everything through the environment;
that it ended by itself is said, never hidden.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from settings import ROOT


class WorkerProcess:
    """One worker. `ensure` starts it again when it has ended by itself."""

    def __init__(self, environment: Mapping[str, str], log_file: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log_file = log_file
        self._process: subprocess.Popen[bytes] | None = None

    def ensure(self) -> int | None:
        """Make sure a worker runs; the exit code of the one that had ended, if one had."""
        ended = None if self._process is None else self._process.poll()
        if self._process is None or ended is not None:
            self._start()
        return ended

    def stop(self, timeout_s: float = 20.0) -> None:
        """Ask the worker to finish what it holds, and kill it if it has not after `timeout_s`."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, str(ROOT / "worker.py"), "--current"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A Ctrl-C in the terminal is for `up`, which then ends the worker in order.
                start_new_session=True,
            )

"""A Temporal server of our own, for one machine: started, watched and stopped with the product.

The rules that keep it honest: it never adopts a server it did not start, and its file is never less durable
than an acknowledged step (write-ahead log, full sync).
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from console.database_claim import DatabaseClaim, DatabaseClaimed
from console.temporal_binary import FoundBinary, TemporalBinaryMissing, find_temporal_binary
from console.temporal_ready import SEARCH_ATTRIBUTES, why_not_ready

__all__ = [
    "SEARCH_ATTRIBUTES",
    "DatabaseClaimed",
    "EmbeddedTemporal",
    "EmbeddedTemporalError",
    "FoundBinary",
    "TemporalBinaryMissing",
    "find_temporal_binary",
    "free_port",
]

HOST = "127.0.0.1"

# A single command takes 50 ms as the development server ships and 15 ms with these (measured).
_DYNAMIC_CONFIG: Mapping[str, str] = {
    "history.timerProcessorMaxTimeShift": '"10ms"',
    "history.timerProcessorMaxPollRPS": "2000",
    "history.transferProcessorMaxPollRPS": "2000",
    "history.visibilityProcessorMaxPollRPS": "2000",
}
_VIRTUAL_TIME: Mapping[str, str] = {"frontend.WorkflowTimeSkippingEnabled": "true"}

# As shipped (rollback journal), a power cut can lose the last acknowledged step. 2 is FULL.
_PRAGMAS = ("journal_mode=WAL", "synchronous=2")


class EmbeddedTemporalError(RuntimeError):
    """The embedded server could not be started or kept; the text says why and ends with its last words."""


@dataclass(frozen=True, slots=True)
class _Options:
    binary: Path
    db_file: Path | None
    port: int
    ui_port: int | None
    log_file: Path
    search_attributes: Mapping[str, str]
    namespace: str
    virtual_time: bool


@dataclass(slots=True)
class EmbeddedTemporal:
    """One server process. Make it with `start`; `wait_ready` before use; `stop` or `kill` at the end."""

    _options: _Options
    _process: subprocess.Popen[bytes] = field(init=False)
    _claim: DatabaseClaim | None = field(init=False, default=None)
    _log_offset: int = field(init=False, default=0)

    @classmethod
    def start(
        cls,
        binary: Path,
        db_file: Path | None,
        port: int,
        ui_port: int | None,
        log_file: Path,
        search_attributes: Mapping[str, str] = SEARCH_ATTRIBUTES,
        namespace: str = "default",
        *,
        virtual_time: bool = False,
    ) -> Self:
        """Start a server on loopback and return at once.

        db_file None keeps everything in memory; ui_port None serves no pages; virtual_time lets workflows
        that ask for it skip over their timers (for tests).
        Raises EmbeddedTemporalError when a port is taken, DatabaseClaimed when another process has the file.
        """
        server = cls(
            _Options(binary, db_file, port, ui_port, log_file, search_attributes, namespace, virtual_time)
        )
        server._launch()
        return server

    @property
    def address(self) -> str:
        """Host and port of the gRPC frontend."""
        return f"{HOST}:{self._options.port}"

    @property
    def ui_address(self) -> str | None:
        """Address of Temporal's own pages, or None when they are not served."""
        return None if self._options.ui_port is None else f"http://{HOST}:{self._options.ui_port}"

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is there; says nothing about being ready."""
        return self._process.poll() is None

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        """Block until the server answers for the namespace and has every search attribute.

        From a running event loop, call it through `asyncio.to_thread`. Raises EmbeddedTemporalError.
        """
        until = time.monotonic() + timeout_s
        reason: str | None = "nothing listens yet"
        while time.monotonic() < until:
            if not self.alive:
                code = self._process.returncode
                raise EmbeddedTemporalError(
                    f"the Temporal server ended by itself (exit code {code}): {self._last_words()}"
                )
            if not _is_free(self._options.port):
                reason = why_not_ready(self.address, self._options.namespace, self._options.search_attributes)
                if reason is None:
                    return
            time.sleep(0.05)
        raise EmbeddedTemporalError(
            f"the Temporal server was not ready after {timeout_s:.0f} s ({reason}): {self._last_words()}"
        )

    def kill(self) -> None:
        """End the process at once (SIGKILL), as a crash would; the file stays."""
        self._process.kill()
        self._process.wait()
        self._release()

    def stop(self, timeout_s: float = 15.0) -> None:
        """Ask the server to end, and kill it if it has not after `timeout_s`. Harmless when it is gone."""
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._release()

    def restart(self) -> None:
        """Start again, after `kill`, `stop` or a crash, with the same ports and file; then `wait_ready`."""
        self.stop()
        self._launch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        options = self._options
        _refuse_taken_ports(options)
        options.log_file.parent.mkdir(parents=True, exist_ok=True)
        self._log_offset = options.log_file.stat().st_size if options.log_file.exists() else 0
        if options.db_file is None:
            self._process = _spawn(options, ())
            return
        options.db_file.parent.mkdir(parents=True, exist_ok=True)
        self._claim = DatabaseClaim(options.db_file)
        self._claim.take()
        try:
            with self._claim.server_lock() as lock:
                self._process = _spawn(options, (lock.fd,))
                lock.record(self._process.pid)
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._claim is not None:
            self._claim.release()

    def _last_words(self) -> str:
        with self._options.log_file.open("rb") as log:
            log.seek(self._log_offset)
            lines = [line for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return " | ".join(lines[-3:]) or f"it wrote nothing to {self._options.log_file}"


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_taken_ports(options: _Options) -> None:
    for port in (options.port, options.ui_port):
        if port is not None and not _is_free(port):
            raise EmbeddedTemporalError(
                f"port {port} on {HOST} is taken by another program. Day Zero uses only a server it started "
                "itself, or the one DAYZERO_TEMPORAL_ADDRESS names: free the port or choose another"
            )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without this, connections of a server just killed would make its port look taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _spawn(options: _Options, inherited: tuple[int, ...]) -> subprocess.Popen[bytes]:
    # The caller's TEMPORAL_* variables steer the command-line program and must not steer our server.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    with options.log_file.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  (the program that was found)
            _command_line(options),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            pass_fds=inherited,
            # Its own session: Ctrl-C reaches us alone, so that the worker drains before the server goes.
            start_new_session=True,
        )


def _command_line(options: _Options) -> list[str]:
    line = [str(options.binary), "server", "start-dev", "--ip", HOST, "--port", str(options.port)]
    line += ["--namespace", options.namespace, "--log-level", "warn", "--ui-disable-news-fetch"]
    line += ["--headless"] if options.ui_port is None else ["--ui-port", str(options.ui_port)]
    if options.db_file is not None:
        line += ["--db-filename", str(options.db_file)]
        line += [part for pragma in _PRAGMAS for part in ("--sqlite-pragma", pragma)]
    config = {**_DYNAMIC_CONFIG, **(_VIRTUAL_TIME if options.virtual_time else {})}
    line += [part for key, value in config.items() for part in ("--dynamic-config-value", f"{key}={value}")]
    wanted = options.search_attributes.items()
    return line + [part for name, kind in wanted for part in ("--search-attribute", f"{name}={kind}")]

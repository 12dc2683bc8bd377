"""The claim one process has on an embedded server's database file.

Two servers on one file would destroy it. Two locks, which the operating system drops however a process ends:
one is held by whoever started the server, one by the server. Whoever finds the first free and the second held
knows that the server's owner died, and that the server may be stopped.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE_S = 10.0


class DatabaseClaimed(RuntimeError):
    """Another live process uses this database file."""


class DatabaseClaim:
    """The right to serve one database file; released by `release()` or by the process's end."""

    def __init__(self, db_file: Path) -> None:
        self._db_file = db_file
        self._owner_file = db_file.with_name(db_file.name + ".owner")
        self._server_file = db_file.with_name(db_file.name + ".server")
        self._owner_fd: int | None = None

    def take(self) -> None:
        """Claim the file and stop a server whose owner is gone. Raises DatabaseClaimed."""
        owner_fd = _open(self._owner_file)
        if not _lock(owner_fd):
            holder = _read_pid(owner_fd)
            os.close(owner_fd)
            raise DatabaseClaimed(
                f"process {holder} already runs an embedded Temporal server on {self._db_file}; "
                "stop it, or use another data folder (DAYZERO_HOME)"
            )
        _write_pid(owner_fd, os.getpid())
        self._owner_fd = owner_fd
        try:
            _stop_orphan(self._server_file)
        except BaseException:
            self.release()
            raise

    def server_lock(self) -> ServerLock:
        """The lock to hand to the server as an inherited descriptor."""
        return ServerLock(self._server_file)

    def release(self) -> None:
        """Give the claim up; harmless when it is not held."""
        if self._owner_fd is not None:
            os.close(self._owner_fd)
            self._owner_fd = None


class ServerLock:
    """A held lock whose descriptor a child inherits; after the `with`, only the child holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.fd = -1

    def __enter__(self) -> Self:
        self.fd = _open(self._path)
        if not _lock(self.fd):
            os.close(self.fd)
            raise DatabaseClaimed(f"a server still holds {self._path}")
        return self

    def record(self, pid: int) -> None:
        """Note which process holds the lock, for the one who may have to stop it."""
        _write_pid(self.fd, pid)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.fd)


def _stop_orphan(server_file: Path) -> None:
    fd = _open(server_file)
    try:
        for sign in (None, signal.SIGTERM, signal.SIGKILL):
            if sign is not None and (pid := _read_pid(fd)):
                _signal(pid, sign)
            if _lock_within(fd, 0.0 if sign is None else _PATIENCE_S):
                return
        raise DatabaseClaimed(f"a server whose owner is gone (process {_read_pid(fd)}) does not stop")
    finally:
        os.close(fd)


def _lock_within(fd: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not _lock(fd):
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
    return True


def _signal(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return  # it ended meanwhile; the lock says the rest


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(fd: int) -> int | None:
    text = os.pread(fd, 32, 0).decode("ascii", errors="replace").strip()
    return int(text) if text.isdigit() else None


def _write_pid(fd: int, pid: int) -> None:
    os.ftruncate(fd, 0)
    os.pwrite(fd, str(pid).encode("ascii"), 0)

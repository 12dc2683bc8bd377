"""A PostgreSQL cluster that belongs to one test run: made by initdb, never the machine's own.

PostgreSQL refuses to run as root, so under root it runs as an unprivileged user of the system.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

HOST = "127.0.0.1"
OWNER = "dayzero"

# Durability stays as it ships (fsync, synchronous_commit): the store refuses less, and so do its tests.
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
}


class PostgresMissing(RuntimeError):
    """PostgreSQL's server programs are not on this machine."""


class PostgresEnded(RuntimeError):
    """The server ended without being asked; the text has its last words."""


@dataclass(slots=True)
class PostgresCluster:
    """One running cluster. Make it with `start`; `new_database` gives an empty one; `stop` removes all."""

    folder: Path
    port: int
    _binaries: Path
    _password: str
    _process: subprocess.Popen[bytes]

    @classmethod
    def start(cls) -> Self:
        """Make a cluster with checksums on a free loopback port and wait until it answers."""
        binaries = find_postgres()
        # Not pytest's folder: under root that one is closed to the user PostgreSQL runs as.
        folder = Path(tempfile.mkdtemp(prefix="dayzero-postgres-"))
        password = secrets.token_hex(16)
        _initialise(binaries, folder, password)
        port = _free_port()
        cluster = cls(folder, port, binaries, password, _spawn(binaries, folder, port))
        cluster.wait_ready()
        return cluster

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database of this cluster."""
        return f"postgresql+psycopg://{OWNER}:{self._password}@{HOST}:{self.port}/{database}"

    def new_database(self) -> str:
        """Address of a new, empty database."""
        name = f"test_{secrets.token_hex(6)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database that `new_database` gave, whoever is still connected to it."""
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)".encode())

    def kill(self) -> None:
        """End the server at once (SIGKILL), as a crash would; its backends end when they notice."""
        self._process.kill()
        self._process.wait()

    def restart(self, timeout_s: float = 60.0) -> None:
        """Start again after `kill`, on the same port and files, and wait until recovery is over."""
        until = time.monotonic() + timeout_s
        while True:
            self._process = _spawn(self._binaries, self.folder, self.port)
            try:
                self.wait_ready(timeout_s)
            except PostgresEnded:
                # A backend of the killed server may still hold its shared memory.
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def wait_ready(self, timeout_s: float = 60.0) -> None:
        """Block until the server takes connections."""
        until = time.monotonic() + timeout_s
        while True:
            if self._process.poll() is not None:
                raise PostgresEnded(f"PostgreSQL ended by itself: {self._log()}")
            try:
                self._connect().close()
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL did not start: {error}; {self._log()}") from error
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End the server without a checkpoint (nothing of it is kept) and remove its files."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        shutil.rmtree(self.folder)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=OWNER,
            password=self._password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        )

    def _log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]


def find_postgres() -> Path:
    """The folder of PostgreSQL's server programs, the newest if there are several. Raises PostgresMissing."""
    for folder in _places():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing(
        "the tests need PostgreSQL 15 or newer and found no initdb. `make test` installs it on Debian-like "
        "systems; elsewhere install it yourself. To run without: DAYZERO_TEST_POSTGRES=skip"
    )


def _places() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        # Debian and others link the program into a common folder; `postgres` lies beside the real one.
        yield Path(on_path).resolve().parent
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        yield from sorted(Path("/").glob(pattern), key=_version, reverse=True)


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _initialise(binaries: Path, folder: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="ascii")
    user = _unprivileged()
    if user is not None:
        for path in (folder, password_file):
            os.chown(path, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [
            str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username", OWNER,
            "--pwfile", str(password_file), "--auth", "scram-sha-256", "--data-checksums",
            "--encoding", "UTF8", "--locale", "C", "--no-sync",
        ],
        capture_output=True, text=True, check=False, cwd=folder, **_as(user),
    )  # fmt: skip
    password_file.unlink()
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr.strip()[-1000:]}")


def _spawn(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    line = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
    line += [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        # A group of its own, so that `kill` ends the backends with the server.
        return subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            **_as(_unprivileged()),
        )


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run as: None for whoever we are, unless that is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` instead")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
